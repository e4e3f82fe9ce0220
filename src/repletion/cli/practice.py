"""``repletion practice``: the edition for several people, from making the database to serving it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from repletion.cli import options
from repletion.cli.files import fail, put, read_text

if TYPE_CHECKING:
    from repletion.practice.database import House
    from repletion.practice.people import People
    from repletion.practice.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


@click.group(short_help="The edition for a practice: several people, on PostgreSQL.")
@click.option(
    "--settings", "place", metavar="FILE", help="The settings (TOML). Default: practice.toml here or in /etc/repletion."
)
@click.pass_context
def practice(context: click.Context, place: str | None) -> None:
    """Serve Repletion to the people of a practice: sign-in and roles, records apart, audit, retention, backups.

    Settings come from a file and from REPLETION_PRACTICE_... in the environment. Needs the extra "practice".
    """
    context.obj = place


def needs_extra(command: F) -> F:
    """A missing library is said as the extra that brings it."""

    @wraps(command)
    def run(*args: Any, **values: Any) -> Any:
        try:
            return command(*args, **values)
        except ModuleNotFoundError as error:
            raise fail("no_practice", name=error.name) from None

    return run  # type: ignore[return-value]


def settings_here() -> Settings:
    """The settings of this run."""
    from repletion.practice.settings import read_settings

    found = click.get_current_context().find_object(str)
    return read_settings(found)


def house_here(*, as_owner: bool = False) -> House:
    """The database, open; closed with the command."""
    from repletion.practice.database import House

    house = House.open(settings_here(), as_owner=as_owner)
    click.get_current_context().call_on_close(house.close)
    return house


def people_here() -> People:
    """The accounts, in the name of the command line."""
    from repletion.practice.people import People

    return People(house_here(), settings_here())


def password_from(source: str | None, *, asked: str = "Password") -> str:
    """A new password from the first line of a file, of ``-`` (standard input), or from a question; no argument."""
    if source is not None:
        lines = read_text(source, "other").splitlines()
        return lines[0] if lines else ""
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.ClickException("Give the password with --password-from FILE, or - for standard input.")
    return str(click.prompt(asked, hide_input=True, confirmation_prompt=True, err=True))


PASSWORD_FROM = click.option(
    "--password-from", "source", metavar="FILE",
    help="Read the password from the first line of FILE, or of - for standard input. Default: a question.",
)  # fmt: skip


@practice.command()
@click.option("--admin", metavar="NAME", help="Also add a first administrator.")
@PASSWORD_FROM
@needs_extra
def init(admin: str | None, source: str | None) -> None:
    """Make the key and the database, or bring the database to the form of this version; safe to repeat."""
    from repletion.practice.database import make
    from repletion.practice.vault import make_key_file

    settings = settings_here()
    path = Path(settings.key_file)
    if not settings.key and not path.exists():
        make_key_file(path)
        put(f"Made the key {path}. Copy it to a safe place apart from the backups: without it nothing can be read.")
    put("The database is made." if make(settings) else "The database has the form of this version.")
    if admin is not None:
        person = people_here().add(admin, "admin", password=password_from(source))
        put(f"{person.name} may sign in at {settings.url} as administrator.")


@practice.command()
@needs_extra
def serve() -> None:
    """Serve the pages until stopped with Ctrl-C, at the address of the settings host and port."""
    import uvicorn

    from repletion.practice import create_practice

    settings = settings_here()
    app = create_practice(settings)
    click.echo(f"Serving {settings.url} from {settings.host}:{settings.port}", err=True)
    # No access log: even the pages a person opens tell something about them.
    uvicorn.run(
        app, host=settings.host, port=settings.port, access_log=False, server_header=False, log_level="warning",
        proxy_headers=True, forwarded_allow_ips=settings.trusted_proxies,
    )  # fmt: skip


@practice.command()
@click.option("--entries", type=click.IntRange(0), metavar="DAYS", help="Days that cases stay; 0 is without end.")
@click.option("--audit", "lines", type=click.IntRange(0), metavar="DAYS", help="Days that lines of the audit stay.")
@click.option("--apply", is_flag=True, help="Take out now what its time is over for; as the owner of the tables.")
@needs_extra
def retention(entries: int | None, lines: int | None, apply: bool) -> None:
    """Show for how long what is kept stays, set it, or apply it now; the server applies it to cases every hour."""
    from repletion.practice import audit as trail
    from repletion.practice import upkeep

    house = house_here(as_owner=apply)
    wanted: dict[upkeep.Kind, int] = {}
    if entries is not None:
        wanted["entries"] = entries
    if lines is not None:
        wanted["audit"] = lines
    if wanted:
        upkeep.set_retention(house, wanted, trail.SYSTEM)
    if apply:
        done = upkeep.tidy(house, with_audit=True)
        put(f"Taken out: {done.entries} entries, {done.audit} lines of the audit.")
    with house.turn() as db:
        found = upkeep.retention(db)
    put("\n".join(f"{kind}: {f'{days} days' if days else 'without end'}" for kind, days in found.items()))


@practice.command()
@click.argument("name", required=False)
@click.option("--replace", is_flag=True, help="Write over a backup of this name.")
@needs_extra
def backup(name: str | None, replace: bool) -> None:
    """Write everything into the file NAME of the folder of backups (setting backups), checked; others go on working.

    NAME is by default the moment. It opens with the key of the practice and no other.
    """
    import datetime as dt

    from repletion.practice.copying import backup as write

    usual = f"{dt.datetime.now(dt.UTC):%Y-%m-%d-%H%M%S}"
    path, entries = write(settings_here(), name or usual, replace=replace)
    put(f"Wrote {path}: {entries} entries.")


@practice.command()
@click.argument("name")
@click.option("--replace", is_flag=True, help="Put it in the place of what the database holds.")
@needs_extra
def restore(name: str, replace: bool) -> None:
    """Put the backup NAME in the place of everything, all of it or nothing. Everybody signs in anew."""
    from repletion.practice.copying import restore as put_back

    put(f"Restored {put_back(settings_here(), name, replace=replace)} entries.")


@practice.command()
@click.option("--verify", is_flag=True, help="Check that no line was changed or taken out from between.")
@click.option("--since", metavar="DATE", default="", help="Lines from this day on, as 2026-11-27.")
@click.option(
    "--most", type=click.IntRange(1, 1_000_000), default=200, show_default=True, help="How many, from the newest."
)
@options.as_format("text", "json")
@needs_extra
def audit(verify: bool, since: str, most: int, form: str) -> None:
    """Show who did what to which record when, the newest first; it never says what a record holds."""
    from repletion.practice import audit as trail
    from repletion.report.json import to_json

    house = house_here()
    with house.turn() as db:
        if verify:
            found = trail.verify(db, house.vault)
            if found.wrong is not None:
                raise click.ClickException(
                    f"Line {found.wrong} does not fit: it or one before it was changed or taken out."
                )
            put(f"{found.lines} lines, all as they were written. Newest: {found.last}")
            return
        lines = trail.lines(db, since=since, most=most)
    if form == "json":
        put(to_json(lines))
        return
    put(
        "\n".join(f"{n.number:>8}  {n.at[:19]}  {n.actor:<20}  {n.action:<20}  {n.object}" for n in lines)
        or "No lines."
    )


@practice.command("new-key")
@needs_extra
def new_key() -> None:
    """Change the key: a new file takes the place of the old one, records stay as they are.

    Backups made before open with the old key, which stays beside the new one under its name with .old.
    """
    from repletion.practice import vault
    from repletion.practice.database import change_master_key

    settings = settings_here()
    if settings.key:
        raise click.ClickException("The key stands in the environment; put it into a file (setting key_file) first.")
    path = Path(settings.key_file)
    fresh, old = path.with_name(f"{path.name}.new"), path.with_name(f"{path.name}.old")
    if old.exists():
        raise click.ClickException(f"{old} is in the way: move the older key to a safe place first.")
    fresh.unlink(missing_ok=True)
    vault.make_key_file(fresh)
    vault.master_key(settings)
    change_master_key(settings, vault.read_key(fresh))
    path.rename(old)
    fresh.rename(path)
    put(f"The key {path} is new; restart the server. Backups made before open with {old}: keep it with them.")

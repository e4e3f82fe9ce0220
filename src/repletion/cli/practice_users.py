"""``repletion practice user``: who may sign in."""

from __future__ import annotations

import click

from repletion.cli import options
from repletion.cli.files import put
from repletion.cli.practice import PASSWORD_FROM, needs_extra, password_from, people_here, settings_here

ROLES = click.Choice(("admin", "clinician", "person"))


@click.group()
def user() -> None:
    """Add, list, change, export and erase the people of the practice."""


@user.command()
@click.argument("name")
@click.option("--role", type=ROLES, default="clinician", show_default=True, help="What they may do.")
@click.option("--shown", metavar="WORDS", default="", help="What they are called on the pages.")
@click.option("--email", metavar="ADDRESS", help="At the provider, for a sign-in there.")
@click.option("--provider", is_flag=True, help="Signs in at the provider only, without a password.")
@PASSWORD_FROM
@needs_extra
def add(name: str, role: str, shown: str, email: str | None, provider: bool, source: str | None) -> None:
    """Add somebody called NAME at sign-in."""
    people = people_here()
    password = None if provider else password_from(source)
    person = people.add(name, role, shown=shown, email=email, password=password)  # type: ignore[arg-type]
    put(f"{person.name} may sign in at {settings_here().url} ({person.role}).")


@user.command("list")
@options.as_format("text", "json")
@needs_extra
def listed(form: str) -> None:
    """List everybody."""
    from repletion.report.json import to_json

    found = people_here().all()
    if form == "json":
        put(to_json(found))
        return
    put("\n".join(
        f"{p.name:<24}  {p.role:<10}  {p.shown}{'  disabled' if p.disabled else ''}" for p in found
    ) or "Nobody yet. Add an administrator: repletion practice user add NAME --role admin")  # fmt: skip


@user.command()
@click.argument("name")
@needs_extra
def disable(name: str) -> None:
    """Let NAME sign in no more, and end their sessions; what they kept stays."""
    people = people_here()
    people.disable(people.named(name))
    put(f"{name} signs in no more.")


@user.command()
@click.argument("name")
@needs_extra
def enable(name: str) -> None:
    """Let NAME sign in again."""
    people = people_here()
    people.enable(people.named(name))
    put(f"{name} may sign in again.")


@user.command()
@click.argument("name")
@click.argument("role", type=ROLES)
@needs_extra
def role(name: str, role: str) -> None:
    """Give NAME another ROLE, and end their sessions."""
    people = people_here()
    people.set_role(people.named(name), role)  # type: ignore[arg-type]
    put(f"{name} is {role} now.")


@user.command()
@click.argument("name")
@click.option("--no-codes", is_flag=True, help="Also ask for one-time codes no more, as after a lost device.")
@PASSWORD_FROM
@needs_extra
def password(name: str, no_codes: bool, source: str | None) -> None:
    """Give NAME a new password that they must change, and end their sessions."""
    people = people_here()
    person = people.named(name)
    people.set_password(person, password_from(source), must_change=True)
    if no_codes:
        people.set_code(person, None)
    put(f"{name} signs in with the new password and chooses one of their own then.")


@user.command("reset-code")
@click.argument("name")
@click.option("--minutes", type=click.IntRange(5, 1440), default=60, show_default=True, help="How long it works.")
@click.option("--no-codes", is_flag=True, help="Also ask for one-time codes no more, as after a lost device.")
@needs_extra
def reset_code(name: str, minutes: int, no_codes: bool) -> None:
    """Make a code with which NAME sets a new password, once; nobody else needs to know that password.

    Tell it to NAME in person or by a way that is theirs. The old password works until then; to end it at once:
    repletion practice user password.
    """
    from repletion.practice.resetting import issue

    people = people_here()
    person = people.named(name)
    code = issue(people, person, minutes)
    if no_codes:
        people.set_code(person, None)
    where = f"{settings_here().url}/reset"
    put(f"{code}\n{person.name} sets a new password with it at {where} within {minutes} minutes, once.")


@user.command()
@click.argument("name")
@needs_extra
def logout(name: str) -> None:
    """End every session of NAME."""
    from repletion.practice import audit
    from repletion.practice.sessions import Sessions

    people = people_here()
    ended = Sessions(people.house, people.settings).end_all(people.named(name), audit.SYSTEM)
    put(f"Ended {ended} sessions.")


@user.command()
@click.argument("name")
@click.option("--format", "form", type=click.Choice(("json", "csv", "fhir")), default="json", show_default=True,
              help="json is whole and is read back, csv is for a spreadsheet, fhir for a record system.")  # fmt: skip
@options.to_file
@needs_extra
def export(name: str, form: str, output: str | None) -> None:
    """Write everything that NAME kept, readable, to the screen or a file, as for a person who asks for their data."""
    from repletion.keeping.export import write
    from repletion.practice import audit
    from repletion.practice.keeper import PracticeKeeper

    people = people_here()
    person = people.named(name)
    text = write(PracticeKeeper(people.house, person, people.settings.most_entries).entries(audit.SYSTEM), form)  # type: ignore[arg-type]
    put(text, output)


@user.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@needs_extra
def erase(name: str, yes: bool) -> None:
    """Erase NAME with everything they kept, for good; the audit keeps their id. Export first what is still wanted."""
    people = people_here()
    person = people.named(name)
    if not yes:
        click.confirm(f"Erase {person.name} and everything they kept, for good?", abort=True, err=True)
    put(f"Erased {person.name} with {people.erase(person)} entries.")

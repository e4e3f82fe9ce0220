"""``repletion keep``, and how every command opens the file of kept cases."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from repletion.cli import options
from repletion.cli.files import put, read_text

if TYPE_CHECKING:
    from repletion.intake.tables import Authority
    from repletion.keeping import Keeper

F = TypeVar("F", bound=Callable[..., Any])

VARIABLE = "REPLETION_PASSPHRASE"


def file_and_passphrase(command: F) -> F:
    """``--file`` and ``--passphrase-from``."""
    command = click.option(
        "--passphrase-from",
        "source",
        metavar="FILE",
        help=f"Read the passphrase from the first line of FILE, or of - for standard input. Default: the variable "
        f"{VARIABLE}, or a question. It is never an argument.",
    )(command)
    return click.option(
        "--file", "place", metavar="FILE", help="The file of kept cases. Default: in your own data folder."
    )(command)


def passphrase_from(source: str | None) -> str | None:
    """The passphrase named on the command line or in the environment; ``None`` where there is none."""
    if source is None:
        return os.environ.get(VARIABLE) or None
    first = read_text(source, "other").splitlines()[0]
    if not first:
        raise click.ClickException("The first line of the passphrase file is empty.")
    return first


def opened(place: str | None, source: str | None, *, create: bool = False, lock: bool = False) -> Keeper:
    """The file, open; asks for the passphrase where the file needs one and a person is there to answer."""
    from repletion.keeping import Keeper, KeepError, usual_place

    path = Path(place) if place else usual_place()
    passphrase = passphrase_from(source)
    if passphrase is None and lock and not path.exists():
        passphrase = ask_new()
    try:
        return Keeper.open(path, passphrase, create=create)
    except KeepError as error:
        if passphrase is not None or "is locked" not in str(error) or not asking():
            raise
    return Keeper.open(path, click.prompt("Passphrase", hide_input=True, err=True))


def asking() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask_new() -> str:
    """A new passphrase, asked twice.  Raises :class:`click.ClickException` where nobody can be asked."""
    if not asking():
        raise click.ClickException(f"Give the new passphrase with --passphrase-from or {VARIABLE}.")
    return str(click.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True))


@click.command(short_help="Assess a case and keep it with its answer, on this computer.")
@click.argument("case")
@file_and_passphrase
@click.option("--lock", is_flag=True, help="Lock a new file with a passphrase.")
@click.option("--name", metavar="NAME", help="Of the case over time; the same name keeps the next version.")
@click.option("--diary", metavar="FILE", help="A food diary, as text or CSV; replaces the diary in the case.")
@options.on_day
@options.authority
def keep(
    case: str,
    place: str | None,
    source: str | None,
    lock: bool,
    name: str | None,
    diary: str | None,
    on: dt.date | None,
    authority: Authority,
) -> None:
    """Assess CASE and keep case, answer and diary in one file on this computer.

    Nothing else of Repletion keeps anything. The file is made by this command the first time, readable only by you,
    and goes nowhere. See "repletion kept" for what is in it.
    """
    from msgspec.structs import replace

    from repletion.assessment.stations import assess
    from repletion.cli.records import case_of

    words = None if diary is None else read_text(diary)
    read, _ = case_of(case, today=on or dt.date.today())
    with opened(place, source, create=True, lock=lock) as keeper:
        answer = assess(read, diary=words, on=on, authority=authority)
        read = read if words is None else replace(read, diary=words)
        usual = name or read.title or (Path(case).stem if case != "-" else None)
        entry = keeper.save(read, answer, name=usual)
        kept = keeper.get(entry)
        locked = "locked" if keeper.locked else "not locked: whoever opens it can read it"
        from repletion.report.wording import say

        put(f"{say(f'urgency.{kept.line.urgency}.heading')}\n"
            f"Kept as {entry} ({kept.name}, version {kept.version}) in {keeper.path}\n"
            f"The file is {locked}. Show it again: repletion kept show {entry}")  # fmt: skip

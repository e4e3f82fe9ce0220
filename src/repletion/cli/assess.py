"""``repletion assess``."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from repletion.cli import options
from repletion.cli.files import fail, put, read_text

if TYPE_CHECKING:
    from repletion.assessment.model import Assessment
    from repletion.intake.tables import Authority
    from repletion.report import Format, Reader

READERS = ("patient", "clinician", "research")
SUFFIXES: dict[str, Format] = {".html": "html", ".htm": "html", ".json": "json"}


def assessment_of(case: str, diary: str | None, on: dt.date | None, authority: Authority) -> Assessment:
    """The answer to a case as named on the command line."""
    if case == diary == "-":
        raise fail("one_stdin")
    words = None if diary is None else read_text(diary)
    from repletion.assessment.stations import assess as answer
    from repletion.case import Case

    read = Case.read(case, today=on or dt.date.today())
    return answer(read, diary=words, on=on, authority=authority)


def screen(output: str | None) -> tuple[bool, int | None]:
    """Whether to style, and how wide, when a terminal reads."""
    if output is not None or sys.stdout is None or not sys.stdout.isatty():
        return False, None
    from repletion.report.wording import display

    columns = shutil.get_terminal_size().columns
    return "NO_COLOR" not in os.environ, max(40, min(columns, display().width))


@click.command(short_help="How soon, what could explain it, what would settle it, how the diet stands.")
@click.argument("case")
@click.option("--diary", metavar="FILE", help="A food diary, as text or CSV; replaces the diary in the case.")
@options.as_format("text", "json", "html", default=None)
@options.to_file
@click.option("--reader", type=click.Choice(READERS), default="patient", show_default=True, help="Who will read it.")
@options.on_day
@options.authority
def assess(
    case: str,
    diary: str | None,
    form: Format | None,
    output: str | None,
    reader: Reader,
    on: dt.date | None,
    authority: Authority,
) -> None:
    """Assess CASE: how soon to see a doctor, what could explain it, what would settle it, how the diet stands.

    CASE is a YAML, JSON or plain-text file, or - for standard input. The format is text unless --format, or the name
    of the --output file, says otherwise. JSON is always the whole answer.
    """
    from repletion.report import render

    found = assessment_of(case, diary, on, authority)
    chosen = form or SUFFIXES.get(Path(output or "").suffix.lower(), "text")
    color, width = screen(output)
    put(render(found, format=chosen, reader=reader, color=color, width=width), output)

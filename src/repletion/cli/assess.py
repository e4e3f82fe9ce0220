"""``repletion assess``."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from repletion.cli import options
from repletion.cli.files import fail, put, read_text
from repletion.cli.records import case_of

if TYPE_CHECKING:
    from repletion.assessment.model import Assessment
    from repletion.fhir import Reading
    from repletion.fhir.bundle import Version
    from repletion.intake.tables import Authority
    from repletion.report import Format, Reader

READERS = ("patient", "clinician", "research")
SUFFIXES: dict[str, Format] = {".html": "html", ".htm": "html", ".json": "json"}


def assessment_of(
    case: str, diary: str | None, on: dt.date | None, authority: Authority, origin: str = "auto"
) -> tuple[Assessment, Reading | None]:
    """The answer to a case as named on the command line, and the record it came from, if it was one."""
    if case == diary == "-":
        raise fail("one_stdin")
    words = None if diary is None else read_text(diary)
    from repletion.assessment.stations import assess as answer

    read, reading = case_of(case, today=on or dt.date.today(), origin=origin)
    return answer(read, diary=words, on=on, authority=authority), reading


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
@click.option("--from", "origin", type=click.Choice(("auto", "case", "fhir")), default="auto", show_default=True,
              help="What CASE is; a FHIR bundle or patient summary is recognized by itself.")  # fmt: skip
@options.as_format("text", "json", "html", "fhir", default=None)
@click.option(
    "--fhir-version", type=click.Choice(("R4", "R5")), default="R4", show_default=True, help="With --format fhir."
)
@options.to_file
@click.option("--reader", type=click.Choice(READERS), default="patient", show_default=True, help="Who will read it.")
@options.on_day
@options.authority
def assess(
    case: str,
    diary: str | None,
    origin: str,
    form: str | None,
    fhir_version: Version,
    output: str | None,
    reader: Reader,
    on: dt.date | None,
    authority: Authority,
) -> None:
    """Assess CASE: how soon to see a doctor, what could explain it, what would settle it, how the diet stands.

    CASE is a YAML, JSON or plain-text file, a FHIR bundle or patient summary as JSON, or - for standard input. The
    format is text unless --format, or the name of the --output file, says otherwise. JSON is always the whole answer;
    fhir is a bundle of proposals for a record system.
    """
    from repletion.report import render

    found, reading = assessment_of(case, diary, on, authority, origin)
    if form == "fhir":
        from repletion.fhir.write import bundle_text

        put(bundle_text(found, version=fhir_version, reading=reading), output)
        return
    chosen = cast("Format", form) if form else SUFFIXES.get(Path(output or "").suffix.lower(), "text")
    color, width = screen(output)
    put(render(found, format=chosen, reader=reader, color=color, width=width), output)

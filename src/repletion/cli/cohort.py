"""``repletion cohort``."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from typing import Any

import click

from repletion.cli import options
from repletion.cli.files import put
from repletion.cli.progress import counted, is_watched
from repletion.report.cells import cell

INTERRUPTED = 130


def _csv(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


@click.command(short_help="Many people from OMOP tables, as rows.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@click.option("--issues", metavar="FILE", help="Write what was not, or only partly, read to FILE, as CSV.")
@options.to_file
@options.on_day
def cohort(folder: str, issues: str | None, output: str | None, on: dt.date | None) -> None:
    """Assess every person of FOLDER, a folder of CSV files with OMOP columns, as known on the day --on.

    Read: person.csv, condition_occurrence.csv, drug_exposure.csv, measurement.csv, observation.csv and, for the meaning
    of concept ids, concept.csv. Written: rows with the columns of observation, the urgency of each person first. The
    source tables are not touched. Ctrl-C stops and writes the people done.
    """
    from repletion.assessment.stations import assess
    from repletion.fhir.omop import RESULT, issue_rows, read_folder, read_tables, result_rows

    day = on or dt.date.today()
    tables = read_folder(folder)
    rows: list[dict[str, Any]] = []
    said: list[dict[str, Any]] = []
    of = len(tables.get("person", ()))
    done, stopped = 0, False
    try:
        for member in read_tables(tables, on=day):
            found = assess(member.case, on=day)
            rows += result_rows(member.person_id, found)
            said += issue_rows(member, found.issues)
            done += 1
            if is_watched():
                counted(done, of, "")
    except KeyboardInterrupt:
        stopped = True
        click.echo(f"\nStopped after {done} of {of} people; those are written.", err=True)
    put(_csv(RESULT, rows), output)
    if issues:
        put(_csv(("person_id", "level", "where", "message", "remedy"), said), issues)
    if stopped:
        sys.exit(INTERRUPTED)

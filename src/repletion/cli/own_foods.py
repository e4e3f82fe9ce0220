"""``repletion foods import`` and ``repletion foods own``: a person's own food table beside the shipped one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from repletion.cli import options
from repletion.cli.files import fail, is_missing, no_file, put

if TYPE_CHECKING:
    from repletion.foods.releases import Progress, Taken

SHOWN = 20
"""Wrong rows that are shown; the rest are counted."""


def _progress(at: Progress) -> None:
    """One line on standard error, rewritten on a terminal, silent elsewhere."""
    if sys.stderr.isatty():
        line = f"\r{at.share:4.0%}  {at.read:,} read, {at.taken:,} taken"
        click.echo(f"{line:<60}", err=True, nl=at.share >= 1)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path, dir_okay=False), help="The file that keeps them.")
@click.option("--barcode", "only", multiple=True, metavar="CODE", help="Only this product; may be given several times.")
@options.as_format("text", "json")
def take_in(file: Path, into: Path | None, only: tuple[str, ...], form: str) -> None:
    """Take a release of food data into your own food table, which search, show and diaries then use.

    FILE is a FoodData Central release (JSON, or CSV tables in a zip or a folder) or an Open Food Facts dump
    (openfoodfacts-products.jsonl.gz, en.openfoodfacts.org.products.csv.gz). Nothing is fetched. It is read a record at
    a time; Ctrl-C ends it and keeps nothing of it. Reading JSON of FoodData Central needs the extra "imports".
    """
    from repletion.foods.own import place_in_use, usual_place

    if is_missing(file):
        raise no_file(file)
    target = into or place_in_use() or usual_place()
    try:
        from repletion.foods.releases import take

        taken = take(file, target, only=only, tell=_progress)
    except ModuleNotFoundError as error:
        raise fail("no_extra", library=error.name, extra="imports") from None
    except KeyboardInterrupt:
        click.echo(fail("import_stopped", into=target).message, err=True)
        raise click.Abort from None
    put(_as_json(taken) if form == "json" else _as_text(taken))


def _as_json(taken: Taken) -> str:
    from repletion.report.json import to_json

    return to_json(
        {
            "file": taken.file.name,
            "into": str(taken.into),
            "source": taken.source.label,
            "licence": taken.source.licence,
            "attribution": taken.source.attribution,
            "read": taken.read,
            "taken": taken.taken,
            "replaced": taken.replaced,
            "left_out": dict(taken.left_out),
            "values_left_out": dict(taken.values_left_out),
            "issues": taken.issues,
        }
    )


def _as_text(taken: Taken) -> str:
    from repletion.report.text import Page
    from repletion.report.wording import say

    page = Page()
    kept = "import_taken" if taken.taken else "import_nothing"
    page.line(
        say(f"cli.{kept}", taken=f"{taken.taken:,}", read=f"{taken.read:,}", file=taken.file.name, into=taken.into,
            replaced=f"{taken.replaced:,}")
    )  # fmt: skip
    page.line(say("cli.import_licence", attribution=taken.source.attribution, licence=taken.source.licence))
    if taken.left_out:
        page.heading(say("cli.import_left_out"))
        for reason, n in taken.left_out.most_common():
            page.point(f"{reason}: {n:,}")
    if taken.issues:
        page.heading(say("cli.import_wrong", n=f"{len(taken.issues):,}"))
        for issue in taken.issues[:SHOWN]:
            page.point(f"{issue.where}: {issue.message}")
        if len(taken.issues) > SHOWN:
            page.point(say("cli.import_more", n=f"{len(taken.issues) - SHOWN:,}"))
    return page.text()


@click.command("own")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="The file that keeps them.")
@options.as_format("text", "json")
def own(file: Path | None, form: str) -> None:
    """Say what is in your own food table: each import with its source, licence and day."""
    from repletion.foods.own import open_own, usual_place
    from repletion.report.json import to_json
    from repletion.report.text import Page
    from repletion.report.wording import say

    if file is not None and is_missing(file):
        raise no_file(file)
    table = open_own(file)
    if form == "json":
        put(to_json({"file": str(table.path) if table else None, "foods": table.count if table else 0,
                     "imports": tuple(table.sources.values()) if table else ()}))  # fmt: skip
        return
    page = Page()
    if table is None:
        page.line(say("cli.own_none", into=usual_place()))
    else:
        page.line(say("cli.own_here", foods=f"{table.count:,}", into=table.path))
        for source in table.sources.values():
            page.point(say("cli.own_source", label=source.label, foods=f"{source.foods:,}", file=source.file,
                           day=source.on, attribution=source.attribution, licence=source.licence))  # fmt: skip
    put(page.text())

"""``repletion explain``: one explanation of an answer, or a page of the handbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from repletion.cli import options
from repletion.cli.assess import READERS, assessment_of, screen
from repletion.cli.files import fail, put

if TYPE_CHECKING:
    from repletion.handbook.document import Document
    from repletion.handbook.rendering import Format
    from repletion.intake.tables import Authority
    from repletion.report import Reader

SUFFIXES: dict[str, Format] = {
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
}


def _drawn(document: Document, form: Format, output: str | None) -> None:
    from repletion.handbook.rendering import render

    color, width = screen(output)
    put(render(document, form, color=color, width=width), output)


def _page(words: str, reader: Reader, form: Format, output: str | None) -> None:
    """The page of the state that ``words`` name."""
    from repletion.handbook.build import state_page
    from repletion.handbook.naming import find_state, nearest_states, states_with
    from repletion.handbook.state_document import state_document
    from repletion.knowledge import load
    from repletion.report.json import to_json

    known = load()
    name, near = find_state(known, words)
    if name is None:
        if with_it := states_with(known, words):
            raise fail("names_finding", id=words, names=", ".join(with_it))
        raise fail("no_state", id=words, near=nearest_states(near))
    page = state_page(known, name)
    if form == "json":
        put(to_json(page), output)
    else:
        _drawn(state_document(known, page, reader), form, output)


def _shelf(shelf: str, reader: Reader, form: Format, output: str | None) -> None:
    """The questions answered, or the popular claims weighed."""
    from repletion.handbook.answers import popular_claims_document, questions_document
    from repletion.knowledge import load
    from repletion.knowledge.answers import popular_claims, questions
    from repletion.report.json import to_json

    known = load()
    if form == "json":
        put(to_json(questions() if shelf == "questions" else popular_claims()), output)
    elif shelf == "questions":
        _drawn(questions_document(known, questions(), reader), form, output)
    else:
        _drawn(popular_claims_document(known, popular_claims(), reader), form, output)


def _explanation(
    case: str,
    name: str | None,
    diary: str | None,
    form: Format,
    output: str | None,
    on: dt.date | None,
    authority: Authority,
) -> None:
    """What moved one explanation of a case, or the ids to choose from."""
    from repletion.report.single import list_explanations, nearest_ids, render_explanation

    if form not in ("text", "json"):
        raise fail("no_such_form", form=form)
    found, _record = assessment_of(case, diary, on, authority)
    if name is None:
        put(list_explanations(found, form=form), output)
        return
    if name not in {e.id for e in found.explanations}:
        raise fail("wrong_explanation", id=name, near=nearest_ids(found, name))
    color, width = screen(output)
    put(render_explanation(found, name, form=form, color=color, width=width), output)


def _is_case(words: str) -> bool:
    """Whether one argument is a case: standard input, a file, or something written like the path of one."""
    return words == "-" or Path(words).is_file() or Path(words).suffix in {".yaml", ".yml", ".json", ".txt"}


@click.command(short_help="A page on one state; or, with a case, what moved one explanation.")
@click.argument("case", metavar="[CASE]", required=False)
@click.argument("explanation", metavar="[STATE]", required=False)
@click.option("--diary", metavar="FILE", help="A food diary, as text or CSV; replaces the diary in the case.")
@click.option("--questions", "shelf", flag_value="questions", help="The questions readers ask, answered, with claims.")
@click.option("--popular-claims", "shelf", flag_value="popular_claims", help="Popular claims, and what studies found.")
@options.as_format("text", "html", "markdown", "json", default=None)
@options.to_file
@click.option("--reader", type=click.Choice(READERS), default="patient", show_default=True, help="Who will read it.")
@options.on_day
@options.authority
def explain(
    case: str | None,
    explanation: str | None,
    diary: str | None,
    shelf: str | None,
    form: Format | None,
    output: str | None,
    reader: Reader,
    on: dt.date | None,
    authority: Authority,
) -> None:
    """Explain STATE to a reader: what it is, its signs, tests, foods, and when to seek help.

    STATE is an id, a label or lay words, such as "low magnesium" or "b12". With a CASE before it, show what moved the
    explanation STATE of that case, by which claims, from which sources; with a CASE alone, list the ids to choose
    from. The format is text unless --format, or the name of the --output file, says otherwise; for a case there are
    text and JSON.
    """
    chosen: Format = form or SUFFIXES.get(Path(output or "").suffix.lower(), "text")
    if shelf is not None:
        if case is not None:
            raise click.UsageError("Name a state, or ask for --questions or --popular-claims; one of the two.")
        _shelf(shelf, reader, chosen, output)
        return
    if case is None:
        raise click.UsageError('Name a state, such as: repletion explain "low magnesium"; or a case and a state.')
    if explanation is None and not _is_case(case):
        _page(case, reader, chosen, output)
    else:
        _explanation(case, explanation, diary, chosen, output, on, authority)

"""``repletion knowledge check`` and ``repletion knowledge show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from repletion.cli import options
from repletion.cli.files import fail, put

if TYPE_CHECKING:
    import datetime as dt

    from repletion.knowledge import Knowledge
    from repletion.knowledge.problems import Problem

ERRORS = 1


@click.group(short_help="Check the knowledge, or follow a number to its source.")
def knowledge() -> None:
    """Check the knowledge base, or follow a number back to its source."""


def _intake_problems(known: Knowledge) -> list[Problem]:
    """The reference intakes and the lists of withheld foods: unreadable tables, and factors nobody has."""
    from repletion.errors import KnowledgeError
    from repletion.intake import tables
    from repletion.knowledge.problems import Problem
    from repletion.plan.limits import factors_withheld

    try:
        for authority in ("NASEM", "EFSA"):
            tables.rows_by_nutrient(authority)
        named = {"intakes/cautions": [caution.caution for caution in tables.cautions()]}
    except KnowledgeError as error:
        return [Problem(level="error", where="intakes", message=str(error))]
    named["foods/withheld"] = factors_withheld()
    return [
        Problem(level="error", where=where, message=f"there is no factor {name!r}")
        for where, names in named.items()
        for name in dict.fromkeys(names)
        if name not in known.factors
    ]


def _serving_problems(known: Knowledge) -> list[Problem]:
    """The everyday servings and typical days: unreadable, contradictory, or of foods or sources nobody has."""
    from repletion.errors import KnowledgeError
    from repletion.foods import open_table
    from repletion.knowledge import servings
    from repletion.knowledge.problems import Problem

    try:
        return [
            *servings.problems(servings.servings(), open_table().ids),
            *servings.alias_problems(servings.aliases().values(), servings.servings(), open_table().ids),
            *servings.pattern_problems(servings.typical_patterns(), known.sources),
        ]
    except KnowledgeError as error:
        return [Problem(level="error", where="servings", message=str(error))]


@knowledge.command()
@options.as_format("text", "json")
@click.option("--all", "notes", is_flag=True, help="List warnings and notes too.")
@click.pass_context
def check(context: click.Context, form: str, notes: bool) -> None:
    """Look for dangling names, circles, uncited numbers, wrong codes, and numbers that cannot hold side by side.

    Exits with 1 when there are errors.
    """
    from repletion.knowledge.answers import check_answers
    from repletion.knowledge.base import read
    from repletion.knowledge.check import check as look
    from repletion.network.coherence import incoherent
    from repletion.report.tables import problem_list

    known = read()  # the files themselves, never a kept copy
    problems = [*look(known), *check_answers(known), *_intake_problems(known), *_serving_problems(known)]
    if not any(problem.level == "error" for problem in problems):
        problems += incoherent(known)
    put(problem_list(known, problems, form=form, notes=notes))
    if any(problem.level == "error" for problem in problems):
        context.exit(ERRORS)


@knowledge.command()
@click.argument("subject", metavar="ID")
@options.as_format("text", "json")
def show(subject: str, form: str) -> None:
    """Show the claim, state, finding, factor, test, medicine, red flag, rule or source called ID."""
    from repletion.knowledge import load
    from repletion.report.record import nearest, render_record

    known = load()
    text = render_record(known, subject, form=form)
    if text is None:
        raise fail("no_subject", id=subject, near=nearest(known, subject))
    put(text)


@knowledge.command()
@options.as_format("text", "html", "markdown", "json")
@options.to_file
def evidence(form: str, output: str | None) -> None:
    """Count the claims by basis (read to assumed), measure and subject, and weigh them by use."""
    from repletion.handbook.evidence import evidence_document, evidence_of
    from repletion.handbook.rendering import render
    from repletion.knowledge import load
    from repletion.report.json import to_json

    found = evidence_of(load())
    put(to_json(found) if form == "json" else render(evidence_document(found), form), output)  # type: ignore[arg-type]


@knowledge.command("lookup-next", short_help="Which numbers the answers to some cases depend on most.")
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@options.as_format("text", "json")
@options.to_file
@options.on_day
def lookup_next(cases: tuple[str, ...], form: str, output: str | None, on: dt.date | None) -> None:
    """List the numbers that the answers to the CASEs depend on most: what to look up next, assumed numbers first.

    For each claim, how far the leading explanations move when it moves by one standard deviation; and the share of the
    answers' weight of evidence that rests on claims read, computed, quoted and assumed.
    """
    import datetime

    from repletion.assessment.dependence import dependence
    from repletion.assessment.stations import assess
    from repletion.cli.records import case_of
    from repletion.knowledge import load
    from repletion.report.dependence import render_dependence

    known, found = load(), []
    for path in cases:
        case, _record = case_of(path, today=on or datetime.date.today())
        day = on or case.on or datetime.date.today()
        found.append(dependence(case, assess(case, on=day, knowledge=known), known, on=day))
    put(render_dependence(known, found, form=form), output)

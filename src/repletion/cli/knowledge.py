"""``repletion knowledge check`` and ``repletion knowledge show``."""

from __future__ import annotations

import click

from repletion.cli import options
from repletion.cli.files import fail, put

ERRORS = 1


@click.group(short_help="Check the knowledge, or follow a number to its source.")
def knowledge() -> None:
    """Check the knowledge base, or follow a number back to its source."""


@knowledge.command()
@options.as_format("text", "json")
@click.option("--all", "notes", is_flag=True, help="List warnings and notes too.")
@click.pass_context
def check(context: click.Context, form: str, notes: bool) -> None:
    """Look for dangling names, circles, uncited numbers, wrong codes. Exits with 1 when there are errors."""
    from repletion.knowledge import load
    from repletion.knowledge.check import check as look
    from repletion.report.tables import problem_list

    known = load()
    problems = list(look(known))
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

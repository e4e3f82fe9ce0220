"""``repletion ask``: the interview, on a terminal or from prepared answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from repletion.cli import options
from repletion.cli.assess import READERS, SUFFIXES, screen
from repletion.cli.files import put, read_text

if TYPE_CHECKING:
    import datetime as dt

    from repletion.intake.tables import Authority
    from repletion.interview import Asked, Interview
    from repletion.report import Format, Reader

LONGEST = 20_000
"""Characters of one answer that are read; the rest counts as the next answer."""


def _tell(text: str, **style: Any) -> None:
    """Say something beside the answer: standard output is for the report."""
    click.secho(text, err=True, **style)


def _lines(script: str | None) -> Iterator[str]:
    """Answers, one a line, until there are no more."""
    if script is not None and script != "-":
        yield from read_text(script, "other").splitlines()
        return
    reconfigure: Any = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    while line := sys.stdin.readline(LONGEST):
        yield line.rstrip("\r\n")


def _put_question(asked: Asked, number: int) -> None:
    from repletion.interview.wording import sentence

    hint = {
        "open": sentence("reads_open"),
        "number": sentence("reads_number"),
        "choice": sentence("reads_choice", choices=", ".join(choice.replace("_", " ") for choice in asked.choices)),
    }.get(asked.kind, sentence("reads"))
    _tell(f"\n{number}. {asked.question}", bold=True)
    _tell(f"   {sentence('because', why=asked.why)}", dim=True)
    click.echo(f"   {hint} ", err=True, nl=False)


def _show_news(before: Interview, after: Interview) -> None:
    """What an answer brought that should not wait for the report: words not understood, a greater urgency."""
    for issue in after.case.issues:
        if issue not in before.case.issues:
            _tell(f"   {issue.message} {issue.remedy}".rstrip())
    first = after.urgency.reasons[0]
    if after.urgency.urgency in {"emergency", "same_day"} and first.id not in {r.id for r in before.urgency.reasons}:
        _tell(f"\n   ! {first.message}", bold=True)


def _ask(interview: Interview, answers: Iterator[str], *, echo: bool) -> tuple[Interview, str]:
    """The interview to its end, and why it ended."""
    from repletion.interview.wording import sentence

    while (asked := interview.next()) is not None:
        _put_question(asked, len(interview.answered) + 1)
        typed = next(answers, None)
        if typed is None:
            _tell("")
            return interview, sentence("no_more_answers")
        if echo:
            _tell(typed)
        following = interview.answer(typed)
        _show_news(interview, following)
        interview = following
    return interview, interview.stop.text if interview.stop else ""


@click.command(short_help="A short interview from one sentence, then the answer.")
@click.argument("text", nargs=-1)
@click.option("--script", metavar="FILE", help="Answers, one a line, instead of typing them; - is standard input.")
@options.as_format("text", "json", "html", default=None)
@options.to_file
@click.option("--reader", type=click.Choice(READERS), default="patient", show_default=True, help="Who will read it.")
@options.on_day
@options.authority
def ask(
    text: tuple[str, ...],
    script: str | None,
    form: Format | None,
    output: str | None,
    reader: Reader,
    on: dt.date | None,
    authority: Authority,
) -> None:
    """Ask the few questions that settle most, then give the answer.

    TEXT is what is wrong, in one sentence; without it that is asked first. Warning signs come first, then always the
    question that tells most. Answer yes, no, not sure or skip, or in words. Questions go to standard error, the
    answer to standard output; piped answers are read one a line, and when they end the answer is given. Nothing is
    kept.
    """
    from repletion.interview import start
    from repletion.interview.wording import sentence
    from repletion.report import render

    typing = script is None and sys.stdin.isatty()
    _tell(sentence("intro"))
    interview, why = _ask(start(" ".join(text), on=on, authority=authority), _lines(script), echo=not typing)
    if interview.said_nothing:
        raise click.ClickException(sentence("silent"))
    _tell("\n" + sentence("ends", text=why, n=len(interview.answered)) + "\n")
    chosen = form or SUFFIXES.get(Path(output or "").suffix.lower(), "text")
    color, width = screen(output)
    put(render(interview.assessment, format=chosen, reader=reader, color=color, width=width), output)

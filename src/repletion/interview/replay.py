"""An interview taken up again from what was said so far: for a program that keeps the answers itself.

Nothing is weighed again: an answer is heard under the question that it names, and only the next question is worked out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from repletion.case.model import Understood
from repletion.errors import Issue
from repletion.interview import urgent
from repletion.interview.interview import NO_CHOICE, SEXES, Interview
from repletion.interview.model import Answered, Asked, AskedKind, Stop
from repletion.interview.wording import sentence, wording
from repletion.triage import Triage

OPEN = ("complaint", "rephrase", "duration", "medicines", "conditions")


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was answered to one question.

    ``id``: the question's own.  ``answer``: words as typed, or yes, no, not_sure, skip; a truth value is yes or no, a
    number is a number of years, null skips.
    """

    id: Annotated[str, Meta(max_length=200)]
    answer: Annotated[str, Meta(max_length=20_000)] | bool | float | None = None

    @property
    def typed(self) -> str:
        """The answer in words."""
        if isinstance(self.answer, bool):
            return "yes" if self.answer else "no"
        if isinstance(self.answer, float):
            return f"{self.answer:g}"
        return self.answer or "skip"


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Every answer so far, in the order in which the questions were put."""

    answers: Annotated[tuple[Given, ...], Meta(max_length=100)] = ()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An interview as it stands: how soon to be seen as far as is known, then the next question or why none is asked.

    ``question`` is null when nothing more is worth asking; ``stop`` then says why.  ``answered``: each answer with what
    it was taken as.  ``understood`` and ``issues``: of everything said so far.
    """

    schema: Literal["repletion.question/1"] = "repletion.question/1"
    triage: Triage
    question: Asked | None
    stop: Stop | None
    answered: tuple[Answered, ...]
    understood: tuple[Understood, ...]
    issues: tuple[Issue, ...]


def question_of(interview: Interview, name: str) -> Asked | None:
    """The question called ``name`` as an interview puts it; ``None`` when no interview asks it."""
    kind: AskedKind
    choices: tuple[str, ...] = NO_CHOICE
    values: dict[str, object] = {}
    if name in OPEN:
        kind = "open"
        if name == "duration":
            finding = urgent.without_duration(interview.case, interview.knowledge)
            if finding is None:
                return None
            record = interview.knowledge.findings[finding]
            values = {"label": (record.lay or record.label).lower()}
    elif name in {"age", "sex"}:
        kind, choices = ("number", NO_CHOICE) if name == "age" else ("choice", SEXES)
    else:
        return _yes_no(interview, name)
    return Asked(id=name, kind=kind, question=sentence(name, **values), why=sentence(f"{name}_why"), choices=choices)


def _yes_no(interview: Interview, name: str) -> Asked | None:
    """A red flag's question, or that of a finding or a factor."""
    words, known = wording(), interview.knowledge
    if name in words.red_flags and name in known.red_flags:
        label = known.red_flags[name].label
        why = sentence("flag_why", label=label[:1].lower() + label[1:])
        return Asked(id=name, kind="red_flag", question=words.red_flags[name].question, why=why)
    for kind, record in (("finding", known.findings.get(name)), ("factor", known.factors.get(name))):
        text = words.questions.get(name) or (record.question if record is not None else None)
        if record is not None and text:
            return Asked(id=name, kind=kind, question=text, why="")  # type: ignore[arg-type]
    return None


def resume(interview: Interview, given: Iterable[Given]) -> Interview:
    """``interview`` after all answers in order.

    An answer to a question that nobody asks becomes an issue with the nearest questions, and the rest goes on.
    """
    for answer in given:
        asked = question_of(interview, answer.id)
        interview = _unasked(interview, answer) if asked is None else interview.hear(asked, answer.typed)
    return interview


def standing(interview: Interview) -> Standing:
    """The interview as it stands, for a program."""
    return Standing(
        triage=interview.urgency,
        question=interview.next(),
        stop=interview.stop,
        answered=interview.answered,
        understood=interview.case.understood,
        issues=interview.case.issues,
    )


def _unasked(interview: Interview, answer: Given) -> Interview:
    known = interview.knowledge
    names = [*OPEN, "age", "sex", *wording().red_flags, *known.findings, *known.factors]
    near = get_close_matches(answer.id[:80], names, n=3, cutoff=0.5)
    issue = Issue(
        level="warning",
        where=f"answers.{answer.id[:80]}",
        message=sentence("unasked", id=answer.id[:80]),
        remedy=sentence("unasked_near", names=", ".join(near)) if near else sentence("unasked_remedy"),
    )
    return replace(interview, case=msgspec.structs.replace(interview.case, issues=(*interview.case.issues, issue)))


__all__ = ["Answers", "Given", "Standing", "question_of", "resume", "standing"]

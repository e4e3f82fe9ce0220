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
from repletion.interview.asking import OPEN, question_about
from repletion.interview.interview import Interview
from repletion.interview.model import Answered, Asked, Stop
from repletion.interview.wording import sentence, wording
from repletion.triage import Triage


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
    return question_about(interview.case, interview.knowledge, name)


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
    names = [*OPEN, *wording().red_flags, *known.findings, *known.factors]
    near = get_close_matches(answer.id[:80], names, n=3, cutoff=0.5)
    issue = Issue(
        level="warning",
        where=f"answers.{answer.id[:80]}",
        message=sentence("unasked", id=answer.id[:80]),
        remedy=sentence("unasked_near", names=", ".join(near)) if near else sentence("unasked_remedy"),
    )
    return replace(interview, case=msgspec.structs.replace(interview.case, issues=(*interview.case.issues, issue)))


__all__ = ["Answers", "Given", "Standing", "question_of", "resume", "standing"]

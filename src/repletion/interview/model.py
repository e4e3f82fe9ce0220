"""What an interview asks, hears and ends with."""

from __future__ import annotations

from typing import Literal

import msgspec

AskedKind = Literal["open", "number", "choice", "red_flag", "finding", "factor"]
Reply = Literal["yes", "no", "not_sure", "skip", "words"]
StopReason = Literal["emergency", "settled", "nothing_left", "most", "no_complaint", "too_wide"]
YES_NO = ("yes", "no", "not_sure", "skip")
UNANSWERED = ("not_sure", "skip")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One question.

    ``id``: the subject in the knowledge base (finding, factor or red flag), or ``complaint``, ``age``, ``sex``,
    ``duration``, ``medicines``, ``conditions``.  ``kind``: *open* takes words, *number* a number of years, the others
    one of ``choices``; *not_sure* and *skip* are always possible and never count as no.  ``why``: what the answer is
    good for.  ``gain``: expected information in weighted bits, for questions chosen by it.
    """

    id: str
    kind: AskedKind
    question: str
    why: str
    choices: tuple[str, ...] = YES_NO
    gain: float | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A question with what was answered: the words as typed, and what they were taken as."""

    asked: Asked
    typed: str
    reply: Reply


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing more is asked: ``reason`` for programs, ``text`` for people."""

    reason: StopReason
    text: str


class FlagQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a red flag is asked for.

    ``concerns``: findings and factors with which it is worth asking.  ``finding``/``factor``: what the answer states.
    ``denies``: findings that a no states as absent, where the question names several.
    """

    question: str
    concerns: tuple[str, ...]
    finding: str | None = None
    factor: str | None = None
    denies: tuple[str, ...] = ()


class Wording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``wording/interview.yaml``; the comments there say what each part means."""

    said: dict[str, str]
    stop: dict[str, str]
    answers: dict[str, tuple[str, ...]]
    red_flags: dict[str, FlagQuestion]
    red_flags_for_anybody: tuple[str, ...]
    questions: dict[str, str]
    never: frozenset[str]
    only_female: frozenset[str]
    covered: dict[str, tuple[str, ...]]
    covered_findings: dict[str, tuple[str, ...]]
    not_covered: frozenset[str]

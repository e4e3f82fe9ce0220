"""Two answers beside each other: what is shown of the comparison that keeping makes."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from repletion.assessment.model import Assessment
from repletion.keeping.compare import Comparison, Moved
from repletion.keeping.compare import compare as compared
from repletion.keeping.model import Kept
from repletion.report import Reader
from repletion.report.diet import unit_in_words
from repletion.report.items import sentence_case
from repletion.report.numbers import amount, frequency, span
from repletion.report.view import view_of
from repletion.report.wording import display


@dataclass(frozen=True, slots=True)
class Row:
    """One thing then and now, in words; empty where an answer does not hold it, which is not zero."""

    name: str
    then: str
    now: str
    direction: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page shows of two answers; ``then_on`` and ``now_on`` are the days they are of."""

    found: Comparison
    then: Assessment
    now: Assessment
    explanations: tuple[Row, ...]
    intake: tuple[Row, ...]

    @property
    def has_both_diaries(self) -> bool:
        """Whether both answers count a diary; otherwise nothing of it can be compared."""
        return all(any(getattr(row, side) for row in self.intake) for side in ("then", "now"))

    @property
    def then_on(self) -> str:
        """The day of the earlier answer."""
        return self.then.on

    @property
    def now_on(self) -> str:
        """The day of the later answer."""
        return self.now.on


def of_answer(answer: Assessment) -> Kept:
    """An answer that is not kept, in the form in which answers are compared."""
    plain = msgspec.to_builtins(answer)
    return Kept(id="", name="", version=0, saved=answer.on, versions=plain["versions"], answer=plain, case={})


def _direction(row: Moved, then: str, now: str) -> str:
    if then == now:
        return "same"
    return "up" if (row.after or 0.0) > (row.before or 0.0) else "down"


def _chance(value: float | None, between: tuple[float, float] | None) -> str:
    if value is None:
        return ""
    return f"{frequency(value)} ({span(*between)})" if between is not None else frequency(value)


def beside(before: Kept, after: Kept, reader: Reader) -> Beside:
    """What moved between two entries, those explanations that either answer shows to this reader, the furthest first.

    Raises :class:`repletion.keeping.KeepError` for an answer in a form that this version does not read.
    """
    then, now = before.as_answer(), after.as_answer()
    found = compared(before, after)
    led = {item.source.id for answer in (then, now) for item in view_of(answer, reader).shown}
    lay = {e.id: sentence_case(e.lay or e.label) for answer in (then, now) for e in answer.explanations}
    moved = sorted(
        (row for row in found.explanations if row.id in led),
        key=lambda row: -abs((row.after or 0.0) - (row.before or 0.0)),
    )
    explanations = []
    for row in moved:
        then_words, now_words = _chance(row.before, row.before_range), _chance(row.after, row.after_range)
        same = None not in (row.before, row.after) and frequency(row.before or 0) == frequency(row.after or 0)
        direction = "same" if same else _direction(row, then_words, now_words)
        explanations.append(Row(lay.get(row.id, row.label), then_words, now_words, direction))
    intake = []
    hidden = display().hidden_from_patient if reader == "patient" else ()
    for row in found.intake:
        if row.id in hidden or (row.before is None and row.after is None):
            continue
        unit = unit_in_words(row.unit)
        old, new = ("" if v is None else f"{amount(v)} {unit}" for v in (row.before, row.after))
        intake.append(Row(row.label, old, new, _direction(row, old, new)))
    return Beside(found, then, now, tuple(explanations), tuple(intake))

"""One explanation for one reader: its chance, its range, what raised and lowered it, in words."""

from __future__ import annotations

from dataclasses import dataclass

from repletion.assessment.model import Because, Explanation, Remark
from repletion.report import Reader
from repletion.report.numbers import bare, count, frequency, odds_moved, precise, ratio, span, strength
from repletion.report.wording import display, say

NONE = "none_of_these"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was weighed for an explanation. ``weight`` in log-odds, ``ratio`` the factor on the odds."""

    name: str
    typed: str
    weight: float
    ratio: str
    strength: str
    claims: tuple[str, ...]
    more: int
    assumed: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One explanation as shown; ``n``, ``low_n``, ``high_n``, ``prior_n`` are counts in the fixed denominator."""

    source: Explanation
    name: str
    medical: str
    kind: str
    sentence: str
    range: str
    precise: str
    before: str
    at_work: str
    n: int
    low_n: int
    high_n: int
    prior_n: int
    prior_bare: str
    raised: tuple[Reason, ...]
    lowered: tuple[Reason, ...]
    neutral: tuple[Reason, ...]
    is_none: bool
    summary: str
    note: str
    severe: tuple[str, ...]
    notes: tuple[tuple[str, Remark], ...]
    prior_claims: tuple[str, ...]
    is_assumed: bool
    moved: float

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason: raising, lowering, of no weight."""
        return self.raised + self.lowered + self.neutral


def sentence_case(text: str) -> str:
    """First letter raised, the rest as it is."""
    return text[:1].upper() + text[1:]


def in_sentence(label: str) -> str:
    """A label inside a sentence: a plain first word loses its capital, "B12" and "MCV" keep theirs."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def _reason(because: Because, most: int | None) -> Reason:
    name = because.label if because.present else say("explanation.not_present", name=in_sentence(because.label))
    claims = because.claims if most is None else because.claims[:most]
    return Reason(
        name=sentence_case(name),
        typed=because.text,
        weight=because.weight,
        ratio=ratio(because.weight),
        strength=strength(because.weight),
        claims=claims,
        more=len(because.claims) - len(claims),
        assumed=because.assumed,
    )


def _notes(explanation: Explanation, reader: Reader, *, is_later: bool) -> tuple[tuple[str, Remark], ...]:
    """Remarks under their headings.  Treatment is for those who prescribe."""
    found = [("remarks", remark) for remark in explanation.remarks]
    if reader != "patient" and explanation.treatment:
        found.append(("treatment", explanation.treatment))
    if explanation.time_course and not (is_later and reader == "patient"):
        found.append(("time", explanation.time_course))
    return (*found, *(("safety", remark) for remark in explanation.safety))


def item_of(explanation: Explanation, reader: Reader, assumed: frozenset[str], *, is_later: bool = False) -> Item:
    """One explanation for one reader.

    ``assumed``: ids of claims that are assumptions.  ``is_later``: an urgent warning leads the report.
    """
    show = display()
    is_patient, is_none = reader == "patient", explanation.id == NONE
    reasons = [_reason(b, show.most_claims if is_patient else None) for b in explanation.because]
    weighty = [r for r in reasons if r.strength != "not_at_all"]
    # of what weighs nothing, only what a study was asked about is worth a line
    neutral = [r for r in reasons if r.strength == "not_at_all" and r.claims]
    raised = [r for r in weighty if r.weight > 0]
    lowered = [r for r in weighty if r.weight < 0]
    if is_patient:
        raised, lowered = raised[: show.most_reasons], lowered[: show.most_reasons]
    lay, label = sentence_case(explanation.lay or explanation.label), sentence_case(explanation.label)
    names = (lay, label) if is_patient and not is_none else (label, lay)
    p, low, high, prior = explanation.probability, explanation.low, explanation.high, explanation.prior
    moved = odds_moved(p, prior)
    note = say("explanation.unmoved") if not is_none and strength(moved) == "not_at_all" else ""
    if is_none and not is_later:
        note = say("explanation.none_note")
    return Item(
        source=explanation,
        name=names[0],
        medical="" if names[0].casefold() == names[1].casefold() else names[1],
        kind=say(f"explanation.kind.{explanation.kind}"),
        sentence=frequency(p),
        range=span(low, high),
        precise=precise(p, low, high),
        before=say("frequency.before_none" if is_none else "frequency.before", frequency=frequency(prior)),
        at_work="" if explanation.at_work is None else frequency(explanation.at_work),
        n=count(p),
        low_n=count(low),
        high_n=count(high),
        prior_n=count(prior),
        prior_bare=bare(prior),
        raised=tuple(raised),
        lowered=tuple(lowered),
        neutral=tuple(neutral[: show.most_neutral] if is_patient else neutral),
        is_none=is_none,
        # beside an urgent warning nothing may sound like an all-clear
        summary="" if is_none and is_later else explanation.summary,
        note=note,
        severe=tuple(
            say("explanation.severe", frequency=frequency(level.probability), name=level.label)
            for level in explanation.severity
        ),
        notes=_notes(explanation, reader, is_later=is_later),
        prior_claims=explanation.prior_claims,
        is_assumed=any(claim in assumed for claim in explanation.prior_claims),
        moved=moved,
    )

"""One explanation for one reader: its chance, its range, what raised and lowered it, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from repletion.assessment.model import Because, Explanation, Remark
from repletion.report.numbers import bare, count, frequency, is_rare, odds_moved, precise, ratio, span, strength
from repletion.report.readers import Reader
from repletion.report.sparing import finding_name, telling
from repletion.report.waterfall import Waterfall, waterfall
from repletion.report.wording import display, say

NONE = "none_of_these"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was weighed for an explanation. ``weight`` in log-odds, ``ratio`` the factor on the odds.

    ``itself``: the explanation was told itself.  ``by_way``: its claims are not on this explanation but on another
    on which the thing bears, and through which it bears on this one.  ``through``: the name of that other, empty where
    this reader is spared it.
    """

    name: str
    typed: str
    weight: float
    ratio: str
    strength: str
    claims: tuple[str, ...]
    more: int
    assumed: bool
    itself: bool = False
    by_way: bool = False
    through: str = ""


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
    causes: str
    """What may lie behind it in turn, in a sentence; empty where nothing is worth a word."""
    notes: tuple[tuple[str, Remark], ...]
    prior_claims: tuple[str, ...]
    is_assumed: bool
    moved: float
    smaller: tuple[Reason, ...]
    """Reasons that are weighed and not named one by one to this reader."""
    waterfall: Waterfall | None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason: raising, lowering, of no weight."""
        return self.raised + self.lowered + self.neutral

    @property
    def smaller_claims(self) -> tuple[str, ...]:
        """The first claim of each reason that is not named."""
        return tuple(dict.fromkeys(reason.claims[0] for reason in self.smaller if reason.claims))


def sentence_case(text: str) -> str:
    """First letter raised, the rest as it is."""
    return text[:1].upper() + text[1:]


def in_sentence(label: str) -> str:
    """A label inside a sentence: a plain first word loses its capital; "B12", "MCV" and a person's name keep theirs."""
    if re.split(r"[\s'’-]", label, maxsplit=1)[0] in display().proper_names:
        return label
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


Bearing = Mapping[str, tuple[str, tuple[str, ...]]]
"""By finding: the id of the explanation that it moves most by claims of its own, and these claims."""


def bearing(explanations: Iterable[Explanation]) -> Bearing:
    """On which explanation each finding bears directly, the one it moves furthest, by which claims."""
    found: dict[str, tuple[float, str, tuple[str, ...]]] = {}
    for explanation in explanations:
        for because in explanation.because:
            if because.claims and abs(because.weight) > found.get(because.finding, (-1.0,))[0]:
                found[because.finding] = (abs(because.weight), explanation.id, because.claims)
    return {finding: (name, claims) for finding, (_, name, claims) in found.items()}


def _reason(
    because: Because, most: int | None, bears: Bearing, names: Mapping[str, str], of: str, reader: Reader
) -> Reason:
    absent = "explanation.not_out_of_range" if because.kind == "lab" else "explanation.not_present"
    called = because.label if because.kind == "lab" else finding_name(because.finding, because.label, reader)
    label = called if because.kind == "lab" else in_sentence(called)
    name = called if because.present else say(absent, name=label)
    other, all_claims = "", because.claims
    if not all_claims and because.finding in bears and because.finding != of:
        other, all_claims = bears[because.finding]
        most = most and 1
    claims = all_claims if most is None else all_claims[:most]
    return Reason(
        name=sentence_case(name),
        typed=because.text,
        weight=because.weight,
        ratio=ratio(because.weight),
        strength=strength(because.weight),
        claims=claims,
        more=len(all_claims) - len(claims),
        assumed=because.assumed,
        itself=because.finding == of,
        by_way=bool(other),
        through=names.get(other, ""),
    )


def _once(reasons: Iterable[Reason]) -> list[Reason]:
    """A thing that bears in two ways (as a disease and as what raises a risk) is one reason, with both weights."""
    found: dict[tuple[str, str], Reason] = {}
    for one in reasons:
        key = (one.name, one.typed)
        other = found.get(key)
        if other is not None:
            weight = other.weight + one.weight
            one = replace(
                other if other.claims else one,
                weight=weight,
                ratio=ratio(weight),
                strength=strength(weight),
                assumed=other.assumed or one.assumed,
                itself=other.itself or one.itself,
            )
        found[key] = one
    return list(found.values())


def _notes(
    explanation: Explanation, reader: Reader, told: frozenset[str] | None, *, is_later: bool, is_child: bool
) -> tuple[tuple[str, Remark], ...]:
    """Remarks under their headings.  Treatment is for those who prescribe, and none is on record for a child."""
    found = [("remarks", remark) for remark in telling(explanation.id, explanation.remarks, told)]
    if reader != "patient" and explanation.treatment and not is_child:
        found.append(("treatment", explanation.treatment))
    if explanation.time_course and not is_child and not (is_later and reader == "patient"):
        found.append(("time", explanation.time_course))
    return (*found, *(("safety", remark) for remark in dict.fromkeys(explanation.safety)))


def _causes(explanation: Explanation, *, is_patient: bool) -> str:
    """The explanations that would bring this one about, with their chances, in a sentence."""
    named = [
        say(
            "explanation.cause",
            name=(c.lay if is_patient else "") or in_sentence(c.label),
            frequency=frequency(c.probability) if is_patient else precise(c.probability, c.low, c.high),
        )
        for c in explanation.causes
    ]
    return say("explanation.causes", causes="; ".join(named)) if named else ""


def item_of(
    explanation: Explanation,
    reader: Reader,
    assumed: frozenset[str],
    *,
    is_later: bool = False,
    bears: Bearing | None = None,
    names: Mapping[str, str] | None = None,
    told: frozenset[str] | None = None,
    exact: bool = True,
    is_child: bool = False,
) -> Item:
    """One explanation for one reader.

    ``assumed``: ids of claims that are assumptions.  ``is_later``: an urgent warning leads the report.
    ``bears``: where findings bear directly (:func:`bearing`).  ``names``: of explanations this reader is told, by id.
    ``is_child``: courses of treatment, which are those of adults, are left out.
    ``told``: findings that were reported; ``None`` shows every remark.  ``exact``: without it reasons were not weighed.
    """
    show = display()
    is_patient, is_none = reader == "patient", explanation.id == NONE
    most = show.most_claims if is_patient else None
    reasons = _once(_reason(b, most, bears or {}, names or {}, explanation.id, reader) for b in explanation.because)
    weighty = [r for r in reasons if r.strength != "not_at_all"]
    # of what weighs nothing, only what a study was asked about is worth a line
    neutral = [r for r in reasons if exact and r.strength == "not_at_all" and r.claims and not r.by_way]
    raised = [r for r in weighty if r.weight > 0]
    lowered = [r for r in weighty if r.weight < 0]
    if is_patient:
        raised, lowered = raised[: show.most_reasons], lowered[: show.most_reasons]
        neutral = neutral[: show.most_neutral]
    named = [*raised, *lowered, *neutral]
    smaller = [r for r in reasons if not any(r is one for one in named)]
    lay, label = sentence_case(explanation.lay or explanation.label), sentence_case(explanation.label)
    called = (lay, label) if is_patient and not is_none else (label, lay)
    p, low, high, prior = explanation.probability, explanation.low, explanation.high, explanation.prior
    moved = odds_moved(p, prior)
    note = say("explanation.unmoved") if not is_none and strength(moved) == "not_at_all" else ""
    if is_none and not is_later:
        note = say("explanation.none_note")
    return Item(
        source=explanation,
        name=called[0],
        medical="" if called[0].casefold() == called[1].casefold() else called[1],
        kind=say(f"explanation.kind.{explanation.kind}"),
        sentence=frequency(p),
        range=span(low, high) if exact else say("frequency.no_range"),
        precise=precise(p, low, high, exact=exact),
        before=say("frequency.before_none" if is_none else "frequency.before", frequency=frequency(prior)),
        at_work="" if explanation.at_work is None else frequency(explanation.at_work),
        n=count(p),
        low_n=count(low),
        high_n=count(high),
        prior_n=count(prior),
        prior_bare=bare(prior),
        raised=tuple(raised),
        lowered=tuple(lowered),
        neutral=tuple(neutral),
        is_none=is_none,
        # beside an urgent warning nothing may sound like an all-clear
        summary="" if is_none and is_later else explanation.summary,
        note=note,
        severe=tuple(
            say("explanation.severe", frequency=frequency(level.probability), name=level.label)
            for level in explanation.severity
            if reader == "research" or not is_rare(level.probability)
        ),
        causes=_causes(explanation, is_patient=is_patient),
        notes=_notes(explanation, reader, told, is_later=is_later, is_child=is_child),
        prior_claims=explanation.prior_claims,
        is_assumed=any(claim in assumed for claim in explanation.prior_claims),
        moved=moved,
        smaller=tuple(smaller),
        waterfall=None if is_none else waterfall(prior, p, (r.weight for r in named), sum(r.weight for r in smaller)),
    )

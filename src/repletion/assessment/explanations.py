"""Posteriors → explanations with their reasons, most probable first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from repletion.assessment.model import Because, Cause, Explanation, Remark, Severity, Unexplained
from repletion.assessment.reasoning import Reasoning
from repletion.assessment.reasons import PLACES, levels, reasons_of
from repletion.evidence import Evidence
from repletion.knowledge import Knowledge
from repletion.knowledge.models import State, Text
from repletion.network.build import Builder
from repletion.network.graph import Graph

NONE = "none_of_these"


def remark(text: Text) -> Remark:
    """A sentence of the knowledge base as shown."""
    return Remark(text=text.text, source=text.source, locator=text.locator, assumed=text.basis == "assumed")


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Of every state what the answer shows, as plain numbers.

    ``sole_cause``: by number of a state, what findings would be gone without it or its most telling level.
    ``reported``: whether the case tells of anything.  ``found``: whether of a complaint, a sign or a result.
    """

    probability: list[float]
    low: list[float]
    high: list[float]
    prior: list[float]
    at_work: list[float]
    sole_cause: dict[int, dict[str, float]]
    reported: bool
    found: bool

    @classmethod
    def of(cls, knowledge: Knowledge, reasoning: Reasoning) -> _Numbers:
        """Those of ``reasoning``."""
        sole: dict[int, dict[str, float]] = {}
        requires = reasoning.network.requires
        for finding, row in reasoning.sole_cause.items():
            most = row.copy()
            for state, level in reversed(requires):  # states stand before their levels
                most[state] = max(most[state], most[level])
            for i in np.flatnonzero(most >= knowledge.rule("least_sole_cause")).tolist():
                sole.setdefault(i, {})[finding] = float(most[i])
        return cls(
            probability=reasoning.posterior.probability[0].tolist(),
            low=reasoning.low.tolist(),
            high=reasoning.high.tolist(),
            prior=reasoning.prior.tolist(),
            at_work=reasoning.at_work.tolist(),
            sole_cause=sole,
            reported=any(o.present and o.kind in {"finding", "lab", "state"} for o in reasoning.evidence.observations),
            found=any(o.present and o.kind in {"finding", "lab"} for o in reasoning.evidence.observations),
        )


def _explains(n: _Numbers, i: int, name: str, because: Sequence[Because]) -> float:
    """Probability that a state accounts for something reported, or for what a laboratory result shows.

    The second part is the probability times the share of its odds that comes from the result with most weight,
    ``1 - exp(-weight)`` (the attributable share).  A diagnosis that the person states counts like a result where it is
    all that is told; beside complaints and results it counts for what it accounts for.  Where nothing was reported
    and no result stands out, a state counts for what the case adds to its prior.
    """
    p = n.probability[i]
    if not n.reported:
        return max(0.0, p - n.prior[i])
    if not because:
        return max(n.at_work[i], 0.0)
    stated = "" if n.found else name
    told = [b.weight for b in because if b.present and ((b.kind == "lab" and b.claims) or b.finding == stated)]
    weight = max(told, default=0.0)
    shown = p * (1 - math.exp(-weight)) if weight > 0 else 0.0
    return max(n.at_work[i], shown)


@lru_cache(maxsize=4096)
def _causers(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """Shown states that cause a state or one of its levels, themselves or by a level."""
    causes = [link.state for part in (name, *levels(knowledge, name)) for link in knowledge.states[part].caused_by]
    found = []
    for cause in causes:
        while (wider := knowledge.states[cause].requires) is not None:
            cause = wider
        if cause != name and knowledge.states[cause].kind != "latent":
            found.append(cause)
    return tuple(dict.fromkeys(found))


def with_causes(knowledge: Knowledge, found: Sequence[Explanation]) -> list[Explanation]:
    """Each explanation with those others that would bring it about and are worth a word beside it.

    Worth a word is a cause that stands behind a fair share of the explanation (rule ``cause_least_share``), or that the
    case has made many times likelier than it was (``cause_least_rise``): a rare tumor behind low blood sugar.  What
    is less likely than rule ``least_sole_cause`` is not listed.  An explanation that is not at work itself (rule
    ``test_least_explains``) is left alone.
    """
    share, rise = knowledge.rule("cause_least_share"), knowledge.rule("cause_least_rise")
    most = int(knowledge.rule("cause_most_named"))
    least, listed = knowledge.rule("test_least_explains"), knowledge.rule("least_sole_cause")
    by_id = {e.id: e for e in found}
    told = []
    for e in found:
        names = _causers(knowledge, e.id) if e.id != NONE and e.explains >= least else ()
        if not names:
            told.append(e)
            continue
        others = [
            c
            for c in (by_id[name] for name in names)
            if c.probability >= share * e.probability or c.probability >= max(rise * c.prior, listed)
        ]
        others.sort(key=lambda c: (-round(c.probability, PLACES), c.id))
        causes = tuple(
            Cause(
                id=c.id,
                label=c.label,
                lay=c.lay,
                probability=c.probability,
                low=c.low,
                high=c.high,
                prior=c.prior,
            )
            for c in others[:most]
        )
        told.append(msgspec.structs.replace(e, causes=causes) if causes else e)
    return told


@dataclass(frozen=True, slots=True)
class _Shown:
    """A state that every answer shows, by name and number, with its more severe levels (id, label, number).

    ``said``: what the knowledge says of it, in an explanation whose numbers are still to come."""

    name: str
    number: int
    said: Explanation
    levels: tuple[tuple[str, str, int], ...]


@lru_cache(maxsize=8)
def _shown(knowledge: Knowledge, graph: Graph) -> tuple[_Shown, ...]:
    """Every state but latent ones and levels of others."""
    place = graph.index
    return tuple(
        _Shown(
            name=s.id,
            number=place[s.id],
            said=Explanation(**_said(knowledge, s.id), probability=0.0, low=0.0, high=0.0, prior=0.0),
            levels=tuple((one, knowledge.states[one].label, place[one]) for one in levels(knowledge, s.id)),
        )
        for s in knowledge.states.values()
        if s.kind != "latent" and s.requires is None
    )


def _said(knowledge: Knowledge, name: str) -> dict[str, Any]:
    """What the knowledge says of a state in every answer."""
    state: State = knowledge.states[name]
    course = state.course
    return {
        "id": name,
        "label": state.label,
        "lay": state.lay,
        "kind": "other" if state.kind == "latent" else state.kind,
        "definition": state.definition,
        "summary": state.summary,
        "remarks": tuple(remark(text) for text in state.remarks),
        "treatment": remark(course.treatment) if course and course.treatment else None,
        "time_course": remark(course.time) if course and course.time else None,
        "safety": tuple(remark(text) for text in course.safety) if course else (),
    }


def _explanation(shown: _Shown, prior: str, n: _Numbers, because: tuple[Because, ...]) -> Explanation:
    """One state as an explanation.  ``prior``: the claim behind its prevalence."""
    i = shown.number
    severity = (
        [
            Severity(id=name, label=label, probability=n.probability[k], low=n.low[k], high=n.high[k])
            for name, label, k in shown.levels
        ]
        if shown.levels
        else ()
    )
    return msgspec.structs.replace(  # a copy costs a third of naming all that never changes
        shown.said,
        probability=n.probability[i],
        low=n.low[i],
        high=n.high[i],
        prior=n.prior[i],
        because=because,
        severity=tuple(severity),
        at_work=n.at_work[i],
        explains=_explains(n, i, shown.name, because),
        sole_cause=n.sole_cause.get(i, {}),
        prior_claims=(prior,),
    )


def none_of_these(reasoning: Reasoning, wording: dict[str, str]) -> Explanation:
    """That nothing modelled is at work: the background of everyday causes."""
    value, low, high = reasoning.none
    return Explanation(
        id=NONE,
        label=wording["label"],
        lay=wording["lay"],
        kind="other",
        probability=value,
        low=low,
        high=high,
        explains=value,
        prior=reasoning.none_prior,
        definition=wording["definition"],
        summary=wording["summary"],
    )


def standing(e: Explanation, share: float) -> float:
    """The place of an explanation: what it explains, or ``share`` of what the person's circumstances add to it.

    Circumstances are factors and the diet.  What a reported finding adds is in ``explains`` already, and a state
    that merely follows from another must not stand for it.
    """
    weight = sum([b.weight for b in e.because if b.kind in {"factor", "intake"}]) if e.because else 0.0
    if e.id == NONE or weight <= 0 or not 0 < e.prior < 1:
        return e.explains
    raised = 1 / (1 + (1 - e.prior) / e.prior * math.exp(-weight))
    return max(e.explains, share * (min(raised, e.probability) - e.prior))


def places(knowledge: Knowledge, found: Sequence[Explanation]) -> list[float]:
    """What orders the explanations: the standing of each, lifted by each thing told that speaks for it.

    What accounts for the whole report stands before what accounts for one word of it (rule ``standing_of_each``: by how
    much each thing raises it; ``speaks_for_least``: the weight from which a thing speaks for a state).  A result that
    stands out (rule ``result_stands_out``) settles more than a count of things does: beside one nothing is counted.
    """
    share, least = knowledge.rule("standing_of_added"), knowledge.rule("speaks_for_least")
    outstanding = knowledge.rule("result_stands_out")
    each = knowledge.rule("standing_of_each")
    if any(b.kind == "lab" and b.present and b.weight > outstanding for e in found for b in e.because):
        each = 1.0

    def told_for(e: Explanation) -> int:
        return sum([b.present and b.weight > least for b in e.because])

    return [standing(e, share) * each ** told_for(e) if e.because else e.explains for e in found]


def explanations(
    knowledge: Knowledge, builder: Builder, reasoning: Reasoning, wording: dict[str, str]
) -> tuple[Explanation, ...]:
    """Every state but latent ones and levels of others, and "none of these".

    What most probably accounts for the report comes first; a common and silent state does not stand before a rare
    one that explains what the person feels.  What the person's circumstances add to a state counts in part (rule
    ``standing_of_added``): an overactive thyroid whose medicine was stopped is not to be buried for being silent.
    """
    reasons, numbers = reasons_of(knowledge, builder.graph, reasoning), _Numbers.of(knowledge, reasoning)
    priors = reasoning.built.prior_claims
    found = [
        _explanation(state, priors[state.number], numbers, reasons.get(state.number, ()))
        for state in _shown(knowledge, builder.graph)
    ]
    found.append(none_of_these(reasoning, wording))
    place = np.array([*zip(places(knowledge, found), [e.probability for e in found], strict=True)])
    first, second = np.rint(place * -(10**PLACES)).T
    order = np.lexsort((_rank(tuple([e.id for e in found])), second, first))
    return tuple(with_causes(knowledge, [found[k] for k in order.tolist()]))


@lru_cache(maxsize=8)
def _rank(names: tuple[str, ...]) -> NDArray[np.intp]:
    """The place of each name in the alphabet of all."""
    return np.argsort(np.argsort(names))


def unexplained(knowledge: Knowledge, reasoning: Reasoning) -> tuple[Unexplained, ...]:
    """For each reported finding, the probability that nothing modelled is at work in it."""
    return tuple(
        Unexplained(finding=name, label=knowledge.findings[name].label, probability=value)
        for name, value in sorted(reasoning.unexplained.items(), key=lambda pair: -pair[1])
    )


def remarks_on(knowledge: Knowledge, evidence: Evidence) -> tuple[Remark, ...]:
    """What everybody who reports one of the present findings should know."""
    present = [o.id for o in evidence.observations if o.kind == "finding" and o.present]
    return tuple(dict.fromkeys(remark(text) for name in present for text in knowledge.findings[name].remarks))


def claims_of(found: Iterable[Explanation]) -> set[str]:
    """Claims that the explanations rest on: their prior and their reasons."""
    told = [part for e in found for part in (e.prior_claims, *[reason.claims for reason in e.because])]
    return set().union(*told)


@lru_cache(maxsize=64)
def _said_from(knowledge: Knowledge, names: frozenset[str]) -> frozenset[str]:
    """Sources of what the knowledge says of these states in every answer."""
    said = [_said(knowledge, name) for name in names if name in knowledge.states]
    told = [remark for one in said for remark in (*one["remarks"], *one["safety"])]
    told += [one[part] for one in said for part in ("treatment", "time_course") if one[part] is not None]
    return frozenset(remark.source for remark in told)


def sources_of(knowledge: Knowledge, found: Iterable[Explanation], about: Iterable[Remark]) -> set[str]:
    """Sources of the sentences that the answer shows."""
    return {remark.source for remark in about} | _said_from(knowledge, frozenset([e.id for e in found]))

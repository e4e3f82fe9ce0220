"""Posteriors → explanations with their reasons, most probable first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from repletion.assessment.model import Because, Cause, Explanation, Remark, Severity, Unexplained
from repletion.assessment.reasoning import Reasoning
from repletion.evidence import Evidence
from repletion.knowledge import Knowledge
from repletion.knowledge.models import State, Text
from repletion.network.build import Builder
from repletion.network.graph import Graph

NONE = "none_of_these"
_PLACES = 12  # decimals that decide an order: what lies beyond is the rounding of one processor or another


def remark(text: Text) -> Remark:
    """A sentence of the knowledge base as shown."""
    return Remark(text=text.text, source=text.source, locator=text.locator, assumed=text.basis == "assumed")


@lru_cache(maxsize=4096)
def _states_above(knowledge: Knowledge, name: str) -> list[str]:
    """The state and, upwards, the states whose more severe level it is, or that cause it."""
    found, queue = [name], [name]
    while queue:
        state = knowledge.states[queue.pop()]
        for other in [link.state for link in state.caused_by] + ([state.requires] if state.requires else []):
            if other not in found:
                found.append(other)
                queue.append(other)
    return found


@lru_cache(maxsize=4096)
def _levels(knowledge: Knowledge, name: str) -> list[str]:
    """The more severe levels of a state, mildest first."""
    found = [s.id for s in knowledge.states.values() if s.requires == name]
    return found + [deeper for level in found for deeper in _levels(knowledge, level)]


@lru_cache(maxsize=4096)
def _around(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """The state, its levels and what causes it."""
    return tuple(dict.fromkeys([name, *_levels(knowledge, name), *_states_above(knowledge, name)]))


@lru_cache(maxsize=4096)
def _bearing(
    knowledge: Knowledge, graph: Graph, nodes: tuple[str, ...], factor: str | None
) -> dict[str, tuple[str, ...]]:
    """Claims by which finding nodes and a factor bear on each state itself; a state they do not touch is left out."""
    factors = {factor, *graph.wider_factors(factor)} if factor is not None else set()
    touched = {i for name in factors for i, _ in graph.raising.get(name, ())}
    touched.update(i for node in nodes for i, _ in graph.edges(node))
    claims: dict[str, tuple[str, ...]] = {}
    for name in (graph.order[i] for i in touched):
        record = knowledge.states[name]
        found = [claim for link in record.raised_by if link.factor in factors for claim in (link.claim, *link.also)]
        for node in nodes:
            found += graph.claims(node, name)
            found += [also for link in record.findings if link.finding == node for also in link.also]
        claims[name] = tuple(found)
    return claims


@lru_cache(maxsize=4096)
def _told_of(
    knowledge: Knowledge, graph: Graph, nodes: tuple[str, ...], factor: str | None
) -> dict[str, tuple[str, ...]]:
    """Claims by which finding nodes and a factor bear on each state: on the state itself, its levels and what causes
    it; a state on which they do not bear is left out."""
    bearing = _bearing(knowledge, graph, nodes, factor)
    found: dict[str, tuple[str, ...]] = {}
    for state in graph.order:
        names = [claim for name in _around(knowledge, state) if name in bearing for claim in bearing[name]]
        if names:
            found[state] = tuple(dict.fromkeys(names))
    return found


def _reasons(knowledge: Knowledge, builder: Builder, reasoning: Reasoning) -> dict[int, list[Because]]:
    """For each state (by number) that something moved or bears on: what did, most first."""
    place, threshold = builder.graph.index, knowledge.rule("least_shown_weight")
    reasons: dict[int, list[Because]] = {}
    for observation, weights in zip(reasoning.evidence.observations, reasoning.weights, strict=True):
        factor = observation.id if observation.share is not None else None
        told = _told_of(knowledge, builder.graph, tuple(observation.nodes), factor)
        shown = set(np.flatnonzero(np.abs(weights) >= threshold).tolist())
        if observation.kind in {"finding", "lab"}:
            shown.update(place[name] for name in told)
        weight = weights.tolist()
        for i in shown:
            claims = told.get(builder.graph.order[i], ())
            if observation.claims and (claims or observation.kind == "list"):
                claims = tuple(dict.fromkeys([*claims, *observation.claims]))
            reason = Because(
                finding=observation.id,
                label=observation.label,
                kind=observation.kind,
                text=observation.text,
                present=observation.present,
                weight=weight[i],
                claims=claims,
                assumed=observation.assumed or (bool(claims) and knowledge.claims[claims[0]].assumed),
            )
            reasons.setdefault(i, []).append(reason)
    for found in reasons.values():
        found.sort(key=lambda reason: (-round(abs(reason.weight), _PLACES), reason.finding))
    return reasons


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
    stated = "" if n.found else name
    told = [b.weight for b in because if b.present and ((b.kind == "lab" and b.claims) or b.finding == stated)]
    weight = max(told, default=0.0)
    shown = p * (1 - math.exp(-weight)) if weight > 0 else 0.0
    return max(n.at_work[i], shown)


def _severity(knowledge: Knowledge, place: dict[str, int], n: _Numbers, name: str) -> tuple[Severity, ...]:
    levels = []
    for level in _levels(knowledge, name):
        i = place[level]
        levels.append(
            Severity(
                id=level,
                label=knowledge.states[level].label,
                probability=n.probability[i],
                low=n.low[i],
                high=n.high[i],
            )
        )
    return tuple(levels)


@lru_cache(maxsize=4096)
def _causers(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """Shown states that cause a state or one of its levels, themselves or by a level."""
    causes = [link.state for part in (name, *_levels(knowledge, name)) for link in knowledge.states[part].caused_by]
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
    least, listed = knowledge.rule("test_least_explains"), knowledge.rule("least_sole_cause")
    by_id = {e.id: e for e in found}
    told = []
    for e in found:
        names = _causers(knowledge, e.id) if e.id != NONE and e.explains >= least else ()
        others = [
            c
            for c in (by_id[name] for name in names)
            if c.probability >= share * e.probability or c.probability >= max(rise * c.prior, listed)
        ]
        others.sort(key=lambda c: (-round(c.probability, _PLACES), c.id))
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
            for c in others[: int(knowledge.rule("cause_most_named"))]
        )
        told.append(msgspec.structs.replace(e, causes=causes) if causes else e)
    return told


@lru_cache(maxsize=8)
def _shown(knowledge: Knowledge) -> tuple[str, ...]:
    """Every state but latent ones and levels of others."""
    return tuple(s.id for s in knowledge.states.values() if s.kind != "latent" and s.requires is None)


@lru_cache(maxsize=4096)
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


def _explanation(
    knowledge: Knowledge, place: dict[str, int], prior: str, n: _Numbers, because: tuple[Because, ...], name: str
) -> Explanation:
    """One state as an explanation.  ``prior``: the claim behind its prevalence."""
    i = place[name]
    return Explanation(
        probability=n.probability[i],
        low=n.low[i],
        high=n.high[i],
        prior=n.prior[i],
        because=because,
        severity=_severity(knowledge, place, n, name),
        at_work=n.at_work[i],
        explains=_explains(n, i, name, because),
        sole_cause=n.sole_cause.get(i, {}),
        prior_claims=(prior,),
        **_said(knowledge, name),
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
    weight = sum([b.weight for b in e.because if b.kind in {"factor", "intake"}])
    if e.id == NONE or weight <= 0 or not 0 < e.prior < 1:
        return e.explains
    raised = 1 / (1 + (1 - e.prior) / e.prior * math.exp(-weight))
    return max(e.explains, share * (min(raised, e.probability) - e.prior))


def explanations(
    knowledge: Knowledge, builder: Builder, reasoning: Reasoning, wording: dict[str, str]
) -> tuple[Explanation, ...]:
    """Every state but latent ones and levels of others, and "none of these".

    What most probably accounts for the report comes first; a common and silent state does not stand before a rare
    one that explains what the person feels.  What the person's circumstances add to a state counts in part (rule
    ``standing_of_added``): an overactive thyroid whose medicine was stopped is not to be buried for being silent.
    """
    share = knowledge.rule("standing_of_added")
    reasons, numbers = _reasons(knowledge, builder, reasoning), _Numbers.of(knowledge, reasoning)
    place, priors = builder.graph.index, reasoning.built.prior_claims
    found = [
        _explanation(knowledge, place, priors[i], numbers, tuple(reasons.get(i, ())), name)
        for name, i in ((name, place[name]) for name in _shown(knowledge))
    ]
    found.append(none_of_these(reasoning, wording))
    found.sort(key=lambda e: (-round(standing(e, share), _PLACES), -round(e.probability, _PLACES), e.id))
    return tuple(with_causes(knowledge, found))


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
    names: set[str] = set()
    for explanation in found:
        names.update(explanation.prior_claims)
        for reason in explanation.because:
            names.update(reason.claims)
    return names


def sources_of(found: Iterable[Explanation], about: Iterable[Remark]) -> set[str]:
    """Sources of the sentences that the answer shows."""
    said = [remark for explanation in found for remark in (*explanation.remarks, *explanation.safety)]
    said += [one for e in found for one in (e.treatment, e.time_course) if one is not None]
    return {remark.source for remark in (*about, *said)}

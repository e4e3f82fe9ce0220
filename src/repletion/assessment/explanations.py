"""Posteriors → explanations with their reasons, most probable first."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from repletion.assessment.model import Because, Cause, Explanation, Outlined, Remark, Severity, Unexplained
from repletion.assessment.naming import named
from repletion.assessment.order import NONE, in_order
from repletion.assessment.reasoning import Reasoning
from repletion.assessment.reasons import NOTHING_WEIGHED, PLACES, Reasons, levels
from repletion.evidence import Evidence
from repletion.knowledge import Knowledge
from repletion.knowledge.models import State, Text
from repletion.network.build import Builder
from repletion.network.graph import Graph


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


def _explains(n: _Numbers, i: int, name: str, reasons: Reasons) -> float:
    """Probability that a state accounts for something reported, or for what a laboratory result shows.

    The second part is the probability times the share of its odds that comes from the result with most weight,
    ``1 - exp(-weight)`` (the attributable share).  A diagnosis that the person states counts like a result where it is
    all that is told; beside complaints and results it counts for what it accounts for.  Where nothing was reported
    and no result stands out, a state counts for what the case adds to its prior.
    """
    p = n.probability[i]
    if not n.reported:
        return max(0.0, p - n.prior[i])
    if i not in reasons.at:
        return max(n.at_work[i], 0.0)
    weight = reasons.of_result(i, "" if n.found else name)
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


def with_causes(knowledge: Knowledge, found: Sequence[Explanation], every: Sequence[Explanation]) -> list[Explanation]:
    """Each explanation with those others, of ``every`` one, that would bring it about and are worth a word beside it.

    Worth a word is a cause that stands behind a fair share of the explanation (rule ``cause_least_share``), or that the
    case has made many times likelier than it was (``cause_least_rise``): a rare tumor behind low blood sugar.  What
    is less likely than rule ``least_sole_cause`` is not listed.  An explanation that is not at work itself (rule
    ``test_least_explains``) is left alone.
    """
    share, rise = knowledge.rule("cause_least_share"), knowledge.rule("cause_least_rise")
    most = int(knowledge.rule("cause_most_named"))
    least, listed = knowledge.rule("test_least_explains"), knowledge.rule("least_sole_cause")
    by_id = {e.id: e for e in every}
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


def _severity(shown: _Shown, n: _Numbers) -> tuple[Severity, ...]:
    if not shown.levels:
        return ()
    return tuple(
        [
            Severity(id=name, label=label, probability=n.probability[k], low=n.low[k], high=n.high[k])
            for name, label, k in shown.levels
        ]
    )


def _outlined(shown: _Shown, n: _Numbers, reasons: Reasons) -> Outlined:
    """One state by its name and numbers."""
    i, said = shown.number, shown.said
    return Outlined(
        id=shown.name,
        label=said.label,
        lay=said.lay,
        kind=said.kind,
        probability=n.probability[i],
        low=n.low[i],
        high=n.high[i],
        prior=n.prior[i],
        severity=_severity(shown, n),
        at_work=n.at_work[i],
        explains=_explains(n, i, shown.name, reasons),
    )


def _whole(shown: _Shown, outline: Outlined, prior: str, n: _Numbers, because: tuple[Because, ...]) -> Explanation:
    """The same state with everything that is said of it.  ``prior``: the claim behind its prevalence."""
    return msgspec.structs.replace(  # a copy costs a third of naming all that never changes
        shown.said,
        probability=outline.probability,
        low=outline.low,
        high=outline.high,
        prior=outline.prior,
        because=because,
        severity=outline.severity,
        at_work=outline.at_work,
        explains=outline.explains,
        sole_cause=n.sole_cause.get(shown.number, {}),
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


Leading = Callable[[Sequence[Explanation], Callable[[Explanation, frozenset[str]], float]], Collection[str]]
"""From all explanations, in order, and the largest log-odds by which something present of some kinds raises one, to the
ids of those that are told whole."""


def explanations(
    knowledge: Knowledge,
    builder: Builder,
    reasoning: Reasoning,
    wording: dict[str, str],
    leading: Leading | None = None,
) -> tuple[Explanation, ...]:
    """Every state but latent ones and levels of others, and "none of these".

    What most probably accounts for the report comes first; a common and silent state does not stand before a rare
    one that explains what the person feels.  What the person's circumstances add to a state counts in part (rule
    ``standing_of_added``): an overactive thyroid whose medicine was stopped is not to be buried for being silent.
    ``leading``: where not all are to be told whole; the others are outlined.
    """
    reasons, n = Reasons(knowledge, builder.graph, reasoning), _Numbers.of(knowledge, reasoning)
    every, priors = _shown(knowledge, builder.graph), reasoning.built.prior_claims
    found: list[Explanation] = [_outlined(state, n, reasons) for state in every]
    found.append(none_of_these(reasoning, wording))
    weighed = [*(reasons.weighed(state.number) for state in every), NOTHING_WEIGHED]
    count = named(builder.graph, reasoning.network, reasoning.evidence.observations).tolist()
    naming = [*(max([count[i] for i in (one.number, *[k for _, _, k in one.levels])]) for one in every), 0]
    order = in_order(knowledge, found, weighed, naming)
    at = {state.name: state for state in every}

    def raised(e: Explanation, kinds: frozenset[str]) -> float:
        return reasons.raised(at[e.id].number, kinds) if e.id in at else 0.0

    def whole(e: Explanation) -> Explanation:
        if not isinstance(e, Outlined):
            return e
        state = at[e.id]
        return _whole(state, e, priors[state.number], n, reasons.of(state.number))

    found = [found[k] for k in order]
    leads = None if leading is None else leading(found, raised)
    told = with_causes(knowledge, [whole(e) for e in found if leads is None or e.id in leads], found)
    if leads is None:
        return tuple(told)
    by_id = {e.id: e for e in told}
    return tuple([by_id.get(e.id, e) for e in found])


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

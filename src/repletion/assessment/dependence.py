"""How much an answer depends on each claim, and on which basis the weight of the answer rests.

**Swing** of a claim: central difference of the log-odds of a leading explanation when the claim alone moves by one
standard deviation on its own scale (log-odds of a share, logarithm of a ratio) to either side, everything else kept;
the mean over the leading explanations of half the distance. It is large where the answer is sensitive *and* the
number uncertain: the number to look up next.

**Weight resting on a claim**: every leading explanation starts from its prior and is moved by its reasons. A reason's
part is the absolute weight of evidence (log-odds); it is split among the claims that the observation brings into
play, in proportion to how far the log-odds move for one unit of each claim (the slope), so that a claim which could
not matter gets nothing. Of a laboratory value half is split so, and half goes in equal parts to the claims of the
result itself (limit, share beyond it, variation), whose slope is not all measured; nor is that of durations, whose part
falls to the finding. The prior's part is its distance, in log-odds, from the mean prior of the leading explanations:
what the priors alone say about their order; what all share orders nothing. What a person states (a diagnosis) rests
on no claim and is left out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from repletion.assessment.calendar import season_of
from repletion.assessment.diet import read_diet
from repletion.assessment.model import Assessment, Because
from repletion.assessment.order import NONE
from repletion.assessment.reasoning import WIDEST, seen
from repletion.case.model import Case
from repletion.evidence import Evidence, Observation, observe
from repletion.inference import infer, is_exact
from repletion.intake.tables import Authority
from repletion.knowledge import Knowledge
from repletion.knowledge.models import BASES, Basis, Season
from repletion.knowledge.problems import SHARES
from repletion.network.build import Builder
from repletion.network.scale import Array, Scale, logit

_WIDEST = WIDEST + 2  # this sweep holds findings and causes that the answer's could leave out
_AT_ONCE = 65  # rows of a sweep, as many as the draws behind a range need


class Dependence(msgspec.Struct, frozen=True, kw_only=True):
    """What one claim does to an answer: ``swing`` and ``weight`` in natural log-odds; ``most``: the explanation that
    moves most with it."""

    claim: str
    basis: Basis
    swing: float
    weight: float
    most: str


class Rests(msgspec.Struct, frozen=True, kw_only=True):
    """On what an answer rests.  ``weight``: log-odds by basis; ``leading``: the explanations looked at."""

    schema: str = "repletion.dependence/1"
    leading: tuple[str, ...]
    weight: dict[Basis, float]
    claims: tuple[Dependence, ...]

    @property
    def share(self) -> dict[Basis, float]:
        """Share (0-1) of the weight by basis; empty when nothing weighs."""
        whole = sum(self.weight.values())
        return {basis: value / whole for basis, value in self.weight.items()} if whole else {}


class _Moved(Scale):
    """A scale on which row ``1 + 2 k`` has claim ``names[k]`` raised by one standard deviation and row ``2 + 2 k``
    has it lowered; without names it records which claims are asked for."""

    def __init__(self, knowledge: Knowledge, names: Sequence[str] = ()) -> None:
        super().__init__(knowledge, draws=2 * len(names), seed=0)
        self.place = {name: k for k, name in enumerate(names)}
        self.asked: dict[str, None] = {}

    def _deviate(self, name: str) -> Array:
        self.asked[name] = None
        found = np.zeros(1 + self.draws)
        if (k := self.place.get(name)) is not None:
            found[1 + 2 * k], found[2 + 2 * k] = 1.0, -1.0
        return found


def _builder(knowledge: Knowledge, names: Sequence[str] = ()) -> tuple[Builder, _Moved]:
    scale = _Moved(knowledge, names)
    return Builder(knowledge, scale=scale), scale


def _bears(builder: Builder, observation: Observation) -> list[str]:
    """Claims of the network that an observation brings into play, for any state."""
    found: list[str] = []
    for node in observation.nodes:
        sources = {node, *(edge.source for _, edge in builder.graph.edges(node))}
        found += [edge.claim for _, edge in builder.graph.edges(node)]
        found += [rate.claim for name in sources for rate in builder.knowledge.findings[name].background]
        found += [link.claim for link in builder.knowledge.findings[node].raised_by]
    if observation.share is not None:
        listed = builder.factors.listed.get(observation.id)
        found += observation.claims if listed else ()
        for factor in listed or {observation.id, *builder.graph.wider_factors(observation.id)}:
            found += [claim for _, claim in builder.graph.raising.get(factor, ())]
            found += [claim for _, claim in builder.graph.marking.get(factor, ())]
            found += [rate.claim for rate in builder.knowledge.factors[factor].prevalence]
    return found


def _beside(builder: Builder, observations: Sequence[Observation]) -> set[str]:
    """Claims that only findings nobody observed rest on: what is not observed weighs nothing."""
    knowledge = builder.knowledge
    claims = {link.claim for state in knowledge.states.values() for link in state.findings}
    claims |= {rate.claim for finding in knowledge.findings.values() for rate in finding.background}
    claims |= {link.claim for finding in knowledge.findings.values() for link in finding.raised_by}
    claims |= {limit.share for test in knowledge.tests.values() for limit in test.limits}
    used = {rate.claim for state in knowledge.states.values() for rate in state.prior}
    return claims - used - {name for o in observations for name in _bears(builder, o)}


def _split(weight: float, slopes: dict[str, float], result: Sequence[str]) -> dict[str, float]:
    """A reason's weight on its claims: by slope, and half of it on the claims of a laboratory result."""
    if slopes and not any(slopes.values()):  # nothing moves it alone: the claims share alike
        slopes = dict.fromkeys(slopes, 1.0)
    whole = sum(slopes.values())
    on_network = 0.0 if not whole else weight * (0.5 if result else 1.0)
    found = {name: on_network * slope / whole for name, slope in slopes.items() if whole}
    for name in result:
        found[name] = found.get(name, 0.0) + (weight - on_network) / len(result)
    return found


def dependence(
    case: Case,
    answer: Assessment,
    knowledge: Knowledge,
    *,
    on: dt.date,
    authority: Authority = "NASEM",
) -> Rests:
    """On which claims ``answer`` to ``case`` depends, claims with the largest swing first.

    ``answer`` must come from the same case, knowledge and day.  Where the answer was sampled, or this is too wide
    for it, there are no weights of evidence, and the result is empty.
    """
    shown = [e for e in answer.explanations if e.id != NONE]  # in the order of the answer
    leading = shown[: int(knowledge.rule("leading_explanations"))]
    nothing: dict[Basis, float] = dict.fromkeys(BASES, 0.0)
    if not answer.method.exact:
        return Rests(leading=tuple(e.id for e in leading), weight=nothing, claims=())
    intake = read_diet(case, knowledge, authority=authority).low_intake
    season = season_of(on, country=case.person.country)

    def observed(known: Knowledge) -> Evidence:
        return observe(case, known, low_intake=intake, on=on, season=season)

    evidence = observed(knowledge)
    nodes = list(dict.fromkeys(name for o in evidence.observations for name in o.nodes))
    known = evidence.factors()
    tracing, traced = _builder(knowledge)
    tracing.build(case.person, season=season, known=known, findings=nodes, lasting=evidence.lasting())
    beside = _beside(tracing, evidence.observations)
    names = [name for name in traced.asked if name not in beside]
    log_odds = _rows(knowledge, names, case, observed, season)
    if log_odds is None:
        return Rests(leading=tuple(e.id for e in leading), weight=nothing, claims=())
    index = [tracing.graph.index[e.id] for e in leading]
    half = (log_odds[1::2][:, index] - log_odds[2::2][:, index]) / 2  # (claims, leading)
    spread = np.array([_deviation(traced, name) for name in names])
    slope = {name: np.abs(half[k]) / spread[k] if spread[k] else np.zeros(len(index)) for k, name in enumerate(names)}
    weights: dict[str, float] = defaultdict(float)
    by_id = {(o.id, o.kind): o for o in evidence.observations}
    for column, explanation in enumerate(leading):
        for reason in explanation.because:
            observation = by_id.get((reason.finding, reason.kind))
            if observation is not None and reason.kind != "state":
                bearing = {n: float(slope[n][column]) for n in _bears(tracing, observation) if n in slope}
                parts = _split(abs(reason.weight), bearing, _result(knowledge, reason, observation))
                for name, part in parts.items():
                    weights[name] += part
        mean = sum(float(logit(e.prior)) for e in leading) / len(leading)
        for name in explanation.prior_claims:
            weights[name] += abs(float(logit(explanation.prior)) - mean) / len(explanation.prior_claims)
    found = [
        Dependence(
            claim=name,
            basis=knowledge.claims[name].basis,
            swing=float(np.abs(half[names.index(name)]).mean()) if name in slope else 0.0,
            weight=float(weights[name]),
            most=leading[int(np.abs(half[names.index(name)]).argmax())].id if name in slope else leading[0].id,
        )
        for name in dict.fromkeys([*names, *weights])
    ]
    found = [d for d in found if d.swing > 0 or d.weight > 0]
    found.sort(key=lambda d: (-d.swing, -d.weight, d.claim))
    total = {basis: math.fsum(d.weight for d in found if d.basis == basis) for basis in BASES}
    return Rests(leading=tuple(e.id for e in leading), weight=total, claims=tuple(found))


def _result(knowledge: Knowledge, reason: Because, observation: Observation) -> list[str]:
    """Claims of a laboratory result: its limits, the shares beyond them, and the variation."""
    return [name for name in observation.claims if name in knowledge.claims] if reason.kind == "lab" else []


def _deviation(scale: Scale, name: str) -> float:
    """One standard deviation of a claim on its scale."""
    moved = _Moved(scale.knowledge, [name])
    claim = scale.knowledge.claims[name]
    if claim.measure == "direction" or claim.value is None or claim.unit not in SHARES:
        row = moved.log_ratio(name)
    else:
        row = logit(moved.probability(name))
    return float(abs(row[1] - row[2]) / 2)


def _rows(
    knowledge: Knowledge,
    names: Sequence[str],
    case: Case,
    observed: Callable[[Knowledge], Evidence],
    season: Season | None,
) -> Array | None:
    """Log-odds (1 + 2 N, S) of every state with each claim moved up and down; ``None`` when too wide for it."""
    evidence = observed(knowledge)
    nodes = list(dict.fromkeys(name for o in evidence.observations for name in o.nodes))
    known, lasting = evidence.factors(), evidence.lasting()
    found: list[Array] = []
    for start in range(0, max(len(names), 1), _AT_ONCE // 2):
        part = names[start : start + _AT_ONCE // 2]
        builder, _ = _builder(knowledge, part)
        built = builder.build(case.person, season=season, known=known, findings=nodes, lasting=lasting)
        told = seen(built.network, evidence.observations)
        if not found and not is_exact(built.network, told, widest=_WIDEST):
            return None
        posterior = infer(built.network, told, widest=_WIDEST)
        rows = np.broadcast_to(posterior.log_odds, (1 + 2 * len(part), posterior.log_odds.shape[1]))
        found.append(rows if not found else rows[1:])
    together = np.concatenate(found)
    # the share of people beyond a limit is in the network and in what a result says: both move
    for name in {name for o in evidence.observations if o.kind == "lab" for name in o.claims} & {*names}:
        builder, scale = _builder(knowledge, [name])
        built = builder.build(case.person, season=season, known=known, findings=nodes, lasting=lasting)
        claim = knowledge.claims[name]
        for row, value in enumerate(scale.probability(name)[1:] / scale.probability(name)[0] * (claim.value or 0), 1):
            claims = knowledge.claims | {name: msgspec.structs.replace(claim, value=float(value), low=None, high=None)}
            said = observed(msgspec.structs.replace(knowledge, claims=claims))
            posterior = infer(built.network, seen(built.network, said.observations), widest=_WIDEST)
            together[2 * names.index(name) + row] = posterior.log_odds[row]
    return together

"""The network for one person, answered: posteriors, their intervals, and what each observation moved.

Every "why" is the same inference with one observation taken away: findings and laboratory values by leaving their
likelihoods out, factors by taking their log-odds back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repletion.assessment.rows import Rows, spread_and_cut, with_findings
from repletion.case.model import Person
from repletion.evidence import Evidence, Observation
from repletion.inference import ABSENT, PRESENT, Posterior, drawn_interval, infer
from repletion.inference import Evidence as Seen
from repletion.inference.evidence import Planned, Problem, build, nothing_known
from repletion.inference.posterior import draws_within, fits
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Season
from repletion.network.build import Builder, Built
from repletion.network.model import Network
from repletion.network.scale import Array, expit, logit

WIDEST = 16
"""Most variables open at once for an exact answer with all its reasons within a second or two; wider cases (some
thirty findings at once) are sampled and say so."""


@lru_cache(maxsize=4)
def builder_of(knowledge: Knowledge, draws: int, seed: int) -> Builder:
    """The builder of one knowledge base; what it worked out is kept between people."""
    return Builder(knowledge, draws=draws, seed=seed)


def seen(network: Network, observations: Iterable[Observation]) -> Seen:
    """The observations as likelihoods on the findings and states of the network."""
    place = _places(network.findings)
    zero, one = [1.0] * len(place), [1.0] * len(place)  # plain numbers: a cell of an array costs ten times as much
    stated: Array | None = None
    for observation in observations:
        for name, (absent, present) in observation.nodes.items():
            if (at := place.get(name)) is not None:
                zero[at] *= absent
                one[at] *= present
        if observation.state is not None:
            stated = np.ones((len(network.states), 2)) if stated is None else stated
            stated[_places(network.states)[observation.id]] *= observation.state
    return Seen(likelihood0=np.array(zero), likelihood1=np.array(one), state_likelihood=stated)


def _without(network: Network, told: Seen, observations: Sequence[Observation], left_out: Observation) -> Seen:
    """What :func:`seen` finds in the observations but one, from ``told``, what it finds in all."""
    if left_out.state is not None:
        return seen(network, [o for o in observations if o is not left_out])
    place = _places(network.findings)
    zero, one = told.likelihood0.copy(), told.likelihood1.copy()
    for name in left_out.nodes:
        if (at := place.get(name)) is not None:
            absent = present = 1.0
            for other in observations:
                if name in other.nodes and other is not left_out:
                    absent, present = absent * other.nodes[name][0], present * other.nodes[name][1]
            zero[at], one[at] = absent, present
    return Seen(likelihood0=zero, likelihood1=one, state_likelihood=told.state_likelihood)


@lru_cache(maxsize=256)
def _places(names: tuple[str, ...]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning:
    """Everything worked out about one person.

    ``problem``: the plan and the numbers of the evidence, over the observed findings alone.
    ``prior``: (S,) probability for age, sex and season alone.  ``low``/``high``: (S,) interval of the parameters.
    ``weights``: (observations, S) change of the log-odds when the observation is taken away.
    ``at_work``: (S,) probability that the state, or a more severe level of it, is at work in at least one present
    finding, itself or through a state that it causes; where the answer is sampled, what the case adds to the prior.
    ``none``: probability that no modelled state is, with its interval; ``unexplained``: the same for each finding.
    ``sole_cause``: for each present finding, (S,) probability that it would be gone without that state alone.
    ``draws``: parameter draws behind the intervals; 0 when the case was too wide and a declared width stands in.
    """

    built: Built
    network: Network
    problem: Problem
    evidence: Evidence
    posterior: Posterior
    prior: Array
    low: Array
    high: Array
    weights: Array
    at_work: Array
    none: tuple[float, float, float]
    none_prior: float
    unexplained: dict[str, float]
    sole_cause: dict[str, Array]
    draws: int

    def of(self, state: str) -> int:
        """Index of a state."""
        return _places(self.network.states)[state]


def _observed(evidence: Evidence) -> list[str]:
    """Finding nodes of which something is known."""
    return list(dict.fromkeys(name for o in evidence.observations for name in o.nodes))


def _present_findings(evidence: Evidence) -> list[str]:
    """Symptoms and signs that are reported as present."""
    return [o.id for o in evidence.observations if o.kind == "finding" and o.present]


@lru_cache(maxsize=8)
def _all_with_levels(requires: tuple[tuple[int, int], ...], shown: tuple[int, ...]) -> dict[int, list[int]]:
    """Each of these states with its more severe levels; asked once for all, since ``requires`` is long to look up."""
    return {state: _with_levels(requires, state) for state in shown}


def _with_levels(requires: tuple[tuple[int, int], ...], state: int) -> list[int]:
    """The state and its more severe levels."""
    found = [state]
    for parent, child in requires:
        if parent in found and child not in found:
            found.append(child)
    return found


def _alone(network: Network, evidence: Seen, present: Sequence[int]) -> NDArray[np.bool_]:
    """States (S,) that touch no other state or unknown risk, and no finding that is neither reported nor denied."""
    alone = ~(network.risk_weight[0] != 0).any(axis=0) if network.risks else np.ones(len(network.states), dtype=bool)
    for parent, child in (*network.parents, *network.requires):
        alone[parent] = alone[child] = False
    absent = (evidence.likelihood1 == 0) & (evidence.likelihood0 > 0)
    soft = [f for f in evidence.known if f not in set(present) and not absent[f]]
    return np.asarray(alone & ~(network.link[0, soft] > 0).any(axis=0))


def _at_work_alone(network: Network, evidence: Seen, posterior: Posterior) -> Array:
    """What :func:`_spared` would find for states that stand alone, (S,), without a sweep.

    With the state's links to what is present cut, the rest of the network does not feel it, so
    ``P(e, cut) = P(e | off) ((1 - p) l0 + p l1 a)`` with its prior ``p``, what is known of itself ``l0``, ``l1``, and
    the chance ``a`` that it brought about none of the denied findings; ``P(e | off)`` follows from the posterior.
    """
    p = expit(network.base[0])
    off, on = (1.0, 1.0) if evidence.state_likelihood is None else evidence.state_likelihood.T
    absent = (evidence.likelihood1 == 0) & (evidence.likelihood0 > 0)
    silent = np.prod(1 - network.link[0, absent], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = p / (1 - p) * on / off * silent
        found = 1 - posterior.complement[0] * (1 + ratio)
    return np.asarray(np.minimum(np.fmax(found, 0.0), 1.0))  # what is no number counts as none


@lru_cache(maxsize=8)
def _leading(parents: tuple[tuple[int, int], ...], requires: tuple[tuple[int, int], ...]) -> frozenset[int]:
    """States that, themselves or in a more severe level, have a link to a state beyond their levels."""
    levels = {
        state: _with_levels(requires, state) for state in {parent for pair in (*parents, *requires) for parent in pair}
    }
    return frozenset(
        state for state, own in levels.items() if any(parent in own and child not in own for parent, child in parents)
    )


@lru_cache(maxsize=8)
def _effects(
    parents: tuple[tuple[int, int], ...], requires: tuple[tuple[int, int], ...], shown: tuple[int, ...]
) -> tuple[tuple[int, list[int], list[int]], ...]:
    """States that cause others, effects first: the state, itself with its levels, and what it causes (not levels)."""
    levels = {i: _with_levels(requires, i) for i in shown}
    owner = {level: state for state, own in [*levels.items()][::-1] for level in own}  # a level's state comes first
    found: dict[int, set[int]] = {}
    for parent, child in parents:
        if (cause := owner.get(parent, parent)) != (effect := owner.get(child, child)):
            found.setdefault(cause, set()).add(effect)
    return tuple((i, levels.get(i, [i]), sorted(found[i])) for i in sorted(found, reverse=True))


def _through_others(at_work: Array, network: Network, shown: Sequence[int], brings: Sequence[bool]) -> None:
    """Hold a state that brings about nothing reported itself to what the states that it causes do, in ``at_work`` (S,).

    Cutting a state from all that it causes counts it as at work where its effect is there and silent.  It is at work
    at most as often as one of its effects is.  ``brings``: states with a link to something reported.
    """
    seen_as = frozenset(shown)
    most = at_work.tolist()
    for state, own, effects in _effects(network.parents, network.requires, tuple(shown)):
        if any(brings[k] for k in own):
            most[state] = most[state] if state in seen_as else 1.0
        else:
            through = sum([most[effect] for effect in effects])
            most[state] = min(most[state], through) if state in seen_as else through
    at_work[shown] = np.array(most)[shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the sweep of the central network found; see :class:`Reasoning`."""

    posterior: Posterior
    prior: Array
    weights: Array
    at_work: Array
    none: float
    none_prior: float
    unexplained: dict[str, float]
    sole_cause: dict[str, Array]


def _central(
    built: Built,
    near: Network,
    planned: Planned,
    evidence: Evidence,
    told: Seen,
    present: Sequence[int],
    shown: Sequence[int],
    restated: Mapping[int, frozenset[str]],
    why: bool,
    seed: int,
) -> _Found:
    """Everything about the central network in one sweep; ``near``: the network of the observed findings alone, in which
    ``told`` was seen, and ``planned`` its plan; ``restated``: findings that are a state by definition."""
    observations = evidence.observations
    nothing = nothing_known(near)
    rows = Rows(near, planned)
    rows.add(told)
    rows.add(nothing, base=built.unshifted[0], bare=True)
    certain = [f for f in present if told.likelihood1[f] > told.likelihood0[f]] if why else []
    gone = [rows.add(told.with_finding(f, ABSENT)) for f in certain]
    left_out: dict[int, int] = {}  # row by observation
    for k, o in enumerate(observations if why else ()):
        if o.share is None:
            left_out[k] = rows.add(_without(near, told, observations, o))
        elif o.id in built.shifts:
            left_out[k] = rows.add(told, base=near.base[0] - built.shifts[o.id][0])
    posteriors = len(rows)
    levels = _all_with_levels(near.requires, tuple(shown)) if present else {}
    alone = _alone(near, told, present)
    brings: list[bool] = np.any(near.link[0, present], axis=0).tolist()
    leading = _leading(near.parents, near.requires)
    alone[list(restated)] = False
    able = [i for i in levels if not alone[i] and (i in leading or any(brings[k] for k in levels[i]))]
    news = {i: [f for f in present if near.findings[f] not in restated.get(i, ())] for i in able}
    cuts = [rows.add(told, cut=(news[i], levels[i]), alone=True) for i in able]
    spared: list[int] = []
    before: list[int] = []
    if present:
        spared = [rows.add(told, cut=([f], shown), alone=True) for f in present]
        spared.append(rows.add(told, cut=(present, shown), alone=True))
    if present and why:
        only = nothing
        for f in present:
            only = only.with_finding(f, PRESENT)
        before = [rows.add(only, base=built.unshifted[0], bare=True, cut=cut) for cut in (None, (present, shown))]
    found = rows.answer(posteriors=posteriors, widest=WIDEST, seed=seed)

    relative = np.exp(found.log_evidence - found.log_evidence[0])
    share = np.clip(relative, 0, 1)
    posterior = found.only(0)
    at_work = np.zeros(len(near.states))
    if present:
        at_work[shown] = np.where(alone, _at_work_alone(near, told, posterior), 0.0)[shown]
        at_work[able] = 1 - share[cuts]
        _through_others(at_work, near, shown, brings)
    sole: dict[str, Array] = {}
    for f, row in zip(certain, gone, strict=True):
        q = near.link[0, f]
        joint = np.nan_to_num(found.probability[row]) * relative[row]
        sole[near.findings[f]] = told.likelihood1[f] * q / (1 - q) * joint
    weights = np.zeros((len(observations), len(near.states)))
    if left_out:
        log_odds = found.log_odds
        with np.errstate(invalid="ignore"):
            weights[list(left_out)] = log_odds[0] - log_odds[list(left_out.values())]
    none_prior = np.exp(found.log_evidence[before[1]] - found.log_evidence[before[0]]) if before else 1.0
    return _Found(
        posterior=posterior,
        prior=found.probability[1],
        weights=np.nan_to_num(weights, nan=0.0, posinf=0.0, neginf=0.0),
        at_work=at_work,
        none=float(share[spared[-1]]) if present else 1.0,
        none_prior=float(np.clip(none_prior, 0, 1)),
        unexplained={near.findings[f]: float(share[row]) for f, row in zip(present, spared[:-1], strict=True)},
        sole_cause=sole,
    )


def _sampled(built: Built, near: Network, evidence: Evidence, present: Sequence[int], seed: int) -> _Found:
    """What can be said when the network is too wide for an exact answer: no reasons.

    What the case adds to a state's prior stands for the probability that it is at work, so that the explanations keep
    an order.
    """
    size = len(near.states)
    bare = replace(
        near, base=built.unshifted, risks=(), risk_prior=np.zeros((1, 0)), risk_weight=np.zeros((1, 0, size))
    )
    posterior = infer(near, seen(near, evidence.observations), widest=WIDEST, seed=seed)
    prior = infer(bare, seen(near, ())).probability[0]
    return _Found(
        posterior=posterior,
        prior=prior,
        weights=np.zeros((len(evidence.observations), size)),
        at_work=np.clip(posterior.probability[0] - prior, 0.0, 1.0) if present else np.zeros(size),
        none=0.0 if present else 1.0,
        none_prior=1.0,
        unexplained={},
        sole_cause={},
    )


def _ranges(
    drawn: Network, planned: Planned, told: Seen, present: Sequence[int], shown: Sequence[int], level: float
) -> tuple[tuple[Array, Array], tuple[float, float]]:
    """Intervals of the states, and of the probability that no shown state is at work in any present finding."""
    spread, spared = spread_and_cut(drawn, planned, told, (present, shown), WIDEST)
    ranges = spread.drawn_interval(level)
    if not present:
        return ranges, (1.0, 1.0)
    none = np.clip(np.exp(spared - spread.log_evidence), 0, 1)
    low, high = drawn_interval(np.asarray(logit(none))[:, None], level=level)
    return ranges, (float(low[0]), float(high[0]))


def reason(
    knowledge: Knowledge,
    evidence: Evidence,
    person: Person,
    *,
    season: Season | None,
    draws: int,
    seed: int,
    level: float,
    why: bool = True,
) -> Reasoning:
    """Work out everything about one person.

    ``why``: whether the reasons are wanted too (weights, sole causes, what nothing explains before the case).
    ``draws``: parameter draws behind the intervals; ``level``: the interval's level (0-1).
    """
    observed = _observed(evidence)
    builder = builder_of(knowledge, 0, seed)
    about: Any = {"season": season, "known": evidence.factors(), "lasting": evidence.lasting()}
    drawn = builder_of(knowledge, draws, seed).build(person, findings=observed, **about) if draws else None
    built = builder.build(person, drawn=drawn, **about)
    network = built.network
    near = with_findings(network, [builder.place[name] for name in observed])
    present = [observed.index(name) for name in _present_findings(evidence)]
    shown = [i for i in range(len(network.states)) if i not in builder.graph.latent]
    told = seen(near, evidence.observations)
    problem = build(near, [told], seed=seed)
    exact = fits(problem.plan, WIDEST)
    found = (
        _central(built, near, problem.planned, evidence, told, present, shown, builder.graph.restated, why, seed)
        if exact
        else _sampled(built, near, evidence, present, seed)
    )
    if not exact or draws_within(problem.plan, least=draws) < draws:
        draws = 0
    centre = found.posterior.probability[0]
    # without draws (too wide for them) a declared width stands in, and "none of these" has no width or every one
    half = 2 * knowledge.rule("assumed_interval_log_odds")
    low, high = expit(logit(centre) - half), expit(logit(centre) + half)
    least, most = (found.none, found.none) if exact or not present else (0.0, 1.0)
    if draws and drawn is not None:
        (low, high), (least, most) = _ranges(drawn.network, problem.planned, told, present, shown, level)
    return Reasoning(
        built=built,
        network=network,
        problem=problem,
        evidence=evidence,
        posterior=found.posterior,
        prior=found.prior,
        low=np.minimum(low, centre),
        high=np.maximum(high, centre),
        weights=found.weights,
        at_work=found.at_work,
        none=(found.none, min(found.none, least), max(found.none, most)),
        none_prior=found.none_prior,
        unexplained=found.unexplained,
        sole_cause=found.sole_cause,
        draws=draws,
    )


__all__: list[Any] = ["Reasoning", "builder_of", "reason", "seen"]

"""The network for one person, answered: posteriors, their intervals, and what each observation moved.

Every "why" is the same inference with one observation taken away: findings and laboratory values by leaving their
likelihoods out, factors by taking their log-odds back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repletion.case.model import Person
from repletion.evidence import Evidence, Observation
from repletion.inference import Evidence as Seen
from repletion.inference import Posterior, affordable_draws, explain, infer, infer_variants, interval
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Season
from repletion.network.build import Builder, Built
from repletion.network.model import Network
from repletion.network.scale import Array, expit, logit

WIDEST = 15
"""Most variables open at once for an exact answer with all its reasons within a second or two; wider cases (some
thirty findings at once) are sampled and say so."""


@lru_cache(maxsize=4)
def builder_of(knowledge: Knowledge, draws: int, seed: int) -> Builder:
    """The builder of one knowledge base; what it worked out is kept between people."""
    return Builder(knowledge, draws=draws, seed=seed)


def seen(network: Network, observations: Iterable[Observation]) -> Seen:
    """The observations as likelihoods on the findings and states of the network."""
    place = {name: f for f, name in enumerate(network.findings)}
    pairs = np.ones((len(place), 2))
    states = {name: i for i, name in enumerate(network.states)}
    alone = np.ones((len(states), 2))
    for observation in observations:
        for name, pair in observation.nodes.items():
            if name in place:
                pairs[place[name]] *= pair
        if observation.state is not None:
            alone[states[observation.id]] *= observation.state
    stated = alone if (alone != 1).any() else None
    return Seen(likelihood0=pairs[:, 0].copy(), likelihood1=pairs[:, 1].copy(), state_likelihood=stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning:
    """Everything worked out about one person.

    ``prior``: (S,) probability for age, sex and season alone.  ``low``/``high``: (S,) interval of the parameters.
    ``weights``: (observations, S) change of the log-odds when the observation is taken away.
    ``at_work``: (S,) probability that the state, or a more severe level of it, is at work in at least one present
    finding, itself or through a state that it causes.
    ``none``: probability that no modelled state is, with its interval; ``unexplained``: the same for each finding.
    ``sole_cause``: for each present finding, (S,) probability that it would be gone without that state alone.
    ``draws``: parameter draws behind the intervals; 0 when the case was too wide and a declared width stands in.
    """

    built: Built
    network: Network
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
        return self.network.states.index(state)


def _wanted(evidence: Evidence, more: Iterable[str]) -> list[str]:
    """Finding nodes that the network must hold: observed ones first, then the candidates."""
    observed = [name for o in evidence.observations for name in o.nodes]
    return list(dict.fromkeys([*observed, *more]))


def _present_findings(evidence: Evidence) -> list[str]:
    """Symptoms and signs that are reported as present."""
    return [o.id for o in evidence.observations if o.kind == "finding" and o.present]


def _log_z(network: Network, evidence: Seen) -> Array:
    return infer(network, evidence).log_evidence


def _weights(built: Built, network: Network, evidence: Evidence, posterior: Posterior) -> Array:
    """Leave-one-out weights of evidence (observations, S) in natural log-odds."""
    observations = evidence.observations
    result = np.zeros((len(observations), len(network.states)))
    if not observations:
        return result
    whole = posterior.log_odds[0]
    central = network.central()
    rest = [seen(central, [o for o in observations if o is not left]) for left in observations]
    moving = [k for k, o in enumerate(observations) if o.share is None]
    if moving:
        without = infer_variants(central, [rest[k] for k in moving])
        result[moving] = whole - without.log_odds
    factors = [k for k, o in enumerate(observations) if o.share is not None and o.id in built.shifts]
    if factors:
        taken = np.stack([central.base[0] - built.shifts[observations[k].id][0] for k in factors])
        without = infer(replace(central, base=taken), seen(central, observations))
        result[factors] = whole - without.log_odds
    return np.nan_to_num(result, nan=0.0, posinf=0.0, neginf=0.0)


def _without_links(network: Network, findings: Sequence[int], states: Sequence[int]) -> Network:
    """The network in which ``states`` are no cause of ``findings``."""
    link = network.link.copy()
    for f in findings:
        link[:, f, list(states)] = 0.0
    return replace(network, link=link)


def _spared(network: Network, evidence: Seen, cuts: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Array:
    """Log probability of the evidence when, for each (findings, states) of ``cuts``, those states are no cause of
    those findings, nor of another state; one row each, one sweep."""
    central = network.central()
    rows = np.repeat(central.link, len(cuts), axis=0)
    causes = np.repeat(central.parent_link, len(cuts), axis=0)
    for row, (findings, states) in enumerate(cuts):
        for f in findings:
            rows[row, f, list(states)] = 0.0
        for k, (parent, child) in enumerate(network.parents):
            if parent in states and child not in states:
                causes[row, k] = 0.0
    return infer(replace(central, link=rows, parent_link=causes), evidence).log_evidence


def _with_levels(network: Network, state: int) -> list[int]:
    """The state and its more severe levels."""
    found = [state]
    for parent, child in network.requires:
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
    return np.asarray(np.clip(np.nan_to_num(found), 0.0, 1.0))


def _can_bring(network: Network, states: Sequence[int], findings: Sequence[int]) -> bool:
    """Whether one of the states has a link to one of the findings, or to another state."""
    leads_on = any(parent in states and child not in states for parent, child in network.parents)
    return leads_on or bool(network.link[0][np.ix_(findings, states)].any())


def reason(
    knowledge: Knowledge,
    evidence: Evidence,
    person: Person,
    *,
    season: Season | None,
    draws: int,
    seed: int,
    level: float,
    candidates: Iterable[str] = (),
    why: bool = True,
) -> Reasoning:
    """Work out everything about one person.

    ``why``: whether the reasons are wanted too (weights, sole causes, what nothing explains before the case).

    ``candidates``: further finding nodes to keep in the central network (questions and tests not answered yet).
    ``draws``: parameter draws behind the intervals; ``level``: the interval's level (0-1).
    """
    observed = _wanted(evidence, ())
    built = builder_of(knowledge, 0, seed).build(
        person,
        season=season,
        known=evidence.factors(),
        findings=_wanted(evidence, candidates),
        lasting=evidence.lasting(),
    )
    network = built.network
    told = seen(network, evidence.observations)
    posterior = infer(network, told, widest=WIDEST, seed=seed)
    if not posterior.exact or affordable_draws(network.central(), told, least=draws) < draws:
        draws = 0
    drawn = (
        built
        if not draws
        else builder_of(knowledge, draws, seed).build(
            person, season=season, known=evidence.factors(), findings=observed, lasting=evidence.lasting()
        )
    )
    told_drawn = seen(drawn.network, evidence.observations)
    spread = infer(drawn.network, told_drawn, widest=WIDEST, seed=seed) if draws else posterior
    centre = posterior.probability[0]
    if draws and spread.exact:
        low, high = interval(spread.probability, level=level)
    else:  # too wide for draws: a declared width stands in for them
        half = 2 * knowledge.rule("assumed_interval_log_odds")
        low, high = expit(logit(centre) - half), expit(logit(centre) + half)
    bare = replace(
        network, base=built.unshifted, risks=(), risk_prior=np.zeros((1, 0)), risk_weight=np.zeros((1, 0, len(centre)))
    )
    prior = infer(bare, seen(network, ())).probability[0]

    present = [network.findings.index(name) for name in _present_findings(evidence)]
    log_z = float(posterior.log_evidence[0])
    shown = [i for i in range(len(network.states)) if i not in set(builder_of(knowledge, 0, seed).graph.latent)]
    at_work = np.zeros(len(network.states))
    none, unexplained, sole = (1.0 if not present else 0.0), {}, {}
    if present and posterior.exact:
        alone = _alone(network, told, present)
        at_work[shown] = np.where(alone, _at_work_alone(network, told, posterior), 0.0)[shown]
        able = [i for i in shown if not alone[i] and _can_bring(network, _with_levels(network, i), present)]
        cuts = [(present, _with_levels(network, i)) for i in able]
        cuts += [([f], shown) for f in present] + [(present, shown)]
        share = np.clip(np.exp(_spared(network, told, cuts) - log_z), 0, 1)
        at_work[able] = 1 - share[: len(able)]
        unexplained = {network.findings[f]: float(x) for f, x in zip(present, share[len(able) : -1], strict=True)}
        none = float(share[-1])
        if why:
            reasons = explain(network, told, widest=WIDEST, seed=seed)
            sole = {
                name: row for name, row in zip(reasons.seen, reasons.sole_cause, strict=True) if name in unexplained
            }
    nothing = _none_range(none, network, drawn.network, told_drawn, posterior, spread, present, shown, level, draws)
    return Reasoning(
        built=built,
        network=network,
        evidence=evidence,
        posterior=posterior,
        prior=prior,
        low=np.minimum(low, centre),
        high=np.maximum(high, centre),
        weights=(_weights if why and posterior.exact else _no_weights)(built, network, evidence, posterior),
        at_work=at_work,
        none=nothing,
        none_prior=_none_prior(network, bare, present, shown) if why and posterior.exact else 1.0,
        unexplained=unexplained,
        sole_cause=sole,
        draws=draws,
    )


def _no_weights(built: Built, network: Network, evidence: Evidence, posterior: Posterior) -> Array:
    return np.zeros((len(evidence.observations), len(network.states)))


def _none_prior(network: Network, bare: Network, present: Sequence[int], shown: Sequence[int]) -> float:
    """The same probability before anything but the present findings was known about the person."""
    if not present:
        return 1.0
    zero, one = np.ones(len(network.findings)), np.ones(len(network.findings))
    zero[list(present)] = 0.0
    told = Seen(likelihood0=zero, likelihood1=one)
    whole = infer(bare, told).log_evidence
    spared = infer(_without_links(bare, present, shown), told).log_evidence
    return float(np.clip(np.exp(spared[0] - whole[0]), 0, 1))


def _none_range(
    value: float,
    network: Network,
    drawn: Network,
    told_drawn: Seen,
    posterior: Posterior,
    spread: Posterior,
    present: Sequence[int],
    shown: Sequence[int],
    level: float,
    draws: int,
) -> tuple[float, float, float]:
    """Probability that no modelled state is at work in any present finding, with its interval."""
    if not present:
        return 1.0, 1.0, 1.0
    if not posterior.exact:
        return value, 0.0, 1.0
    if not draws or not spread.exact:
        return value, value, value
    there = [drawn.findings.index(network.findings[f]) for f in present]
    rows = np.exp(_log_z(_without_links(drawn, there, shown), told_drawn) - spread.log_evidence)
    low, high = interval(np.clip(rows, 0, 1)[:, None], level=level)
    return value, min(value, float(low[0])), max(value, float(high[0]))


__all__: list[Any] = ["Reasoning", "builder_of", "reason", "seen"]

"""The answer when an exact one is out of reach: importance sampling, with its error bar.

The proposal starts from the exact answer to a narrower question: findings are dropped until the plan is narrow enough.
Every risk and state is then drawn independently, with the probability that the narrower posterior gives it, kept away
from 0 and 1 and bettered in a few rounds. Each sample is weighted by true over proposed probability, times the
likelihood of all the evidence (self-normalised importance sampling; Owen 2013, Monte Carlo theory, methods and
examples, chapter 9).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repletion.inference.evidence import UNKNOWN, Evidence, Problem, build
from repletion.inference.sweep import sweep
from repletion.network.model import Network

Array = NDArray[np.float64]

SAMPLES = 40_000
_ROUNDS = 4  # of a quarter of the samples each, to better the proposal
_KEEP_AWAY = 0.02  # proposal probabilities are pulled at least this far towards the middle: bounded weights


@dataclass(frozen=True, slots=True)
class Sampled:
    """Estimates. Rows are parameter draws, all from the same samples reweighted."""

    probability: Array  # (B, S)
    risk_probability: Array  # (B, R)
    log_evidence: Array  # (B,)
    standard_error: Array  # (S,) of the central draw


def sample(
    network: Network, evidence: Evidence, problem: Problem, *, narrow: int, seed: int, samples: int = SAMPLES
) -> Sampled:
    """Posterior estimates from ``samples`` draws; ``narrow`` is the width of the exact sweep behind the proposal."""
    generator = np.random.default_rng(seed)
    rough = _narrowed(network, evidence, problem, narrow, seed)
    found = sweep(rough.plan, rough.tables)
    chance = np.concatenate([found.on[:, 0], found.risk[:, 0]])
    central, size = network.central(), len(network.states)
    for _ in range(_ROUNDS):
        world, proposed = _propose(generator, chance, samples // 4)
        weight = _log_joint(central, evidence, world[:, size:], world[:, :size]) - proposed
        if not np.isfinite(weight.max()):
            break
        share = np.exp(weight - weight.max())
        chance = 0.5 * chance + 0.5 * (share @ world) / share.sum()  # halfway: one heavy sample must not decide
    world, proposed = _propose(generator, chance, samples)
    states, risks = world[:, :size], world[:, size:]

    rows = network.draws
    weight = np.empty((rows, samples))
    for row in range(rows):
        weight[row] = _log_joint(network.take(slice(row, row + 1)), evidence, risks, states) - proposed
    top = weight.max(axis=1, keepdims=True)
    scaled = np.exp(weight - np.where(np.isfinite(top), top, 0.0))
    total = scaled.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_evidence = np.log(total / samples) + top[:, 0]
        share = scaled / total[:, None]
    probability = share @ states.astype(np.float64)
    # a state that few heavy samples hold, or none, looks surer than it is: no surer than a count (rule of succession)
    # among as many equal samples as these are worth
    squares = np.square(share[0])
    worth = 1 / squares.sum()
    counted = (probability[0] * worth + 1) / (worth + 2)
    error = np.sqrt(np.maximum(squares @ np.square(states - probability[0]), counted * (1 - counted) / worth))
    return Sampled(probability, share @ risks.astype(np.float64), log_evidence, error)


def _narrowed(network: Network, evidence: Evidence, problem: Problem, narrow: int, seed: int) -> Problem:
    """Drop findings, those with most possible causes first, until the plan is narrow enough."""
    central = network.central()
    causes = (central.link[0, problem.active] > 0).sum(axis=1)
    drop = [int(f) for f in problem.active[np.argsort(-causes, kind="stable")]]
    rough, smaller = problem, evidence
    while drop and rough.plan.width > narrow:
        enough = 1 + 2 * (rough.plan.width - narrow) // 3
        for f in drop[:enough]:
            smaller = smaller.with_finding(f, UNKNOWN)
        drop = drop[enough:]
        rough = build(central, [smaller], seed=seed, better=False)
    return rough


def _propose(generator: np.random.Generator, chance: Array, samples: int) -> tuple[NDArray[np.bool_], Array]:
    """(n, S + R) states and risks drawn independently, and (n,) the log probability of drawing each row."""
    p = _away(chance)
    world = generator.random((samples, p.size)) < p
    return world, _log_bernoulli(world, p).sum(axis=1)


def _away(p: Array) -> Array:
    p = np.nan_to_num(p, nan=0.5)
    return _KEEP_AWAY + (1 - 2 * _KEEP_AWAY) * p


def _log_bernoulli(on: NDArray[np.bool_], p: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.where(on, np.log(p), np.log1p(-p))


def _log_joint(network: Network, evidence: Evidence, risks: NDArray[np.bool_], states: NDArray[np.bool_]) -> Array:
    """(n,) log probability of each sample together with the evidence, in one draw of the parameters."""
    odds = network.base[0] + risks @ network.risk_weight[0]
    off = 1 / (1 + np.exp(np.clip(odds, -700, 700)))
    for k, (parent, child) in enumerate(network.parents):
        off[:, child] *= np.where(states[:, parent], 1 - network.parent_link[0, k], 1.0)
    for parent, child in network.requires:
        off[states[:, parent] == 0, child] = 1.0
    log_p = _log_bernoulli(risks, network.risk_prior[0]).sum(axis=1) + _log_bernoulli(states, 1 - off).sum(axis=1)
    if evidence.state_likelihood is not None:
        with np.errstate(divide="ignore"):
            alone = np.log(evidence.state_likelihood)
        log_p += np.where(states, alone[:, 1], alone[:, 0]).sum(axis=1)
    known = np.flatnonzero((evidence.likelihood0 != 1) | (evidence.likelihood1 != 1))
    quiet = (1 - network.leak[0, known]) * np.exp(states @ np.log(np.maximum(1 - network.link[0, known], 1e-300)).T)
    with np.errstate(divide="ignore"):
        seen = np.log(evidence.likelihood0[known] * quiet + evidence.likelihood1[known] * (1 - quiet))
    total: Array = log_p + seen.sum(axis=1)
    return total

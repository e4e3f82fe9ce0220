"""How probable is each state, given what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from repletion.errors import InferenceError
from repletion.inference.engine import engine
from repletion.inference.evidence import Evidence, Problem, build, plan_of
from repletion.inference.plan import Plan
from repletion.inference.pruning import pruned
from repletion.inference.sampling import sample
from repletion.inference.sweep import Swept, sweep
from repletion.network.model import Network

Array = NDArray[np.float64]

WIDEST = 22
"""Most variables that may be open at once in an exact answer (2**22 numbers); beyond it the answer is sampled."""

_MOST_CELLS = 1 << 26  # numbers kept for the way back: half a gigabyte
_SECONDS_A_CELL = 8e-9  # measured over 45 states and 200 draws, with room
_SECONDS_A_STEP = 4e-5
_PATIENCE = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Probabilities of every state and unknown risk given the evidence.

    The first axis is the row: a parameter draw (row 0 the central one) or, from :func:`infer_variants`, a variant.
    """

    states: tuple[str, ...]
    probability: Array
    """(rows, S)"""
    complement: Array
    """(rows, S) one minus ``probability``, kept because it is precise where the probability is all but 1."""
    risks: tuple[str, ...]
    risk_probability: Array
    """(rows, R)"""
    log_evidence: Array
    """(rows,) natural log of the probability of the evidence."""
    exact: bool
    """False when the network was too wide for an exact answer and this one was sampled."""
    standard_error: Array
    """(S,) of the central ``probability`` from sampling; zero when exact."""
    width: int
    """Most variables open at once in the sweep."""

    @property
    def log_odds(self) -> Array:
        """(rows, S) natural log odds; infinite where a state is certain or impossible."""
        with np.errstate(divide="ignore"):
            odds: Array = np.log(self.probability) - np.log(self.complement)
        return odds

    def only(self, row: int) -> Posterior:
        """One row alone."""
        at = slice(row, row + 1)
        return replace(
            self,
            probability=self.probability[at],
            complement=self.complement[at],
            risk_probability=self.risk_probability[at],
            log_evidence=self.log_evidence[at],
        )

    def __getitem__(self, state: str) -> float:
        """Central probability of a state by name."""
        return float(self.probability[0, self.states.index(state)])

    def interval(self, level: float = 0.90) -> tuple[Array, Array]:
        """(S,) low and high of the central probabilities; see :func:`interval`."""
        return interval(self.probability, level=level)

    def drawn_interval(self, level: float) -> tuple[Array, Array]:
        """(S,) the same from few draws; see :func:`drawn_interval`."""
        if engine.drawn_interval is not None and len(self.probability) > 1:
            return engine.drawn_interval(self.probability, self.complement, _half_width(level))
        return drawn_interval(self.log_odds, level=level)


def infer(network: Network, evidence: Evidence, *, widest: int = WIDEST, seed: int = 0) -> Posterior:
    """The posterior of every state in every parameter draw, exact whenever the sweep fits in ``widest``.

    Raises :class:`InferenceError` when the central network makes the evidence impossible. ``seed`` fixes the search for
    a plan and the sampling that stands in for a sweep that is too wide. Time grows with the draws: ask
    :func:`affordable_draws` first.
    """
    problem = build(network, [evidence], seed=seed)
    if not fits(problem.plan, widest):
        return _sampled(network, evidence, problem, widest, seed)
    return _answer(network, problem, sweep(problem.plan, problem.tables))


def fits(plan: Plan, widest: int = WIDEST) -> bool:
    """Whether a plan is narrow enough for an exact answer."""
    return plan.width <= widest and plan.cells <= _MOST_CELLS


def is_exact(network: Network, evidence: Evidence, *, widest: int = WIDEST, seed: int = 0) -> bool:
    """Whether :func:`infer` would answer exactly."""
    return fits(plan_of(network, evidence, seed=seed), widest)


def infer_variants(
    network: Network,
    variants: Sequence[Evidence],
    *,
    posteriors: int | None = None,
    widest: int = WIDEST,
    seed: int = 0,
) -> Posterior:
    """One row for each variant of the evidence, in one sweep sharing one plan.

    On the central draw; or, where the network has as many draws as there are variants, each on its own. Probabilities
    stand for the first ``posteriors`` rows (default all), log evidence for every row.
    Raises :class:`InferenceError` when the first variant is impossible or the sweep is wider than ``widest``.
    """
    used = network if network.draws == len(variants) else network.central()
    problem = build(used, variants, seed=seed)
    return answer(used, problem, posteriors=posteriors, widest=widest)


def answer(network: Network, problem: Problem, *, posteriors: int | None = None, widest: int = WIDEST) -> Posterior:
    """The same for a problem whose numbers are at hand; ``network``: that it was built from."""
    refuse_wide(problem.plan, widest, problem.tables.rows)
    return _answer(network, problem, sweep(problem.plan, problem.tables, posteriors=posteriors))


def log_evidence(network: Network, evidence: Evidence, *, widest: int = WIDEST, seed: int = 0) -> Array:
    """(rows,) natural log of the probability of the evidence in every draw, without a posterior.

    Raises :class:`InferenceError` when the sweep is wider than ``widest``.
    """
    network, evidence = pruned(network, evidence)
    problem = build(network, [evidence], seed=seed)
    refuse_wide(problem.plan, widest, problem.tables.rows)
    return sweep(problem.plan, problem.tables, posteriors=0).log_evidence


def refuse_wide(plan: Plan, widest: int, rows: int = 1) -> None:
    """Raise when a plan is too wide to run, or would keep a person waiting longer than they would."""
    if plan.width > widest:
        raise InferenceError(
            f"{plan.width} variables would be open at once and the limit is {widest}; "
            "leave out findings that matter least, or use infer(), which samples"
        )
    seconds = _SECONDS_A_CELL * plan.cells * rows
    if seconds > _PATIENCE:
        raise InferenceError(
            f"{rows} variants of evidence this entangled would take about {seconds:.0f} seconds and the limit is "
            f"{_PATIENCE:.0f}; leave out findings or candidates that matter least"
        )


def _answer(network: Network, problem: Problem, found: Swept) -> Posterior:
    refuse_impossible(network, problem, found.log_evidence)
    return Posterior(
        states=network.states,
        probability=found.on.T,
        complement=found.off.T,
        risks=network.risks,
        risk_probability=found.risk.T,
        log_evidence=found.log_evidence,
        exact=True,
        standard_error=np.zeros(len(network.states)),
        width=problem.plan.width,
    )


def refuse_impossible(network: Network, problem: Problem, log_evidence: Array) -> None:
    """Raise when the first row has probability zero."""
    if log_evidence[0] == -np.inf:
        seen = ", ".join(network.findings[f] for f in problem.active) or "none present"
        raise InferenceError(f"the evidence is impossible in this network (findings seen: {seen})")


def _sampled(network: Network, evidence: Evidence, problem: Problem, widest: int, seed: int) -> Posterior:
    found = sample(network, evidence, problem, narrow=min(widest, 12), seed=seed)
    if not np.isfinite(found.log_evidence[0]):
        raise InferenceError("no sample was compatible with the evidence; it may be impossible in this network")
    return Posterior(
        states=network.states,
        probability=found.probability,
        complement=1 - found.probability,
        risks=network.risks,
        risk_probability=found.risk_probability,
        log_evidence=found.log_evidence,
        exact=False,
        standard_error=found.standard_error,
        width=problem.plan.width,
    )


def interval(values: Array, *, level: float = 0.90) -> tuple[Array, Array]:
    """Low and high of the draws (first axis), always around the central one (row 0).

    ``level`` 0.90 takes the 5th and 95th percentile. One draw gives an interval of no width.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; expected a number between 0 and 1, such as 0.90")
    tail = (1 - level) / 2
    if np.isnan(values).any():
        low, high = np.nanquantile(values, [tail, 1 - tail], axis=0)
    else:
        low, high = _quantiles(values, tail)
    return np.minimum(low, values[0]), np.maximum(high, values[0])


def drawn_interval(log_odds: Array, *, level: float = 0.90) -> tuple[Array, Array]:
    """Low and high of probabilities from the log-odds of few draws (first axis), always around the central one (row 0).

    The draws are read as a normal distribution of the log-odds, of which mean and deviation are known much better than
    the outermost of a few draws (decision 27).  What is certain or impossible in a draw gets no width.
    """
    deviations = _half_width(level)
    centre, drawn = log_odds[0], log_odds[1:]
    if not len(drawn):
        return _expit(centre), _expit(centre)
    with np.errstate(invalid="ignore"):
        mean = drawn.mean(axis=0)
        half = deviations * drawn.std(axis=0, ddof=min(1, len(drawn) - 1))
        known = np.isfinite(half)
    mean, half = np.where(known, mean, centre), np.where(known, half, 0.0)
    return _expit(np.minimum(mean - half, centre)), _expit(np.maximum(mean + half, centre))


@cache
def _half_width(level: float) -> float:
    """Deviations from the mean within which a normal distribution lies with probability ``level``."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; expected a number between 0 and 1, such as 0.90")
    return NormalDist().inv_cdf((1 + level) / 2)


def _expit(x: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-x)))


def _quantiles(values: Array, tail: float) -> tuple[Array, Array]:
    """What ``np.quantile`` finds at ``tail`` and ``1 - tail`` over the first axis, several times as fast."""
    ranked = np.sort(values.T)
    at = tail * (len(values) - 1)
    k = min(int(at), max(len(values) - 2, 0))
    share, other = at - k, min(k + 1, len(values) - 1)
    low = ranked[..., k] + share * (ranked[..., other] - ranked[..., k])
    high = ranked[..., -1 - k] - share * (ranked[..., -1 - k] - ranked[..., -1 - other])
    return low.T, high.T


def affordable_draws(
    network: Network, evidence: Evidence, *, seconds: float = 0.02, most: int = 200, least: int = 20, seed: int = 0
) -> int:
    """How many parameter draws of this case fit in ``seconds`` on an ordinary processor, within ``least`` and ``most``.

    ``seed``: of the search for a plan, so that the same is found that the answer will use.
    A sweep too wide for ``least`` draws in ten times the budget gets one: the central answer and no interval.
    """
    return draws_within(plan_of(network.central(), evidence, seed=seed), seconds=seconds, most=most, least=least)


def draws_within(plan: Plan, *, seconds: float = 0.02, most: int = 200, least: int = 20) -> int:
    """The same for a plan at hand."""
    each = _SECONDS_A_CELL * plan.cells
    spare = seconds - _SECONDS_A_STEP * len(plan.steps)
    if least * each > 10 * seconds:
        return 1
    return int(min(most, max(least, spare / each)))

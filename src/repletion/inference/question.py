"""What to ask or test next: the expected information gain of every answer still open.

An answer is weighed before it is known. If finding f turned out absent, one more row of the sweep gives
P(state, f absent); that it is present is the rest, because P(state) is known. Soft outcomes (a laboratory band) are
mixtures of the same two, and so a test that bears on several findings needs a row for each subset of them and opens no
variable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from repletion.errors import InferenceError
from repletion.inference.engine import engine
from repletion.inference.evidence import Evidence, Problem, build
from repletion.inference.posterior import WIDEST, refuse_impossible, refuse_wide
from repletion.inference.sweep import Swept, sweep
from repletion.inference.tables import Tables
from repletion.network.model import Network

Array = NDArray[np.float64]

_YES_NO = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that can be asked or measured about unknown findings (one, or up to four that one test bears on)."""

    name: str
    findings: tuple[int, ...]
    """(G) indices of the findings."""
    outcomes: Array
    """(O, G, 2) likelihood of each outcome when each finding is absent and present; over outcomes, the products of
    these over the findings add to 1."""
    cost: float = 0.0
    """In the unit of the score: weighted bits."""

    @classmethod
    def yes_no(cls, network: Network, finding: str, *, cost: float = 0.0) -> Question:
        """Is the finding there? Outcome 0 is no, 1 is yes."""
        return cls(name=finding, findings=(network.findings.index(finding),), outcomes=_YES_NO, cost=cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A yes/no about the person that moves the log-odds of states and is not one of the network's risks."""

    name: str
    probability: float
    """Of yes, before anything else is known."""
    shift_no: Array
    """(S,) added to ``base`` if the answer is no."""
    shift_yes: Array
    """(S,) added to ``base`` if it is yes."""
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Candidates (C) with as many outcomes (O) each: where they stand among all, the chance of every outcome, and of
    every state (S) together with it."""

    members: Sequence[int]
    chance: Array  # (C, O)
    joint: Array  # (C, O, S)


@dataclass(frozen=True, kw_only=True)
class QuestionValues:
    """Worth of every candidate: questions, then factors, then risks. C candidates, O outcomes at most, S states."""

    names: tuple[str, ...]
    gain: Array
    """(C, S) expected information gain in bits about each state."""
    score: Array
    """(C,) gains weighted by state, less the cost."""
    weigh: Callable[[], Sequence[_Weighed]]
    """The outcomes of the candidates; worked out when they are asked for."""

    @cached_property
    def weighed(self) -> Sequence[_Weighed]:
        """The outcomes, candidates with as many of them together."""
        return self.weigh()

    @cached_property
    def outcome_probability(self) -> Array:
        """(C, O) of each outcome; for yes/no candidates no comes first. Missing outcomes are nan."""
        found = np.full((len(self.names), max((w.chance.shape[1] for w in self.weighed), default=2)), np.nan)
        for w in self.weighed:
            found[w.members, : w.chance.shape[1]] = w.chance
        return found

    @cached_property
    def outcome_posterior(self) -> Array:
        """(C, O, S) probability of each state after each outcome; nan for outcomes that are missing or impossible."""
        found = np.full((*self.outcome_probability.shape, self.gain.shape[1]), np.nan)
        for w in self.weighed:
            with np.errstate(invalid="ignore"):
                found[w.members, : w.chance.shape[1]] = np.clip(w.joint / w.chance[..., None], 0.0, 1.0)
        return found

    def ranking(self) -> list[int]:
        """Candidates from the best score down; ties in the order given."""
        return [int(c) for c in np.argsort(-self.score, kind="stable")]


def question_values(
    network: Network,
    evidence: Evidence,
    questions: Sequence[Question] = (),
    *,
    factors: Sequence[Factor] = (),
    risks: Sequence[int] = (),
    risk_cost: float = 0.0,
    weights: Array | None = None,
    widest: int = WIDEST,
    seed: int = 0,
    problem: Problem | None = None,
) -> QuestionValues:
    """Expected information gain of every candidate on the central network, all in one sweep.

    ``risks``: indices of the network's unknown risks that could be asked. ``weights``: (S,) importance of knowing each
    state (default 1). ``problem``: of the same evidence, where it is at hand. Raises :class:`InferenceError` for a
    question about a finding that is already known, and when the sweep would be wider than ``widest``.
    """
    central = network.central()
    _refuse_known(network, evidence, questions)
    problem = replace(problem or build(central, [evidence], seed=seed))
    subsets: dict[tuple[int, ...], int] = {(): 0}
    for question in questions:
        for subset in _subsets(question.findings):
            subsets.setdefault(subset, len(subsets))
    problem.tables = _rows(central, problem.tables, list(subsets), factors, risks)
    refuse_wide(problem.plan, widest, problem.tables.rows)
    found = sweep(problem.plan, problem.tables)
    refuse_impossible(central, problem, found.log_evidence)

    priors = np.array([f.probability for f in factors] + [float(central.risk_prior[0, r]) for r in risks])
    weigh = partial(_weigh, questions, subsets, found, priors)
    if engine.gains is not None:
        kinds = {id(q.outcomes): q.outcomes for q in questions}
        number = {kind: k for k, kind in enumerate(kinds)}
        gain = engine.gains(
            found,
            [[subsets[s] for s in _subsets(q.findings)] for q in questions],
            [_shares(outcomes.tobytes(), outcomes.shape) for outcomes in kinds.values()],
            [number[id(q.outcomes)] for q in questions],
            len(subsets),
            priors,
        )
    else:
        weighed = weigh()
        weigh = partial(list, weighed)
        gain = np.empty((len(questions) + len(priors), len(network.states)))
        for some in weighed:
            gain[some.members] = _gain(some)
    costs = [q.cost for q in questions] + [f.cost for f in factors] + [risk_cost] * len(risks)
    importance = np.ones(len(network.states)) if weights is None else weights
    names = [q.name for q in questions] + [f.name for f in factors] + [network.risks[r] for r in risks]
    return QuestionValues(names=tuple(names), gain=gain, score=gain @ importance - np.array(costs), weigh=weigh)


def _refuse_known(network: Network, evidence: Evidence, questions: Sequence[Question]) -> None:
    known = {int(f) for f in evidence.known}
    for q in questions:
        if q.outcomes.ndim != 3 or q.outcomes.shape[1:] != (len(q.findings), 2):
            raise InferenceError(
                f"outcomes of {q.name!r} have shape {q.outcomes.shape}; expected (outcomes, {len(q.findings)}, 2)"
            )
        if not 1 <= len(q.findings) <= 4:
            raise InferenceError(f"{q.name!r} bears on {len(q.findings)} findings; expected 1 to 4")
        for f in q.findings:
            if f in known:
                raise InferenceError(f"{q.name!r} asks about {network.findings[f]!r}, which is already known")


@lru_cache(maxsize=4096)
def _subsets(findings: tuple[int, ...]) -> list[tuple[int, ...]]:
    """All subsets; subset number b holds the findings whose bits are set in b (bit 0 the first finding)."""
    size = len(findings)
    if size == 1:
        return [(), findings]
    by_bits: dict[int, tuple[int, ...]] = {}
    for count in range(size + 1):
        for picked in combinations(range(size), count):
            by_bits[sum(1 << k for k in picked)] = tuple(sorted(findings[k] for k in picked))
    return [by_bits[b] for b in range(2**size)]


def _rows(
    network: Network, t: Tables, subsets: Sequence[tuple[int, ...]], factors: Sequence[Factor], risks: Sequence[int]
) -> Tables:
    """One row for each subset of findings taken as absent, then two (no, yes) for each factor and each risk."""
    rows = len(subsets) + 2 * (len(factors) + len(risks))
    if engine.rows is not None:
        shifts = np.array([shift for f in factors for shift in (f.shift_no, f.shift_yes)])
        on, constant, base, risk_prior = engine.rows(t, network.link[0], network.leak[0], subsets, shifts, risks)
        return replace(t, on=on, log_constant=constant, base=base, risk_prior=risk_prior, rows=rows)
    on = np.broadcast_to(t.on, (t.on.shape[0], rows)).copy()
    constant = np.full(rows, t.log_constant[0])
    for depth in range(max(map(len, subsets), default=0)):
        at = [n for n, subset in enumerate(subsets) if len(subset) > depth]
        findings = [subsets[n][depth] for n in at]
        on[:, at] *= 1 - network.link[0, findings].T
        with np.errstate(divide="ignore"):
            constant[at] += np.log(1 - network.leak[0, findings])
    base, risk_prior = t.base, t.risk_prior
    n = len(subsets)
    if factors:
        base = np.broadcast_to(base, (base.shape[0], rows)).copy()
        for factor in factors:
            base[:, n] += factor.shift_no
            base[:, n + 1] += factor.shift_yes
            n += 2
    if risks:
        risk_prior = np.broadcast_to(risk_prior, (risk_prior.shape[0], rows)).copy()
        for r in risks:
            risk_prior[r, n], risk_prior[r, n + 1] = 0.0, 1.0
            n += 2
    return replace(t, on=on, log_constant=constant, base=base, risk_prior=risk_prior, rows=rows)


def _weigh(
    questions: Sequence[Question], subsets: dict[tuple[int, ...], int], found: Swept, priors: Array
) -> list[_Weighed]:
    """The outcomes of questions, then of answers (with these ``priors``) that have rows of their own."""
    weighed = _weigh_questions(questions, subsets, found)
    if priors.size:
        first = len(questions)
        weighed.append(_weigh_answers(found, len(subsets), priors, range(first, first + len(priors))))
    return weighed


def _weigh_questions(
    questions: Sequence[Question], subsets: dict[tuple[int, ...], int], found: Swept
) -> list[_Weighed]:
    """P(outcome | e) and P(state, outcome | e), candidates with the same outcomes together."""
    relative = np.exp(found.log_evidence - found.log_evidence[0])  # P(subset absent | e)
    together = found.on.T * relative[:, None]
    if np.isneginf(found.log_evidence).any():
        together = np.nan_to_num(together)  # an answer that is impossible tells nothing
    kinds: dict[int, list[int]] = {}
    for c, question in enumerate(questions):
        kinds.setdefault(id(question.outcomes), []).append(c)
    weighed = []
    for members in kinds.values():
        outcomes = questions[members[0]].outcomes
        share = _shares(outcomes.tobytes(), outcomes.shape)  # (O, 2**G)
        rows = np.array([[subsets[s] for s in _subsets(questions[c].findings)] for c in members])  # (C, 2**G)
        chance = np.maximum(relative[rows] @ share.T, 0.0)  # (C, O)
        joint = np.clip(share @ together[rows], 0.0, chance[..., None])  # (C, O, S)
        total = chance.sum(axis=1, keepdims=True)
        weighed.append(_Weighed(members, chance / total, joint / total[..., None]))
    return weighed


@lru_cache(maxsize=64)
def _shares(numbers: bytes, shape: tuple[int, ...]) -> Array:
    """(O, 2**G) how each outcome is mixed from the subsets of findings that are absent.

    ``numbers`` and ``shape``: those of :attr:`Question.outcomes`.
    """
    outcomes = np.frombuffer(numbers).reshape(shape)
    bits = np.arange(2 ** outcomes.shape[1])
    share = np.ones((len(outcomes), len(bits)))
    for g in range(outcomes.shape[1]):
        zero, one = outcomes[:, g, 0, None], outcomes[:, g, 1, None]
        share *= np.where(bits >> g & 1, zero - one, one)
    return share


def _weigh_answers(found: Swept, start: int, priors: Array, members: Sequence[int]) -> _Weighed:
    """The same for yes/no candidates (C) that have rows of their own, no and yes by turns from ``start`` on."""
    log_evidence = found.log_evidence[start:].reshape(-1, 2) - found.log_evidence[0]
    chance = np.stack([1 - priors, priors], axis=1) * np.exp(log_evidence)
    chance /= chance.sum(axis=1, keepdims=True)
    after = np.nan_to_num(found.on[:, start:].T).reshape(len(priors), 2, -1)
    return _Weighed(members, chance, after * chance[..., None])


def _gain(weighed: _Weighed) -> Array:
    """(C, S) entropy of each state before the answer less the expected entropy after it, in bits."""
    chance, on = weighed.chance[..., None], weighed.joint
    before = on.sum(axis=1)
    left = _bits(chance) - _bits(on) - _bits(np.maximum(chance - on, 0.0))
    gain: Array = np.maximum(left.sum(axis=1) * -1 - _bits(before) - _bits(1 - before), 0.0)
    return gain


def _bits(p: Array) -> Array:
    """p log2 p."""
    found: Array = np.maximum(p, 1e-300)
    np.log2(found, out=found)
    found *= p
    return found

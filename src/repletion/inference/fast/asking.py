"""Around the sweep of the open questions, compiled: the numbers of its rows, what each answer tells, and ranges.

The same sums as in :mod:`repletion.inference.question` and :mod:`repletion.inference.posterior`, each in one call where
numpy makes dozens over small arrays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numba import types
from numpy.typing import NDArray

from repletion.inference.fast.kept import compiled
from repletion.inference.fast.lanes import njit

if TYPE_CHECKING:
    from repletion.inference.sweep import Swept
    from repletion.inference.tables import Tables

Array = NDArray[np.float64]
_ROUNDING = 1e-15


@njit
def bits(p):
    """p log2 p, 0 for what rounding made negative."""
    p = max(p, 1e-300)
    return p * math.log2(p)


@njit
def entropy(p):
    """Of a yes/no variable, in bits."""
    return -(bits(p) + bits(1 - p))


def rows(on, constant, base, risk_prior, link, leak, subsets, starts, shifts, risks, on_, constant_, base_, prior_):
    """Fills the arrays with a row (the last axis) for each subset of findings taken as absent, two (no, yes) for each
    pair of ``shifts`` (S,), and two for each risk, from those of one row."""
    states, all_rows, first = len(on), on_.shape[1], len(starts) - 1
    silent = np.empty(states)
    for n in range(all_rows):
        silent[:] = 1.0
        constant_[n] = constant[0]
        if n < first:
            for k in range(starts[n], starts[n + 1]):
                f = subsets[k]
                quiet = 1 - leak[f]
                constant_[n] += math.log(quiet) if quiet > 0 else -math.inf
                for i in range(states):
                    silent[i] *= 1 - link[f, i]
        for i in range(states):
            on_[i, n] = on[i, 0] * silent[i]
    if base_.shape[1] > 1:
        for i in range(states):
            for n in range(all_rows):
                base_[i, n] = base[i, 0]
            for k in range(len(shifts)):
                base_[i, first + k] += shifts[k, i]
    if prior_.shape[1] > 1:
        for r in range(len(risk_prior)):
            for n in range(all_rows):
                prior_[r, n] = risk_prior[r, 0]
        for k in range(len(risks)):
            n = first + len(shifts) + 2 * k
            prior_[risks[k], n], prior_[risks[k], n + 1] = 0.0, 1.0


def gains(on, log_evidence, rows, starts, kinds, shares, first_share, outcomes, first_answer, priors, gain):
    """Fills ``gain`` (C, S).  ``on`` (S, n) and ``log_evidence`` (n) are a sweep's.

    Of each question: its ``rows`` from ``starts`` on, and its kind, whose ``shares`` (outcomes, rows) begin at
    ``first_share``.  Answers with rows of their own begin at row ``first_answer``, no and yes by turns.
    """
    states, size = on.shape[0], len(log_evidence)
    relative = np.empty(size)
    for n in range(size):
        relative[n] = math.exp(log_evidence[n] - log_evidence[0])
    together = np.empty((size, states))
    for i in range(states):
        for n in range(size):
            p = on[i, n]
            together[n, i] = 0.0 if math.isnan(p) else p * (relative[n] if n < first_answer else 1.0)
    questions = len(kinds)
    open_now, known = together[0].copy(), np.empty(states)
    for i in range(states):
        known[i] = bits(open_now[i]) + bits(1 - open_now[i])
    joint, before, left = np.empty(states), np.empty(states), np.empty(states)
    for c in range(questions):
        first, width = starts[c], starts[c + 1] - starts[c]
        share, count = first_share[kinds[c]], outcomes[kinds[c]]
        total = 0.0
        for o in range(count):
            chance = 0.0
            for w in range(width):
                chance += relative[rows[first + w]] * shares[share + o * width + w]
            total += max(chance, 0.0)
        before[:] = 0.0
        left[:] = 0.0
        for o in range(count):
            chance = 0.0
            joint[:] = 0.0
            for w in range(width):
                part = shares[share + o * width + w]
                if part != 0.0:
                    n = rows[first + w]
                    chance += relative[n] * part
                    for i in range(states):
                        joint[i] += part * together[n, i]
            chance = max(chance, 0.0)
            whole = bits(chance / total)
            for i in range(states):
                yes = min(max(joint[i], 0.0), chance) / total
                before[i] += yes
                left[i] += whole - bits(yes) - bits(chance / total - yes)
        for i in range(states):
            # over its outcomes an answer adds up to what is known before it, but for rounding
            same = abs(before[i] - open_now[i]) <= _ROUNDING
            whole = known[i] if same else bits(before[i]) + bits(1 - before[i])
            gain[c, i] = max(-left[i] - whole, 0.0)
    for a in range(len(priors)):
        n = first_answer + 2 * a
        no, yes = (1 - priors[a]) * relative[n], priors[a] * relative[n + 1]
        no, yes = no / (no + yes), yes / (no + yes)
        whole = bits(no) + bits(yes)
        for i in range(states):
            on_no, on_yes = together[n, i] * no, together[n + 1, i] * yes
            rest = whole - bits(on_no) - bits(no - on_no) - bits(on_yes) - bits(yes - on_yes)
            both = on_no + on_yes
            gain[questions + a, i] = max(-rest - bits(both) - bits(1 - both), 0.0)


@njit
def chance_of(x):
    return 1 / (1 + math.exp(-x))


def interval(on, off, deviations, low, high):
    """Fills ``low`` and ``high`` (S,) from ``on`` and ``off`` (rows, S), the first row the central one."""
    rows, states = on.shape
    odds = np.empty(rows)
    for i in range(states):
        total = 0.0
        for n in range(rows):
            odds[n] = math.log(on[n, i] / off[n, i])
            total += odds[n] if n else 0.0
        mean = total / (rows - 1)
        square = 0.0
        for n in range(1, rows):
            square += (odds[n] - mean) * (odds[n] - mean)
        half = deviations * math.sqrt(square / max(1, rows - 2))
        if not math.isfinite(half):
            mean, half = odds[0], 0.0
        low[i], high[i] = chance_of(min(mean - half, odds[0])), chance_of(max(mean + half, odds[0]))


_real, _whole = types.float64, types.int64
_reals, _table, _numbers = _real[::1], _real[:, ::1], _whole[::1]
_strided = types.Array(_real, 2, "A")
_rows = compiled(
    rows,
    "rows",
    types.void(
        _strided, _reals, _strided, _strided, _strided, _reals, _numbers, _numbers, _table, _numbers,
        _table, _reals, _table, _table,
    ),
)  # fmt: skip
_interval = compiled(interval, "interval", types.void(_strided, _strided, _real, _reals, _reals))
_gains = compiled(
    gains,
    "gains",
    types.void(
        _strided, _reals, _numbers, _numbers, _numbers, _reals, _numbers, _numbers, _whole, _reals, _table
    ),
)  # fmt: skip


def rows_of(
    t: Tables, link: Array, leak: Array, subsets: Sequence[tuple[int, ...]], shifts: Array, risks: Sequence[int]
) -> tuple[Array, Array, Array, Array]:
    """What is known of each state when it is on (S, n), the constant (n,), log-odds and risks' chances (or what all
    rows share of them): a row for each subset of findings taken as absent, two for each pair of shifts, two for each
    risk.  ``t``: the numbers of one row."""
    states, n = len(t.on), len(subsets) + len(shifts) + 2 * len(risks)
    flat = np.array([f for subset in subsets for f in subset], dtype=np.int64)
    on, constant = np.empty((states, n)), np.empty(n)
    base = np.empty((states, n)) if len(shifts) else np.ascontiguousarray(t.base)
    prior = np.empty((len(t.risk_prior), n)) if risks else np.ascontiguousarray(t.risk_prior)
    _rows(
        t.on, t.log_constant, t.base, t.risk_prior, link, leak, flat, np.cumsum([0, *map(len, subsets)]),
        shifts.reshape(-1, states), np.array(risks, dtype=np.int64), on, constant, base, prior,
    )  # fmt: skip
    return on, constant, base, prior


def drawn_interval(on: Array, off: Array, deviations: float) -> tuple[Array, Array]:
    """Low and high (S,) from probabilities and their complements (rows, S)."""
    low, high = np.empty(on.shape[1]), np.empty(on.shape[1])
    _interval(on, off, deviations, low, high)
    return low, high


def question_gains(found: Swept, rows: Sequence[Sequence[int]], shares: Sequence[Array], kinds: Sequence[int],
                   first_answer: int, priors: Array) -> Array:  # fmt: skip
    """Expected gain (C, S) in bits; questions with their ``rows`` and their kind among ``shares``, then answers."""
    starts = np.cumsum([0, *map(len, rows)])
    first_share = np.cumsum([0, *(share.size for share in shares)])
    flat = np.array([n for some in rows for n in some], dtype=np.int64)
    gain = np.empty((len(rows) + len(priors), len(found.on)))
    _gains(
        found.on, found.log_evidence, flat, starts, np.array(kinds, dtype=np.int64),
        np.concatenate([np.zeros(0), *(share.ravel() for share in shares)]), first_share,
        np.array([len(share) for share in shares], dtype=np.int64), first_answer, priors, gain,
    )  # fmt: skip
    return gain

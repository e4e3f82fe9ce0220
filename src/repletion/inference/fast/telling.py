"""What answers tell, compiled: the first look at all of them, and the choice among those that were scored.

The same sums as in :mod:`repletion.assessment.screening` and :mod:`repletion.assessment.choosing`, each in one call
where numpy makes dozens over small arrays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from repletion.inference.fast.asking import bits, entropy
from repletion.inference.fast.kept import compiled
from repletion.inference.fast.lanes import njit

Array = NDArray[np.float64]
_LEAST = 1e-12
_SETTLED = 1e-4
_PLACES = 1e12


def by_findings(leak, findings, states, q, through, levels, level_q, p, weights, told):
    """Fills ``told`` (F,)."""
    size, pairs = len(leak), len(findings)
    quiet, spared = np.zeros(size), np.empty(pairs)
    for k in range(pairs):
        spared[k] = 1 - q[k]
    for m in range(len(through)):
        k = through[m]
        share = min(1.0, p[levels[m]] / max(p[states[k]], _LEAST))
        spared[k] *= 1 - level_q[m] * share
    # a product of a few chances, and no logarithm of each: chances near 1 lose nothing in it
    quiet[:] = 1.0
    for k in range(pairs):
        quiet[findings[k]] *= 1 - q[k] * p[states[k]]
    known, silent = np.empty(len(p)), np.empty(size)
    for i in range(len(p)):
        known[i] = entropy(p[i])
    for f in range(size):
        quiet[f] *= 1 - leak[f]
        silent[f] = -1.0
    told[:] = 0.0
    for k in range(pairs):
        f, i = findings[k], states[k]
        if weights[i] * known[i] > _SETTLED:
            before, no = p[i], quiet[f]
            if silent[f] < 0:
                silent[f] = entropy(no)
            off = no * before * spared[k] / (1 - before * (1 - spared[k]))
            gain = bits(off) + bits(no - off) + bits(before - off) + bits(1 - before - no + off)
            told[f] += max(gain + known[i] + silent[f], 0.0) * weights[i]


def by_factors(base, factors, states, no, yes, probability, p, weights, told):
    """Fills ``told`` (factors,)."""
    size, pairs = len(probability), len(factors)
    after0, after1 = np.empty(pairs), np.empty(pairs)
    odds0, odds1 = np.ones(size), np.ones(size)
    for k in range(pairs):
        i, f = states[k], factors[k]
        own, before = 1 / (1 + math.exp(-base[i])), p[i]
        moved = math.exp(no[k])
        total = 1 - before + before * moved
        after0[k] = before * moved / total
        odds0[f] *= total / (1 - own + own * moved)
        moved = math.exp(yes[k])
        total = 1 - before + before * moved
        after1[k] = before * moved / total
        odds1[f] *= total / (1 - own + own * moved)
    told[:] = 0.0
    for k in range(pairs):
        f, weight = factors[k], weights[states[k]]
        if weight > 0:
            often = probability[f] * odds1[f]
            often = often / (often + (1 - probability[f]) * odds0[f])
            mean = (1 - often) * after0[k] + often * after1[k]
            gain = entropy(mean) - (1 - often) * entropy(after0[k]) - often * entropy(after1[k])
            told[f] += max(gain, 0.0) * weight


@njit
def dot(a, b):
    found = 0.0
    for i in range(len(a)):
        found += a[i] * b[i]
    return found


@njit
def order(gain, left_open, members, open_part, price, least, taken):
    """The members of one group that tell something, the most telling first, into ``taken``; their number and what they
    tell together less the price."""
    rest = members.copy()
    open_now = open_part.copy()
    size, count, total, top = len(rest), 0, 0.0, 0.0
    while size:
        best, told = 0, -1.0
        for k in range(size):
            worth = np.rint(dot(gain[rest[k]], open_now) * _PLACES) / _PLACES  # what ties keeps the order given
            if worth > told:
                best, told = k, worth
        if count and told < least * top:
            break
        if top == 0.0:
            top = told
        total += told
        member = rest[best]
        taken[count] = member
        count += 1
        size -= 1
        for k in range(best, size):
            rest[k] = rest[k + 1]
        if size:
            for i in range(len(open_now)):
                open_now[i] *= left_open[member, i]
    return count, total - price


def choose(gain, score, weights, uncertain, members, starts, most, least, chosen, sizes, scores):
    """Fills ``chosen`` (most, widest) with the members of the groups that are best, their ``sizes`` and ``scores``."""
    states, groups = gain.shape[1], len(starts) - 1
    left_open = np.empty(gain.shape)
    for c in range(len(gain)):
        for i in range(states):
            left_open[c, i] = min(max(1 - gain[c, i] / max(uncertain[i], _LEAST), 0.0), 1.0)
    costs = np.empty(groups)
    for g in range(groups):
        costs[g] = -math.inf
        for k in range(starts[g], starts[g + 1]):
            c = members[k]
            costs[g] = max(costs[g], dot(gain[c], weights) - score[c])
    open_part, left = weights.copy(), np.ones(groups, np.int64)
    bounds, taken = np.empty(groups), np.empty(chosen.shape[1], np.int64)
    for number in range(most):
        for g in range(groups):
            bounds[g] = -math.inf
            if left[g]:
                bounds[g] = 0.0
                for k in range(starts[g], starts[g + 1]):
                    bounds[g] += dot(gain[members[k]], open_part)
                bounds[g] -= costs[g]
        picked, best = -1, 0.0
        while True:  # what the members tell one by one is the most that they tell together
            g = 0
            for other in range(1, groups):
                if bounds[other] > bounds[g]:
                    g = other
            if groups == 0 or bounds[g] <= best:
                break
            bounds[g] = -math.inf
            group = members[starts[g] : starts[g + 1]]
            count, found = order(gain, left_open, group, open_part, costs[g], least, taken)
            if found > best:
                picked, best = g, found
                sizes[number], scores[number] = count, found
                for k in range(count):
                    chosen[number, k] = taken[k]
        if picked < 0:
            return number
        left[picked] = 0
        for k in range(sizes[number]):
            for i in range(states):
                open_part[i] *= left_open[chosen[number, k], i]
    return most


_real, _whole = types.float64, types.int64
_reals, _table, _numbers = _real[::1], _real[:, ::1], _whole[::1]
_by_findings = compiled(
    by_findings,
    "by_findings",
    types.void(_reals, _numbers, _numbers, _reals, _numbers, _numbers, _reals, _reals, _reals, _reals),
)
_by_factors = compiled(
    by_factors,
    "by_factors",
    types.void(_reals, _numbers, _numbers, _reals, _reals, _reals, _reals, _reals, _reals),
)
_choose = compiled(
    choose,
    "choose",
    _whole(_table, _reals, _reals, _reals, _numbers, _numbers, _whole, _real, _whole[:, ::1], _numbers, _reals),
)


def told_by_findings(links: Any, p: Array, weights: Array) -> Array:
    """(F,) weighted bits, roughly."""
    told = np.empty(len(links.leak))
    _by_findings(
        links.leak, links.findings, links.states, links.q, links.through, links.levels, links.level_q,
        np.ascontiguousarray(p), weights, told,
    )  # fmt: skip
    return told


def told_by_factors(base: Array, moves: Any, p: Array, weights: Array) -> Array:
    """(factors,) weighted bits, roughly."""
    told = np.empty(len(moves.probability))
    _by_factors(
        base, moves.factors, moves.states, moves.no, moves.yes, moves.probability, np.ascontiguousarray(p), weights,
        told,
    )  # fmt: skip
    return told


def chosen(
    gain: Array,
    score: Array,
    groups: Sequence[Sequence[int]],
    weights: Array,
    uncertain: Array,
    most: int,
    least: float,
) -> list[tuple[list[int], float]]:
    """The best groups, best first: their members and what they tell together less the price."""
    starts = np.cumsum([0, *map(len, groups)])
    members = np.array([c for group in groups for c in group], dtype=np.int64)
    most = min(most, len(groups))
    found = np.empty((most, max(map(len, groups), default=0)), dtype=np.int64)
    sizes, scores = np.zeros(most, dtype=np.int64), np.zeros(most)
    count = _choose(gain, score, weights, uncertain, members, starts, most, least, found, sizes, scores)
    return [(found[k, : sizes[k]].tolist(), float(scores[k])) for k in range(count)]

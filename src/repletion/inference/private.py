"""States that touch one finding and nothing else: they are taken into its leak, and need no step of the sweep.

Whether such a state has brought its finding about is all that the rest of the network can see of it.  The finding is
quiet with ``(1 - leak) · Π (1 - q p)`` over them; backwards, their posteriors come from the weight of everything else
when the finding is still quiet and when it is not.  Logarithms keep every chance precise.
"""

from __future__ import annotations

from collections.abc import Container

import numpy as np
from numpy.typing import NDArray

from repletion.inference.plan import Plan, Step
from repletion.inference.tables import Tables

Array = NDArray[np.float64]


def leaks(plan: Plan, t: Tables, on_free: Array, off_free: Array) -> tuple[Array, dict[int, Array]]:
    """Leak (A, n) of every finding with its private states as part of it, and for each finding that has any the log of
    the chance (K, n) that each of them does not bring it about.

    ``on_free``, ``off_free``: joint weight (free states, n) of each state without a step.
    """
    if not plan.private:
        return t.leak, {}
    leak = np.broadcast_to(t.leak, (t.leak.shape[0], t.rows)).copy()
    alone: dict[int, Array] = {}
    for p in plan.private:
        f, at = p.finding, np.searchsorted(plan.free, p.states)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = on_free[at] / (on_free[at] + off_free[at])
            spared = np.maximum(np.log1p(-t.link[p.links] * share), -700.0)  # not -inf: it is taken back again
            leak[f] = -np.expm1(np.log1p(-leak[f]) + spared.sum(axis=0))
        alone[f] = spared
    return leak, alone


def fill_private(
    plan: Plan, t: Tables, alone: dict[int, Array], weights: dict[int, tuple[Array, Array]], on: Array, off: Array
) -> None:
    """The posterior of private states, from what the rest makes of their finding while it is quiet and when not."""
    for p in plan.private:
        f, states, q = p.finding, p.states, t.link[p.links]
        quiet, loud = weights[f]
        spared = alone[f]
        with np.errstate(invalid="ignore", divide="ignore"):
            others = np.log1p(-t.leak[f]) + spared.sum(axis=0) - spared  # log of the chance that nothing else brings it
            still, not_still = np.exp(others), -np.expm1(others)
            off[states] *= still * quiet + not_still * loud
            on[states] *= still * (1 - q) * quiet + (not_still + still * q) * loud


def opened_weights(
    plan: Plan,
    step: Step,
    t: Tables,
    wanted: Container[int],
    weights: tuple[Array, Array],
    before: tuple[Array, Array],
    pairs: tuple[list[Array], list[Array]],
) -> dict[int, tuple[Array, Array]]:
    """For each of the ``wanted`` findings that open at a step: the weight (n,) of everything else when neither the leak
    nor a private state has brought it about, and when one has (up to a factor common to both).

    With the state off and on: ``weights`` (opened, cells, n) of all that comes after, ``before`` (cells, n) the vector
    just before the findings open, ``pairs`` the factors with which they do.
    """
    n = weights[0].shape[-1]
    size = len(step.opens) + len(step.begins)
    shape = (*(2,) * size, n)
    g0 = np.einsum("cxn,xn->cn", weights[0], before[0]).reshape(shape)
    g1 = np.einsum("cxn,xn->cn", weights[1], before[1]).reshape(shape)
    found: dict[int, tuple[Array, Array]] = {}
    for axis, f in enumerate(step.opens):
        if f not in wanted:
            continue
        first, second = g0, g1
        for other in reversed(range(size)):
            if other != axis:
                first = _joined(first, pairs[0][other], other)
                second = _joined(second, pairs[1][other], other)
        q = t.link[plan.pair[f, step.state]]
        found[f] = first[0] + (1 - q) * second[0] + q * second[1], first[1] + second[1]
    return found


def _joined(table: Array, pair: Array, axis: int) -> Array:
    """A table with one of its yes/no axes summed out against a pair (2, n)."""
    joined: Array = table.take(0, axis=axis) * pair[0] + table.take(1, axis=axis) * pair[1]
    return joined

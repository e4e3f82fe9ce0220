"""The sweep: exact sums over every combination of states, forwards and back.

Forwards, the vector over the open variables takes in one state after another; what is left at the end is the
probability of the evidence. Backwards, the transposes of the same linear steps give the joint probability of every
state and every unknown risk with the evidence. Only non-negative numbers are multiplied and added, so nothing cancels
(inclusion-exclusion over findings, the textbook alternative, loses all its digits at twenty findings).

The last axis of every array is the *row*: a parameter draw or a variant of the evidence. All rows share one plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from repletion.inference.plan import Plan, Step
from repletion.inference.private import fill_private, leaks, opened_weights
from repletion.inference.tables import Tables

Array = NDArray[np.float64]

_CELLS_AT_ONCE = 1 << 18  # numbers per vector: rows are taken in blocks that stay in the processor's cache
_RESCALE_EVERY = 4  # steps
_MOST_COMPILED = 1 << 20  # cells of a plan whose vectors compiled passes may keep for the way back: 64 MB


@dataclass(slots=True)
class Swept:
    """What a sweep found. ``on`` and ``off`` add to 1 for each state and row; both are kept for exact log-odds.

    Posteriors stand for the first m rows, those that were asked for."""

    log_evidence: Array  # (n,)
    on: Array  # (S, m) P(state | evidence)
    off: Array  # (S, m)
    risk: Array  # (R, m) P(risk | evidence)


@dataclass(slots=True)
class _Tape:
    step: Step
    vector: Array
    table0: Array
    table1: Array
    open0: Array | None
    open1: Array | None
    unopened: tuple[Array, Array] | None = None  # the two halves before findings opened, where their leak matters
    before: Array | None = None  # the vector before risks opened
    risk_table: Array | None = None
    pairs: list[tuple[int, Array]] = field(default_factory=list)
    pairs0: list[Array] = field(default_factory=list)  # what opens, when the state is off: the factors of ``open0``
    pairs1: list[Array] = field(default_factory=list)

    def cut(self, rows: int) -> _Tape:
        """The first rows alone."""

        def short(array: Array | None) -> Array | None:
            return None if array is None else _cut(array, rows)

        return replace(
            self,
            vector=_cut(self.vector, rows),
            table0=_cut(self.table0, rows),
            table1=_cut(self.table1, rows),
            open0=short(self.open0),
            open1=short(self.open1),
            unopened=self.unopened and (_cut(self.unopened[0], rows), _cut(self.unopened[1], rows)),
            before=short(self.before),
            risk_table=short(self.risk_table),
            pairs=[(ahead, _cut(q, rows)) for ahead, q in self.pairs],
            pairs0=[_cut(pair, rows) for pair in self.pairs0],
            pairs1=[_cut(pair, rows) for pair in self.pairs1],
        )


Compiled = Callable[[Plan, Tables, int], Swept]
"""From a plan with steps, its numbers, and how many rows want posteriors."""


@dataclass(slots=True)
class Engine:
    """What makes the sweeps of this process: numpy, unless another stands in."""

    compiled: Compiled | None = None


engine = Engine()


def use_sweep(compiled: Compiled | None) -> None:
    """Let this sweep stand in for that in numpy (``None``: back to numpy)."""
    engine.compiled = compiled


def sweep(plan: Plan, tables: Tables, *, posteriors: int | None = None) -> Swept:
    """Log evidence of every row, and the posterior of every state and risk in the first ``posteriors`` rows (or all).

    A row whose evidence is impossible gets a log evidence of minus infinity and posteriors of nan.
    """
    wanted = tables.rows if posteriors is None else posteriors
    if engine.compiled is not None and plan.steps and plan.cells <= _MOST_COMPILED:
        return engine.compiled(plan, tables, min(wanted, tables.rows))
    n_rows = max(1, _CELLS_AT_ONCE >> plan.width)
    if tables.rows <= n_rows:
        return _sweep(plan, tables, wanted)
    # equal blocks: 130 rows at 128 apiece become two of 65
    blocks = -(-tables.rows // n_rows)
    size = -(-tables.rows // blocks)
    parts = [
        _sweep(plan, tables.block(slice(a, a + size)), min(max(wanted - a, 0), size))
        for a in range(0, tables.rows, size)
    ]
    return Swept(
        log_evidence=np.concatenate([p.log_evidence for p in parts]),
        on=np.concatenate([p.on for p in parts], axis=-1),
        off=np.concatenate([p.off for p in parts], axis=-1),
        risk=np.concatenate([p.risk for p in parts], axis=-1),
    )


def _sweep(plan: Plan, t: Tables, wanted: int) -> Swept:
    n = t.rows
    wanted = min(wanted, n)
    states, risks, free = t.base.shape[0], t.risk_prior.shape[0], plan.free
    off, on, log_z = _fold_single(plan, t)
    p_on, p_off = _logistic(t.base[free])
    on_free, off_free = np.empty((len(free), n)), np.empty((len(free), n))
    on_free[:], off_free[:] = p_on * on[free], p_off * off[free]
    with np.errstate(divide="ignore"):
        log_z = log_z + np.log(on_free + off_free).sum(axis=0)
    leak, alone = leaks(plan, t, on_free, off_free)
    log_z = np.broadcast_to(log_z, (n,)).copy()
    on_part, off_part = np.empty((states, wanted)), np.empty((states, wanted))
    on_part[free], off_part[free] = on_free[:, :wanted], off_free[:, :wanted]
    risk_on = np.empty((risks, wanted))
    risk_on[:] = t.risk_prior[:, :wanted]
    if plan.steps:
        tape, value = _forward(plan, t, leak, on, off, log_z)
        with np.errstate(divide="ignore"):
            log_z += np.log(value)
        first = t if wanted == n else t.block(slice(0, wanted))
        if wanted:
            tape = tape if wanted == n else [mark.cut(wanted) for mark in tape]
            weights = _backward(plan, tape, first, on_part, off_part, risk_on)
            alone = {f: _cut(spared, wanted) for f, spared in alone.items()}
            fill_private(plan, first, alone, weights, on_part, off_part)
    with np.errstate(invalid="ignore"):
        total = on_part + off_part
        on_part /= total
        off_part /= total
    dead = log_z[:wanted] == -np.inf
    if dead.any():
        on_part[:, dead] = off_part[:, dead] = risk_on[:, dead] = np.nan
    return Swept(log_evidence=log_z, on=on_part, off=off_part, risk=risk_on)


def _cut(array: Array, rows: int) -> Array:
    """The first ``rows`` of an array that has one column a row (or one for all)."""
    return array[..., :rows] if array.shape[-1] > 1 else array


def _logistic(x: Array) -> tuple[Array, Array]:
    """Probability and its complement from log-odds, both to full relative precision."""
    e = np.exp(-np.abs(x))
    small, large = e / (1 + e), 1 / (1 + e)
    up = x >= 0
    return np.where(up, large, small), np.where(up, small, large)


def _fold_single(plan: Plan, t: Tables) -> tuple[Array, Array, Array]:
    """A finding that one state alone can explain is a likelihood on that state."""
    off, on, log_z = t.off, t.on, t.log_constant
    if plan.single:
        shape = (off.shape[0], t.rows)
        off, on = np.broadcast_to(off, shape).copy(), np.broadcast_to(on, shape).copy()
        for f, i in plan.single:
            quiet = 1 - t.leak[f]
            off[i] *= quiet * t.seen0[f] + t.leak[f] * t.seen1[f]
            on[i] *= _linked(t, f, plan.pair[f, i], quiet)
    for f in plan.loose:
        with np.errstate(divide="ignore"):
            log_z = log_z + np.log((1 - t.leak[f]) * t.seen0[f] + t.leak[f] * t.seen1[f])
    return off, on, log_z


def _linked(t: Tables, f: int, k: int, quiet: Array) -> Array:
    q = t.link[k]
    likelihood: Array = quiet * (1 - q) * t.seen0[f] + (t.leak[f] + quiet * q) * t.seen1[f]
    return likelihood


def _local_tables(plan: Plan, t: Tables, on: Array, off: Array) -> tuple[Array, Array]:
    """P(state off/on | its risks and parents) times what is known about the state alone: (K, n) each."""
    state = plan.row_state
    odds = t.base[state]
    for r, bit in plan.row_risks:
        odds = odds + bit * t.risk_weight[r][state]
    yes, no = _logistic(odds)
    for rows, bit in plan.row_caused:
        yes[rows] += no[rows] * bit
        no[rows] *= 1 - bit
    if plan.row_gate is not None:
        gate = plan.row_gate
        yes, no = yes * gate, no * gate + (1 - gate)
    return no * off[state], yes * on[state]


def _outer(pairs: list[Array]) -> Array:
    """(2**k, n) products of k pairs, each (2, n), the first varying slowest."""
    table = pairs[0]
    for pair in pairs[1:]:
        table = (table[:, None] * pair[None]).reshape(-1, table.shape[-1] if table.shape[-1] > 1 else pair.shape[-1])
    return table


def _pair(a: Array, b: Array) -> Array:
    found = np.empty((2, max(a.shape[-1], b.shape[-1])))
    found[0], found[1] = a, b
    return found


def _forward(plan: Plan, t: Tables, leaks: Array, on: Array, off: Array, log_z: Array) -> tuple[list[_Tape], Array]:
    n = t.rows
    private = {p.finding for p in plan.private}
    local0, local1 = _local_tables(plan, t, on, off)
    v = np.ones((1, n))
    tape: list[_Tape] = []
    for count, step in enumerate(plan.steps):
        before = risk_table = None
        if step.risks:
            before = v
            risk_table = _outer([_pair(1 - t.risk_prior[r], t.risk_prior[r]) for r in step.risks])
            v = (risk_table[:, None] * v).reshape(-1, n)
        table0 = local0[step.rows].reshape(*step.local, -1)
        table1 = local1[step.rows].reshape(*step.local, -1)
        for f, shape in step.close:
            q, s0, s1 = t.link[plan.pair[f, step.state]], t.seen0[f], t.seen1[f]
            table0 = table0 * _pair(s0, s1).reshape(*shape, -1)
            table1 = table1 * _pair((1 - q) * s0 + q * s1, s1).reshape(*shape, -1)
        w = v.reshape(*step.split, n)
        x0, x1 = w * table0, w * table1
        if step.gone:
            x0, x1 = np.add.reduce(x0, axis=step.gone), np.add.reduce(x1, axis=step.gone)
        x0, x1 = x0.reshape(-1, n), x1.reshape(-1, n)
        pairs = [(ahead, t.link[plan.pair[f, step.state]]) for f, ahead in step.links]
        pairs += [(ahead, t.parent_link[k]) for k, ahead in step.causes]
        for ahead, q in pairs:
            y = x1.reshape(ahead, 2, -1, n)
            y[:, 1] += q * y[:, 0]
            y[:, 0] *= 1 - q
        open0 = open1 = unopened = None
        first: list[Array] = []
        second: list[Array] = []
        if step.opens or step.begins:
            for f in step.opens:
                leak, q = leaks[f], t.link[plan.pair[f, step.state]]
                quiet = 1 - leak
                if f in private:
                    unopened = x0, x1
                first.append(_pair(quiet, leak))
                second.append(_pair(quiet * (1 - q), leak + quiet * q))
            for k in step.begins:
                q = t.parent_link[k]
                first.append(_pair(np.ones_like(q), np.zeros_like(q)))
                second.append(_pair(1 - q, q))
            open0, open1 = _outer(first), _outer(second)
        tape.append(_Tape(step, w, table0, table1, open0, open1, unopened, before, risk_table, pairs, first, second))
        if open0 is not None and open1 is not None:
            x0, x1 = open0[:, None] * x0, open1[:, None] * x1
        if step.stays:
            v = np.stack((x0, x1), axis=-3).reshape(-1, n)
        else:
            x0 += x1
            v = x0.reshape(-1, n)
        if count % _RESCALE_EVERY == _RESCALE_EVERY - 1:
            top = _top(v)
            v /= top
            log_z += np.log(top)
    return tape, v[0]


def _top(v: Array) -> Array:
    top: Array = v.max(axis=0)
    return np.where(top > 0, top, 1.0)


def _backward(
    plan: Plan, tape: list[_Tape], t: Tables, on: Array, off: Array, risk_on: Array
) -> dict[int, tuple[Array, Array]]:
    """Fills ``on``, ``off`` (up to a factor common to both) and ``risk_on`` for what the tape swept.

    For each finding with private states: the weight (n,) of everything else when no private state nor the leak has
    brought it about, and when one has (up to a factor common to both).
    """
    n = t.rows
    wanted = {p.finding for p in plan.private}
    a = np.ones((1, n))
    weights: dict[int, tuple[Array, Array]] = {}
    for count, mark in enumerate(reversed(tape)):
        step = mark.step
        if mark.open0 is not None and mark.open1 is not None:
            opened = mark.open0.shape[0]
            if step.stays:
                both = a.reshape(opened, 2, -1, n)
                b0, b1 = both[:, 0], both[:, 1]
            else:
                b0 = b1 = a.reshape(opened, -1, n)
            if mark.unopened is not None:
                pairs = mark.pairs0, mark.pairs1
                weights |= opened_weights(plan, step, t, wanted, (b0, b1), mark.unopened, pairs)
            b0 = np.add.reduce(mark.open0[:, None] * b0, axis=0)
            b1 = np.add.reduce(mark.open1[:, None] * b1, axis=0)
        elif step.stays:
            b0, b1 = a.reshape(2, -1, n)
        else:
            b0, b1 = a, a.copy() if mark.pairs else a
        for ahead, q in mark.pairs:
            y = b1.reshape(ahead, 2, -1, n)
            y[:, 0] *= 1 - q
            y[:, 0] += q * y[:, 1]
        y0 = b0.reshape(*step.kept, n) * mark.table0
        y1 = b1.reshape(*step.kept, n) * mark.table1
        w = mark.vector.reshape(-1, n)
        y0, y1 = y0.reshape(-1, n), y1.reshape(-1, n)
        off[step.state] = np.einsum("xn,xn->n", w, y0)
        on[step.state] = np.einsum("xn,xn->n", w, y1)
        a = y0
        a += y1
        if mark.risk_table is not None and mark.before is not None:
            a = a.reshape(mark.risk_table.shape[0], -1, n) * mark.risk_table[:, None]
            joint = np.einsum("cxn,xn->cn", a, mark.before).reshape(*(2,) * len(step.risks), n)
            total = joint.reshape(-1, n).sum(axis=0)
            for axis, r in enumerate(step.risks):
                yes = joint.take(1, axis=axis)
                with np.errstate(invalid="ignore"):
                    risk_on[r] = yes.reshape(-1, n).sum(axis=0) / total
            a = np.add.reduce(a, axis=0)
        if count % _RESCALE_EVERY == _RESCALE_EVERY - 1:
            a /= _top(a)
    return weights

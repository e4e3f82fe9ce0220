"""The sweep, compiled: the steps of :mod:`repletion.inference.sweep` for eight rows at a time.

The same sums, but a step passes over its vector a few times where numpy passes ten times, and eight rows of a vector of
a thousand cells stay in the processor's cache.  Importing it needs the extra ``fast``.  What is compiled is kept on
disk beside the source, or in the user's cache where that cannot be written, under a name that changes with the source.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from repletion.inference.fast.around import finish, fold, fold_free, leaks, spread_private, take, take_odds
from repletion.inference.fast.backward import backward
from repletion.inference.fast.forward import forward
from repletion.inference.fast.kept import compiled
from repletion.inference.fast.pieces import OFFSETS, PAIRS, fill_places
from repletion.inference.fast.program import STEP, Names, Program, program_of
from repletion.inference.sweep import Swept

if TYPE_CHECKING:
    from repletion.inference.plan import Plan
    from repletion.inference.tables import Tables

Array = NDArray[np.float64]

LANES = 8
"""Rows that go side by side."""


class Numbers(NamedTuple):
    """The arrays of :class:`repletion.inference.tables.Tables`, two axes each, the last of them the rows or 1."""

    base: Array
    off: Array
    on: Array
    link: Array
    parent_link: Array
    leak: Array
    seen0: Array
    seen1: Array
    risk_prior: Array
    weight: Array
    constant: Array


def run(steps, items, p, t, wanted, room, offsets, places, log_z, found_off, found_on, found_risk, sizes):
    """Every block of eight rows, and the posteriors of the first ``wanted`` blocks."""
    o = offsets[0]  # an array of one: numba takes ten times as long to see what a single record is
    for number in range(len(steps)):
        s = steps[number]
        at = s.items + 3 + s.risks + 2 * s.touching + 3 * s.close + 2 * (s.links + s.opens) + s.begins
        fill_places(items, at, s.rest, places, s.places)
        fill_places(items, at + 2 * s.rest, s.gone, places, s.places + (1 << s.rest))
    count, risks, opens = sizes
    n, size, alone = np.empty(8 * count), len(steps), len(p.private)
    off, on, leak = np.empty((len(t.base), 8)), np.empty((len(t.base), 8)), np.empty((len(t.leak), 8))
    brought, quiets, louds = np.empty((alone, 8)), np.empty((alone, 8)), np.empty((alone, 8))
    swept_off, swept_on, swept_risk = np.empty(8 * size), np.empty(8 * size), np.empty(8 * risks)
    quiet, loud = np.empty(8 * opens), np.empty(8 * opens)
    for b in range(len(log_z)):
        f = 8 * b
        fold(t, p, f, off, on, log_z[b])
        fold_free(t, p, f, off, on, log_z[b])
        leaks(t, p, f, off, on, leak, brought, quiets, louds)
        at = take_odds(t.base, p.states, f, n, 0)
        at = take(on, p.states, 0, n, take(off, p.states, 0, n, at))
        at = take_odds(t.weight, p.weights, f, n, at)
        at = take(t.parent_link, p.parent_links, f, n, take(t.link, p.links, f, n, at))
        at = take(leak, p.leaks, 0, n, at)
        at = take(t.seen1, p.seen, f, n, take(t.seen0, p.seen, f, n, at))
        take(t.risk_prior, p.risks, f, n, at)
        found = forward(steps, items, places, n, room, o)
        for lane in range(8):
            log_z[b, lane] += found[lane]
        if b < wanted:
            backward(steps, items, places, n, room, o, swept_off, swept_on, swept_risk, quiet, loud)
            spread_private(t, p, f, quiet, loud, off, on, brought, quiets, louds)
            finish(p, f, swept_off, swept_on, swept_risk, off, on, log_z[b], found_off, found_on, found_risk)


def _compiled() -> Any:
    """The passes in machine code.  Their cells are written out eight numbers at a time for the compiler to put into
    vector instructions, which numba leaves off unless asked."""
    one, two, whole = types.float64[::1], types.float64[:, ::1], types.int64
    steps = types.Array(numba.from_dtype(STEP), 1, "C")
    names = types.NamedTuple([whole[::1]] * 9 + [whole[:, ::1]] * 2, Names)
    numbers = types.NamedUniTuple(two, len(Numbers._fields), Numbers)
    offsets = types.Array(numba.from_dtype(OFFSETS), 1, "C")
    sizes = types.UniTuple(whole, 3)
    arguments = (steps, whole[::1], names, numbers, whole, one, offsets, whole[::1], two, two, two, two, sizes)
    settings: Any = numba.config
    before = settings.SLP_VECTORIZE
    settings.SLP_VECTORIZE = 1
    try:
        return compiled(run, "passes", types.void(*arguments))
    finally:
        settings.SLP_VECTORIZE = before


_run = _compiled()


@lru_cache(maxsize=512)
def _layout(program: Program) -> tuple[Any, int, int, tuple[int, int, int]]:
    """Where the parts of the room begin, how many cells it has, how many places; and the numbers that the steps take,
    the risks and findings that open."""
    tape, tables, places, halves, widest, opened, risks, opens = program.sizes.tolist()
    parts = (tape, tables, tables, halves, widest, widest, widest, widest, opened, opened, opened, opened, PAIRS)
    starts = np.cumsum([0, *parts])
    offsets = np.array([tuple(starts[:-1])], dtype=OFFSETS)
    return offsets, int(starts[-1]), places, (program.names.numbers, risks, opens)


_LINE = 64
"""Bytes of a line of the processor's cache."""


def _aligned(count: int) -> Array:
    """Room for numbers that begins with a line of the cache, so that eight rows of a cell never lie across two."""
    room = np.empty(count + _LINE // 8)
    first = -room.ctypes.data % _LINE // 8
    return room[first : first + count]


def swept(plan: Plan, t: Tables, wanted: int) -> Swept:
    """A whole sweep over a plan that has steps, with the posteriors of the first ``wanted`` rows; see
    :func:`repletion.inference.sweep.sweep`."""
    program = program_of(plan)
    offsets, size, places, sizes = _layout(program)
    room, room_of_places = _aligned(size * LANES), np.empty(2 * places, dtype=np.int64)
    blocks, back = -(-t.rows // LANES), -(-wanted // LANES)
    log_z = np.empty((blocks, LANES))
    found = [np.empty((size, back * LANES)) for size in (plan.states, plan.states, len(t.risk_prior))]
    found[2][:, :wanted] = t.risk_prior[:, :wanted]
    weight = t.risk_weight.reshape(-1, t.risk_weight.shape[-1])
    numbers = (
        t.base, t.off, t.on, t.link, t.parent_link, t.leak, t.seen0, t.seen1, t.risk_prior, weight,
        t.log_constant[None],
    )  # fmt: skip
    _run(
        program.steps, program.items, program.names, Numbers(*map(np.ascontiguousarray, numbers)), back, room, offsets,
        room_of_places, log_z, *found, sizes,
    )  # fmt: skip
    off, on, risk = (part[:, :wanted] for part in found)
    return Swept(log_evidence=log_z.reshape(-1)[: t.rows], on=on, off=off, risk=risk)

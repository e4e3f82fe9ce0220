"""Pieces of a step: its tables, and where everything lies.

All room to work in is one array ``w`` of cells; ``o`` says where in it each part begins.  ``n`` holds the numbers that
the steps take (:class:`repletion.inference.fast.program.Names`); ``s`` is a step, ``items`` its names.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from repletion.inference.fast.lanes import add, larger, load, mul, njit, over, rest_of, same, store

_MOST_OPENED = 64  # variables that open at once; more would not fit any vector


class Offsets(NamedTuple):
    """Where parts of the room begin, in cells."""

    tape: int  # the vector of each step
    tables0: int  # the local table of each step, off and on
    tables1: int
    halves: int  # halves of vectors before findings open, where they are wanted
    x0: int
    x1: int
    vector: int
    other: int
    open0: int
    open1: int
    met0: int  # what comes after times what came before, for each combination of what opens
    met1: int
    pairs: int  # what opens: quiet and loud while the state is off, quiet and loud while it is on


OFFSETS = np.dtype([(name, np.int64) for name in Offsets._fields])
PAIRS = 4 * _MOST_OPENED


@njit
def in_vector(places, y):
    """Where combination ``y`` lies in the vector."""
    return places[np.uint64(2 * y)]


@njit
def in_table(places, y):
    """Where combination ``y`` lies in the local table."""
    return places[np.uint64(2 * y + 1)]


@njit
def fill_places(items, at, count, places, to):
    """Where each combination of ``count`` variables lies, from combination ``to`` on."""
    places[2 * to] = places[2 * to + 1] = 0
    size = 1
    for k in range(count):
        vector, table = 1 << items[at + 2 * k], items[at + 2 * k + 1]
        for y in range(to, to + size):
            places[2 * (y + size)] = places[2 * y] + vector
            places[2 * (y + size) + 1] = places[2 * y + 1] + table
        size *= 2


@njit
def outer(w, first, second, count, table):
    """Products of ``count`` pairs, the first varying slowest."""
    store(w, table, same(1.0))
    size = 1
    for k in range(count):
        no, yes = load(w, first + k), load(w, second + k)
        for c in range(table + size - 1, table - 1, -1):
            whole = load(w, c)
            store(w, 2 * c - table + 1, mul(whole, yes))
            store(w, 2 * c - table, mul(whole, no))
        size *= 2


@njit
def local_tables(s, items, n, w, o):
    """The state's own table, findings that close in it: chances of off and on times what is known of them alone."""
    at = s.items
    weights = at + 3 + s.risks
    closing = weights + 2 * s.touching
    table0, table1 = o.tables0 + s.table, o.tables1 + s.table
    odds, off, on = load(n, items[at]), load(n, items[at + 1]), load(n, items[at + 2])
    for row in range(1 << s.local):
        moved = odds
        for k in range(weights, closing, 2):
            if row >> items[k + 1] & 1:
                moved = mul(moved, load(n, items[k]))
        no = over(same(1.0), add(same(1.0), moved))
        yes = mul(moved, no)
        if s.caused >= 0 and row >> s.caused & 1:
            yes, no = same(1.0), same(0.0)
        if row & s.gate != s.gate:
            yes, no = same(0.0), same(1.0)
        first = row << s.close
        store(w, table0 + first, mul(no, off))
        store(w, table1 + first, mul(yes, on))
        for k in range(s.close):
            here = closing + 3 * k
            q, zero, one = load(n, items[here]), load(n, items[here + 1]), load(n, items[here + 2])
            mixed = add(mul(rest_of(q), zero), mul(q, one))
            for c in range(first, first + (1 << k)):
                whole0, whole1 = load(w, table0 + c), load(w, table1 + c)
                store(w, table0 + c + (1 << k), mul(whole0, one))
                store(w, table1 + c + (1 << k), mul(whole1, one))
                store(w, table0 + c, mul(whole0, zero))
                store(w, table1 + c, mul(whole1, mixed))


@njit
def opening(s, items, n, w, o):
    """What opens while the state is off and on: the pair of each variable, and the products of all."""
    at = s.items + 3 + s.risks + 2 * s.touching + 3 * s.close + 2 * s.links
    p = o.pairs
    for k in range(s.opens):
        loud, q = load(n, items[at + 2 * k]), load(n, items[at + 2 * k + 1])
        quiet = rest_of(loud)
        store(w, p + k, quiet)
        store(w, p + 64 + k, loud)
        store(w, p + 128 + k, mul(quiet, rest_of(q)))
        store(w, p + 192 + k, add(loud, mul(quiet, q)))
    for k in range(s.opens, s.opens + s.begins):
        q = load(n, items[at + s.opens + k])
        store(w, p + k, same(1.0))
        store(w, p + 64 + k, same(0.0))
        store(w, p + 128 + k, rest_of(q))
        store(w, p + 192 + k, q)
    outer(w, p, p + 64, s.opens + s.begins, o.open0)
    outer(w, p + 128, p + 192, s.opens + s.begins, o.open1)


@njit
def risk_table(s, items, n, w, o):
    """Chances of every combination of the risks that open."""
    for k in range(s.risks):
        yes = load(n, items[s.items + 3 + k])
        store(w, o.pairs + k, rest_of(yes))
        store(w, o.pairs + 64 + k, yes)
    outer(w, o.pairs, o.pairs + 64, s.risks, o.open0)


@njit
def rescale(w, v, cells):
    """Bring the largest number of each row to 1; what it was, or 1 where all is zero."""
    top = load(w, v)
    for x in range(v + 1, v + cells):
        top = larger(top, load(w, x))
    top = (
        top[0] if top[0] > 0 else 1.0, top[1] if top[1] > 0 else 1.0, top[2] if top[2] > 0 else 1.0,
        top[3] if top[3] > 0 else 1.0, top[4] if top[4] > 0 else 1.0, top[5] if top[5] > 0 else 1.0,
        top[6] if top[6] > 0 else 1.0, top[7] if top[7] > 0 else 1.0,
    )  # fmt: skip
    share = over(same(1.0), top)
    for x in range(v, v + cells):
        store(w, x, mul(load(w, x), share))
    return top

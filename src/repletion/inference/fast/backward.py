"""Backwards: the transposes of the same steps give the joint weight of every state and risk."""

from __future__ import annotations

from repletion.inference.fast.forward import RESCALE_EVERY
from repletion.inference.fast.lanes import add, load, mul, njit, over, rest_of, same, store
from repletion.inference.fast.pieces import in_table, in_vector, opening, rescale, risk_table


@njit
def weigh_opened(s, items, n, w, o, a, quiet_weight, loud_weight):
    """For each finding that opens, the weight of everything else while it is quiet, and while it is not."""
    cells, size, p = 1 << s.rest, s.opens + s.begins, o.pairs
    halves, on = o.halves + s.halves, s.stays << s.rest
    for c in range(1 << size):
        sum0, sum1 = same(0.0), same(0.0)
        first = a + (c << s.stays) * cells
        for y in range(cells):
            sum0 = add(sum0, mul(load(w, first + y), load(w, halves + y)))
            sum1 = add(sum1, mul(load(w, first + on + y), load(w, halves + cells + y)))
        store(w, o.met0 + c, sum0)
        store(w, o.met1 + c, sum1)
    at = s.items + 3 + s.risks + 2 * s.touching + 3 * s.close + 2 * s.links
    for k in range(s.opens):
        quiet, loud = same(0.0), same(0.0)
        q = load(n, items[at + 2 * k + 1])
        for c in range(1 << size):
            off, on_ = load(w, o.met0 + c), load(w, o.met1 + c)
            for j in range(size):
                if j != k:
                    pair = p + j + 64 * (c >> (size - 1 - j) & 1)
                    off, on_ = mul(off, load(w, pair)), mul(on_, load(w, pair + 128))
            if c >> (size - 1 - k) & 1:
                quiet, loud = add(quiet, mul(q, on_)), add(loud, add(off, on_))
            else:
                quiet = add(quiet, add(off, mul(rest_of(q), on_)))
        store(quiet_weight, s.first_open + k, quiet)
        store(loud_weight, s.first_open + k, loud)


@njit
def risks_back(s, items, n, w, o, a, risk):
    """The posterior of the risks that opened, and what comes after them without them."""
    risk_table(s, items, n, w, o)
    cells, v = 1 << s.before, o.tape + s.vector
    total = same(0.0)
    for k in range(s.risks):
        store(w, o.pairs + k, same(0.0))
    for c in range(1 << s.risks):
        met = same(0.0)
        for x in range(c * cells, (c + 1) * cells):
            met = add(met, mul(load(w, a + x), load(w, v + x)))
        total = add(total, met)
        for k in range(s.risks):
            if c >> (s.risks - 1 - k) & 1:
                store(w, o.pairs + k, add(load(w, o.pairs + k), met))
    for k in range(s.risks):
        store(risk, s.first_risk + k, over(load(w, o.pairs + k), total))
    for x in range(a, a + cells):
        whole = mul(load(w, o.open0), load(w, x))
        for c in range(1, 1 << s.risks):
            whole = add(whole, mul(load(w, o.open0 + c), load(w, x + c * cells)))
        store(w, x, whole)


@njit
def part(s, w, o, a):
    """What comes after a step where something opens, with the state off and on: the transpose of ``join``."""
    cells, opened, x0, x1 = 1 << s.rest, 1 << (s.opens + s.begins), o.x0, o.x1
    on = s.stays << s.rest
    share0, share1 = load(w, o.open0), load(w, o.open1)
    for y in range(cells):
        store(w, x0 + y, mul(share0, load(w, a + y)))
        store(w, x1 + y, mul(share1, load(w, a + on + y)))
    for c in range(1, opened):
        share0, share1, first = load(w, o.open0 + c), load(w, o.open1 + c), a + (c << s.stays) * cells
        for y in range(cells):
            store(w, x0 + y, add(load(w, x0 + y), mul(share0, load(w, first + y))))
            store(w, x1 + y, add(load(w, x1 + y), mul(share1, load(w, first + on + y))))


@njit
def copy(w, start, cells, to):
    """The same cells elsewhere."""
    for y in range(cells):
        store(w, to + y, load(w, start + y))


@njit
def unlink(s, items, n, w, x):
    """The transpose of :func:`link`."""
    cells, at = 1 << s.rest, s.items + 3 + s.risks + 2 * s.touching + 3 * s.close
    k = 0
    while k + 1 < s.links:
        here = at + 2 * k
        q, half, q2, half2 = load(n, items[here]), 1 << items[here + 1], load(n, items[here + 2]), 1 << items[here + 3]
        p, p2 = rest_of(q), rest_of(q2)
        for highest in range(x, x + cells, 2 * half2):
            for high in range(highest, highest + half2, 2 * half):
                for y in range(high, high + half):
                    b, d = load(w, y + half), load(w, y + half + half2)
                    a, c = add(mul(p, load(w, y)), mul(q, b)), add(mul(p, load(w, y + half2)), mul(q, d))
                    store(w, y, add(mul(p2, a), mul(q2, c)))
                    store(w, y + half, add(mul(p2, b), mul(q2, d)))
                    store(w, y + half2, c)
        k += 2
    if k < s.links:
        q, half = load(n, items[at + 2 * k]), 1 << items[at + 2 * k + 1]
        p = rest_of(q)
        for high in range(x, x + cells, 2 * half):
            for y in range(high, high + half):
                store(w, y, add(mul(p, load(w, y)), mul(q, load(w, y + half))))


@njit
def unite(s, places, w, o, x0, x1, out):
    """What comes after the step before, and the joint weight of the state off and on: the transpose of ``halve``."""
    v, table0, table1 = o.tape + s.vector, o.tables0 + s.table, o.tables1 + s.table
    cells = 1 << s.rest
    first = s.places + cells
    sum0, sum1 = same(0.0), same(0.0)
    for g in range(first, first + (1 << s.gone)):
        vector, table = in_vector(places, g), in_table(places, g)
        for y in range(cells):
            x, place = vector + in_vector(places, s.places + y), table + in_table(places, s.places + y)
            y0, y1 = mul(load(w, x0 + y), load(w, table0 + place)), mul(load(w, x1 + y), load(w, table1 + place))
            share = load(w, v + x)
            sum0, sum1 = add(sum0, mul(share, y0)), add(sum1, mul(share, y1))
            store(w, out + x, add(y0, y1))
    return sum0, sum1


@njit
def backward(steps, items, places, n, w, o, off, on, risk, quiet, loud):
    """The joint weight of every state, and the posterior of every risk."""
    a, out = o.vector, o.other
    store(w, a, same(1.0))
    for count in range(len(steps)):
        number = len(steps) - 1 - count
        s = steps[number]
        if s.opens + s.begins:
            opening(s, items, n, w, o)
        if s.halves >= 0:
            weigh_opened(s, items, n, w, o, a, quiet, loud)
        x0, x1 = o.x0, o.x1
        if s.opens + s.begins:
            part(s, w, o, a)
        elif s.stays:  # the halves stand side by side
            x0, x1 = a, a + (1 << s.rest)
        else:
            x0 = x1 = a
            if s.links:
                x1 = o.x1
                copy(w, a, 1 << s.rest, x1)
        unlink(s, items, n, w, x1)
        sum0, sum1 = unite(s, places, w, o, x0, x1, out)
        store(off, number, sum0)
        store(on, number, sum1)
        a, out = out, a
        if s.risks:
            risks_back(s, items, n, w, o, a, risk)
        if count % RESCALE_EVERY == RESCALE_EVERY - 1:
            rescale(w, a, 1 << s.before)

"""Forwards: the vector over the open variables takes in one state after another."""

from __future__ import annotations

from repletion.inference.fast.lanes import add, load, logs, mul, njit, rest_of, same, store
from repletion.inference.fast.pieces import in_table, in_vector, local_tables, opening, rescale, risk_table

RESCALE_EVERY = 4  # steps


@njit
def halve(s, places, w, o, x0, x1):
    """The vector with the state off and on, what ends summed out."""
    v, table0, table1 = o.tape + s.vector, o.tables0 + s.table, o.tables1 + s.table
    cells = 1 << s.rest
    first = s.places + cells
    if s.gone == 0:
        for y in range(cells):
            share, table = load(w, v + in_vector(places, s.places + y)), in_table(places, s.places + y)
            store(w, x0 + y, mul(share, load(w, table0 + table)))
            store(w, x1 + y, mul(share, load(w, table1 + table)))
    else:
        for y in range(cells):
            vector, table = v + in_vector(places, s.places + y), in_table(places, s.places + y)
            share = load(w, vector)
            sum0, sum1 = mul(share, load(w, table0 + table)), mul(share, load(w, table1 + table))
            for g in range(first + 1, first + (1 << s.gone)):
                share, place = load(w, vector + in_vector(places, g)), table + in_table(places, g)
                sum0 = add(sum0, mul(share, load(w, table0 + place)))
                sum1 = add(sum1, mul(share, load(w, table1 + place)))
            store(w, x0 + y, sum0)
            store(w, x1 + y, sum1)


@njit
def halve_alone(s, places, w, o, tables, out, more):
    """The half of one local table, what ends summed out; ``more`` (or -1): cells to add to it."""
    v, table_of_step = o.tape + s.vector, tables + s.table
    cells = 1 << s.rest
    first = s.places + cells
    for y in range(cells):
        vector, table = v + in_vector(places, s.places + y), table_of_step + in_table(places, s.places + y)
        whole = mul(load(w, vector), load(w, table))
        for g in range(first + 1, first + (1 << s.gone)):
            part = mul(load(w, vector + in_vector(places, g)), load(w, table + in_table(places, g)))
            whole = add(whole, part)
        if more >= 0:
            whole = add(whole, load(w, more + y))
        store(w, out + y, whole)


@njit
def link(s, items, n, w, x):
    """A state that is on brings findings about: what was quiet is loud with chance q."""
    cells, at = 1 << s.rest, s.items + 3 + s.risks + 2 * s.touching + 3 * s.close
    k = 0
    while k + 1 < s.links:
        here = at + 2 * k
        q, half, q2, half2 = load(n, items[here]), 1 << items[here + 1], load(n, items[here + 2]), 1 << items[here + 3]
        p, p2 = rest_of(q), rest_of(q2)
        for highest in range(x, x + cells, 2 * half2):
            for high in range(highest, highest + half2, 2 * half):
                for y in range(high, high + half):
                    a, c = load(w, y), load(w, y + half2)
                    b, d = add(load(w, y + half), mul(q, a)), add(load(w, y + half + half2), mul(q, c))
                    a, c = mul(p, a), mul(p, c)
                    store(w, y, mul(p2, a))
                    store(w, y + half, mul(p2, b))
                    store(w, y + half2, add(c, mul(q2, a)))
                    store(w, y + half + half2, add(d, mul(q2, b)))
        k += 2
    if k < s.links:
        q, half = load(n, items[at + 2 * k]), 1 << items[at + 2 * k + 1]
        p = rest_of(q)
        for high in range(x, x + cells, 2 * half):
            for y in range(high, high + half):
                a = load(w, y)
                store(w, y + half, add(load(w, y + half), mul(q, a)))
                store(w, y, mul(p, a))


@njit
def join(s, w, o, x0, x1, out):
    """The next vector where something opens: both halves side by side or added up, times what opens."""
    cells, opened = 1 << s.rest, 1 << (s.opens + s.begins)
    for c in range(opened):
        share0, share1, to = load(w, o.open0 + c), load(w, o.open1 + c), out + (c << s.stays) * cells
        if s.stays:
            for y in range(cells):
                store(w, to + y, mul(share0, load(w, x0 + y)))
                store(w, to + cells + y, mul(share1, load(w, x1 + y)))
        else:
            for y in range(cells):
                store(w, to + y, add(mul(share0, load(w, x0 + y)), mul(share1, load(w, x1 + y))))


@njit
def forward(steps, items, places, n, w, o):
    """Takes in every state; what is left, and the logarithm of what was taken out on the way, (8,) each."""
    log_z = same(0.0)
    store(w, o.vector if steps[0].risks else o.tape, same(1.0))
    for number in range(len(steps)):
        s = steps[number]
        if s.risks:
            risk_table(s, items, n, w, o)
            for c in range(1 << s.risks):
                share = load(w, o.open0 + c)
                for x in range(1 << s.before):
                    store(w, o.tape + s.vector + (c << s.before) + x, mul(share, load(w, o.vector + x)))
        local_tables(s, items, n, w, o)
        out = o.vector
        if number + 1 < len(steps) and steps[number + 1].risks == 0:
            out = o.tape + steps[number + 1].vector
        if s.opens + s.begins:
            opening(s, items, n, w, o)
            x0, x1 = o.x0, o.x1
            if s.halves >= 0:
                x0 = o.halves + s.halves
                x1 = x0 + (1 << s.rest)
            halve(s, places, w, o, x0, x1)
            link(s, items, n, w, x1)
            join(s, w, o, x0, x1, out)
        elif s.stays:  # the halves side by side are the next vector
            halve(s, places, w, o, out, out + (1 << s.rest))
            link(s, items, n, w, out + (1 << s.rest))
        else:  # the half that is off is added as it is made
            halve_alone(s, places, w, o, o.tables1, o.x1, -1)
            link(s, items, n, w, o.x1)
            halve_alone(s, places, w, o, o.tables0, out, o.x1)
        if number % RESCALE_EVERY == RESCALE_EVERY - 1:
            top = rescale(w, out, 1 << (s.rest + s.opens + s.begins + s.stays))
            log_z = add(log_z, logs(top))
    return add(log_z, logs(load(w, o.vector)))

"""What is done around the passes, for eight rows: the numbers that the steps take, states without a step, the end.

Plain loops over the eight rows; they are a small part of a sweep.  ``f`` is the first of the eight rows, and rows
beyond the last repeat it.
"""

from __future__ import annotations

import math

import numpy as np

from repletion.inference.fast.lanes import njit

_MOST = 1e200  # odds beyond it are as good as certain
_SMALL = 1e-250


@njit
def column(table, f, lane):
    """The column of a table that has one for each row, or one for all."""
    last = table.shape[1] - 1
    return min(f + lane, last)


@njit
def take(table, names, f, n, at):
    """Rows of a table as numbers; the number after them."""
    for k in range(len(names)):
        for lane in range(8):
            n[8 * (at + k) + lane] = table[names[k], column(table, f, lane)]
    return at + len(names)


@njit
def take_odds(table, names, f, n, at):
    """The same for odds, of which a table holds the logarithms."""
    for k in range(len(names)):
        before, odds = math.nan, 0.0
        for lane in range(8):
            x = table[names[k], column(table, f, lane)]
            if x != before:  # most rows share most of their odds, and an exponential costs as much as 40 products
                before, odds = x, min(math.exp(x), _MOST)
            n[8 * (at + k) + lane] = odds
    return at + len(names)


@njit
def fold(t, p, f, off, on, log_z):
    """What is known of each state alone (S, 8), findings that one state alone explains included, and the logarithm of
    what no state touches (8)."""
    for lane in range(8):
        log_z[lane] = t.constant[0, column(t.constant, f, lane)]
    for i in range(len(t.base)):
        for lane in range(8):
            off[i, lane], on[i, lane] = t.off[i, column(t.off, f, lane)], t.on[i, column(t.on, f, lane)]
    for k in range(len(p.single)):
        a, i, number = p.single[k]
        for lane in range(8):
            leak, q = t.leak[a, column(t.leak, f, lane)], t.link[number, column(t.link, f, lane)]
            zero, one = t.seen0[a, column(t.seen0, f, lane)], t.seen1[a, column(t.seen1, f, lane)]
            quiet = 1 - leak
            off[i, lane] *= quiet * zero + leak * one
            on[i, lane] *= quiet * (1 - q) * zero + (leak + quiet * q) * one
    for a in p.loose:
        for lane in range(8):
            leak = t.leak[a, column(t.leak, f, lane)]
            zero, one = t.seen0[a, column(t.seen0, f, lane)], t.seen1[a, column(t.seen1, f, lane)]
            log_z[lane] += math.log((1 - leak) * zero + leak * one)


@njit
def fold_free(t, p, f, off, on, log_z):
    """The joint weight of every state without a step, in place of what is known of it alone."""
    whole = np.ones(8)
    for i in p.free:
        before, small, large = math.nan, 0.0, 1.0
        for lane in range(8):
            x = t.base[i, column(t.base, f, lane)]
            if x != before:
                before, e = x, math.exp(-abs(x))
                small, large = e / (1 + e), 1 / (1 + e)
                if x >= 0:
                    small, large = large, small
            on[i, lane] *= small
            off[i, lane] *= large
            whole[lane] *= on[i, lane] + off[i, lane]
            if whole[lane] < _SMALL:
                log_z[lane] += math.log(whole[lane])
                whole[lane] = 1.0
    for lane in range(8):
        log_z[lane] += math.log(whole[lane])


@njit
def leaks(t, p, f, off, on, leak, brought, quiets, louds):
    """The leak (A, 8) of every finding with its private states in it; for each private state (K, 8) the chance that it
    brings the finding about, and that none and some of those before it and the leak has."""
    for a in range(len(t.leak)):
        for lane in range(8):
            leak[a, lane] = t.leak[a, column(t.leak, f, lane)]
    for k in range(len(p.private)):
        a, i, number, _ = p.private[k]
        for lane in range(8):
            total = on[i, lane] + off[i, lane]
            share = on[i, lane] / total if total > 0 else 0.0
            brought[k, lane] = x = t.link[number, column(t.link, f, lane)] * share
            first = k == 0 or p.private[k - 1, 0] != a
            quiet = 1 - leak[a, lane] if first else quiets[k - 1, lane] * (1 - brought[k - 1, lane])
            quiets[k, lane], louds[k, lane] = quiet, leak[a, lane]
            leak[a, lane] += quiet * x


@njit
def spread_private(t, p, f, quiet_weight, loud_weight, off, on, brought, quiets, louds):
    """The joint weight of private states, from that of all else while their finding is quiet and while it is not."""
    quiet_after, loud_after = np.ones(8), np.zeros(8)
    for back in range(len(p.private)):
        k = len(p.private) - 1 - back
        a, i, number, opened = p.private[k]
        last = back == 0 or p.private[k + 1, 0] != a
        for lane in range(8):
            if last:
                quiet_after[lane], loud_after[lane] = 1.0, 0.0
            quiet, loud = quiet_weight[8 * opened + lane], loud_weight[8 * opened + lane]
            still = quiets[k, lane] * quiet_after[lane]
            not_still = louds[k, lane] + quiets[k, lane] * loud_after[lane]
            q = t.link[number, column(t.link, f, lane)]
            off[i, lane] *= still * quiet + not_still * loud
            on[i, lane] *= still * (1 - q) * quiet + (not_still + still * q) * loud
            loud_after[lane] += quiet_after[lane] * brought[k, lane]
            quiet_after[lane] *= 1 - brought[k, lane]


@njit
def finish(p, f, swept_off, swept_on, swept_risk, off, on, log_z, found_off, found_on, found_risk):
    """Posteriors of the eight rows; nan where the evidence is impossible."""
    for k in range(len(p.states)):
        for lane in range(8):
            off[p.states[k], lane], on[p.states[k], lane] = swept_off[8 * k + lane], swept_on[8 * k + lane]
    for lane in range(8):
        dead = log_z[lane] == -math.inf
        for i in range(len(off)):
            total = math.nan if dead else off[i, lane] + on[i, lane]
            found_off[i, f + lane], found_on[i, f + lane] = off[i, lane] / total, on[i, lane] / total
        for k in range(len(p.risks)):
            found_risk[p.risks[k], f + lane] = swept_risk[8 * k + lane]
        if dead:
            found_risk[:, f + lane] = math.nan

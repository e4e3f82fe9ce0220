"""The search for an order of the states, compiled: a thousand tries in the time that Python takes for twenty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numba import types

from repletion.inference.fast.kept import compiled
from repletion.inference.plan import Order

if TYPE_CHECKING:
    from repletion.inference.plan import Search

_MOST = 63  # variables that fit one number as bits
_LEAST_TRIES, _CELLS_A_TRY, _MOST_TRIES = 100, 60, 1000
_njit: Any = numba.njit


@_njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)
def bits(x):
    """How many bits are set."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


def search(needs, own, early, users, starts, firsts, dice, tries, best, order):
    """Like :meth:`repletion.inference.plan.Search.greedy`, again and again; the least work and its width.

    ``order`` is filled; the width is 0 where no try was better than ``best``.
    """
    size, one, zero, best_width = len(needs), np.uint64(1), np.uint64(0), 0
    trial, todo, done = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.bool_)
    left = np.empty(len(users), np.int64)
    for _ in range(tries):
        last = opened = zero
        for v in range(len(users)):
            left[v] = users[v]
            if users[v] == 1:
                last |= one << np.uint64(v)
        done[:] = False
        work = noise = 0.0
        count = width = 0
        for k in range(size):
            todo[k] = k
        dice ^= dice << np.uint64(13)
        dice ^= dice >> np.uint64(7)
        dice ^= dice << np.uint64(17)
        noise = 0.3 + 1.7 * (np.float64(dice >> np.uint64(11)) / 9007199254740992.0)
        while count < size and work < best:
            at, key = -1, 1e9
            for k in range(size - count):
                i = todo[k]
                ready = True
                for p in range(starts[i], starts[i + 1]):
                    ready = ready and done[firsts[p]]
                if not ready:
                    continue
                new = bits(needs[i] & ~opened) + (1 if own[i] != zero else 0)
                found = new - bits(needs[i] & last) + new / 64
                if new:
                    dice ^= dice << np.uint64(13)
                    dice ^= dice >> np.uint64(7)
                    dice ^= dice << np.uint64(17)
                    found += noise * (np.float64(dice >> np.uint64(11)) / 9007199254740992.0)
                else:
                    found -= 8  # what opens nothing comes at once
                if found < key:
                    at, key = k, found
            i = todo[at]
            todo[at] = todo[size - count - 1]
            trial[count] = i
            count += 1
            done[i] = True
            before = opened | (needs[i] & early)
            opened = (opened | needs[i] | own[i]) & ~(needs[i] & last)
            step = max(bits(before), bits(opened))
            width = max(width, step)
            work += 2.0**step
            for v in range(len(users)):
                if needs[i] >> np.uint64(v) & one:
                    left[v] -= 1
                    if left[v] == 1:
                        last |= one << np.uint64(v)
                    elif left[v] == 0:
                        last &= ~(one << np.uint64(v))
        if count == size and work < best:
            best, best_width = work, width
            order[:] = trial
    return best, best_width


def _compiled() -> Any:
    mask, whole, number = types.uint64, types.int64[::1], types.float64
    arguments = (mask[::1], mask[::1], mask, whole, whole, whole, mask, types.int64, number, whole)
    result = types.Tuple((number, types.int64))
    return compiled(search, "order", result(*arguments))


_search = _compiled()


def better(found: Search, order: Order, seed: int) -> Order:
    """A better order of the same states, or the same."""
    used = [v for v, n in enumerate(found.users) if n]
    if len(used) > _MOST or not found.swept:
        return order
    place = {v: k for k, v in enumerate(used)}

    def packed(mask: int) -> int:
        return sum(1 << place[v] for v in used if mask >> v & 1)

    number = {i: k for k, i in enumerate(found.swept)}
    before = [[number[j] for j in number if found.first[i] >> j & 1] for i in found.swept]
    best = np.array([number[i] for i in order.states], dtype=np.int64)
    work, width = _search(
        np.array([packed(found.needs[i]) for i in found.swept], dtype=np.uint64),
        np.array([packed(found.own[i]) for i in found.swept], dtype=np.uint64),
        np.uint64(packed(found.early)),
        np.array([found.users[v] for v in used], dtype=np.int64),
        np.cumsum([0, *map(len, before)]),
        np.array([j for some in before for j in some], dtype=np.int64),
        np.uint64(seed * 2_654_435_761 + 88_172_645_463_325_252),
        min(_LEAST_TRIES + int(order.work) // _CELLS_A_TRY, _MOST_TRIES),
        order.work,
        best,
    )
    return Order(work, width, tuple(found.swept[k] for k in best)) if width else order

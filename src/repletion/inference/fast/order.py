"""The search for an order of the states, compiled: simulated annealing.

One state at a time is moved a few places.  A move changes only the steps between its old place and its new one, so that
a try costs a microsecond.  The search starts from the best order of what all cases of one knowledge share, the states
that cause and require each other, which is searched for long and kept; states that findings alone tie to the others
come before them.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numba import types

from repletion.inference.fast.kept import compiled
from repletion.inference.plan import Order, Search

if TYPE_CHECKING:
    from repletion.inference.plan import Structure

_LEAST_TRIES, _MOST_TRIES = 4000, 40_000  # of one case: as many as its order has cells
_TRIES_A_STATE, _KEPT = 1500, 64  # of what cases share, and how many such are kept
_FARTHEST = 24  # places that a state is moved at most
_HOT, _WARM = 0.05, 0.01  # a move that makes the whole dearer by this share is taken by one in e at the beginning
_PRICE = 1.4 ** np.arange(64.0)  # of a step by its width: below 2, so that narrow steps are bettered too
_WIDEST = 62  # variables open at once: beyond it the price is not known
_njit: Any = numba.njit


@_njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)
def walked(order, low, high, names, starts, early, users, price, left, works):
    """The price of the steps from ``low`` to ``high``; ``left`` (places, variables) how often each variable is still
    wanted, of which the row ``low`` holds and the next ones are filled."""
    whole = 0.0
    for place in range(low, high + 1):
        i = order[place]
        before = after = left[place, 0]
        left[place + 1] = left[place]
        for k in range(starts[i], starts[i + 1]):
            v = names[k]
            if left[place, v] == users[v]:
                after += 1
                before += early[v]
            left[place + 1, v] -= 1
            if left[place + 1, v] == 0:
                after -= 1
        left[place + 1, 0] = after
        works[place] = price[max(before, after)]
        whole += works[place]
    return whole


def search(names, starts, early, users, first, price, hottest, dice, tries, order):
    """Betters ``order`` in place.

    ``names`` and ``starts``: the variables that each state touches, numbered from 1; ``users``: by how many states each
    is touched; ``early``: 1 where a variable opens before its step; ``first`` (states, states): who must come before;
    ``price``: of a step, by its width; ``hottest``: the temperature at the beginning.
    """
    size, variables = len(order), len(users)
    left, trial_left = np.empty((size + 1, variables), np.int16), np.empty((size + 1, variables), np.int16)
    works, trial_works, trial, best_order = np.empty(size), np.empty(size), order.copy(), order.copy()
    left[0] = users
    left[0, 0] = 0  # how many are open
    work = best = walked(order, 0, size - 1, names, starts, early, users, price, left, works)
    for number in range(tries):
        heat = hottest * (1 - number / tries)
        dice ^= dice << np.uint64(13)
        dice ^= dice >> np.uint64(7)
        dice ^= dice << np.uint64(17)
        origin: Any = np.int64((dice >> np.uint64(8)) % np.uint64(size))
        far: Any = np.int64((dice >> np.uint64(32)) % np.uint64(2 * _FARTHEST)) - _FARTHEST
        to = min(max(origin + far + (far >= 0), 0), size - 1)
        i = order[origin]
        ready = to != origin
        if to > origin:
            for place in range(origin + 1, to + 1):
                ready = ready and not first[order[place], i]
        else:
            for place in range(to, origin):
                ready = ready and not first[i, order[place]]
        if not ready:
            continue
        low, high = min(origin, to), max(origin, to)
        if to > origin:
            trial[low:high] = order[low + 1 : high + 1]
        else:
            trial[low + 1 : high + 1] = order[low:high]
        trial[to] = i
        trial_left[low] = left[low]
        found = walked(trial, low, high, names, starts, early, users, price, trial_left, trial_works)
        changed = work
        for place in range(low, high + 1):
            changed -= works[place]
        changed += found
        dice ^= dice << np.uint64(13)
        dice ^= dice >> np.uint64(7)
        dice ^= dice << np.uint64(17)
        chance = np.float64(dice >> np.uint64(11)) / 9007199254740992.0
        if changed <= work or chance < math.exp((math.log(work) - math.log(changed)) / heat):
            order[low : high + 1] = trial[low : high + 1]
            left[low + 1 : high + 1] = trial_left[low + 1 : high + 1]
            works[low : high + 1] = trial_works[low : high + 1]
            work = changed
            if work < best:
                best = work
                best_order[:] = order
        else:
            trial[low : high + 1] = order[low : high + 1]
    order[:] = best_order


def _compiled() -> Any:
    whole, number, mask = types.int64[::1], types.float64, types.uint64
    arguments = (whole, whole, whole, whole, types.boolean[:, ::1], number[::1], number, mask, types.int64, whole)
    return compiled(search, "order", types.void(*arguments))


_search = _compiled()


def better(found: Search, order: Order, seed: int) -> Order:
    """A better order of the same states, or the same."""
    if order.width > _WIDEST or len(found.swept) < 2:
        return order
    shared = _shared(found.shared, seed)
    among = set(shared)
    start = found.order([*(i for i in found.swept if i not in among), *shared])
    start = min(order, start, key=_work)
    tries = min(max(int(start.work), _LEAST_TRIES), _MOST_TRIES)
    return min(start, _annealed(found, start, seed, tries, _WARM), key=_work)


@lru_cache(maxsize=_KEPT)
def _shared(structure: Structure, seed: int) -> tuple[int, ...]:
    """The best order found for what cases share."""
    found = Search(structure)
    order = found.greedy(None)
    if len(found.swept) < 2 or order.width > _WIDEST:
        return order.states
    return min(order, _annealed(found, order, seed, _TRIES_A_STATE * len(found.swept), _HOT), key=_work).states


def _work(order: Order) -> float:
    return order.work


def _annealed(found: Search, order: Order, seed: int, tries: int, heat: float) -> Order:
    number = {i: k for k, i in enumerate(found.swept)}
    touched = [_bits(found.needs[i] | found.own[i]) for i in found.swept]
    place: dict[int, int] = {}
    for variables in touched:
        for v in variables:
            place.setdefault(v, len(place) + 1)
    users, early = np.zeros(len(place) + 1, dtype=np.int64), np.zeros(len(place) + 1, dtype=np.int64)
    for variables in touched:
        users[[place[v] for v in variables]] += 1
    early[[place[v] for v in _bits(found.early) if v in place]] = 1
    first = np.zeros((len(number), len(number)), dtype=bool)
    for i in found.swept:
        first[number[i], [number[j] for j in _bits(found.first[i])]] = True
    best = np.array([number[i] for i in order.states], dtype=np.int64)
    _search(
        np.array([place[v] for variables in touched for v in variables], dtype=np.int64),
        np.cumsum([0, *map(len, touched)]),
        early,
        users,
        first,
        _PRICE,
        heat,
        np.uint64(seed * 2_654_435_761 + 88_172_645_463_325_252),
        tries,
        best,
    )
    return found.order([found.swept[k] for k in best])


def _bits(mask: int) -> list[int]:
    """Places of the bits that are set."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found

"""In which order the states are summed out, and which variables are open meanwhile.

The sweep keeps one number for every combination of the variables that are still *open*: a finding that was seen and
has states left to explain it, an unknown risk with states left to touch, a state that others require, and for a state
that others cause, whether one of them has done so: the noisy-OR of the causes is summed up one by one, as that of a
finding is, so that the causes need not stay open together. A plan is an order of the states that keeps few variables
open at once, compiled to the reshapes that every step needs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Pairs = tuple[tuple[int, int], ...]

CAUSED, REQUIRED = -1, -2
"""What a local variable of a state is when it is no risk: whether a cause brought it about; a state it requires."""

_CELLS_A_RESTART = 2500  # one more order pays for each so many numbers: an answer has some four hundred rows
_MOST_RESTARTS = 300
_NARROW = 1 << 18  # cells: below, no limit of any answer is near, and one more order only saves time
_HOPELESS = 18  # open variables; hardly ever does another order make such a case narrow enough to answer exactly


@dataclass(frozen=True, slots=True)
class Structure:
    """Who touches whom: all that a plan depends on. Hashable, so that plans can be kept."""

    states: int
    findings: tuple[tuple[int, ...], ...]  # for each finding that was seen: the states linked to it
    risks: tuple[tuple[int, ...], ...]  # for each unknown risk: the states it touches
    parents: Pairs
    requires: Pairs


@dataclass(frozen=True, slots=True)
class Step:
    """Summing out one state. Shapes leave out the last axis, the rows of the batch."""

    state: int
    risks: tuple[int, ...]  # risks that open here, each at the front
    rows: slice  # this state's rows among the plan's local tables
    split: tuple[int, ...]  # shape of the vector in which every variable concerned has an axis of its own
    local: tuple[int, ...]  # shape of the local table: 2 on its own variables' axes, 1 elsewhere
    local_variables: tuple[int, ...]  # those variables: the number of a risk, or ``CAUSED`` or ``REQUIRED``
    close: tuple[tuple[int, tuple[int, ...]], ...]  # findings whose last state this is, with the shape of their pair
    gone: tuple[int, ...]  # axes that end here
    kept: tuple[int, ...]  # ``split`` with those axes at 1
    links: tuple[tuple[int, int], ...]  # open findings linked to it, with the number of cells before their axis
    opens: tuple[int, ...]  # findings whose first state this is
    causes: Pairs  # (parent link, number of cells before the axis of the effect that others have begun)
    begins: tuple[int, ...]  # parent links to effects whose first cause this is
    stays: bool  # others require the state


@dataclass(frozen=True, slots=True, eq=False)
class Private:
    """A finding, those of the free states that bear on it and it alone (K,), and the numbers of their links (K,)."""

    finding: int
    states: NDArray[np.intp]
    links: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """An elimination order, ready to run."""

    steps: tuple[Step, ...]
    states: int  # of the network
    free: NDArray[np.intp]  # states that touch nothing open: handled apart, all at once
    pair: dict[tuple[int, int], int]  # number of each link (finding, state), finding by finding
    private: tuple[Private, ...]
    single: Pairs  # (finding, state): findings with one linked state never open anything
    loose: tuple[int, ...]  # findings no state is linked to
    row_state: NDArray[np.intp]  # (K,) state of each local table row
    row_risks: tuple[tuple[int, NDArray[np.float64]], ...]  # risk, (K, 1) whether it is on in each row
    row_caused: tuple[tuple[slice, NDArray[np.float64]], ...]  # rows, (k, 1) whether a cause brought it about
    row_gate: NDArray[np.float64] | None  # (K, 1) whether all that is required is on
    width: int  # most variables open at once
    cells: int  # numbers touched in one sweep of one row


class Order(NamedTuple):
    """An order of the states that are swept, the cells it touches, and the most variables open at once."""

    work: float
    width: int
    states: tuple[int, ...]


@dataclass(slots=True)
class Engine:
    """What finds better orders in this process: Python, unless another stands in."""

    better: Callable[[Search, Order, int], Order] | None = None


engine = Engine()


@lru_cache(maxsize=512)
def make_plan(structure: Structure, seed: int = 0, better: bool = True) -> Plan:
    """The best order found: greedy, and when that is wide the best of many seeded ones (if ``better``).

    What the process's own search betters is no wider than Python's, and so near no limit that both decide alike.
    """
    pairs = ((f, i) for f, touched in enumerate(structure.findings) for i in touched)
    pair = {link: k for k, link in enumerate(pairs)}
    structure, alone = _without_private(structure)
    private = tuple(
        Private(f, np.array(states, dtype=np.intp), np.array([pair[f, i] for i in states], dtype=np.intp))
        for f, states in alone
    )
    search = Search(structure)
    found = search.greedy(None)
    narrow = engine.better is not None and found.work < _NARROW
    if better and not narrow and found.width <= _HOPELESS:
        dice = random.Random(seed)
        tried = 0
        while tried < min(_MOST_RESTARTS, found.work / _CELLS_A_RESTART):
            tried += 1
            other = search.greedy(dice, stop_at=found.work)
            if other.work < found.work:
                found = other
    if better and engine.better is not None and found.work < _NARROW:
        found = engine.better(search, found, seed)
    return replace(_compile(structure, search, found), pair=pair, private=private)


def _without_private(s: Structure) -> tuple[Structure, list[tuple[int, tuple[int, ...]]]]:
    """The structure without the links of states that touch one finding and nothing else, and those links.

    Such a state is part of what may bring the finding about unseen: its chance goes into the leak, and it need not be
    swept.  Two states of every finding are left.
    """
    touches = [0] * s.states
    for touched in (*s.findings, *s.risks, *s.parents, *s.requires):
        for i in touched:
            touches[i] += 1
    findings: list[tuple[int, ...]] = []
    private: list[tuple[int, tuple[int, ...]]] = []
    for f, touched in enumerate(s.findings):
        mine = [i for i in touched if touches[i] == 1]
        mine = mine[max(0, 2 - (len(touched) - len(mine))) :]
        if mine:
            private.append((f, tuple(mine)))
        findings.append(tuple(i for i in touched if i not in set(mine)))
    return replace(s, findings=tuple(findings)), private


class Search:
    """The structure as bit masks over open variables: findings, risks, states that others require, states caused."""

    def __init__(self, s: Structure) -> None:
        self.shared = replace(s, findings=())  # what cases of other findings have too
        n_f, n_r = len(s.findings), len(s.risks)
        self.needs = [0] * s.states  # variables that touch the state
        self.first = [0] * s.states  # states that must come before it
        users: list[int] = [0] * (n_f + n_r + 2 * s.states)
        for v, touched in enumerate((*s.findings, *s.risks)):
            if v < n_f and len(touched) < 2:
                continue
            for i in touched:
                self.needs[i] |= 1 << v
            users[v] = len(touched)
        for parent, child in set(s.requires):
            v = n_f + n_r + parent
            self.needs[child] |= 1 << v
            self.first[child] |= 1 << parent
            users[v] += 1
        for parent, child in set(s.parents):
            v = n_f + n_r + s.states + child
            self.needs[parent] |= 1 << v
            self.needs[child] |= 1 << v
            self.first[child] |= 1 << parent
            users[v] += 1 if users[v] else 2
        self.users = users
        self.own = [(1 << (n_f + n_r + i)) if users[n_f + n_r + i] else 0 for i in range(s.states)]
        self.swept = [i for i in range(s.states) if self.needs[i] or self.own[i]]
        self.early = ((1 << (n_f + n_r)) - 1) & ~((1 << n_f) - 1)  # risks: opened before the state is split

    def greedy(self, dice: random.Random | None, stop_at: float = float("inf")) -> Order:
        """Always take the state that leaves the fewest variables open; ``dice`` shakes the choice."""
        needs, own, first, early = self.needs, self.own, self.first, self.early
        left = list(self.users)
        last = sum(1 << v for v, n in enumerate(left) if n == 1)
        opened = done = width = 0
        work = 0.0
        order: list[int] = []
        todo = list(self.swept)
        noise = 0.0 if dice is None else 0.3 + 1.7 * dice.random()
        while todo:
            best, best_key = -1, 1e9
            for i in todo:
                if first[i] & ~done:
                    continue
                new = (needs[i] & ~opened).bit_count() + (own[i] != 0)
                key = new - (needs[i] & last).bit_count() + new / 64
                if not new:
                    key -= 8  # what opens nothing comes at once
                elif dice is not None:
                    key += noise * dice.random()
                if key < best_key:
                    best, best_key = i, key
            todo.remove(best)
            order.append(best)
            done |= 1 << best
            before = opened | (needs[best] & early)
            ends = needs[best] & last
            opened = (opened | needs[best] | own[best]) & ~ends
            step = max(before.bit_count(), opened.bit_count())
            width = max(width, step)
            work += 2.0**step
            if work > stop_at:
                break
            for v in _bits(needs[best]):
                left[v] -= 1
                if left[v] == 1:
                    last |= 1 << v
                elif left[v] == 0:
                    last &= ~(1 << v)
        return Order(work, width, tuple(order))

    def order(self, states: Sequence[int]) -> Order:
        """These states in this order, with its work and width."""
        left, opened, width, work = list(self.users), 0, 0, 0.0
        for i in states:
            before = opened | (self.needs[i] & self.early)
            opened |= self.needs[i] | self.own[i]
            for v in _bits(self.needs[i]):
                left[v] -= 1
                if left[v] == 0:
                    opened &= ~(1 << v)
            step = max(before.bit_count(), opened.bit_count())
            width, work = max(width, step), work + 2.0**step
        return Order(work, width, tuple(states))


def _compile(s: Structure, search: Search, found: Order) -> Plan:
    n_f, n_r = len(s.findings), len(s.risks)
    left = list(search.users)
    frontier: list[int] = []
    steps: list[Step] = []
    row_state: list[int] = []
    bits: list[tuple[slice, dict[int, NDArray[np.float64]]]] = []
    caused = n_f + n_r + s.states  # the first variable of the last kind
    into = {(parent, caused + child): k for k, (parent, child) in enumerate(s.parents)}
    row_caused: list[tuple[slice, NDArray[np.float64]]] = []
    gates: list[tuple[slice, NDArray[np.float64]]] = []
    for i in found.states:
        mask = search.needs[i]
        mine = list(_bits(mask))
        risks = tuple(v - n_f for v in mine if n_f <= v < n_f + n_r and v not in frontier)
        frontier = [n_f + r for r in risks] + frontier
        opens = tuple(v for v in mine if v < n_f and v not in frontier)
        effects = [v for v in mine if v >= caused and v != caused + i]
        begun = [v for v in effects if v not in frontier]
        for v in mine:
            left[v] -= 1
        local = {v for v in mine if v >= n_f and v not in effects}
        close = {v for v in mine if v < n_f and left[v] == 0}
        split, axes = _split(frontier, local | close)
        rows = slice(len(row_state), len(row_state) + 2 ** len(local))
        row_state += [i] * 2 ** len(local)
        ordered = [v for v in frontier if v in local]
        table = {v: _column(k, len(ordered)) for k, v in enumerate(ordered)}
        bits.append((rows, table))
        if caused + i in table:
            row_caused.append((rows, table[caused + i]))
        gates += [(rows, table[n_f + n_r + parent]) for parent, child in s.requires if child == i]
        ends = [v for v in frontier if v in mine and left[v] == 0]
        gone = tuple(axes[v] for v in ends)
        rest = [v for v in frontier if v not in ends]
        linked = [v for v in mine if v < n_f and v not in opens and v not in close]
        steps.append(
            Step(
                state=i,
                risks=risks,
                rows=rows,
                split=split,
                local=_ones(split, [axes[v] for v in ordered]),
                local_variables=tuple(
                    CAUSED if v == caused + i else v - n_f if v < n_f + n_r else REQUIRED for v in ordered
                ),
                close=tuple((v, _ones(split, [axes[v]])) for v in sorted(close)),
                gone=gone,
                kept=tuple(1 if axis in gone else n for axis, n in enumerate(split)),
                links=tuple((v, 2 ** rest.index(v)) for v in linked),
                opens=opens,
                causes=tuple((into[i, v], 2 ** rest.index(v)) for v in effects if v not in begun),
                begins=tuple(into[i, v] for v in begun),
                stays=search.own[i] != 0,
            )
        )
        frontier = [*opens, *begun, *([n_f + n_r + i] if search.own[i] else []), *rest]
    total = len(row_state)
    row_risks = []
    for r in range(n_r):
        column = np.zeros((total, 1))
        for rows, table in bits:
            if n_f + r in table:
                column[rows] = table[n_f + r]
        if column.any():
            row_risks.append((r, column))
    gate = None
    if gates:
        gate = np.ones((total, 1))
        for rows, on in gates:
            gate[rows] *= on
    swept = set(found.states)
    return Plan(
        steps=tuple(steps),
        states=s.states,
        free=np.array([i for i in range(s.states) if i not in swept], dtype=np.intp),
        pair={},
        private=(),
        single=tuple((f, touched[0]) for f, touched in enumerate(s.findings) if len(touched) == 1),
        loose=tuple(f for f, touched in enumerate(s.findings) if not touched),
        row_state=np.array(row_state, dtype=np.intp),
        row_risks=tuple(row_risks),
        row_caused=tuple(row_caused),
        row_gate=gate,
        width=found.width,
        cells=int(found.work) + s.states,
    )


def _bits(mask: int) -> Iterator[int]:
    """Places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _split(frontier: Sequence[int], concerned: set[int]) -> tuple[tuple[int, ...], dict[int, int]]:
    """Shape with an axis of 2 for every variable concerned and one axis for each run of others; and those axes."""
    shape: list[int] = []
    axes: dict[int, int] = {}
    run = 1
    for v in frontier:
        if v in concerned:
            if run > 1:
                shape.append(run)
                run = 1
            axes[v] = len(shape)
            shape.append(2)
        else:
            run *= 2
    if run > 1:
        shape.append(run)
    return tuple(shape), axes


def _ones(shape: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
    return tuple(n if axis in axes else 1 for axis, n in enumerate(shape))


def _column(k: int, n: int) -> NDArray[np.float64]:
    """(2**n, 1): the k-th (from the front) of n yes/no variables in every combination."""
    return ((np.arange(2**n)[:, None] >> (n - 1 - k)) & 1).astype(np.float64)

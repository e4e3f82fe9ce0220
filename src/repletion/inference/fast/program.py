"""A plan as plain whole numbers, for the compiled sweep: what every step does, and which numbers it takes.

A vector over k variables has 2**k cells; a variable's *bit* is its place in the number of a cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from repletion.inference.plan import CAUSED, REQUIRED, Plan, Step

if TYPE_CHECKING:
    from repletion.inference.sweep import Tables

Array = NDArray[np.float64]
Pairs = list[tuple[int, int]]

LANES = 8
"""Rows that go side by side."""


class Row(NamedTuple):
    """One step.  What is counted in variables stands for 2**so many cells."""

    before: int = 0  # variables of the incoming vector
    risks: int = 0  # that open first
    local: int = 0  # variables of the state's own table
    touching: int = 0  # of them risks
    caused: int = -1  # bit in that table of whether a cause brought the state about, or -1
    gate: int = 0  # bits in it of what the state requires
    close: int = 0  # findings that end
    rest: int = 0  # variables left when those that end are summed out
    gone: int = 0  # variables that end
    links: int = 0
    opens: int = 0
    begins: int = 0
    stays: int = 0
    items: int = 0  # where its numbers begin in ``items``
    vector: int = 0  # where its vector begins on the tape
    table: int = 0  # where its table begins among all tables
    places: int = 0  # where the places of its cells begin
    halves: int = -1  # where the halves before findings open are kept, or -1
    first_risk: int = 0  # number of its first risk among those that open
    first_open: int = 0  # the same of its findings


STEP = np.dtype([(name, np.int64) for name in Row._fields])


@dataclass(slots=True)
class _Wanted:
    """Which numbers the steps take, kind by kind, in the order of :meth:`Program.numbers`."""

    base: list[int] = field(default_factory=list)
    weight: Pairs = field(default_factory=list)
    link: list[int] = field(default_factory=list)
    parent_link: list[int] = field(default_factory=list)
    leak: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    risk: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """``steps`` (n,) with the fields of :class:`Row`.

    ``items``, for each step in this order: numbers of the odds, and of what is known of the state off and on; of the
    risks that open; (number, bit) of the risks in the local table; (link, seen absent, seen present) of findings that
    close; (link, bit) of links; (leak, link) of findings that open; parent links that begin; (bit, worth in the
    table) of each variable left, the lowest bit first, and of each that ends.
    """

    steps: NDArray[np.void]
    items: NDArray[np.int64]
    sizes: NDArray[np.int64]
    """Cells: of all vectors, of all tables, of all places, of all halves, of the largest vector, of the largest
    combination that opens; then risks and findings that open."""
    states: NDArray[np.intp]
    weights: tuple[NDArray[np.intp], ...]
    links: NDArray[np.intp]
    parent_links: NDArray[np.intp]
    leaks: NDArray[np.intp]
    seen: NDArray[np.intp]
    risks: NDArray[np.intp]
    opened: NDArray[np.intp]

    def numbers(self, t: Tables, leak: Array, off: Array, on: Array) -> Array:
        """The numbers that the steps take (blocks of eight rows, numbers, 8); the last block is filled up with its
        last row.  ``leak``: with private states in it; ``off``, ``on``: what is known of each state alone."""
        with np.errstate(over="ignore"):
            odds = np.exp(t.base[self.states])
            moved = np.exp(t.risk_weight[self.weights])
        parts = (
            np.minimum(odds, 1e200), off[self.states], on[self.states], np.minimum(moved, 1e200), t.link[self.links],
            t.parent_link[self.parent_links], leak[self.leaks], t.seen0[self.seen], t.seen1[self.seen],
            t.risk_prior[self.risks],
        )  # fmt: skip
        blocks = -(-t.rows // LANES)
        whole = np.empty((sum(map(len, parts)), blocks * LANES))
        at = 0
        for part in parts:
            whole[at : at + len(part), : t.rows] = part
            at += len(part)
        whole[:, t.rows :] = whole[:, t.rows - 1 : t.rows]
        return np.ascontiguousarray(whole.reshape(at, blocks, LANES).transpose(1, 0, 2)).reshape(blocks, -1)


@lru_cache(maxsize=512)
def program_of(plan: Plan) -> Program:
    """The plan as numbers."""
    private = {p.finding for p in plan.private}
    wanted = _Wanted()
    for step in plan.steps:
        _want(plan, step, wanted)
    starts = np.cumsum(
        [0, *[len(plan.steps)] * 3]
        + [len(x) for x in (wanted.weight, wanted.link, wanted.parent_link, wanted.leak, wanted.seen, wanted.seen)]
    ).tolist()
    taken = _Taken(*starts)
    rows: list[Row] = []
    items: list[int] = []
    tape = tables = places = halves = before = risks = opens = 0
    widest = opened = 1
    for step in plan.steps:
        keeps = not private.isdisjoint(step.opens)
        row, names = _row(step, before, taken)
        rows.append(
            row._replace(
                items=len(items), vector=tape, table=tables, places=places, halves=halves if keeps else -1,
                first_risk=risks, first_open=opens,
            )
        )  # fmt: skip
        items += names
        tape += 1 << (row.rest + row.gone)
        tables += 1 << (row.local + row.close)
        places += (1 << row.rest) + (1 << row.gone)
        halves += 2 << row.rest if keeps else 0
        risks, opens = risks + row.risks, opens + row.opens
        opened = max(opened, 1 << (row.opens + row.begins), 1 << row.risks)
        before = row.rest + row.opens + row.begins + row.stays
        widest = max(widest, 1 << (row.rest + row.gone), 1 << before)
    return Program(
        steps=np.array(rows, dtype=STEP).view(np.recarray),
        items=np.array(items, dtype=np.int64),
        sizes=np.array([tape, tables, places, halves, widest, opened, risks, opens], dtype=np.int64),
        states=_index(wanted.base),
        weights=_index_pairs(wanted.weight),
        links=_index(wanted.link),
        parent_links=_index(wanted.parent_link),
        leaks=_index(wanted.leak),
        seen=_index(wanted.seen),
        risks=_index(wanted.risk),
        opened=_index([f for step in plan.steps for f in step.opens]),
    )


def _index(numbers: list[int]) -> NDArray[np.intp]:
    return np.array(numbers, dtype=np.intp)


def _index_pairs(pairs: Pairs) -> tuple[NDArray[np.intp], ...]:
    return tuple(np.array(pairs, dtype=np.intp).reshape(-1, 2).T)


def _want(plan: Plan, step: Step, wanted: _Wanted) -> None:
    """Note the numbers of one step, in the order in which :func:`_row` takes them."""
    wanted.base.append(step.state)
    wanted.weight += [(v, step.state) for v in step.local_variables if v >= 0]
    closing = [f for f, _ in step.close]
    wanted.link += [plan.pair[f, step.state] for f in (*closing, *(f for f, _ in step.links), *step.opens)]
    wanted.parent_link += [*(k for k, _ in step.causes), *step.begins]
    wanted.leak += step.opens
    wanted.seen += closing
    wanted.risk += step.risks


class _Taken:
    """Hands out the places of the numbers, kind by kind."""

    def __init__(self, base: int, off: int, on: int, weight: int, link: int, parent: int, *rest: int) -> None:
        self.leak, self.seen0, self.seen1, self.risk = rest
        self.base, self.off, self.on, self.weight, self.link, self.parent = base, off, on, weight, link, parent

    def next(self, kind: str) -> int:
        """The next place of a kind."""
        place: int = getattr(self, kind)
        setattr(self, kind, place + 1)
        return place


def _row(step: Step, before: int, taken: _Taken) -> tuple[Row, list[int]]:
    bits: list[list[int]] = []  # of the variables, axis by axis of ``split``: the first variable has the highest
    top = before + len(step.risks)
    for n in step.split:
        wide = n.bit_length() - 1
        bits.append(list(range(top - 1, top - 1 - wide, -1)))
        top -= wide
    own = [bits[axis][0] for axis, n in enumerate(step.local) if n == 2]
    closing = [bits[shape.index(2)][0] for _, shape in step.close]
    gone = [bits[axis][0] for axis in step.gone]
    rest = [bit for axis in bits for bit in axis if bit not in gone]
    worth = {bit: 1 << (len(closing) + len(own) - 1 - k) for k, bit in enumerate(own)}
    worth |= {bit: 1 << k for k, bit in enumerate(closing)}
    in_table = [(v, len(own) - 1 - k) for k, v in enumerate(step.local_variables)]

    items = [taken.next("base"), taken.next("off"), taken.next("on")]
    items += [taken.next("risk") for _ in step.risks]
    for v, bit in in_table:
        if v >= 0:
            items += [taken.next("weight"), bit]
    for _ in step.close:
        items += [taken.next("link"), taken.next("seen0"), taken.next("seen1")]
    links = [(len(rest) - ahead.bit_length(), taken.next("link")) for _, ahead in step.links]
    opens = [taken.next("link") for _ in step.opens]
    links += [(len(rest) - ahead.bit_length(), taken.next("parent")) for _, ahead in step.causes]
    for bit, number in sorted(links):
        items += [number, bit]
    for link in opens:
        items += [taken.next("leak"), link]
    items += [taken.next("parent") for _ in step.begins]
    for part in (rest, gone):
        items += [n for bit in reversed(part) for n in (bit, worth.get(bit, 0))]
    row = Row(
        before=before,
        risks=len(step.risks),
        local=len(own),
        touching=sum(v >= 0 for v, _ in in_table),
        caused=next((bit for v, bit in in_table if v == CAUSED), -1),
        gate=sum(1 << bit for v, bit in in_table if v == REQUIRED),
        close=len(closing),
        rest=len(rest),
        gone=len(gone),
        links=len(links),
        opens=len(step.opens),
        begins=len(step.begins),
        stays=int(step.stays),
    )
    return row, items

"""A plan as plain whole numbers, for the compiled sweep: what every step does, and which numbers it takes.

A vector over k variables has 2**k cells; a variable's *bit* is its place in the number of a cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repletion.inference.plan import CAUSED, REQUIRED, Plan, Step

Index = NDArray[np.intp]
Pairs = list[tuple[int, int]]


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
    """Which numbers the steps take, kind by kind, in the order of :class:`Names`."""

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
    names: Names


class Names(NamedTuple):
    """Which rows of the tables become the numbers of the steps, in this order, and what needs no step."""

    states: Index
    """Of the log-odds; then of what is known of each state off and on."""
    weights: Index
    """Of the weights of risks, risk by risk."""
    links: Index
    parent_links: Index
    leaks: Index
    seen: Index
    """Of the likelihoods of closing findings when absent; then when present."""
    risks: Index
    free: Index
    """States without a step."""
    loose: Index
    """Findings that no state touches."""
    single: Index
    """(K, 3) finding that one state alone explains, that state, their link."""
    private: Index
    """(K, 4) finding, a private state of it, their link, the place of the finding among those that open."""

    @property
    def numbers(self) -> int:
        """Numbers that the steps take."""
        steps = 3 * len(self.states) + len(self.weights) + len(self.links) + len(self.parent_links)
        return steps + len(self.leaks) + 2 * len(self.seen) + len(self.risks)


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
        steps=np.array(rows, dtype=STEP),
        items=np.array(items, dtype=np.int64),
        sizes=np.array([tape, tables, places, halves, widest, opened, risks, opens], dtype=np.int64),
        names=_names(plan, wanted),
    )


def _names(plan: Plan, wanted: _Wanted) -> Names:
    opened = {f: k for k, f in enumerate(f for step in plan.steps for f in step.opens)}
    single = [(f, i, plan.pair[f, i]) for f, i in plan.single]
    private = [
        (p.finding, i, k, opened[p.finding])
        for p in plan.private
        for i, k in zip(p.states.tolist(), p.links.tolist(), strict=True)
    ]
    return Names(
        states=_index(wanted.base),
        weights=_index([v * plan.states + i for v, i in wanted.weight]),
        links=_index(wanted.link),
        parent_links=_index(wanted.parent_link),
        leaks=_index(wanted.leak),
        seen=_index(wanted.seen),
        risks=_index(wanted.risk),
        free=_index(plan.free),
        loose=_index(plan.loose),
        single=_index(single).reshape(-1, 3),
        private=_index(private).reshape(-1, 4),
    )


def _index(numbers: object) -> Index:
    return np.array(numbers, dtype=np.intp)


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

"""An instance written out for the solver, for all foods or for a kernel of them, relaxed or whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix

from repletion.plan.data import rule
from repletion.plan.instance import Instance, Item, Row
from repletion.plan.solver import Program

Array = NDArray[np.float64]
# Of equal plans the one with the earlier codes wins; far below any real difference of cost.
TIE = 1e-5


@dataclass(frozen=True, eq=False)
class Freedom:
    """What is asked of the search.

    ``miss``: the largest relative miss allowed for each soft row by key; ``None`` means as small as possible.
    ``change_cost``/``miss_cost``: weights of the two parts of the objective; ``rare_cost``: of a rarely eaten
    food.  ``free``: rows left out.
    ``hard``: soft rows that must hold.  ``aim``: a nutrient goal to be maximised instead.  ``avoid``: item places that
    may not be used.  ``most_new``, ``most_halves``: in place of the instance's.  ``cuts``: sets of new foods of which
    at most ``shared`` may come again.
    """

    miss: Mapping[str, float] | None = None
    change_cost: float = 0.0
    miss_cost: float = 1.0
    rare_cost: float = 0.0
    free: frozenset[str] = frozenset()
    hard: frozenset[str] = frozenset()
    aim: str = ""
    avoid: frozenset[int] = frozenset()
    most_new: int | None = None
    most_halves: int | None = None
    energy_more: float = 0.0
    cuts: tuple[frozenset[int], ...] = ()
    shared: int = 1


@dataclass(eq=False)
class _Entries:
    """Rows being gathered."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(self, name: str, columns: Sequence[int], values: Sequence[float], low: float, high: float) -> None:
        place = len(self.low)
        self.row += [place] * len(columns)
        self.column += columns
        self.value += values
        self.low.append(low)
        self.high.append(high)
        self.names.append(name)


@dataclass(frozen=True, eq=False)
class Written:
    """A program with the meaning of its columns: ``halves`` of a point, ``misses`` by row key."""

    program: Program
    chosen: tuple[int, ...]
    columns: tuple[tuple[int, int, float], ...]
    slack: dict[str, int]
    names: tuple[str, ...]
    uses: dict[int, int]

    def halves(self, x: Array) -> dict[int, int]:
        """Change in half servings by item place, zero left out."""
        found: dict[int, int] = {}
        for column, place, sign in self.columns:
            amount = round(float(x[column])) * int(sign)
            if amount:
                found[place] = found.get(place, 0) + amount
        return {place: amount for place, amount in sorted(found.items()) if amount}

    def point(self, halves: Mapping[int, int], misses: Mapping[str, float]) -> Array:
        """The point of a change that is known; the reverse of ``halves`` and ``misses``."""
        x = np.zeros(len(self.program.cost))
        for column, place, sign in self.columns:
            x[column] = max(0.0, sign * halves.get(place, 0))
        for place, column in self.uses.items():
            x[column] = float(halves.get(place, 0) > 0)
        for key, column in self.slack.items():
            x[column] = misses.get(key, 0.0)
        return x

    def misses(self, x: Array) -> dict[str, float]:
        """Relative miss of each soft row."""
        return {key: max(0.0, float(x[column])) for key, column in self.slack.items()}


def soft(row: Row) -> bool:
    """Whether a row may be missed at a price."""
    return (row.kind == "goal" and not row.reached) or row.wish is not None


def effort(item: Item) -> tuple[float, float, float]:
    """What half a serving more and half a serving less of a food cost, in servings, and what bringing it in costs."""
    more = 0.5 + 0.5 * rule("price_cost") * (item.price - 1)
    start = rule("new_food_cost") + rule("rare_cost") * item.rare if item.new else 0.0
    return more, 0.5 * item.cut, start


def effort_of(instance: Instance, halves: Mapping[int, int]) -> float:
    """Cost of a change in servings, with the price of new foods."""
    total = 0.0
    for place, change in halves.items():
        more, less, start = effort(instance.items[place])
        total += change * more + start if change > 0 else -change * less
    return total


def write(
    instance: Instance, chosen: Sequence[int], freedom: Freedom, *, relaxed: bool, every_row: bool = False
) -> Written:
    """The program over the item places ``chosen``.  ``relaxed``: without yes-or-no columns (for pricing).

    ``every_row``: also rows that no allowed change could break, for a program that will be asked about larger ones.
    """
    items = instance.items
    cost: list[float] = []
    low: list[float] = []
    high: list[float] = []
    integer: list[bool] = []
    columns: list[tuple[int, int, float]] = []
    uses: dict[int, int] = {}
    entries = _Entries()
    total = max(len(items), 1)

    def column(price: float, bottom: float, top: float, whole: bool) -> int:
        cost.append(price)
        low.append(bottom)
        high.append(top)
        integer.append(whole)
        return len(cost) - 1

    for place in chosen:
        item = items[place]
        tie = TIE * place / total
        bar = place in freedom.avoid
        up, down, start = effort(item)
        unit = freedom.change_cost * (up + tie)
        if not item.new:
            if item.high > 0:
                top = 0 if bar else item.high
                columns.append((column(unit, 0, top, True), place, 1.0))
            if item.low < 0:
                columns.append((column(freedom.change_cost * (down + tie), 0, -item.low, True), place, -1.0))
            continue
        top = 0 if bar else item.high
        extra = freedom.change_cost * start + freedom.rare_cost * item.rare
        if relaxed:
            columns.append((column(unit + extra / item.high, 0, top, False), place, 1.0))
            uses[place] = columns[-1][0]
            continue
        amount = column(unit, 0, top, True)
        columns.append((amount, place, 1.0))
        uses[place] = column(extra, 0, 0 if bar else 1, True)
        entries.add(f"use most {place}", [amount, uses[place]], [1.0, -float(item.high)], -math.inf, 0.0)
        entries.add(f"use least {place}", [amount, uses[place]], [1.0, -float(item.least)], 0.0, math.inf)
    slack = _nutrients(instance, freedom, columns, entries, column, every_row=every_row)
    _limits(instance, freedom, columns, uses, entries, relaxed=relaxed)
    matrix = coo_matrix(
        (np.array(entries.value), (np.array(entries.row, dtype=int), np.array(entries.column, dtype=int))),
        shape=(len(entries.low), len(cost)),
    ).tocsc()
    program = Program(
        cost=np.array(cost),
        matrix=matrix,
        row_low=np.array(entries.low),
        row_high=np.array(entries.high),
        low=np.array(low, dtype=float),
        high=np.array(high, dtype=float),
        integer=np.array(integer),
    )
    return Written(program, tuple(chosen), tuple(columns), slack, tuple(entries.names), uses)


def _nutrients(
    instance: Instance,
    freedom: Freedom,
    columns: Sequence[tuple[int, int, float]],
    entries: _Entries,
    column: object,
    *,
    every_row: bool,
) -> dict[str, int]:
    """Rows of goals, ceilings and energy, each divided by its scale; the columns of their misses."""
    assert callable(column)
    margin = rule("safety_margin")
    index = [c for c, _, _ in columns]
    places = np.array([place for _, place, _ in columns], dtype=int)
    signs = np.array([sign for _, _, sign in columns])
    slack: dict[str, int] = {}
    most = instance.most_halves if freedom.most_halves is None else freedom.most_halves
    for row in instance.rows:
        if row.key in freedom.free:
            continue
        values = row.coefficients[places] * signs / row.scale if len(places) else np.zeros(0)
        used = np.flatnonzero(values)
        at, by = [index[u] for u in used], [float(values[u]) for u in used]
        bottom = (row.low - row.base) / row.scale + (margin if math.isfinite(row.low) else 0.0)
        top = (row.high - row.base) / row.scale - (margin if math.isfinite(row.high) else 0.0)
        if row.reached:
            bottom = min(bottom, 0.0)  # no change at all always keeps it
        if row.kind == "energy":
            top += freedom.energy_more / row.scale
        if row.kind == "ceiling" and row.base >= row.high and row.wish is not None:
            top = 0.0  # already there: no more of it
        if row.kind == "ceiling" and row.wish is None and row.high <= row.base:
            top = 0.0
        if row.key == freedom.aim:
            best = column(-1.0, -math.inf, math.inf, False)
            entries.add(row.key, [*at, best], [*by, -1.0], -row.base / row.scale, math.inf)
            continue
        if not every_row and not _can_break(values, bottom, top, most):
            continue
        if soft(row):
            largest = math.inf if freedom.miss is None else freedom.miss.get(row.key, math.inf)
            largest = 0.0 if row.key in freedom.hard else largest
            miss = column(row.weight * freedom.miss_cost, 0.0, largest, False)
            slack[row.key] = miss
            if row.kind == "goal":
                entries.add(row.key, [*at, miss], [*by, 1.0], bottom, math.inf)
                continue
            assert row.wish is not None
            wish = (row.wish - row.base) / row.scale - margin
            entries.add(f"{row.key} wish", [*at, miss], [*by, -1.0], -math.inf, wish)
        entries.add(row.key, at, by, bottom, top)
    return slack


def _can_break(values: Array, bottom: float, top: float, most: int) -> bool:
    """Whether ``most`` half servings of change could break a row at all; a row that cannot break is left out."""
    highest = max(0.0, float(values.max(initial=0.0))) * most
    lowest = min(0.0, float(values.min(initial=0.0))) * most
    return lowest < bottom or highest > top


def _limits(
    instance: Instance,
    freedom: Freedom,
    columns: Sequence[tuple[int, int, float]],
    uses: Mapping[int, int],
    entries: _Entries,
    *,
    relaxed: bool,
) -> None:
    """Room of groups, one new food a group, new foods in all, and the whole change."""
    items = instance.items
    by_group: dict[str, list[tuple[int, float]]] = {}
    for c, place, sign in columns:
        by_group.setdefault(items[place].group, []).append((c, sign))
    for group, members in sorted(by_group.items()):
        if group in instance.group_room and "groups" not in freedom.free:
            entries.add(
                f"group {group}",
                [c for c, _ in members],
                [s for _, s in members],
                -math.inf,
                instance.group_room[group],
            )

    def share(place: int) -> float:
        return 1 / items[place].high if relaxed else 1.0

    new_by_group: dict[str, list[int]] = {}
    for place in uses:
        new_by_group.setdefault(items[place].group, []).append(place)
    for group, members_new in sorted(new_by_group.items()):
        if "variety" not in freedom.free:
            entries.add(
                f"one new {group}", [uses[p] for p in members_new], [share(p) for p in members_new], -math.inf, 1.0
            )
    most_new = instance.most_new if freedom.most_new is None else freedom.most_new
    if uses and "new foods" not in freedom.free:
        entries.add("new foods", list(uses.values()), [share(p) for p in uses], -math.inf, float(most_new))
    for number, cut in enumerate(freedom.cuts):
        again = [p for p in uses if p in cut]
        if again:
            entries.add(
                f"again {number}", [uses[p] for p in again], [share(p) for p in again], -math.inf, float(freedom.shared)
            )
    most = instance.most_halves if freedom.most_halves is None else freedom.most_halves
    if columns and "change" not in freedom.free:
        entries.add("change", [c for c, _, _ in columns], [1.0] * len(columns), -math.inf, float(most))

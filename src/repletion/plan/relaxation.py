"""The relaxation over every food, kept in the solver: what each food is worth, and what stands in the way of a goal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repletion.plan.instance import Instance, Row
from repletion.plan.program import TIE, Freedom, effort, write
from repletion.plan.solver import Point, Standing, conflict

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answered:
    """An answer of the relaxation.

    ``most``: the most of the nutrient that was aimed at, in its unit, else not a number.  ``misses``: relative, by soft
    row.  ``prices``: by row, of the scaled rows.
    """

    feasible: bool
    most: float
    misses: dict[str, float]
    prices: dict[str, float]


@dataclass(frozen=True, eq=False)
class Priced:
    """Every food priced: a bound on any plan, what using each new food would cost at least, the price of each row.

    ``order``: new foods by what the relaxation would pay for them.
    """

    feasible: bool
    bound: float
    order: tuple[int, ...]
    extra: dict[int, float]
    rows: dict[str, float]


class Relaxation:
    """The relaxation of one instance over every food; ``cuts`` as in :class:`Freedom`."""

    def __init__(self, instance: Instance, cuts: tuple[frozenset[int], ...] = ()) -> None:
        self.instance = instance
        self.cuts = cuts
        plain = Freedom(cuts=cuts)
        self._written = write(instance, range(len(instance.items)), plain, relaxed=True, every_row=True)
        self._standing = Standing(self._written.program)
        self._place = {name: place for place, name in enumerate(self._written.names)}
        self._columns = np.array([column for column, _, _ in self._written.columns], dtype=int)
        self._items = np.array([place for _, place, _ in self._written.columns], dtype=int)
        self._signs = np.array([sign for _, _, sign in self._written.columns])
        self._weights = {row.key: row.weight for row in instance.rows}
        efforts = [effort(item) for item in instance.items]
        total = max(len(efforts), 1)
        self._change = np.zeros(len(self._written.program.cost))
        self._rare = np.zeros(len(self._written.program.cost))
        for column, place, sign in self._written.columns:
            item, (more, less, start) = instance.items[place], efforts[place]
            self._change[column] = (more if sign > 0 else less) + TIE * place / total
            if item.new:
                self._change[column] += start / item.high
                self._rare[column] = item.rare / item.high

    def ask(self, freedom: Freedom, *, amounts: Array | None = None) -> Answered:
        """The least shortfall under ``freedom``, or the most of its ``aim``; what a change costs is left aside.

        ``amounts``: of the aim in each item, in place of the row's own.
        """
        aimed = next((row for row in self.instance.rows if row.key == freedom.aim), None)
        point = self._solved(freedom, self._misses(self._weights) if aimed is None else self._aim(aimed, amounts))
        if not point.feasible:
            return Answered(False, float("nan"), {}, {})
        most = float("nan") if aimed is None else aimed.base - point.objective * aimed.scale
        return Answered(True, most, self._written.misses(point.x), self._prices(point))

    def price(self, freedom: Freedom, weights: Mapping[str, float] | None = None) -> Priced:
        """Solve under ``freedom``, with its costs, and price each new food at its reduced cost.

        ``weights``: of misses by row, in place of the instance's.
        """
        cost = freedom.change_cost * self._change + freedom.rare_cost * self._rare
        cost += freedom.miss_cost * self._misses(weights or self._weights)
        point = self._solved(freedom, cost)
        if not point.feasible:
            return Priced(False, math.inf, (), {}, {})
        reduced = cost - self._written.program.matrix.T @ point.dual
        value: dict[int, float] = {}
        extra: dict[int, float] = {}
        for column, place, _ in self._written.columns:
            item = self.instance.items[place]
            if item.new and place not in freedom.avoid:
                # At its best amount: the whole portion if it pays, else the least that may be eaten.
                worth = float(reduced[column])
                value[place] = worth * (item.high if worth < 0 else item.least)
                extra[place] = max(0.0, worth * item.least)
        order = sorted(value, key=lambda place: (round(value[place], 9), place))
        return Priced(True, point.objective, tuple(order), extra, self._prices(point))

    def conflict(self, freedom: Freedom) -> tuple[str, ...]:
        """Rows that cannot all hold while ``freedom.hard`` may not be missed, none of them spare; else empty."""
        low, high = self._rows(freedom)
        return conflict(
            self._standing, self._misses(self._weights), self._written.names, row_low=low, row_high=high,
            high=self._high(freedom),
        )  # fmt: skip

    def _solved(self, freedom: Freedom, cost: Array) -> Point:
        low, high = self._rows(freedom)
        return self._standing.solve(cost, row_low=low, row_high=high, high=self._high(freedom))

    def _prices(self, point: Point) -> dict[str, float]:
        return {name: abs(float(price)) for name, price in zip(self._written.names, point.dual, strict=True)}

    def _misses(self, weights: Mapping[str, float]) -> Array:
        """Cost of each column where only misses cost."""
        cost = np.zeros(len(self._change))
        for key, column in self._written.slack.items():
            cost[column] = weights[key]
        return cost

    def _aim(self, row: Row, amounts: Array | None) -> Array:
        """Cost of each column where only the most of one nutrient counts."""
        cost = np.zeros(len(self._change))
        values = row.coefficients if amounts is None else amounts
        cost[self._columns] = -values[self._items] * self._signs / row.scale
        return cost

    def _high(self, freedom: Freedom) -> Array:
        """Upper bounds of columns: foods that may not be raised, and how far each soft row may be missed."""
        high = self._written.program.high.copy()
        if freedom.avoid:
            high[self._columns[np.isin(self._items, list(freedom.avoid)) & (self._signs > 0)]] = 0.0
        for key, column in self._written.slack.items():
            if key in freedom.hard:
                high[column] = 0.0
            elif freedom.miss is not None:
                high[column] = freedom.miss.get(key, np.inf)
        return high

    def _rows(self, freedom: Freedom) -> tuple[Array, Array]:
        """Bounds of rows: what is let go, and wishes that give way."""
        program = self._written.program
        low, high = program.row_low.copy(), program.row_high.copy()
        for name, place in self._place.items():
            kind = "variety" if name.startswith("one new ") else name
            if kind in freedom.free or name == freedom.aim:
                low[place], high[place] = -np.inf, np.inf
        instance = self.instance
        new = instance.most_new if freedom.most_new is None else freedom.most_new
        halves = instance.most_halves if freedom.most_halves is None else freedom.most_halves
        for name, bound in (("new foods", new), ("change", halves)):
            if name in self._place and name not in freedom.free:
                high[self._place[name]] = float(bound)
        energy = next((row for row in instance.rows if row.kind == "energy"), None)
        if energy is not None and energy.key in self._place:
            high[self._place[energy.key]] += freedom.energy_more / energy.scale
        return low, high

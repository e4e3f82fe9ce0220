"""Kernel search (Angelelli, Mansini, Speranza 2010): relax, price, keep the promising foods, solve those exactly.

First the smallest weighted shortfall, then, with it held, the smallest change.  Each step prices every food of the
table by the dual values of its relaxation and solves a whole-number program over the best of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from repletion.plan.data import rule
from repletion.plan.instance import Instance
from repletion.plan.polish import polish
from repletion.plan.program import Freedom, Written, effort_of, soft, write
from repletion.plan.relaxation import Priced, Relaxation
from repletion.plan.solver import Point, solve

Array = NDArray[np.float64]
# Misses below this are none: far above the solver's tolerance, far below a portion.
NONE = 1e-6


@dataclass(frozen=True, eq=False)
class Found:
    """A plan: change in ``halves`` by item place; relative ``misses`` by row; the proof.

    ``shortfall``: weighted, with the price of rarely eaten foods, and its proved ``shortfall_bound`` over the whole
    table.  ``objective``: cost of the change in servings, and ``bound`` below which no plan with these misses can cost,
    over the whole table.  ``proved``: whether both searches ended with a proof inside the kernel of ``kernel`` foods.
    ``first``: the misses that the first search settled.  ``prices``: servings of change that the whole of a goal more
    would cost, by row, from the relaxation.
    """

    halves: dict[int, int]
    misses: dict[str, float]
    shortfall: float
    shortfall_bound: float
    objective: float
    bound: float
    kernel: int
    foods: int
    proved: bool
    prices: dict[str, float]
    first: dict[str, float]


def _kernel(instance: Instance, priced: Sequence[Priced], also: Sequence[int], size: int) -> tuple[int, ...]:
    current = [place for place, item in enumerate(instance.items) if not item.new]
    kept = list(dict.fromkeys(also))
    for one in priced:
        kept += [place for place in one.order[:size] if place not in kept]
    return tuple(sorted({*current, *kept}))


def _outside(priced: Priced, kernel: Sequence[int], inside: float) -> float:
    """A proved bound over the whole table: any plan uses kernel foods only, or pays for one outside it."""
    within = set(kernel)
    outside = [extra for place, extra in priced.extra.items() if place not in within]
    return min(inside, priced.bound + min(outside)) if outside else inside


def _whole(
    instance: Instance,
    kernel: Sequence[int],
    freedom: Freedom,
    gap: str,
    known: tuple[dict[int, int], dict[str, float]] | None = None,
) -> tuple[Written, Point]:
    """The program in whole half servings; ``known``: changes that hold, with their misses."""
    written = write(instance, kernel, freedom, relaxed=False)
    point = solve(
        written.program,
        nodes=int(rule("nodes")),
        gap=rule("relative_gap"),
        absolute=rule(gap),
        start=written.point(*known) if known else None,
    )
    return written, point


def held(instance: Instance, misses: dict[str, float]) -> dict[str, float]:
    """How far each soft row may be missed once the shortfall is settled: met stays met.

    A limit of which no miss is known is one that no allowed change moves; it is left out.
    """
    spare = rule("unmet_tolerance")
    return {
        row.key: 0.0 if misses.get(row.key, 0.0) <= NONE else misses[row.key] + spare
        for row in instance.rows
        if soft(row) and (row.kind == "goal" or row.key in misses)
    }


def misses_of(instance: Instance, halves: dict[int, int], known: dict[str, float]) -> dict[str, float]:
    """Relative miss of each row in ``known`` after the changes in ``halves``."""
    found = {}
    for row in instance.rows:
        if row.key in known:
            value = row.base + sum(change * float(row.coefficients[place]) for place, change in halves.items())
            short = row.low - value if row.kind == "goal" else value - (row.high if row.wish is None else row.wish)
            found[row.key] = max(0.0, short / row.scale)
    return found


def search(relaxation: Relaxation, freedom: Freedom | None = None, *, size: int | None = None) -> Found | None:
    """The least shortfall, then the least change; ``None`` when not even the firm rows can be held.

    ``relaxation``: of the instance, with the cuts of ``freedom``.
    """
    instance = relaxation.instance
    size = size or int(rule("kernel_foods"))
    first = replace(freedom or Freedom(), miss=None, miss_cost=1.0, change_cost=1e-4, rare_cost=rule("rare_shortfall"))
    priced = relaxation.price(first)
    if not priced.feasible:
        return None
    kernel = _kernel(instance, [priced], (), size)
    written, point = _whole(instance, kernel, first, "shortfall_gap")
    if not point.feasible:
        return None
    misses = written.misses(point.x)
    halves = written.halves(point.x)
    weights = {row.key: row.weight for row in instance.rows}
    shortfall = sum(weights[key] * miss for key, miss in misses.items())
    shortfall += first.rare_cost * sum(instance.items[place].rare for place in halves if instance.items[place].new)
    # The objective also holds a trace of the change; without it the bound is one of the shortfall alone.
    trace = first.change_cost * (
        instance.most_halves / 2 * (1 + rule("price_cost")) + 3 * (rule("new_food_cost") + rule("rare_cost"))
    )
    below = _outside(priced, kernel, point.bound) - trace
    allowed = held(instance, misses)
    second = replace(first, miss=allowed, miss_cost=0.0, change_cost=1.0, rare_cost=0.0)
    again = relaxation.price(second)
    kernel = _kernel(instance, [again], tuple(p for p in halves if instance.items[p].new), size)
    written2, least = _whole(instance, kernel, second, "change_gap", (halves, misses))
    if not least.feasible:
        return Found(
            halves, misses, shortfall, min(below, shortfall), math.nan, math.nan, len(kernel), 0, False, {}, misses
        )
    spared = polish(instance, written2.halves(least.x), allowed, second)
    objective = effort_of(instance, spared)
    return Found(
        halves=spared,
        misses=misses_of(instance, spared, written2.misses(least.x)),
        shortfall=shortfall,
        shortfall_bound=max(0.0, min(below, shortfall)),
        objective=objective,
        bound=max(0.0, min(objective, _outside(again, kernel, least.bound))),
        kernel=len(kernel),
        foods=len(instance.items),
        proved=point.optimal and least.optimal,
        prices=again.rows,
        first=misses,
    )


def again(relaxation: Relaxation, found: Found, freedom: Freedom, *, size: int | None = None) -> Found | None:
    """Another plan near one that is there: the foods that it uses, and the best others, in a single program.

    Shortfall and change are weighed in one objective instead of one after the other, and a goal that ``found`` reaches
    weighs ``reached_weight`` times as much, so that it is given up only where the search finds nothing that keeps it.
    ``None`` when the firm rows cannot be held.
    """
    instance = relaxation.instance
    weights = {row.key: row.weight for row in instance.rows}
    met = {key for key, miss in found.misses.items() if miss <= NONE}
    dear = rule("reached_weight")
    weighed = replace(
        instance,
        rows=tuple(
            replace(row, weight=row.weight * dear) if row.key in met and row.kind == "goal" else row
            for row in instance.rows
        ),
    )
    one = replace(freedom, miss=None, miss_cost=1.0, change_cost=rule("again_change"), rare_cost=rule("rare_shortfall"))
    priced = relaxation.price(one, {row.key: row.weight for row in weighed.rows})
    if not priced.feasible:
        return None
    there = tuple(place for place in found.halves if place not in freedom.avoid)
    kernel = _kernel(instance, [priced], there, size or int(rule("kernel_foods_again")))
    written = write(weighed, kernel, one, relaxed=False)
    point = solve(written.program, nodes=int(rule("nodes_again")), gap=rule("relative_gap"), absolute=rule("again_gap"))
    if not point.feasible:
        return None
    misses = written.misses(point.x)
    halves = polish(instance, written.halves(point.x), held(instance, misses), one)
    misses = misses_of(instance, halves, misses)
    shortfall = sum(weights[key] * miss for key, miss in misses.items())
    shortfall += one.rare_cost * sum(instance.items[place].rare for place in halves if instance.items[place].new)
    least = relaxation.price(replace(one, miss=held(instance, misses), miss_cost=0.0, change_cost=1.0, rare_cost=0.0))
    objective = effort_of(instance, halves)
    return Found(
        halves=halves,
        misses=misses,
        shortfall=shortfall,
        # What is barred now was allowed then, so the older bound still holds.
        shortfall_bound=min(found.shortfall_bound, shortfall),
        objective=objective,
        bound=max(0.0, min(objective, least.bound)) if least.feasible else 0.0,
        kernel=len(kernel),
        foods=len(instance.items),
        proved=point.optimal,
        prices=least.rows,
        first=misses,
    )

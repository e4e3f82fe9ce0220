"""The search against every combination, on instances small enough to try them all."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest

from repletion.plan.data import rule
from repletion.plan.instance import Instance, Item, Row
from repletion.plan.kernel import search
from repletion.plan.relaxation import Relaxation
from repletion.plan.start import Base, Start


def instance(seed: int) -> Instance:
    draw = random.Random(seed)
    items = [
        Item(code=f"a{n}", name="eaten", grams=100, group="", low=-2, high=1, least=1, new=False, cut=1.0, price=1.0)
        for n in range(2)
    ] + [
        Item(code=f"n{n}", name="new", grams=100, group=f"g{n}", low=0, high=3, least=1, new=True, cut=1.0, price=1.0)
        for n in range(4)
    ]

    def row(key: str, kind, base: float, low: float, high: float, weight: float) -> Row:
        values = np.array([draw.uniform(0.0, 0.25) for _ in items])
        return Row(
            key=key,
            nutrient=key,
            kind=kind,
            base=base,
            low=low,
            high=high,
            scale=1.0,
            coefficients=values,
            weight=weight,
        )

    rows = (
        row("goal:x", "goal", 0.6, 1.0, math.inf, 1.0),
        row("goal:y", "goal", 0.5, 1.0, math.inf, 0.7),
        row("goal:z", "goal", 0.9, 1.0, math.inf, 0.4),
        row("UL:w", "ceiling", 0.6, -math.inf, 1.0, 0.0),
        row("energy", "energy", 1.0, 0.9, 1.15, 0.0),
    )
    empty = Base(goal={}, total={}, ceiling={}, unknown={})
    start = Start(kind="typical", days=1, foods=(), supplements={})
    return Instance(
        items=tuple(items), rows=rows, group_room={}, most_new=2, most_halves=6, base=empty, start=start, energy=1.0
    )


def every(one: Instance):
    """Every allowed combination with its shortfall and its cost."""
    spans = [range(i.low, i.high + 1) for i in one.items]
    for halves in itertools.product(*spans):
        if sum(map(abs, halves)) > one.most_halves:
            continue
        if sum(1 for i, h in zip(one.items, halves, strict=True) if i.new and h) > one.most_new:
            continue
        sums = {r.key: r.base + float(r.coefficients @ np.array(halves)) for r in one.rows}
        if any(r.kind != "goal" and not r.low <= sums[r.key] <= r.high for r in one.rows):
            continue
        short = sum(r.weight * max(0.0, r.low - sums[r.key]) for r in one.rows if r.kind == "goal")
        new = sum(1 for i, h in zip(one.items, halves, strict=True) if i.new and h)
        yield short, 0.5 * sum(map(abs, halves)) + rule("new_food_cost") * new, halves


@pytest.mark.parametrize("seed", range(6))
def test_the_search_is_as_good_as_trying_everything(seed: int) -> None:
    one = instance(seed)
    found = search(Relaxation(one))
    assert found is not None
    tried = list(every(one))
    best = min(short for short, _, _ in tried)
    assert found.shortfall <= best + rule("shortfall_gap") + 1e-6
    halves = tuple(found.halves.get(place, 0) for place in range(len(one.items)))
    mine = next(t for t in tried if t[2] == halves)  # the plan found is one of the allowed
    allowed = [cost for short, cost, _ in tried if short <= mine[0] + 1e-9]
    assert mine[1] <= min(allowed) + rule("change_gap") + rule("relative_gap") * mine[1] + 0.05
    # the bounds are bounds
    assert found.shortfall_bound <= best + 1e-5
    assert found.bound <= mine[1] + 0.01


def test_what_cannot_be_held_is_found_impossible() -> None:
    one = instance(0)
    rows = tuple(
        Row(
            key="energy",
            nutrient="energy",
            kind="energy",
            base=1.0,
            low=5.0,
            high=6.0,
            scale=1.0,
            coefficients=r.coefficients,
        )
        if r.key == "energy"
        else r
        for r in one.rows
    )
    hopeless = Instance(
        items=one.items, rows=rows, group_room={}, most_new=2, most_halves=6, base=one.base, start=one.start, energy=1.0
    )
    assert search(Relaxation(hopeless)) is None

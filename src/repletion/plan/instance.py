"""One request as arrays: the foods that may change, how far, and every row that must hold.

Everything is a change in half servings from the starting day: ``more`` and ``less`` of what is eaten, ``new`` of
what is not.  The zero change keeps every row unless something forbidden had to be taken out.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from repletion.knowledge.servings import Serving
from repletion.plan.data import groups, never, remedies, rule
from repletion.plan.exclusions import Exclusions
from repletion.plan.goals import Ceiling, Goal, Goals
from repletion.plan.larder import bare_half, everyday, half_serving, larder
from repletion.plan.safety import Effects
from repletion.plan.start import Base, Eaten, Start

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Item:
    """A food that may change: ``low``-``high`` half servings (negative is less), ``least`` when it is new.

    ``new``: not eaten now.  ``cut``: what a serving less costs.  ``group``: of the servings, "" if unknown.
    ``rare``: 1 for a new food that few people name, else 0.
    """

    code: str
    name: str
    grams: float
    group: str
    low: int
    high: int
    least: int
    new: bool
    cut: float
    price: float
    rare: float = 0.0
    serving: Serving | None = None
    eaten: Eaten | None = None


@dataclass(frozen=True)
class Row:
    """A named row over changes: ``low <= base + coefficients @ halves <= high``.

    ``kind``: goal, ceiling, energy.  ``soft``: a miss is allowed at ``weight`` per share of ``scale``.  ``wish``: the
    true bound of a ceiling that the start already passes; the hard bound is then the start itself.  ``reached``: a goal
    that the start reaches, which no change may give up.
    """

    key: str
    nutrient: str
    kind: Literal["goal", "ceiling", "energy"]
    base: float
    low: float
    high: float
    scale: float
    coefficients: Array
    weight: float = 0.0
    wish: float | None = None
    reached: bool = False
    source: Goal | Ceiling | None = None


@dataclass(frozen=True, eq=False)
class Instance:
    """A request ready for the solver."""

    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    group_room: dict[str, float]
    most_new: int
    most_halves: int
    base: Base
    start: Start
    energy: float
    barred: dict[str, str] = field(default_factory=dict)

    @cached_property
    def at(self) -> dict[str, int]:
        """Place of each item by code."""
        return {item.code: place for place, item in enumerate(self.items)}


def _cannot_grow(food: Eaten, excluded: Exclusions, effects: Effects) -> bool:
    serving = food.serving
    if serving is None or excluded.doubts(serving) or not excluded.allows(serving):
        return True
    if groups()[serving.group].add == "no" or effects.most.get(serving.group, math.inf) <= 0:
        return True
    return effects.bars(name=serving.name, group=serving.group, kind=serving.kind, tags=serving.tags)


def _current(food: Eaten, excluded: Exclusions, effects: Effects, keep: Collection[str]) -> Item:
    serving = food.serving
    halves = math.floor(2 * food.servings + 1e-9)
    high = 0
    if serving is not None and not _cannot_grow(food, excluded, effects):
        room = min(serving.max - food.servings, groups()[serving.group].new)
        high = max(0, math.floor(2 * room + 1e-9))
    return Item(
        code=food.code,
        name=food.name,
        grams=food.portion,
        group=food.group,
        low=0 if food.code in keep else -halves,
        high=high,
        least=1,
        new=False,
        cut=_cut(food),
        price=float(serving.price_tier) if serving else 1.0,
        serving=serving,
        eaten=food,
    )


def _cut(food: Eaten) -> float:
    cut = groups()[food.group].cut if food.group else 1.0
    whole = food.serving is not None and "whole_grain" in food.serving.tags
    return max(cut, rule("whole_grain_cut")) if whole else cut


def _new(serving: Serving) -> Item:
    return Item(
        code=serving.code,
        name=serving.name,
        grams=serving.grams,
        group=serving.group,
        low=0,
        high=math.floor(2 * min(serving.max, groups()[serving.group].new) + 1e-9),
        least=round(2 * serving.min),
        new=True,
        cut=1.0,
        price=float(serving.price_tier),
        rare=0.0 if everyday(serving.code, serving.name) else 1.0,
        serving=serving,
    )


def _group_room(start: Start, effects: Effects) -> dict[str, float]:
    """Half servings by which each group may grow."""
    now: dict[str, float] = {}
    for food in start.foods:
        if food.group and not food.forbidden:
            now[food.group] = now.get(food.group, 0.0) + food.servings
    room = {}
    for name, group in groups().items():
        most = min(group.most, effects.most.get(name, group.most))
        room[name] = 2 * max(0.0, most - now.get(name, 0.0)) if group.add == "yes" else 0.0
    return room


def _matrix(items: tuple[Item, ...], *, assumed: bool) -> tuple[Array, Array, dict[str, int]]:
    """What half a serving of each item brings: (items, nutrients) for goals and for ceilings."""
    store = larder()
    goal = np.zeros((len(items), len(store.place)))
    ceiling = np.zeros_like(goal)
    for row, item in enumerate(items):
        if item.new:
            goal[row], ceiling[row] = store.goal[store.at[item.code]], store.ceiling[store.at[item.code]]
        else:
            goal[row], ceiling[row] = half_serving(item.code, item.name, item.grams, item.serving, assumed=assumed)
    return goal, ceiling, store.place


def _bare(items: tuple[Item, ...], goal: Array, place: dict[str, int]) -> Array:
    """``goal`` with new foods as they are without what is added to them and never claimed."""
    bare = goal.copy()
    claimed = [place[remedy.nutrient] for remedy in remedies().values() if remedy.added]
    for row, item in enumerate(items):
        if item.new and item.serving is not None and "fortified" in item.serving.tags:
            bare[row, claimed] = bare_half(item.code)[claimed]
    return bare


def _under(column: str, items: tuple[Item, ...], ceiling: Array, place: dict[str, int]) -> Array:
    """What half a serving of each item counts under a ceiling on ``column``.

    No table tells added niacin from a food's own: all niacin of fortified food is counted.  What is only taken as a
    tablet comes from no food.
    """
    if column == "magnesium_taken":
        return np.zeros(len(items))
    if column == "niacin_added":
        added = np.array([item.serving is not None and "fortified" in item.serving.tags for item in items], dtype=float)
        return np.asarray(added * ceiling[:, place["niacin"]])
    return np.asarray(ceiling[:, place[column]])


def _goal_row(goal: Goal, base: Base, amounts: Array) -> Row:
    """A goal.  What the start reaches is firm; where foods had to be taken out it only weighs more."""
    reached = base.day.goal[goal.nutrient] >= goal.amount
    # A need that the day hardly touches weighs more than one that is nearly there.
    missing = max(0.0, 1 - base.goal[goal.nutrient] / goal.amount) if goal.amount > 0 else 0.0
    return Row(
        key=f"goal:{goal.nutrient}",
        nutrient=goal.nutrient,
        kind="goal",
        base=base.goal[goal.nutrient],
        low=goal.amount,
        high=math.inf,
        scale=goal.amount,
        coefficients=amounts,
        weight=goal.weight * (rule("reached_weight") if reached else 1.0 + rule("far_weight") * missing),
        reached=reached and base.whole is None,
        source=goal,
    )


def _ceiling_row(ceiling: Ceiling, base: Base, amounts: Array) -> Row:
    """A ceiling; a start above it may not rise further and is drawn down as far as changes allow."""
    now = base.ceiling[ceiling.column]
    over = now > ceiling.amount
    return Row(
        key=f"{ceiling.kind}:{ceiling.column}",
        nutrient=ceiling.nutrient,
        kind="ceiling",
        base=now,
        low=-math.inf,
        high=now if over else ceiling.amount,
        scale=ceiling.amount or 1.0,
        coefficients=amounts,
        weight=ceiling.weight if over else 0.0,
        wish=ceiling.amount if over else None,
        source=ceiling,
    )


def safety_ceilings(effects: Effects, base: Base) -> list[Ceiling]:
    """Caps and bands of the safety rules, relative to the starting day."""
    found = [
        Ceiling(
            nutrient=n,
            column=n,
            amount=base.day.ceiling[n] + (share - 1) * base.day.total[n],
            kind="cap",
            rule=name,
        )
        for n, (share, name) in sorted(effects.cap.items())
    ]
    found += [
        Ceiling(
            nutrient=n, column=n, amount=base.day.ceiling[n] + share * base.day.total[n], kind="band_high", rule=name
        )
        for n, (share, name) in sorted(effects.band.items())
    ]
    return found + [
        Ceiling(nutrient=n, column=n, amount=(1 - share) * base.day.total[n], kind="band_low", rule=name)
        for n, (share, name) in sorted(effects.band.items())
    ]


def build(
    start: Start,
    base: Base,
    goals: Goals,
    effects: Effects,
    excluded: Exclusions,
    *,
    energy: float,
    keep: Collection[str] = (),
    most_change: float,
    most_new: int,
    price: int | None = None,
) -> Instance:
    """The request as arrays.

    ``energy``: kcal a day to keep; ``most_change`` in servings; ``price``: the dearest tier of a new food.
    """
    foods = [food for food in start.foods if not food.forbidden]
    eaten = {food.code for food in start.foods} | {food.serving.code for food in start.foods if food.serving}
    barred = set(never().kinds) | set(never().one_sort) & {food.serving.kind for food in foods if food.serving}
    there = {food.group for food in foods if food.group}
    candidates = [
        _new(serving)
        for serving in larder().foods
        if serving.code not in eaten
        and (price is None or serving.price_tier <= price)
        and groups()[serving.group].add == "yes"
        and groups()[serving.group].in_place_of not in there
        and serving.kind not in barred
        and excluded.allows(serving)
        and not effects.bars(name=serving.name, group=serving.group, kind=serving.kind, tags=serving.tags)
    ]
    room = _group_room(start, effects)
    items = (
        *(_current(food, excluded, effects, keep) for food in foods),
        *(item for item in candidates if min(room[item.group], item.high) >= item.least),
    )
    goal, ceiling, place = _matrix(items, assumed=start.kind == "typical")
    bare = _bare(items, goal, place)
    rows = [
        # What the day reaches of itself is not given up for what only a maker adds.
        _goal_row(g, base, (bare if base.day.goal[g.nutrient] >= g.amount else goal)[:, place[g.nutrient]])
        for g in goals.goals
    ]
    rows += [_ceiling_row(c, base, _under(c.column, items, ceiling, place)) for c in goals.ceilings]
    for limit in safety_ceilings(effects, base):
        if limit.kind == "band_low":
            rows.append(
                Row(
                    key=f"band_low:{limit.column}",
                    nutrient=limit.nutrient,
                    kind="ceiling",
                    base=base.total[limit.column],
                    low=limit.amount,
                    high=math.inf,
                    scale=limit.amount or 1.0,
                    coefficients=goal[:, place[limit.column]],
                    source=limit,
                )
            )
        else:
            rows.append(_ceiling_row(limit, base, _under(limit.column, items, ceiling, place)))
    tolerance = rule("energy_tolerance")
    rows.append(
        Row(
            key="energy",
            nutrient="energy",
            kind="energy",
            base=base.total["energy"],
            low=(1 - tolerance) * energy,
            high=(1 + tolerance) * energy,
            scale=max(energy, 1.0),
            coefficients=goal[:, place["energy"]],
        )
    )
    return Instance(
        items=items,
        rows=tuple(rows),
        group_room=room,
        most_new=most_new,
        most_halves=round(2 * most_change),
        base=base,
        start=start,
        energy=energy,
    )

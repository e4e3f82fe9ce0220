"""The plan worked out again, outside the solver: whole half servings, exact fractions, the food table itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import msgspec

from repletion.foods import open_table
from repletion.knowledge.servings import serving_of
from repletion.plan.data import groups, rule
from repletion.plan.exclusions import Exclusions
from repletion.plan.goals import Goals
from repletion.plan.instance import safety_ceilings
from repletion.plan.larder import counted, larder, natural
from repletion.plan.safety import Effects
from repletion.plan.start import Base, Start

# Relative slack of a comparison: the starting day is a sum of floating-point numbers.
HAIR = Fraction(1, 10**9)


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What the day holds after the changes: ``goal`` as counted towards goals, ``total``, ``ceiling`` by column.

    ``problems``: everything that does not hold, in words; empty for a sound plan.
    """

    problems: tuple[str, ...]
    goal: dict[str, float]
    total: dict[str, float]
    ceiling: dict[str, float]


class _Sum:
    """Exact sums by name."""

    def __init__(self, start: Mapping[str, float]) -> None:
        self.amounts = {name: Fraction(value) for name, value in start.items()}

    def add(self, name: str, halves: int, per_half: Fraction) -> None:
        self.amounts[name] += halves * per_half

    def floats(self) -> dict[str, float]:
        return {name: float(amount) for name, amount in self.amounts.items()}


def _exact(value: float) -> Fraction:
    return Fraction(repr(float(value))) if math.isfinite(value) else Fraction(0)


def verify(
    start: Start,
    base: Base,
    goals: Goals,
    effects: Effects,
    excluded: Exclusions,
    halves: Mapping[str, int],
    *,
    energy: float,
    most_change: float,
    most_new: int,
) -> Verified:
    """Check ``halves`` (code to change in half servings) against every limit, exclusion and safety rule."""
    table = open_table()
    store = larder()
    names = list(store.place)
    goal, total, ceiling = _Sum(base.goal), _Sum(base.total), _Sum(base.ceiling)
    now = {food.code: food for food in start.foods}
    problems: list[str] = []
    for code, change in halves.items():
        serving = serving_of(code)
        food = now.get(code)
        portion = food.portion if food is not None else serving.grams if serving is not None else 0.0
        share = _exact(portion) / 200
        amounts = table.amounts(code)
        name = food.name if food is not None else serving.name if serving else code
        useful = amounts
        if food is not None and start.kind == "typical" and serving is not None:
            useful = natural(amounts, store.place, serving.tags)
        useful = counted(useful, store.place, name, portion)
        for column, nutrient in enumerate(names):
            plain = _exact(amounts[column]) * share
            total.add(nutrient, change, plain)
            goal.add(nutrient, change, _exact(useful[column]) * share)
            most = plain
            if serving is not None and not math.isfinite(amounts[column]):
                most = _exact(store.ceiling[store.at[serving.code], column])
            ceiling.add(nutrient, change, most)
            if nutrient == "niacin" and serving is not None and "fortified" in serving.tags:
                ceiling.add("niacin_added", change, most)
        problems += _food_problems(code, change, start, effects, excluded)
    problems += _limit_problems(goals, effects, base, ceiling.amounts, total.amounts)
    low, high = (1 - rule("energy_tolerance")) * energy, (1 + rule("energy_tolerance")) * energy
    if not _exact(low) * (1 - HAIR) <= total.amounts["energy"] <= _exact(high) * (1 + HAIR):
        problems.append(f"energy {float(total.amounts['energy']):.1f} outside {low:.1f} to {high:.1f}")
    new = sum(1 for code, change in halves.items() if change > 0 and code not in now)
    if new > most_new:
        problems.append(f"{new} new foods")
    if sum(map(abs, halves.values())) > 2 * most_change:
        problems.append("more change than allowed")
    return Verified(problems=tuple(problems), goal=goal.floats(), total=total.floats(), ceiling=ceiling.floats())


def _food_problems(code: str, change: int, start: Start, effects: Effects, excluded: Exclusions) -> list[str]:
    """What is wrong with changing one food."""
    serving = serving_of(code)
    food = next((food for food in start.foods if food.code == code), None)
    found: list[str] = []
    if change != int(change):
        found.append(f"{code}: not in half servings")
    after = (food.servings if food else 0.0) + change / 2
    if after < -1e-9:
        found.append(f"{code}: less than nothing")
    if change <= 0:
        return found
    if serving is None:
        return [*found, f"{code}: raised without being a known serving"]
    if not excluded.allows(serving):
        found.append(f"{code}: excluded")
    if groups()[serving.group].add != "yes" or effects.bars(
        name=serving.name, group=serving.group, kind=serving.kind, tags=serving.tags
    ):
        found.append(f"{code}: barred by a safety rule")
    if after > serving.max + 1e-9:
        found.append(f"{code}: {after:g} servings are more than {serving.max:g}")
    if food is None and after < serving.min:
        found.append(f"{code}: {after:g} servings are less than {serving.min:g}")
    if food is None and after > groups()[serving.group].new + 1e-9:
        found.append(f"{code}: {after:g} servings are much for a new food")
    return found


def _limit_problems(
    goals: Goals,
    effects: Effects,
    base: Base,
    ceiling: Mapping[str, Fraction],
    total: Mapping[str, Fraction],
) -> list[str]:
    found = []
    for limit in (*goals.ceilings, *safety_ceilings(effects, base)):
        if limit.kind == "band_low":
            if total[limit.column] < _exact(limit.amount) * (1 - HAIR):
                found.append(f"{limit.column}: below the band of {limit.rule}")
            continue
        top = max(_exact(limit.amount), _exact(base.ceiling[limit.column]))
        if limit.kind in ("cap", "band_high"):
            top = _exact(limit.amount)
        if ceiling[limit.column] > top * (1 + HAIR) + HAIR:
            found.append(f"{limit.column}: above the {limit.kind} {limit.rule}".strip())
    return found

"""A week out of the plan and its alternatives, and what to buy for it beside the usual."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from repletion.knowledge.servings import serving_of
from repletion.plan.model import Change, Day, Shopping
from repletion.plan.words import household

MEALS = ("breakfast", "lunch", "dinner", "snack", "drink")


def _place(change: Change, filled: dict[str, list[str]]) -> str:
    """The emptiest of the meals that a food belongs to, earlier meals first."""
    return min(change.meals or ("snack",), key=lambda meal: (len(filled[meal]), MEALS.index(meal)))


def _meals(change: Change) -> tuple[str, ...]:
    """What of a change goes into one meal, in kitchen words: two portions and more are spread over two meals."""
    portions = round(2 * (change.servings_to - change.servings_from))
    serving = serving_of(change.code)
    if portions < 4 or len(change.meals) < 2 or serving is None:
        return (change.household,)
    more = math.ceil(portions / 2)
    return tuple(household(serving.household, halves / 2) for halves in (more, portions - more))


def week_of(plans: Sequence[Sequence[Change]], days: int) -> tuple[Day, ...]:
    """``days`` days that take the plans in turn, each addition set into a meal it belongs to."""
    found = []
    for number in range(days):
        which = number % len(plans)
        filled: dict[str, list[str]] = {meal: [] for meal in MEALS}
        for change in plans[which]:
            if change.kind in ("new", "more"):
                for words in _meals(change):
                    filled[_place(change, filled)].append(f"{change.food}, {words}")
        less = tuple(f"{c.food}, {c.household}" for c in plans[which] if c.kind == "less")
        meals = {meal: tuple(foods) for meal, foods in filled.items() if foods}
        found.append(Day(day=number + 1, plan=which, meals=meals, less=less))
    return tuple(found)


def _kitchen(code: str, grams: float) -> str:
    """A weight in household portions, rounded up to a half."""
    serving = serving_of(code)
    return (
        household(serving.household, math.ceil(2 * grams / serving.grams - 1e-6) / 2) if serving else f"{grams:.0f} g"
    )


def shopping_for(plans: Sequence[Sequence[Change]], days: Sequence[Day]) -> tuple[Shopping, ...]:
    """What the days need beside the usual, in grams as eaten, by group."""
    grams: dict[str, float] = defaultdict(float)
    about: dict[str, Change] = {}
    for day in days:
        for change in plans[day.plan]:
            if change.kind in ("new", "more"):
                grams[change.code] += change.grams
                about[change.code] = change
    lines = [
        Shopping(
            food=about[code].food,
            code=code,
            grams=round(total, 1),
            household=_kitchen(code, total),
            group=about[code].group,
            price_tier=about[code].price_tier,
        )
        for code, total in grams.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.group, line.food, line.code)))

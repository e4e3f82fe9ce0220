"""A week out of the plan and its alternatives, and what to buy for it beside the usual."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from repletion.plan.model import Change, Day, Shopping

MEALS = ("breakfast", "lunch", "dinner", "snack", "drink")


def _place(change: Change, filled: dict[str, list[str]]) -> str:
    """The emptiest of the meals that a food belongs to, earlier meals first."""
    return min(change.meals or ("snack",), key=lambda meal: (len(filled[meal]), MEALS.index(meal)))


def week_of(plans: Sequence[Sequence[Change]], days: int) -> tuple[Day, ...]:
    """``days`` days that take the plans in turn, each addition set into a meal it belongs to."""
    found = []
    for number in range(days):
        which = number % len(plans)
        filled: dict[str, list[str]] = {meal: [] for meal in MEALS}
        for change in plans[which]:
            if change.kind in ("new", "more"):
                filled[_place(change, filled)].append(f"{change.food}, {change.household}")
        less = tuple(f"{c.food}, {c.household}" for c in plans[which] if c.kind == "less")
        meals = {meal: tuple(foods) for meal, foods in filled.items() if foods}
        found.append(Day(day=number + 1, plan=which, meals=meals, less=less))
    return tuple(found)


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
            group=about[code].group,
            price_tier=about[code].price_tier,
        )
        for code, total in grams.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.group, line.food, line.code)))

"""Foods rich in a nutrient, by a portion that a person eats.

The full food plan is a station of its own; this is its plainest part: from a short list of everyday servings, those
that hold most of a nutrient, for this person's way of eating.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Collection
from functools import cache
from itertools import islice

import msgspec

from repletion.foods import open_table
from repletion.knowledge.base import DATA
from repletion.plan.larder import named

_WAYS = {"vegan": ("vegan",), "vegetarian": ("vegan", "vegetarian")}


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """An everyday serving.

    ``suits``: vegan, vegetarian, fish or meat.  ``not_for``: nutrients it is a poor source of.
    ``contains``: groups that some people cannot eat.
    """

    food: str
    label: str
    portion: str
    grams: float
    suits: str
    not_for: tuple[str, ...]
    contains: tuple[str, ...]
    note: str


class RichSource(msgspec.Struct, frozen=True, kw_only=True):
    """A serving and the ``amount`` of the nutrient in it, in ``unit``."""

    serving: Serving
    amount: float
    unit: str


@cache
def servings() -> tuple[Serving, ...]:
    """The everyday servings, as the knowledge lists them."""
    with (DATA / "foods" / "servings.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            Serving(
                food=row["food"],
                label=row["label"],
                portion=row["portion"],
                grams=float(row["grams"]),
                suits=row["suits"],
                not_for=tuple(filter(None, row["not_for"].split(";"))),
                contains=tuple(filter(None, row["contains"].split(";"))),
                note=row["note"],
            )
            for row in csv.DictReader(handle, strict=True)
        )


@cache
def held_at_most() -> dict[str, float]:
    """By nutrient that is held for somebody, the most that a serving named for another nutrient may bring of it.

    In the unit of the food table; ``nutrients.csv`` names it.
    """
    table = open_table()
    with (DATA / "foods" / "held.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, strict=True))
    for row in rows:
        if (unit := table.nutrients[table.index(row["nutrient"])].unit) != row["unit"]:
            raise ValueError(f"held.csv gives {row['nutrient']} in {row['unit']}, the food table in {unit}.")
    return {row["nutrient"]: float(row["most"]) for row in rows}


@cache
def _too_much_of(serving: Serving) -> frozenset[str]:
    """The nutrients held for somebody that a serving is rich in; one that is not known of it counts as rich."""
    table = open_table()
    amounts = table.amounts(serving.food)
    return frozenset(
        nutrient
        for nutrient, most in held_at_most().items()
        if not float(amounts[table.index(nutrient)]) * serving.grams / 100 <= most
    )


@cache
def _holding(nutrient: str) -> tuple[RichSource, ...]:
    """Every serving that holds a nutrient and may be named for it, the richest first."""
    table = open_table()
    index = table.index(nutrient)
    unit = table.nutrients[index].unit
    found = []
    for serving in servings():
        if nutrient not in serving.not_for:
            amount = float(table.amounts(serving.food)[index]) * serving.grams / 100
            if math.isfinite(amount) and amount > 0:
                found.append(RichSource(serving=serving, amount=amount, unit=unit))
    found.sort(key=lambda source: (-source.amount, source.serving.food))
    return tuple(found)


def rich_sources(
    nutrient: str,
    *,
    way: str | None = None,
    avoid: Collection[str] = (),
    held: Collection[str] = (),
    words: tuple[str, ...] = (),
    limit: int = 5,
) -> tuple[RichSource, ...]:
    """The servings that hold most of ``nutrient``, best first, down to a tenth of the best.

    Unknown composition is left out, not taken as zero.

    ``way``: ``vegan``, ``vegetarian`` or ``None`` for any.  ``avoid``: groups of foods that must
    not be offered (``nuts``, ``fish``).  ``held``: nutrients that this person must not get more of; a serving
    rich in one of them is not named for another.  ``words``: no food whose name holds one of these.
    Amounts come from the food table.
    """
    allowed = _WAYS.get(way or "")
    barred = set(avoid)
    fit = (
        source
        for source in _holding(nutrient)
        if not (allowed and source.serving.suits not in allowed)
        and not barred.intersection(source.serving.contains)
        and not named(words, source.serving.label)
        and _too_much_of(source.serving).isdisjoint(held)
    )
    found = list(islice(fit, limit))
    return tuple(source for source in found if source.amount >= found[0].amount / 10)

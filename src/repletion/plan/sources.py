"""Foods rich in a nutrient, by a portion that a person eats.

The full food plan is a station of its own; this is its plainest part: from a short list of everyday servings, those
that hold most of a nutrient, for this person's way of eating.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Collection
from functools import cache

import msgspec

from repletion.foods import open_table
from repletion.knowledge.base import DATA

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
    nutrient: str, *, way: str | None = None, avoid: Collection[str] = (), limit: int = 5
) -> tuple[RichSource, ...]:
    """The servings that hold most of ``nutrient``, best first, down to a tenth of the best.

    Unknown composition is left out, not taken as zero.

    ``way``: ``vegan``, ``vegetarian`` or ``None`` for any.  ``avoid``: groups of foods that must
    not be offered (``nuts``, ``fish``).  Amounts come from the food table.
    """
    allowed = _WAYS.get(way or "")
    barred = set(avoid)
    found = [
        source
        for source in _holding(nutrient)
        if not (allowed and source.serving.suits not in allowed) and not barred.intersection(source.serving.contains)
    ]
    worth = [source for source in found if source.amount >= found[0].amount / 10]
    return tuple(worth[:limit])

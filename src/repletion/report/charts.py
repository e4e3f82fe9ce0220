"""Geometry of the charts: dots of the icon array, bars of reasons. Words for them are in the catalogue."""

from __future__ import annotations

import math

from repletion.report.items import Item
from repletion.report.wording import display

COLUMNS = 20
STEP = 12
RADIUS = 4.2


def dots(first: int, last: int) -> str:
    """An SVG path of the dots ``first`` to ``last`` (half open), counted along rows from the top left."""
    parts = []
    for i in range(first, last):
        x = i % COLUMNS * STEP + STEP / 2 - RADIUS
        y = i // COLUMNS * STEP + STEP / 2
        r = f"{RADIUS:g}"
        parts.append(f"M{x:g} {y:g}a{r} {r} 0 1 0 {2 * RADIUS:g} 0a{r} {r} 0 1 0 {-2 * RADIUS:g} 0")
    return "".join(parts)


def array_size() -> tuple[int, int]:
    """Width and height of the icon array."""
    return COLUMNS * STEP, math.ceil(display().denominator / COLUMNS) * STEP


def longest(item: Item) -> float:
    """The weight that fills half of a bar: the largest, that of all together included, at least a tenfold change."""
    return max([math.log(10), abs(item.moved), *(abs(reason.weight) for reason in item.reasons)])


def bar(item: Item, weight: float) -> tuple[float, float]:
    """Left end and width, in percent, of a bar that starts in the middle."""
    width = 50 * abs(weight) / longest(item)
    return (50.0 if weight >= 0 else 50 - width), width

"""Geometry of the icon array; that of the steps is in ``waterfall``. Words for them are in the catalogue."""

from __future__ import annotations

import math

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

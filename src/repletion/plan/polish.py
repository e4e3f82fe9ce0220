"""Take back what a plan would do for nothing.

A whole-number search stops within a gap, so a plan may hold half a serving that no row needs.  Each change is drawn
back by half servings as long as every row still holds and no goal ends further away than it was settled to be.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from repletion.plan.instance import Instance, Row
from repletion.plan.program import Freedom, effort, soft

# Far below any portion, above the error of a sum.
HAIR = 1e-9


def _holds(row: Row, value: float, miss: float | None) -> bool:
    """Whether a row still holds at ``value``; a soft one may be missed by ``miss`` of its scale."""
    slack = HAIR * row.scale
    if row.kind == "goal":
        allowed = row.low - (miss or 0.0) * row.scale if soft(row) else min(row.low, row.base)
        return value >= allowed - slack
    if row.wish is not None:
        return value <= min(row.high, row.wish + (miss or 0.0) * row.scale) + slack
    return row.low - slack <= value <= row.high + slack


def polish(
    instance: Instance, halves: Mapping[int, int], miss: Mapping[str, float], freedom: Freedom
) -> dict[int, int]:
    """``halves`` (item place to change) without what can be spared; dearest changes are tried first.

    ``miss``: how far each soft row may be missed, in shares of its scale; rows that are not named may not be missed.
    """
    now = dict(halves)
    rows = [row for row in instance.rows if row.key not in freedom.free]
    matrix = np.array([row.coefficients for row in rows])
    values = np.array([row.base for row in rows]) + sum(
        (change * matrix[:, place] for place, change in now.items()), np.zeros(len(rows))
    )

    def cost(place: int) -> float:
        more, less, start = effort(instance.items[place])
        return start + more if now[place] > 0 else less

    for place in sorted(now, key=lambda place: (-cost(place), place)):
        item = instance.items[place]
        step = 1 if now[place] > 0 else -1
        for _ in range(abs(now[place])):
            left = now[place] - step
            taken = step if not item.new or left == 0 or left >= item.least else now[place]
            after = values - taken * matrix[:, place]
            if not all(_holds(row, float(value), miss.get(row.key)) for row, value in zip(rows, after, strict=True)):
                break
            if taken < 0 and not _room(instance, now, item.group):
                break
            values = after
            now[place] -= taken
            if now[place] == 0:
                break
    return {place: change for place, change in now.items() if change}


def _room(instance: Instance, halves: Mapping[int, int], group: str) -> bool:
    """Whether a group may grow by half a serving beside the changes that are there."""
    if group not in instance.group_room:
        return True
    grown = sum(change for place, change in halves.items() if instance.items[place].group == group)
    return grown + 1 <= instance.group_room[group] + HAIR

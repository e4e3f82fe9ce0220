"""The waterfall of one explanation: from its chance before anything was told, step by step, to its chance now.

The weight of a reason is what would be lost without it, all else kept; things that tell the same share what they tell,
so the weights alone need not lead to the end.  What is missing is a step of its own: the steps always add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from repletion.report.wording import display

Kind = Literal["reason", "smaller", "shared"]

LEAST = 0.005
"""Log-odds below which a step is the rounding of two printed decimals."""
_EDGE = 6.0
"""Percent left free at both ends of the plot, so that labels of the scale and the marks stay inside."""
_FEWEST, _MOST = 3, 7
"""Labels that a scale should have, and the most that a phone can hold beside each other."""
_NARROWEST = math.log(10)
"""The scale spans at least a tenfold change of the odds: a tiny move must not fill the plot."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.  ``at``: which reason, in the order they were given (``None`` for the other kinds).

    ``weight`` in log-odds; ``start``, ``end``: where the step begins and ends, in percent of the plot's width.
    """

    kind: Kind
    at: int | None
    weight: float
    start: float
    end: float

    @property
    def left(self) -> float:
        """Left end of the bar, in percent."""
        return min(self.start, self.end)

    @property
    def width(self) -> float:
        """Length of the bar, in percent."""
        return abs(self.end - self.start)


@dataclass(frozen=True, slots=True)
class Waterfall:
    """``ticks``: place in percent and its number of people in the fixed denominator; ``start``, ``end`` in percent."""

    start: float
    end: float
    steps: tuple[Step, ...]
    ticks: tuple[tuple[float, str], ...]


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _label(share: float) -> str:
    return f"{share * display().denominator:.10f}".rstrip("0").rstrip(".")


def waterfall(prior: float, probability: float, shown: Iterable[float], smaller: float) -> Waterfall | None:
    """The steps from ``prior`` to ``probability``.

    ``shown``: weights of the reasons that are named, in their order.  ``smaller``: the sum of those that are not.
    ``None`` where one end is certain or impossible: there is no scale to draw it on.
    """
    if not (0 < prior < 1 and 0 < probability < 1):
        return None
    begin, finish = _logit(prior), _logit(probability)
    weights: list[tuple[Kind, int | None, float]] = [("reason", at, weight) for at, weight in enumerate(shown)]
    weights.append(("smaller", None, smaller))
    weights.append(("shared", None, finish - begin - sum(weight for _, _, weight in weights)))
    path, steps = [begin], []
    for kind, at, weight in weights:
        if kind == "reason" or abs(weight) >= LEAST:
            steps.append((kind, at, weight, path[-1]))
            path.append(path[-1] + weight)
    low, high = min(*path, finish), max(*path, finish)
    spare = max(0.0, _NARROWEST - (high - low)) / 2
    low, high = low - spare, high + spare

    def place(value: float) -> float:
        return _EDGE + (100 - 2 * _EDGE) * (value - low) / (high - low)

    return Waterfall(
        start=place(begin),
        end=place(finish),
        steps=tuple(Step(kind, at, weight, place(start), place(start + weight)) for kind, at, weight, start in steps),
        ticks=tuple((place(_logit(share)), _label(share)) for share in _round_shares(low, high)),
    )


def _round_shares(low: float, high: float) -> list[float]:
    """Shares to write on a scale between two log-odds: tenfold steps where these are three or more, else finer ones."""
    least = math.floor(min(low, -high) / math.log(10))
    below = [10.0**power for power in range(least, 0)]
    fine = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4]
    found: list[float] = []
    for tier in (below, fine):
        every = [*tier, 0.5, *(1 - share for share in reversed(tier) if share >= 1e-3)]
        found = [share for share in every if low <= _logit(share) <= high]
        if len(found) >= _FEWEST:
            break
    apart: list[float] = []
    for share in found:
        if not apart or _logit(share) - _logit(apart[-1]) >= (high - low) / _MOST:
            apart.append(share)
    return apart

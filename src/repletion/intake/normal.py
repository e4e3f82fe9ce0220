"""The normal distribution and the root of a rising function, for the few numbers of one person.

SciPy has both, for thousands of people at once too; reading it costs a process 0.7 s, more than the rest of an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_erfc = np.frompyfunc(math.erfc, 1, 1)
_POINTS, _ROUNDS = 65, 9  # each round leaves a 64th of the bracket: 9 leave 1e-16 of it


def ndtr(x: ArrayLike) -> Array:
    """Share of a standard normal below ``x`` (any shape)."""
    return np.asarray(0.5 * _erfc(np.asarray(x, dtype=float) / -math.sqrt(2)), dtype=float)


def ndtri(share: ArrayLike) -> Array:
    """Standard normal value below which a ``share`` (0-1, any shape) lies."""

    def one(p: float) -> float:
        return NormalDist().inv_cdf(p) if 0 < p < 1 else -math.inf if p <= 0 else math.inf

    return np.asarray(np.frompyfunc(one, 1, 1)(np.asarray(share, dtype=float)), dtype=float)


def rising_root(function: Callable[[Array], Array], goal: float, low: float, high: float) -> float:
    """Where a rising function of arrays is ``goal``, between ``low`` and ``high``."""
    for _ in range(_ROUNDS):
        grid = np.linspace(low, high, _POINTS)
        above = int(np.searchsorted(function(grid), goal))
        low, high = float(grid[max(above - 1, 0)]), float(grid[min(above, _POINTS - 1)])
    return (low + high) / 2

"""The numbers that a plan of inference is worked through with, apart from the plan, which knows none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(slots=True)
class Tables:
    """Numbers for a plan. Last axis: rows (or 1 when all rows share them)."""

    base: Array  # (S, n) log-odds
    risk_prior: Array  # (R, n)
    risk_weight: Array  # (R, S, n)
    parent_link: Array  # (L, n)
    off: Array  # (S, n) likelihood of what is known about the state alone when it is off
    on: Array  # (S, n) the same when it is on, absent findings included
    leak: Array  # (A, n) of the findings seen
    link: Array  # (K, n) of each link among them, as the plan numbers them
    seen0: Array  # (A, n) likelihood of what was seen when the finding is truly absent
    seen1: Array  # (A, n) and present
    log_constant: Array  # (n,)
    rows: int

    def block(self, rows: slice) -> Tables:
        """Some of the rows."""
        arrays = {
            name: value[..., rows] if value.shape[-1] > 1 else value
            for name in self.__slots__
            if name != "rows" and (value := getattr(self, name)) is not None
        }
        return Tables(**arrays, rows=len(range(*rows.indices(self.rows))))

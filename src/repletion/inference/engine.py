"""What compiled code does in this process in place of numpy: nothing, until :mod:`repletion.inference.fast` is asked.

Each place stands for a function whose reference in numpy is named; both find the same to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(slots=True)
class Engine:
    """Functions over flat arrays.  ``None``: numpy does it."""

    gains: Callable[..., Array] | None = None
    """What :func:`repletion.inference.question.question_values` finds from its sweep."""
    rows: Callable[..., tuple[Array, Array, Array, Array]] | None = None
    """The numbers of the rows of :func:`repletion.inference.question.question_values`."""
    drawn_interval: Callable[[Array, Array, float], tuple[Array, Array]] | None = None
    """See :func:`repletion.inference.posterior.drawn_interval`; from probabilities and their complements."""
    told_by_findings: Callable[..., Array] | None = None
    """See :func:`repletion.assessment.screening.told_by_findings`."""
    told_by_factors: Callable[..., Array] | None = None
    """See :func:`repletion.assessment.screening.told_by_factors`."""
    chosen: Callable[..., list[tuple[list[int], float]]] | None = None
    """See :func:`repletion.assessment.choosing.greedy`."""


engine = Engine()

"""A group's prevalence of low usual intake.  Always of *usual* intakes: one-day intakes would mislead."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from repletion.intake.requirement import Requirement

Array = NDArray[np.float64]


class IntakeDistribution(msgspec.Struct, frozen=True, kw_only=True):
    """Usual intakes of a group, per day.

    ``kind`` *normal*: ``a`` mean, ``b`` SD; *gamma*: ``a`` shape, ``b`` rate; *lognormal*: ``a`` mean and ``b`` SD of
    the logarithm.
    """

    kind: Literal["normal", "gamma", "lognormal"]
    a: float
    b: float

    def cdf(self, amount: ArrayLike) -> Array:
        """Share of the group below ``amount``."""
        from scipy.special import gammainc, ndtr

        y = np.asarray(amount, dtype=float)
        if self.kind == "normal":
            return np.asarray(ndtr((y - self.a) / self.b))
        positive = np.maximum(y, 0.0)
        if self.kind == "gamma":
            return np.asarray(gammainc(self.a, self.b * positive))
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((np.log(positive) - self.a) / self.b))


def from_mean(kind: Literal["normal", "gamma", "lognormal"], *, mean: float, cv: float) -> IntakeDistribution:
    """The distribution of this kind with the given mean and coefficient of variation (as a proportion)."""
    if kind == "normal":
        return IntakeDistribution(kind=kind, a=mean, b=cv * mean)
    if kind == "gamma":
        shape = 1 / cv**2
        return IntakeDistribution(kind=kind, a=shape, b=shape / mean)
    s2 = np.log1p(cv**2)
    return IntakeDistribution(kind=kind, a=float(np.log(mean) - s2 / 2), b=float(np.sqrt(s2)))


def _weights(values: Array, weights: ArrayLike | None) -> Array:
    w = np.ones_like(values) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != values.shape or np.any(w < 0) or w.sum() <= 0:
        raise ValueError("weights must be as many as the intakes, none negative, not all zero")
    return np.asarray(w / w.sum())


def share_below(intakes: IntakeDistribution | ArrayLike, ear: float, *, weights: ArrayLike | None = None) -> float:
    """EAR cut-point: share of usual intakes below the average requirement.

    Fair only when requirements spread symmetrically and less than intakes do (not for iron of menstruating women:
    use :func:`share_unmet`); never with an RDA or AI as the cut.
    """
    if isinstance(intakes, IntakeDistribution):
        return float(intakes.cdf(ear))
    values = np.asarray(intakes, dtype=float)
    return float(_weights(values, weights) @ (values < ear))


def share_above(intakes: IntakeDistribution | ArrayLike, ul: float, *, weights: ArrayLike | None = None) -> float:
    """Share of usual intakes above an upper limit; count only the sources the limit applies to."""
    if isinstance(intakes, IntakeDistribution):
        return float(1 - intakes.cdf(ul))
    values = np.asarray(intakes, dtype=float)
    return float(_weights(values, weights) @ (values > ul))


def share_unmet(
    intakes: IntakeDistribution | ArrayLike, requirement: Requirement, *, weights: ArrayLike | None = None
) -> float:
    """Full probability approach: ``integral f(y) (1 - F_req(y)) dy``, or its mean over persons.

    For a distribution it is taken the other way round, as the mean over requirements of the share below each (equal
    when intake and requirement are independent), which integrates exactly where the requirement is smooth.
    """
    if isinstance(intakes, IntakeDistribution):
        x, w = requirement.nodes()
        return float(w @ intakes.cdf(x))
    values = np.asarray(intakes, dtype=float)
    return float(_weights(values, weights) @ (1 - requirement.cdf(values)))


def interval_risks(requirement: Requirement) -> Array:
    """Risk in each interval between the points of a percentile table, from 1 below the first to 0 above the last.

    Midpoints of percentiles are exact: the printed table of 2001 rounds them, and its rows then miss its own total.
    """
    percentiles = np.array([percentile for percentile, _ in requirement.points]) / 100
    return np.concatenate([[1.0], 1 - (percentiles[1:] + percentiles[:-1]) / 2, [0.0]])


def unmet_in_intervals(requirement: Requirement, counts: ArrayLike) -> float:
    """Number of people with unmet requirement, from counts per interval of the table (one more than its points)."""
    people = np.asarray(counts, dtype=float)
    risks = interval_risks(requirement)
    if people.shape != risks.shape:
        raise ValueError(f"{people.size} counts for {risks.size} intervals")
    return float(people @ risks)

"""Usual intake: what somebody eats in the long run, seen through a few days.

Model on the Box-Cox scale g: ``g(day) = mu + u + e``, u ~ N(0, s2b) between people, e ~ N(0, s2w) between days.
Usual intake is ``E[g^-1(mu + u + e) | u]``: turning back without integrating over e would come out too low.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from repletion.case.model import Person
from repletion.intake import tables
from repletion.intake.normal import ndtr, ndtri, rising_root
from repletion.intake.requirement import Requirement
from repletion.intake.tables import DayToDay, rule

Array = NDArray[np.float64]
NODES = 40
_FAR = 9.0  # SD: beyond it a share is 0 or 1
_GRID = 4001  # points at which usual intake is worked out for many people at once
# Nine-point rule for a normal day effect (nodes in SD, weights), as the ISU method's software has it.
NINE_NODES = (0.0, 0.5, -0.5, 0.8, -0.8, 1.3, -1.3, 2.1, -2.1)
NINE_WEIGHTS = (0.252490, *(w for w in (0.159698, 0.070458, 0.080255, 0.063345) for _ in (0, 1)))


def box_cox(y: ArrayLike, lam: float) -> Array:
    """``(y^lam - 1) / lam``; the logarithm at ``lam`` 0."""
    values = np.asarray(y, dtype=float)
    return np.asarray(np.log(values) if lam == 0 else np.expm1(lam * np.log(values)) / lam)


def inverse_box_cox(x: ArrayLike, lam: float) -> Array:
    """The amount of a transformed value; 0 where ``lam * x + 1`` is not positive."""
    values = np.asarray(x, dtype=float)
    if lam == 0:
        return np.asarray(np.exp(values))
    inner = np.maximum(lam * values + 1, 0.0)
    return np.asarray(inner ** (1 / lam))


@cache
def _hermite(count: int) -> tuple[Array, Array]:
    z, w = np.polynomial.hermite_e.hermegauss(count)
    return z, w / w.sum()


def back_transform(x: ArrayLike, lam: float, sd_within: float, *, nodes: int = NODES) -> Array:
    """Usual intake of people at ``x`` on the transformed scale: Gauss-Hermite mean over day-to-day effects."""
    z, w = _hermite(nodes)
    values: Array = inverse_box_cox(np.asarray(x, dtype=float)[..., None] + sd_within * z, lam) @ w
    return values


def back_transform_nine_points(x: ArrayLike, lam: float, sd_within: float) -> Array:
    """The same by the nine-point rule of the ISU method."""
    z, w = np.array(NINE_NODES), np.array(NINE_WEIGHTS)
    values: Array = inverse_box_cox(np.asarray(x, dtype=float)[..., None] + sd_within * z, lam) @ w
    return values


def back_transform_taylor(x: ArrayLike, lam: float, sd_within: float) -> Array:
    """The same to second order in the day-to-day SD."""
    values = np.asarray(x, dtype=float)
    curvature = (1 - lam) * np.maximum(lam * values + 1, 0.0) ** (1 / lam - 2) if lam else np.exp(values)
    return np.asarray(inverse_box_cox(values, lam) + sd_within**2 / 2 * curvature)


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a nutrient's usual intake in people of this age and sex, on the Box-Cox scale.

    ``lam``, ``mu``, ``s2_within``, ``s2_between``; amounts in ``unit`` per day, food only.
    """

    group: str
    nutrient: str
    unit: str
    lam: float
    mu: float
    s2_within: float
    s2_between: float
    source: str


class UsualIntake(msgspec.Struct, frozen=True, kw_only=True):
    """Posterior of one person's usual intake: amounts per day with weights that sum to 1, ascending.

    ``shrinkage``: weight of the diary against the population (0 to 1).  ``floored``: days at or near zero that were
    lifted to the lowest value the transformed scale can bear.
    """

    amounts: tuple[float, ...]
    weights: tuple[float, ...]
    mean: float
    centre: float
    sd: float
    lam: float
    sd_within: float
    shift: float = 0.0
    shrinkage: float = 0.0
    floored: int = 0

    def quantile(self, share: ArrayLike) -> Array:
        """Amount below which the usual intake lies with probability ``share``."""
        return (
            back_transform(self.centre + self.sd * ndtri(np.asarray(share, float)), self.lam, self.sd_within)
            + self.shift
        )

    def interval(self) -> tuple[float, float]:
        """Central interval of the declared width."""
        tail = (1 - rule("interval_probability")) / 2
        low, high = self.quantile([tail, 1 - tail])
        return float(low), float(high)

    def probability_below(self, amount: float) -> float:
        """P(usual intake < amount).  Usual intake rises with u, so one root and one normal integral give it."""
        return _share_below(amount - self.shift, self.lam, self.centre, self.sd, self.sd_within)

    def probability_adequate(self, requirement: Requirement) -> float:
        """E[F_req(usual intake)]."""
        return float(np.dot(self.weights, requirement.cdf(np.array(self.amounts))))


def _share_below(goal: float, lam: float, centre: float, sd: float, sd_within: float) -> float:
    away = (_scaled(goal, lam, sd_within) - centre) / sd
    return float(ndtr(away)) if abs(away) < _FAR else float(away > 0)


@lru_cache(maxsize=4096)
def _scaled(goal: float, lam: float, sd_within: float) -> float:
    """Where on the transformed scale usual intake is ``goal``: requirements and survey variances recur."""
    if goal <= 0:
        return -math.inf
    centre, step = float(box_cox(goal, lam)), max(sd_within, 1e-3)
    low = high = centre
    while float(back_transform(low, lam, sd_within)) > goal:
        low, step = low - step, 2 * step
    while float(back_transform(high, lam, sd_within)) < goal:
        high, step = high + step, 2 * step
    if low == high:
        return centre
    return rising_root(lambda x: back_transform(x, lam, sd_within), goal, low, high)


@cache
def group_of(sex: str, age: float) -> str | None:
    """The survey group of a sex and age in years; ``None`` below the youngest group."""
    found = None
    for name in sorted({group for group, _ in tables.day_to_day()}):
        who, *span = name.split("_")
        low = float(span[0])
        high = float("inf") if span[1] == "plus" else float(span[1]) + 1
        if who in (sex, "child") and low <= age < high:
            found = name
    return found


def day_to_day_for(nutrient: str, person: Person) -> DayToDay | None:
    """Published day-to-day variation for a person of stated sex and age; ``None`` when there is none."""
    if person.age is None:
        return None
    group = group_of(person.sex or "", person.age)
    return tables.day_to_day().get((group, nutrient)) if group else None


@cache
def population(group: str, nutrient: str) -> Population | None:
    """The population model, its centre solved so that the model's mean is the survey's mean."""
    row = tables.day_to_day().get((group, nutrient))
    if row is None or row.boxcox_lambda is None or row.var_within is None or row.var_between is None:
        return None
    lam, total = row.boxcox_lambda, float(np.sqrt(row.var_within + row.var_between))
    centre = float(box_cox(row.mean, lam))
    low, high = centre - 3 * total**2 - 3 * total, centre + total
    mu = rising_root(lambda x: back_transform(x, lam, total), row.mean, low, high)
    return Population(
        group=group,
        nutrient=nutrient,
        unit=row.unit,
        lam=lam,
        mu=mu,
        s2_within=row.var_within,
        s2_between=row.var_between,
        source=row.source,
    )


def posterior(
    days: ArrayLike, model: Population, *, supplement: float = 0.0, within_factor: float = 1.0, scale: float = 1.0
) -> UsualIntake:
    """Usual intake of one person from the food of a few days, with the survey's variances as prior.

    ``days``: amounts of each day, ``model.unit``.  ``supplement``: steady amount per day, added after shrinking.
    ``within_factor`` and ``scale`` multiply the day-to-day SD and the diary, to see how much hangs on them.
    Raises ``ValueError`` for no days or a negative amount.
    """
    lifted = _lifted(days, model, scale)
    centre, sd, k, sd_within = _centre(lifted, model, within_factor)
    z, w = _hermite(NODES)
    amounts = back_transform(centre + sd * z, model.lam, sd_within) + supplement
    return UsualIntake(
        amounts=tuple(amounts.tolist()),
        weights=tuple(w.tolist()),
        mean=float(amounts @ w),
        centre=centre,
        sd=sd,
        lam=model.lam,
        sd_within=sd_within,
        shift=supplement,
        shrinkage=k,
        floored=lifted[2],
    )


def probabilities_below(
    days: ArrayLike,
    model: Population,
    goal: float,
    *,
    supplement: float,
    within_factors: Sequence[float],
    scales: Sequence[float],
) -> dict[tuple[float, float], float]:
    """What :meth:`UsualIntake.probability_below` of :func:`posterior` gives for each scale with each factor."""
    found = {}
    for scale in scales:
        lifted = _lifted(days, model, scale)
        for within in within_factors:
            centre, sd, _, sd_within = _centre(lifted, model, within)
            found[scale, within] = _share_below(goal - supplement, model.lam, centre, sd, sd_within)
    return found


def _lifted(days: ArrayLike, model: Population, scale: float) -> tuple[float, int, int]:
    """Mean of the days on the scale of the model, how many they are, and how many were lifted to its floor."""
    values = np.atleast_1d(np.asarray(days, dtype=float)) * scale
    if values.size == 0 or not np.all(np.isfinite(values)) or np.any(values < 0):
        raise ValueError("days must be one or more amounts that are finite and not negative")
    total = np.sqrt(model.s2_within + model.s2_between)
    floor = float(inverse_box_cox(model.mu - rule("floor_deviations") * total, model.lam))
    floored = int(np.sum(values < floor))
    centre_of_days = float(np.mean(box_cox(np.maximum(values, max(floor, 1e-9)), model.lam)))
    return centre_of_days, values.size, floored


def _centre(
    lifted: tuple[float, int, int], model: Population, within_factor: float
) -> tuple[float, float, float, float]:
    """Centre and SD of the posterior, the weight of the diary, and the day-to-day SD.  ``lifted``: :func:`_lifted`."""
    centre_of_days, size, _ = lifted
    s2w = model.s2_within * within_factor**2
    k = model.s2_between / (model.s2_between + s2w / size)
    centre = model.mu + k * (centre_of_days - model.mu)
    sd = float(np.sqrt((1 - k) * model.s2_between))
    return centre, sd, float(k), float(np.sqrt(s2w))


def share_below(days: ArrayLike, model: Population, goal: ArrayLike, *, supplement: ArrayLike = 0.0) -> Array:
    """P(usual intake < ``goal``) of many people at once: what :func:`posterior` and its ``probability_below`` give.

    ``days``: (N, D) amounts in ``model.unit``, ``nan`` for a day that is not known; ``nan`` comes back for a person
    without any.  ``goal`` and ``supplement``: (N,) or one for all.
    """
    from scipy.special import ndtr as ndtr_of_many

    values = np.asarray(days, dtype=float)
    counts = np.isfinite(values).sum(axis=1)
    floor = float(
        inverse_box_cox(model.mu - rule("floor_deviations") * np.sqrt(model.s2_within + model.s2_between), model.lam)
    )
    lifted = box_cox(np.where(np.isfinite(values), np.maximum(values, max(floor, 1e-9)), 1.0), model.lam)
    of_days = np.where(np.isfinite(values), lifted, 0.0).sum(axis=1) / np.maximum(counts, 1)
    k = model.s2_between / (model.s2_between + model.s2_within / np.maximum(counts, 1))
    centre = model.mu + k * (of_days - model.mu)
    sd = np.sqrt((1 - k) * model.s2_between)
    grid = np.linspace(float((centre - 9 * sd).min()), float((centre + 9 * sd).max()), _GRID)
    amounts = back_transform(grid, model.lam, float(np.sqrt(model.s2_within)))
    wanted = np.asarray(goal, dtype=float) - np.asarray(supplement, dtype=float)
    root = np.interp(wanted, amounts, grid, left=-np.inf, right=np.inf)
    return np.where(counts > 0, ndtr_of_many((root - centre) / sd), np.nan)


class VarianceParts(msgspec.Struct, frozen=True, kw_only=True):
    """Mean, between-person and within-person variance of a balanced set of days."""

    mean: float
    between: float
    within: float


def variance_parts(days: ArrayLike) -> VarianceParts:
    """REML of a random intercept for persons x days without gaps: the ANOVA estimate in closed form."""
    y = np.asarray(days, dtype=float)
    people, n = y.shape
    means = y.mean(axis=1)
    within = float(((y - means[:, None]) ** 2).sum() / (people * (n - 1)))
    between = float(max(means.var(ddof=1) - within / n, 0.0))
    if between == 0.0:  # the boundary: all variance is then within
        within = float(y.var(ddof=1))
    return VarianceParts(mean=float(y.mean()), between=between, within=within)


def nrc_adjusted(days: ArrayLike) -> Array:
    """Person means drawn in so that their variance is the between-person one (NRC 1986)."""
    y = np.asarray(days, dtype=float)
    parts, means = variance_parts(y), y.mean(axis=1)
    return np.asarray(parts.mean + (means - parts.mean) * np.sqrt(parts.between / means.var(ddof=1)))


def best_linear(days: ArrayLike) -> Array:
    """Best linear unbiased prediction of each person's usual level."""
    y = np.asarray(days, dtype=float)
    parts, means = variance_parts(y), y.mean(axis=1)
    k = parts.between / (parts.between + parts.within / y.shape[1])
    return np.asarray(parts.mean + k * (means - parts.mean))

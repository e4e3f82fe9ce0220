"""Weighted measures of calibration and discrimination, with intervals from resampled sampling units.

Intervals: bootstrap of the primary sampling units within their strata, one fewer drawn than there are and the weights
rescaled (Rao and Wu 1988, J Am Stat Assoc 83:231), and the central 95 % of the replicates.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from repletion.evaluation.survey.model import Estimate, GroupResult, Quality, Step
from repletion.evaluation.survey.table import Array, Yes
from repletion.network.scale import expit, logit

_TAIL = 2.5  # percent on each side
_STEPS = 60  # of Newton's method; ten are enough where there is anything to fit
_LONGEST = 2.0  # step of Newton's method, so that it cannot run away
_CLOSE = 1e-10
_FLAT = 1e-12  # variance of the log-odds below which all predictions are one


def replicate_weights(
    weight: Array, strata: NDArray[np.int64], units: NDArray[np.int64], count: int, seed: int
) -> Array:
    """(count, N) weights of bootstrap replicates.

    ``strata``/``units``: (N,) numbers of stratum and of primary sampling unit (unique over strata).  A stratum with a
    single unit keeps its weights.
    """
    generator = np.random.default_rng(seed)
    factor = np.ones((count, int(units.max()) + 1))
    for stratum in np.unique(strata):
        members = np.unique(units[strata == stratum])
        size = len(members)
        if size < 2:
            continue
        drawn = generator.integers(size, size=(count, size - 1))
        times = (drawn[:, :, None] == np.arange(size)).sum(axis=1)
        factor[:, members] = times * size / (size - 1)
    return np.asarray(weight * factor[:, units])


def numbered(*columns: NDArray[np.generic]) -> NDArray[np.int64]:
    """(N,) a number for each distinct combination of the columns."""
    _, place = np.unique(np.stack([column.astype(str) for column in columns]), axis=1, return_inverse=True)
    return np.asarray(place).ravel().astype(np.int64)


def share(weight: Array, values: Array | Yes) -> float:
    """Weighted mean; ``nan`` for nobody."""
    total = float(weight.sum())
    return float(weight @ values) / total if total > 0 else float("nan")


def _rows(weight: Array) -> Array:
    """Weights as rows that sum to one; a row without anybody becomes ``nan``."""
    rows = np.atleast_2d(weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def recalibration(predicted: Array, true: Yes, weight: Array) -> tuple[Array, Array]:
    """Slope and intercept of a weighted logistic regression of what is so on the log-odds predicted.

    ``weight``: (N,) or (rows, N); a slope and an intercept for each row, by Newton's method for all rows at once.
    ``nan`` where there is nothing to fit: one outcome only, or one prediction only.
    """
    x, w = logit(predicted), _rows(weight)
    total = w @ true
    centre = w @ x
    spread = w @ np.square(x) - np.square(centre)
    fit = (total > 0) & (total < 1) & (spread > _FLAT)
    slope, intercept = np.full(len(w), np.nan), np.full(len(w), np.nan)
    if not fit.any():
        return slope, intercept
    w, a, b = w[fit], np.zeros(int(fit.sum())), np.ones(int(fit.sum()))
    for _ in range(_STEPS):
        p = expit(a[:, None] + b[:, None] * x)
        left, curve = w * (true - p), w * p * (1 - p)
        g0, g1 = left.sum(axis=1), left @ x
        h00, h01, h11 = curve.sum(axis=1), curve @ x, curve @ np.square(x)
        determinant = h00 * h11 - np.square(h01)
        da, db = (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
        longest = np.maximum(1.0, np.maximum(np.abs(da), np.abs(db)) / _LONGEST)
        a, b = a + da / longest, b + db / longest
        if max(np.abs(da).max(), np.abs(db).max()) < _CLOSE:
            break
    slope[fit], intercept[fit] = b, a
    return slope, intercept


def in_the_large(predicted: Array, true: Yes, weight: Array) -> Array:
    """For each row of weights, what added to every log-odds makes the mean prediction the observed share.

    ``nan`` where nothing does.
    """
    x, w = logit(predicted), _rows(weight)
    goal = w @ true
    fit = (goal > 0) & (goal < 1)
    found = np.full(len(w), np.nan)
    if not fit.any():
        return found
    w, a = w[fit], np.zeros(int(fit.sum()))
    for _ in range(_STEPS):
        p = expit(a[:, None] + x)
        step = (goal[fit] - (w * p).sum(axis=1)) / (w * p * (1 - p)).sum(axis=1)
        a = a + np.clip(step, -_LONGEST, _LONGEST)
        if np.abs(step).max() < _CLOSE:
            break
    found[fit] = a
    return found


def auc(predicted: Array, true: Yes, weight: Array) -> Array:
    """Area under the receiver operating curve for each row of weights; ties count half; ``nan`` without both."""
    values, place = np.unique(predicted, return_inverse=True)
    order = np.argsort(np.asarray(place).ravel(), kind="stable")
    starts = np.searchsorted(np.asarray(place).ravel()[order], np.arange(len(values)))
    rows = np.atleast_2d(weight)[:, order]
    beyond = np.add.reduceat(rows * true[order], starts, axis=1)
    within = np.add.reduceat(rows * ~true[order], starts, axis=1)
    below = np.cumsum(within, axis=1) - within / 2
    pairs = beyond.sum(axis=1) * within.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(pairs > 0, (beyond * below).sum(axis=1) / pairs, np.nan)


def _estimate(value: float, again: Array) -> Estimate:
    """A number with the central 95 % of its replicates."""
    if not np.isfinite(value):
        return Estimate(value=None)
    again = again[np.isfinite(again)]
    if not len(again):
        return Estimate(value=float(value))
    low, high = np.percentile(again, [_TAIL, 100 - _TAIL])
    return Estimate(value=float(value), low=float(low), high=float(high))


def share_of(values: Array | Yes, weight: Array, replicates: Array) -> Estimate:
    """Weighted mean with its interval."""
    return _estimate(share(weight, values), _rows(replicates) @ values)


def reliability(predicted: Array, true: Yes, weight: Array, replicates: Array, bins: int) -> tuple[Step, ...]:
    """People in groups of equal weight by prediction; like predictions stay together."""
    order = np.argsort(predicted, kind="stable")
    reached = np.cumsum(weight[order]) - weight[order] / 2
    place = np.empty(len(order), dtype=int)
    place[order] = np.minimum((reached / weight.sum() * bins).astype(int), bins - 1)
    _, first, inverse = np.unique(predicted, return_index=True, return_inverse=True)
    place = place[first][np.asarray(inverse).ravel()]
    steps = []
    for b in np.unique(place):
        mine = place == b
        steps.append(
            Step(
                low=float(predicted[mine].min()),
                high=float(predicted[mine].max()),
                people=int(mine.sum()),
                predicted=share(weight[mine], predicted[mine]),
                observed=share_of(true[mine], weight[mine], replicates[:, mine]),
            )
        )
    return tuple(steps)


def calibration_error(steps: Sequence[Step], predicted: Array, weight: Array) -> float:
    """Weighted mean over the reliability table of the distance between mean prediction and share."""
    parts = [share(weight, (predicted >= step.low) & (predicted <= step.high)) for step in steps]
    return sum(
        part * abs(step.predicted - (step.observed.value or 0.0)) for part, step in zip(parts, steps, strict=True)
    )


def quality(predicted: Array, true: Yes, weight: Array, replicates: Array, bins: int) -> Quality:
    """Every measure of one set of predictions."""
    rows = np.concatenate([weight[None], replicates])
    slope, intercept = recalibration(predicted, true, rows)
    shift, area = in_the_large(predicted, true, rows), auc(predicted, true, rows)
    steps = reliability(predicted, true, weight, replicates, bins)
    return Quality(
        prevalence=share_of(predicted, weight, replicates),
        slope=_estimate(slope[0], slope[1:]),
        intercept=_estimate(intercept[0], intercept[1:]),
        in_the_large=_estimate(shift[0], shift[1:]),
        auc=_estimate(area[0], area[1:]),
        brier=share(weight, np.square(predicted - true)),
        error=calibration_error(steps, predicted, weight),
    )


def group_result(
    label: str, members: Yes, predicted: Array, true: Yes, weight: Array, replicates: Array
) -> GroupResult:
    """Predicted and observed prevalence among ``members``."""
    mean = share(weight[members], predicted[members])
    return GroupResult(
        label=label,
        people=int(members.sum()),
        cases=int(true[members].sum()),
        predicted=mean if np.isfinite(mean) else None,
        observed=share_of(true[members], weight[members], replicates[:, members]),
    )

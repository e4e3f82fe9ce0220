"""Weighted measures of calibration and discrimination, with intervals from resampled sampling units.

Intervals: bootstrap of the primary sampling units within their strata, one fewer drawn than there are and the weights
rescaled (Rao and Wu 1988, J Am Stat Assoc 83:231), and the central 95 % of the replicates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from repletion.evaluation.survey.model import Estimate, GroupResult, Quality, Step
from repletion.evaluation.survey.table import Array, Yes
from repletion.network.scale import expit, logit

_TAIL = 2.5  # percent on each side
_MOST = 1e3  # numerical: logits beyond this are not searched


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


def recalibration(predicted: Array, true: Yes, weight: Array) -> tuple[float, float]:
    """Slope and intercept of a weighted logistic regression of what is so on the log-odds predicted.

    ``nan`` where there is nothing to fit: one outcome only, or one prediction only.
    """
    from scipy.optimize import minimize

    x = logit(predicted)
    held = weight > 0
    if len(np.unique(true[held])) < 2 or np.ptp(x[held]) < 1e-9:
        return float("nan"), float("nan")
    w, y = weight / weight.sum(), true.astype(float)

    def loss(beta: Array) -> tuple[float, Array]:
        eta = beta[0] + beta[1] * x
        left = w * (expit(eta) - y)
        return float(w @ (np.logaddexp(0, eta) - y * eta)), np.array([left.sum(), left @ x])

    found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="BFGS", options={"gtol": 1e-7})
    return float(found.x[1]), float(found.x[0])


def in_the_large(predicted: Array, true: Yes, weight: Array) -> float:
    """What added to every log-odds makes the mean prediction the observed share; ``nan`` where none does."""
    from scipy.optimize import brentq

    goal = share(weight, true)
    if not 0 < goal < 1:
        return float("nan")
    x = logit(predicted)
    return float(brentq(lambda shift: share(weight, expit(x + shift)) - goal, -_MOST, _MOST))


def auc(predicted: Array, true: Yes, weight: Array) -> float:
    """Weighted area under the receiver operating curve; ``nan`` when only one outcome is there."""
    from sklearn.metrics import roc_auc_score

    held = weight > 0
    if len(np.unique(true[held])) < 2:
        return float("nan")
    return float(roc_auc_score(true[held], predicted[held], sample_weight=weight[held]))


def estimate(measure: Callable[[Array], float], weight: Array, replicates: Array) -> Estimate:
    """A measure of the weights, with the interval of its replicates."""
    value = measure(weight)
    if not np.isfinite(value):
        return Estimate(value=None)
    again = np.array([measure(row) for row in replicates])
    again = again[np.isfinite(again)]
    if not len(again):
        return Estimate(value=value)
    low, high = np.percentile(again, [_TAIL, 100 - _TAIL])
    return Estimate(value=value, low=float(low), high=float(high))


def share_of(values: Array | Yes, weight: Array, replicates: Array) -> Estimate:
    """Weighted mean with its interval, all replicates at once."""
    value = share(weight, values)
    if not np.isfinite(value):
        return Estimate(value=None)
    total = replicates.sum(axis=1)
    again = (replicates @ values)[total > 0] / total[total > 0]
    if not len(again):
        return Estimate(value=value)
    low, high = np.percentile(again, [_TAIL, 100 - _TAIL])
    return Estimate(value=value, low=float(low), high=float(high))


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
    fits: dict[bytes, tuple[float, float]] = {}

    def fit(row: Array) -> tuple[float, float]:
        key = row.tobytes()
        if key not in fits:
            fits[key] = recalibration(predicted, true, row)
        return fits[key]

    steps = reliability(predicted, true, weight, replicates, bins)
    return Quality(
        prevalence=share_of(predicted, weight, replicates),
        slope=estimate(lambda row: fit(row)[0], weight, replicates),
        intercept=estimate(lambda row: fit(row)[1], weight, replicates),
        in_the_large=estimate(lambda row: in_the_large(predicted, true, row), weight, replicates),
        auc=estimate(lambda row: auc(predicted, true, row), weight, replicates),
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

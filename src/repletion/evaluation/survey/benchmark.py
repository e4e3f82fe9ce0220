"""A logistic regression fitted to the same people, as a measure of what their columns can tell at all.

It sees the outcomes; the network does not.  Each fold is predicted by a regression fitted to the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repletion.evaluation.survey.plan import Benchmark
from repletion.evaluation.survey.table import Array, Survey, Yes

STRONGEST = 12
"""Columns named with the largest coefficients."""


def design(survey: Survey, plan: Benchmark, *, ethnicity: bool) -> tuple[Array, tuple[str, ...]]:
    """(N, K) predictors and their names.  A missing number takes the median, with a column that says it was missing."""
    columns: dict[str, Array] = {}

    def number(name: str, values: Array) -> None:
        missing = ~np.isfinite(values)
        if missing.all():
            return
        columns[name] = np.where(missing, np.median(values[~missing]), values)
        columns[f"{name} missing"] = missing.astype(float)

    for name in plan.numbers:
        number(name, survey.column(name))
    for name in plan.squares:
        values = survey.column(name)
        number(f"{name} squared", np.square(values - np.nanmean(values)) if np.isfinite(values).any() else values)
    for name in plan.logarithms:
        values = survey.column(name)
        if name.startswith(("supp", "alc")):  # no amount recorded is no supplement, no drink
            values = np.nan_to_num(values)
        number(f"log {name}", np.log1p(np.maximum(values, 0)))
    names = list(plan.categories) + (list(plan.ethnicity) if ethnicity else [])
    named = {*plan.numbers, *plan.logarithms, *names}
    names += [name for name in sorted(survey.numbers) if name.startswith(plan.prefixes) and name not in named]
    for name in names:
        values = survey.column(name)
        for value in np.unique(values[np.isfinite(values)])[1:]:
            columns[f"{name} = {value:g}"] = (values == value).astype(float)
        if not np.isfinite(values).all():
            columns[f"{name} missing"] = (~np.isfinite(values)).astype(float)
    kept = {name: values for name, values in columns.items() if np.ptp(values) > 0}
    return np.stack(list(kept.values()), axis=1), tuple(kept)


def cross_validated(
    predictors: Array, names: tuple[str, ...], true: Yes, weight: Array, plan: Benchmark, seed: int
) -> tuple[Array, tuple[str, ...]]:
    """(N,) predictions of each fold from the others, and the names of the largest coefficients of a fit to all."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scaled = weight / weight.mean()

    def fitted(rows: NDArray[np.intp]) -> Any:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=plan.strength, max_iter=2000))
        return model.fit(predictors[rows], true[rows], logisticregression__sample_weight=scaled[rows])

    found = np.empty(len(true))
    folds = StratifiedKFold(plan.folds, shuffle=True, random_state=seed)
    for others, mine in folds.split(predictors, true):
        found[mine] = fitted(others).predict_proba(predictors[mine])[:, 1]
    weights = fitted(np.arange(len(true), dtype=np.intp))[-1].coef_[0]
    largest = np.argsort(-np.abs(weights), kind="stable")[:STRONGEST]
    return found, tuple(f"{names[i]} ({weights[i]:+.2f})" for i in largest)

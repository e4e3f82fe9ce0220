"""Weighted measures against hand counts, scikit-learn and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from repletion.evaluation.survey import measure
from repletion.intake import usual
from repletion.network.scale import expit, logit


@pytest.fixture
def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    predicted = np.round(random.beta(1, 9, 400), 2) + 0.005
    true = random.random(400) < expit(0.4 + 1.3 * logit(predicted))
    return predicted, true, random.uniform(0.2, 5, 400)


def test_the_area_is_that_of_scikit_learn_ties_and_weights_included(drawn) -> None:
    predicted, true, weight = drawn
    rows = np.stack([weight, np.ones_like(weight), weight**2])
    found = measure.auc(predicted, true, rows)
    wanted = [roc_auc_score(true, predicted, sample_weight=row) for row in rows]
    assert found == pytest.approx(wanted, abs=1e-12)
    assert math.isnan(measure.auc(predicted, np.zeros(400, bool), weight)[0])


def test_slope_and_intercept_are_those_of_scikit_learn(drawn) -> None:
    predicted, true, weight = drawn
    slope, intercept = measure.recalibration(predicted, true, np.stack([weight, np.ones_like(weight)]))
    for row, w in enumerate((weight, np.ones_like(weight))):
        model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
        model.fit(logit(predicted)[:, None], true, sample_weight=w / w.mean())
        assert slope[row] == pytest.approx(model.coef_[0, 0], abs=1e-4)
        assert intercept[row] == pytest.approx(model.intercept_[0], abs=1e-4)


def test_one_prediction_for_all_has_no_slope(drawn) -> None:
    _, true, weight = drawn
    assert math.isnan(measure.recalibration(np.full(400, 0.1), true, weight)[0][0])


def test_what_is_added_in_the_large_meets_the_prevalence(drawn) -> None:
    predicted, true, weight = drawn
    shift = measure.in_the_large(predicted, true, weight)[0]
    assert measure.share(weight, expit(logit(predicted) + shift)) == pytest.approx(measure.share(weight, true))


def test_the_reliability_table_is_a_hand_count() -> None:
    predicted = np.array([0.1, 0.1, 0.2, 0.4])
    true = np.array([False, True, False, True])
    weight = np.array([1.0, 3.0, 2.0, 2.0])
    steps = measure.reliability(predicted, true, weight, np.stack([weight, weight]), bins=2)
    assert [(s.people, s.predicted) for s in steps] == [(2, pytest.approx(0.1)), (2, pytest.approx(0.3))]
    assert [s.observed.value for s in steps] == [pytest.approx(0.75), pytest.approx(0.5)]
    # half the weight misses by 0.65, half by 0.2
    assert measure.calibration_error(steps, predicted, weight) == pytest.approx(0.5 * 0.65 + 0.5 * 0.2)


def test_like_predictions_are_never_parted() -> None:
    predicted = np.repeat([0.1, 0.3], [90, 10])
    steps = measure.reliability(predicted, predicted > 0.2, np.ones(100), np.ones((2, 100)), bins=10)
    assert [s.people for s in steps] == [90, 10]


def test_replicates_leave_out_units_and_keep_the_total_on_average() -> None:
    weight = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    strata, units = np.array([0, 0, 0, 0, 1]), np.array([0, 0, 1, 1, 2])
    rows = measure.replicate_weights(weight, strata, units, 4000, seed=1)
    # two units in the first stratum: one is drawn and counts twice, the other is left out
    assert {tuple(row) for row in rows} == {(2, 4, 0, 0, 5), (0, 0, 6, 8, 5)}
    assert rows.sum(axis=1).mean() == pytest.approx(15, rel=0.02)
    assert np.array_equal(rows, measure.replicate_weights(weight, strata, units, 4000, seed=1))


def test_an_interval_holds_the_spread_of_the_units() -> None:
    units = np.repeat(np.arange(20), 10)
    strata = units // 2
    true = np.isin(units, [0, 2, 4, 6, 8])  # clustered: units agree with themselves
    rows = measure.replicate_weights(np.ones(200), strata, units, 500, seed=2)
    clustered = measure.share_of(true, np.ones(200), rows)
    alone = measure.share_of(
        true, np.ones(200), measure.replicate_weights(np.ones(200), np.zeros(200, int), np.arange(200), 500, seed=2)
    )
    assert clustered.value == alone.value == pytest.approx(0.25)
    assert clustered.high - clustered.low > 1.3 * (alone.high - alone.low)


@pytest.mark.parametrize(
    ("group", "nutrient", "goal"), [("male_19_50", "vitamin_b12", 2.0), ("female_51_plus", "iron", 5.0)]
)
def test_many_usual_intakes_are_those_of_one_by_one(group: str, nutrient: str, goal: float) -> None:
    model = usual.population(group, nutrient)
    assert model is not None
    days = np.array([[0.0, 1.2], [4.0, np.nan], [2.0, 2.1], [9.0, 30.0], [np.nan, np.nan]])
    supplement = np.array([0.0, 0.0, 0.5, 6.0, 0.0])
    found = usual.share_below(days, model, goal, supplement=supplement)
    for i, row in enumerate(days[:4]):
        one = usual.posterior(row[np.isfinite(row)], model, supplement=float(supplement[i]))
        assert found[i] == pytest.approx(one.probability_below(goal), abs=2e-5)
    assert math.isnan(found[4])

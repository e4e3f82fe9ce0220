"""A laboratory value is soft evidence on a true position."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repletion import Case, assess
from repletion.case.model import Lab, Person
from repletion.evidence.labs import likelihood_pair, observe_lab, probability_beyond, total_cv
from repletion.knowledge import load


def lab(value: float, comparator: str | None = None) -> Lab:
    return Lab(test="t", label="T", text=f"T {value}", where="labs[0]", value=value, comparator=comparator)  # type: ignore[arg-type]


def odds_ratio(pair: tuple[float, float]) -> float:
    return pair[1] / pair[0]


def test_a_value_on_the_limit_is_a_coin_toss_about_the_true_value() -> None:
    assert probability_beyond(lab(0.70), limit=0.70, side="below", cv=5) == pytest.approx(0.5)
    pair = likelihood_pair(0.5, 0.025, 0.0)
    # with the population's own odds as prior the posterior is the coin toss again
    assert 0.025 / 0.975 * odds_ratio(pair) == pytest.approx(1.0)


@given(st.floats(0.1, 2.0), st.floats(0.1, 2.0))
def test_lower_values_never_speak_less_for_low(a: float, b: float) -> None:
    low, high = sorted((a, b))
    beyond = [probability_beyond(lab(x), limit=0.7, side="below", cv=6) for x in (low, high)]
    assert beyond[0] is not None and beyond[1] is not None and beyond[0] >= beyond[1]


@given(st.floats(0, 1), st.floats(0.001, 0.5), st.floats(0.001, 0.05))
def test_pairs_are_likelihoods_and_gross_errors_bound_them(beyond: float, share: float, gross: float) -> None:
    off, on = likelihood_pair(beyond, share, gross)
    # no value can prove or rule out: some samples are mixed up
    assert on >= gross * 0.999 and off >= gross * 0.999
    # averaged over people at large a likelihood is one
    assert share * on + (1 - share) * off == pytest.approx(1.0)


def test_a_share_of_the_population_beyond_the_limit_says_nothing() -> None:
    off, on = likelihood_pair(0.1, 0.1, 0.01)
    assert off == pytest.approx(on)


@pytest.mark.parametrize(
    ("value", "comparator", "side", "expected"),
    [(100.0, "<", "below", 1.0), (200.0, "<", "below", None), (100.0, ">", "above", None), (200.0, ">", "above", 1.0)],
)
def test_less_than_and_more_than(value: float, comparator: str, side: str, expected: float | None) -> None:
    assert probability_beyond(lab(value, comparator), limit=150, side=side, cv=10) == expected


def test_two_limits_of_one_test_count_a_value_once() -> None:
    """With nodes exactly as the states are, posteriors are the probabilities of the three bands given the value."""
    test = load().tests["serum_magnesium"]
    claims = load().claims
    low, very = (next(x for x in test.limits if x.finding == f"{name}low_serum_magnesium") for name in ("", "very_"))
    for value in (0.40, 0.48, 0.55, 0.66, 0.72, 0.85):
        seen = observe_lab(Lab(test=test.id, label="", text="", where="", value=value, unit="mmol/L"), Person(), load())
        assert seen is not None
        share = [claims[load().findings[x.finding].background[-1].claim].value / 100 for x in (low, very)]  # type: ignore[operator]
        cv = total_cv(test, load())
        beyond = [
            probability_beyond(lab(value), limit=claims[x.claim].value or 0.0, side="below", cv=cv) or 0.0
            for x in (low, very)
        ]
        one, two = seen.nodes[low.finding], seen.nodes[very.finding]
        weight = {
            "normal": (1 - share[0]) * one[0] * two[0],
            "low": (share[0] - share[1]) * one[1] * two[0],
            "very low": share[1] * one[1] * two[1],
        }
        total = sum(weight.values())
        gross = load().rule("gross_error_rate")
        assert weight["normal"] / total == pytest.approx(1 - beyond[0], abs=2 * gross)
        assert weight["very low"] / total == pytest.approx(beyond[1], abs=3 * gross)


def test_an_old_result_counts_less() -> None:
    on = dt.date(2026, 11, 23)
    ratios = []
    for days in (0, 30, 365, 3650):
        lab = Lab(
            test="serum_magnesium",
            label="Mg",
            text="",
            where="",
            value=0.5,
            unit="mmol/L",
            date=on - dt.timedelta(days),
        )
        seen = observe_lab(lab, Person(), load(), day=on)
        assert seen is not None
        off, yes = seen.nodes["low_serum_magnesium"]
        ratios.append(yes / off)
    assert ratios == sorted(ratios, reverse=True) and ratios[1] > 5 * ratios[2] / 2 and ratios[3] < 1.5


def test_a_calcium_that_may_be_plain_is_weighed_as_both() -> None:
    albumin = {"test": "albumin", "value": 20, "unit": "g/L"}

    def low(name: str, *more: dict[str, object]) -> float:
        told = {"labs": [{"test": name, "value": 1.9, "unit": "mmol/L"}, *more], "person": {"age": 60, "sex": "male"}}
        found = assess(Case.from_mapping(told)).explanations
        return next(e.probability for e in found if e.id == "hypocalcemia")

    assert low("adjusted calcium", albumin) > 0.95
    assert 0.2 < low("calcium", albumin) < 0.8
    assert low("calcium") > 0.95, "with no albumin it counts as it is"

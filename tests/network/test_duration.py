"""Stated durations: a shorter or longer story moves the states whose stories are so, and nothing when unsaid."""

import math
from statistics import NormalDist

import msgspec
import numpy as np
import pytest

from repletion import Case, assess
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import Claim, Link
from repletion.network.duration import shares_lasting


def _with_duration(state: str, *, median: float, low: float, high: float) -> Knowledge:
    known = load()
    claim = Claim(
        id="T-duration", subject=state, predictor="time", measure="duration", unit="d", population="invented",
        definition="invented", source="working-assumption", locator="test", basis="assumed",
        value=median, low=low, high=high,
    )  # fmt: skip
    states = dict(known.states)
    states[state] = msgspec.structs.replace(states[state], duration=Link(claim="T-duration"))
    return msgspec.structs.replace(known, claims={**known.claims, claim.id: claim}, states=states)


def test_the_share_is_the_area_of_the_log_normal() -> None:
    known = _with_duration("guillain_barre_syndrome", median=5, low=1, high=25)
    background, shares = shares_lasting(known, ("guillain_barre_syndrome",), 10.0)
    sigma = math.log(25) / (2 * NormalDist().inv_cdf(0.975))
    area = NormalDist().cdf(math.log(20 / 5) / sigma) - NormalDist().cdf(math.log(5 / 5) / sigma)
    error = known.rule("duration_error")
    assert shares[0] == pytest.approx((1 - error) * area + error * background)


def test_a_state_without_a_duration_is_left_alone() -> None:
    known = load()
    states = tuple(s.id for s in known.states.values() if s.duration is None)[:3] or ("symptom_propensity",)
    background, shares = shares_lasting(known, states, 30.0)
    assert np.allclose(shares, background)


def _probability(knowledge: Knowledge, symptoms: list[object]) -> float:
    case = Case.from_mapping({"person": {"age": 50, "sex": "male"}, "symptoms": symptoms})
    answer = assess(case, knowledge=knowledge)
    return next(e.explains for e in answer.explanations if e.id == "guillain_barre_syndrome")


def test_days_raise_what_comes_in_days_and_years_lower_it() -> None:
    known = _with_duration("guillain_barre_syndrome", median=5, low=1, high=25)
    unsaid = _probability(known, ["leg weakness", "tingling in both feet"])
    days = _probability(known, [{"term": "leg weakness", "duration": "4 days"}, "tingling in both feet"])
    years = _probability(known, [{"term": "leg weakness", "duration": "4 years"}, "tingling in both feet"])
    assert days > unsaid * 1.3 and years < unsaid / 2


def test_two_complaints_of_one_duration_speak_like_one() -> None:
    known = _with_duration("guillain_barre_syndrome", median=5, low=1, high=25)
    one = _probability(known, [{"term": "leg weakness", "duration": "4 days"}, "tingling in both feet"])
    two = [{"term": "leg weakness", "duration": "4 days"}, {"term": "tingling in both feet", "duration": "4 days"}]
    assert one / 2 < _probability(known, two) < one * 2  # counted twice it would be some four times as much

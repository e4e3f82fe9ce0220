"""Height and weight as people say them, and what only looks like one."""

from __future__ import annotations

import time

import pytest

from repletion.case import Case
from repletion.case.measures import without

KG, CM = 0.45359237, 2.54


@pytest.mark.parametrize(
    ("words", "weight", "height"),
    [
        ("I weigh 43 kg, tired", 43, None),
        ("weighs 43 kg and is 1.62 m tall", 43, 162),
        ("I weigh 9 stone 4 and I'm 5 ft 3", 130 * KG, 63 * CM),
        ("weight 9st 4lb, height 5'3\"", 130 * KG, 63 * CM),
        ("height 5’3”, 130 lbs, tired", 130 * KG, 63 * CM),
        ("I am 5 foot 3 and 130 lbs", 130 * KG, 63 * CM),
        ("she is 5 feet 3 inches, weighs 130 pounds", 130 * KG, 63 * CM),
        ("weighs about 9 and a half stone", 133 * KG, None),
        ("I am 160cm, 43kg", 43, 160),
        ("woman, 34, 5 ft 3, 9 stone 4, tired", 130 * KG, 63 * CM),
        ("9 stone, tired", 126 * KG, None),
        ("my husband is 1.9 m tall and tired", None, 190),
        ("I'm 5 foot tall", None, 60 * CM),
        ("I weigh 43.5kg and my muscles cramp", 43.5, None),
    ],
)
def test_sizes_are_read_as_they_are_said(words: str, weight: float | None, height: float | None) -> None:
    case = Case.parse(words, "text")
    assert case.person.weight_kg == (pytest.approx(weight, abs=0.01) if weight else None)
    assert case.person.height_cm == (pytest.approx(height, abs=0.01) if height else None)
    assert case.person.age in {None, 34}  # "5 ft 3" is nobody of five years, "1.62 m" no man of 62
    assert not any("not understood" in issue.message for issue in case.issues), case.issues


@pytest.mark.parametrize(
    "words",
    [
        "I lost 5 kg", "lost 2 stone since spring", "lost weight, 40 kg", "weight loss of 5 kg", "weight gain 10 kg",
        "I am 5 kg lighter than last year", "I want to weigh 60 kg", "I am tired, my baby weighs 7 kg",
        "my back hurts since I carried a bag that weighs 20 kg", "fell 5 ft 3 days ago", "weigh 50-55 kg",
    ],
)  # fmt: skip
def test_what_is_lost_wanted_or_of_another_is_no_weight(words: str) -> None:
    person = Case.parse(words, "text").person
    assert (person.weight_kg, person.height_cm) == (None, None)


def test_an_impossible_weight_is_said_and_the_rest_goes_on() -> None:
    case = Case.parse("I weigh 900 kg, tired", "text")
    assert case.person.weight_kg is None
    assert any("not a possible weight" in issue.message for issue in case.issues)
    assert [one.id for one in case.understood] == ["fatigue"]


def test_what_is_given_as_a_field_stays() -> None:
    case = Case.from_mapping({"person": {"weight_kg": 50}, "text": "I weigh 60 kg"})
    assert case.person.weight_kg == 50


def test_a_low_weight_said_in_words_holds_the_plan_back() -> None:
    from repletion.assessment.stations import assess

    found = assess(Case.parse("I weigh 43 kg and I'm 5 ft 7, tired, 30 year old woman", "text"))
    assert found.triage.suppresses_plan
    assert "very_low_weight" in {reason.id for reason in found.triage.reasons}


@pytest.mark.parametrize("words", ["little money for food", "can't afford proper meals", "we rely on food stamps"])
def test_too_little_money_for_food_is_understood(words: str) -> None:
    assert [(one.id, one.present) for one in Case.parse(words, "text").understood] == [("food_insecurity", True)]


def test_enough_money_for_food_is_not() -> None:
    found = Case.parse("I have enough money for food", "text").understood
    assert not any(one.id == "food_insecurity" and one.present for one in found)


@pytest.mark.parametrize(
    "piece", ["I weigh 43 kg ", "5 ft 3, ", "weigh ", "9 stone ", "height is about ", "1.62 m tall and "]
)
def test_time_grows_with_the_length(piece: str) -> None:
    began = time.process_time()
    without(piece * (60_000 // len(piece)))
    assert time.process_time() - began < 2

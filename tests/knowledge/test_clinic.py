"""What must stay apart in an answer: a cause and what merely goes with it, a complaint and its restatement."""

from __future__ import annotations

import pytest

from repletion import Case, assess
from repletion.assessment.model import Assessment

TOLD: dict[str, Assessment] = {}


def told(words: str) -> dict[str, float]:
    """Explanations of a sentence, with how probably each lies behind it."""
    if words not in TOLD:
        TOLD[words] = assess(Case.parse(words))
    return {e.id: e.explains for e in TOLD[words].explanations}


def named_tests(words: str) -> set[str]:
    told(words)
    return {name for order in TOLD[words].next.tests for name in order.tests}


PANIC = "22-year-old woman. Breathes fast with panic and gets hand spasm and tingling around the mouth"
BABY = "3 month old infant, apparent life-threatening event"


def test_over_breathing_does_not_raise_a_standing_low_calcium_but_calcium_is_tested() -> None:
    found = told(PANIC)
    assert found["hypocalcemia"] < 0.3 < 0.8 < found["hyperventilation_syndrome"]
    assert {"serum_calcium", "ionized_calcium"} & named_tests(PANIC)


@pytest.mark.parametrize("words", ["40 year old man hand cramps", "50 year old man generalized muscle cramps"])
def test_cramps_of_the_hands_or_all_over_are_not_the_cramps_of_the_night(words: str) -> None:
    assert told(words)["idiopathic_leg_cramps"] < 0.05


def test_a_seizure_alone_is_not_put_down_to_low_blood_sugar() -> None:
    found = told("25 year old man had a seizure")
    assert found["hypoglycemia"] < 0.05 and found["epilepsy"] > found["focal_motor_seizure"]


def test_a_first_seizure_says_less_for_epilepsy_than_a_seizure() -> None:
    first, any_one = told("25 year old man, first seizure"), told("25 year old man had a seizure")
    assert first["epilepsy"] < any_one["epilepsy"] and first["hyponatremia"] > any_one["hyponatremia"]


def test_a_spell_of_an_infant_asks_for_blood_tests() -> None:
    assert TOLD.setdefault(BABY, assess(Case.parse(BABY))).triage.urgency == "emergency"
    assert {"serum_calcium", "vitamin_b12"} <= named_tests(BABY)


@pytest.mark.parametrize(("words", "factor"), [("BMI 17", "underweight"), ("BMI of 42 kg/m2", "obesity")])
def test_a_body_mass_index_in_words_counts(words: str, factor: str) -> None:
    found = assess(Case.parse(f"45 year old woman, {words}, tired"))
    assert any(b.finding == factor and b.present for e in found.explanations for b in e.because)

"""Nobody is asked what cannot be so, or cannot be told, at that age."""

from __future__ import annotations

import pytest

import repletion
from repletion.assessment.asked import fits, not_asked
from repletion.case.model import Person
from repletion.knowledge import load


def test_every_question_that_is_held_back_exists() -> None:
    knowledge = load()
    names = [name for fit in fits() for name in fit.ids]
    assert not [name for name in names if name not in knowledge.findings and name not in knowledge.factors]
    assert len(names) == len(set(names))
    assert all(fit.ages[0] < fit.ages[1] and fit.why for fit in fits())


def test_what_is_not_known_holds_nothing_back() -> None:
    assert not not_asked(Person())
    assert "pregnancy" in not_asked(Person(sex="male"))
    assert "pregnancy" not in not_asked(Person(sex="female"))


@pytest.mark.parametrize(
    ("age", "sex", "sign", "never"),
    [
        (1, "female", "stridor", {"perioral_paresthesia", "paresthesia", "hypocalcemic_tetany"}),
        (1, "male", "pallor", {"fatigue", "headache", "heavy_menstrual_bleeding", "exercise_intolerance"}),
        (5, "female", "pallor", {"heavy_menstrual_bleeding", "bariatric_surgery_status", "b12_deficient_mother"}),
        (13, "male", "pallor", {"heavy_menstrual_bleeding", "pregnancy"}),
        (75, "female", "pallor", {"heavy_menstrual_bleeding", "cow_milk_excess"}),
    ],
)
def test_a_question_fits_the_person(age: float, sex: str, sign: str, never: set[str]) -> None:
    case = repletion.Case.from_mapping({"person": {"age": age, "sex": sex}, "symptoms": [sign]})
    asked = {question.id for question in repletion.assess(case).next.questions}
    assert asked, "something is asked"
    assert not asked & never


def test_a_girl_of_thirteen_is_asked_about_her_periods() -> None:
    case = repletion.Case.from_mapping({"person": {"age": 13, "sex": "female"}, "symptoms": ["pallor"]})
    assert "heavy_menstrual_bleeding" in {question.id for question in repletion.assess(case).next.questions}


def test_what_is_told_unasked_counts() -> None:
    case = repletion.Case.from_mapping({"person": {"age": 2}, "symptoms": ["tingling round the mouth"]})
    assert any(item.id == "perioral_paresthesia" for item in repletion.assess(case).understood)

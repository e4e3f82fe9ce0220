"""A medicine tells of what it is taken for, unless the person has said what that is."""

from __future__ import annotations

import pytest

from repletion import assess
from repletion.case import Case
from repletion.evidence import observe
from repletion.evidence.model import Evidence
from repletion.knowledge import load


def told(text: str) -> Evidence:
    return observe(Case.parse(text, "text"), load())


def share(evidence: Evidence, factor: str) -> float | None:
    return evidence.factors().get(factor)


def test_metformin_tells_of_diabetes_as_surely_as_those_who_take_it_have_it() -> None:
    known = load()
    evidence = told("62 year old man on metformin, tingling feet")
    value = known.claims["RS-metformin-diabetes"].value
    assert value is not None
    assert share(evidence, "type_2_diabetes") == pytest.approx(value / 100)
    (note,) = [issue for issue in evidence.issues if "metformin" in issue.message]
    assert "type 2 diabetes" in note.message and f"{value:g} in 100" in note.message
    assert "stop" not in note.remedy.lower()


@pytest.mark.parametrize(
    ("text", "diabetes"),
    [
        ("metformin, tingling feet, type 2 diabetes", 1.0),
        ("metformin, tingling feet, not diabetic", None),
        ("50 year old woman, metformin for polycystic ovaries, tingling feet", None),
        ("30 year old woman, metformin, irregular periods", None),
        ("12 year old on metformin, tingling feet", None),
        ("metformin and gestational diabetes, tingling feet", None),
        ("60 M allergic to metformin, tingling feet", None),
        ("prediabetes, on metformin, tingling feet", None),
        ("stopped metformin years ago, tingling feet", None),
        ("tingling feet", None),
    ],
)
def test_what_was_said_of_its_reason_holds(text: str, diabetes: float | None) -> None:
    assert share(told(text), "type_2_diabetes") == diabetes


def test_what_is_denied_leaves_its_share_to_the_others() -> None:
    plain = share(told("60 year old woman, metformin, tingling feet"), "type_2_diabetes")
    without = share(told("60 year old woman, metformin, no PCOS, tingling feet"), "type_2_diabetes")
    assert plain is not None and without is not None
    assert plain < without < 1


def test_a_type_of_diabetes_that_is_named_is_not_made_another() -> None:
    evidence = told("type 1 diabetes, insulin and metformin, tingling feet")
    assert share(evidence, "type_2_diabetes") is None


def test_nerve_damage_of_diabetes_is_weighed_for_a_list_of_medicines() -> None:
    answer = assess(Case.parse("62 year old man, metformin, tingling feet", "text"))
    without = assess(Case.parse("62 year old man, tingling feet", "text"))

    def of(one: object) -> float:
        return {e.id: e.probability for e in one.explanations}["diabetic_polyneuropathy"]  # type: ignore[attr-defined]

    assert of(answer) > 2 * of(without)


def test_shares_of_one_medicine_are_no_more_than_all() -> None:
    known = load()
    for factor in known.factors.values():
        firm = [known.claims[link.claim].value or 0.0 for link in factor.taken_for]
        assert all(0 < value < 100 for value in firm)
        assert factor.kind == "medicine" or not firm

"""Diet: missing is not zero, limits count everything, and food is not pushed where it harms."""

from __future__ import annotations

import pytest

from repletion.assessment import assess
from repletion.case import Case

parse = Case.parse

DIARY = "2 slices white bread\n1 banana\n1 cup black coffee\n100 g cooked rice\n1 boiled egg"


@pytest.mark.parametrize(
    "words",
    ["chronic kidney disease stage 4", "on dialysis", "takes spironolactone", "takes lisinopril"],
)
def test_minerals_are_not_pushed_on_kidneys_that_cannot_shed_them(words: str) -> None:
    answer = assess(parse(f"60 year old man, {words}, muscle cramps, fatigue, potassium 3.3 mmol/L"), diary=DIARY)
    assert "potassium" not in answer.food_sources
    text = " ".join([*answer.not_considered, *(n for row in answer.intake for n in row.notes)]).lower()
    assert "potassium" in text
    row = next(row for row in answer.intake if row.nutrient == "potassium")
    assert "low" not in row.adequacy


def test_upper_limits_count_food_and_supplements() -> None:
    diary = "vitamin D 10000 IU\n1 glass milk\n100 g salmon"
    answer = assess(parse("40 year old woman"), diary=diary)
    row = next(row for row in answer.intake if row.nutrient == "vitamin_d")
    assert row.amount is not None and row.amount > 250
    assert row.upper_limit and "above" in row.upper_limit.lower()


def test_magnesium_from_food_breaks_no_limit() -> None:
    answer = assess(parse("40 year old woman"), diary="300 g pumpkin seeds\n200 g almonds")
    row = next(row for row in answer.intake if row.nutrient == "magnesium")
    assert row.amount is not None and row.amount > 1000
    assert "above" not in (row.upper_limit or "").lower()


def test_underweight_gets_care_and_no_food_advice() -> None:
    answer = assess(
        parse("person: {age: 24, sex: female, height_cm: 170, weight_kg: 45}\nsymptoms: [fatigue]\n"), diary=DIARY
    )
    assert answer.food_sources == {}
    assert "weight" in " ".join(answer.not_considered).lower()


def test_missing_is_not_zero() -> None:
    # wild Atlantic salmon has no vitamin D value in SR28: nothing may be concluded about vitamin D
    answer = assess(parse("40 year old woman"), diary="Fish, salmon, Atlantic, wild, raw 200 g")
    row = next(row for row in answer.intake if row.nutrient == "vitamin_d")
    assert row.amount is None and row.coverage == 0 and row.adequacy.startswith("unknown")

"""A mean below the average requirement is never called adequate, whatever other people eat on other days."""

from __future__ import annotations

from repletion.case.model import Person
from repletion.intake.adequacy import assess_intake


def word(amount: float, days: int) -> str:
    found = assess_intake(
        [{"vitamin_b12": amount}] * days, coverage={"vitamin_b12": 1.0}, person=Person(age=37, sex="male")
    )
    return next(one.adequacy for one in found if one.nutrient == "vitamin_b12")


def test_little_b12_on_one_day_is_not_adequate() -> None:
    assert all(word(amount, 1) == "uncertain" for amount in (0.75, 1.9))
    assert word(6.0, 3) == "likely adequate"

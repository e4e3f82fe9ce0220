"""A mean below the average requirement is never called adequate, whatever other people eat on other days."""

from __future__ import annotations

from repletion.case.model import Person
from repletion.intake.adequacy import assess_intake


def test_little_b12_on_one_day_is_not_adequate() -> None:
    man = Person(age=37, sex="male")
    for amount in (0.3, 0.75, 1.9):
        found = next(
            a
            for a in assess_intake([{"vitamin_b12": amount}], coverage={"vitamin_b12": 1.0}, person=man)
            if a.nutrient == "vitamin_b12"
        )
        assert found.adequacy != "likely adequate"
    full = next(
        a
        for a in assess_intake([{"vitamin_b12": 6.0}] * 3, coverage={"vitamin_b12": 1.0}, person=man)
        if a.nutrient == "vitamin_b12"
    )
    assert full.adequacy == "likely adequate"

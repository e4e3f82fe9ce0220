"""The age of a child as parents write it, and what only looks like one."""

from __future__ import annotations

import pytest

from repletion.case.model import Case


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("My 8 month old shakes when excited", 8 / 12),
        ("8 month old jerks when he sleeps", 8 / 12),
        ("My 18 month old bow legged and does not walk", 1.5),
        ("My son, 4, wets the bed again", 4),
        ("My daughter (7) is always thirsty", 7),
        ("My 3 week old rash itches", None),
        ("my 3 week old headache with nausea", None),
    ],
)
def test_the_age_of_a_child_is_read(text: str, age: float | None) -> None:
    assert Case.parse(text, "text").person.age == (None if age is None else pytest.approx(age, abs=0.01))

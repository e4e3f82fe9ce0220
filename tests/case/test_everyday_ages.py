"""Ages and lengths of time as people type them, and numbers that belong to something else."""

from __future__ import annotations

import pytest

from repletion import Case


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("71 man, back pain", 71),
        ("Hiccups since this morning. 26, man. Annoying!", 26),
        ("cramps when overtired. 38 male", 38),
        ("30 weeks pregnant, 32, calf cramps", 32),
        ("ferritin 12, man with cramps", None),
        ("ferritin 12, female 34 years", 34),
    ],
)
def test_an_age_is_read_where_a_clause_begins(text: str, age: float | None) -> None:
    assert Case.parse(text, "text").person.age == age


def test_an_age_is_no_blood_pressure() -> None:
    understood = {u.id for u in Case.parse("I'm 68, woman, high blood pressure", "text").understood}
    assert "hypertension" in understood and "hypotension" not in understood
    assert "hypotension" in {u.id for u in Case.parse("cramps, blood pressure 85/50", "text").understood}
    assert "hypotension" in {u.id for u in Case.parse("cramps, 85/50 blood pressure", "text").understood}


def test_the_first_time_in_a_year_is_no_duration() -> None:
    (sore,) = Case.parse("legs are so sore, did leg day for the first time in a year", "text").understood
    assert sore.id == "myalgia" and sore.duration_days is None


def test_a_guess_by_a_relative_is_no_diagnosis() -> None:
    assert not [u for u in Case.parse("wife says its diabetes", "text").understood if u.present]
    assert [u for u in Case.parse("the doctor says it's diabetes", "text").understood if u.present]


def test_a_dose_of_vitamin_b6_is_read_behind_the_word_supplement() -> None:
    found = {u.id for u in Case.parse("vitamin B6 supplement 100 mg a day, burning feet", "text").understood}
    assert "high_dose_vitamin_b6" in found

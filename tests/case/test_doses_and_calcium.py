"""Doses in a sentence, a calcium that may be the plain total, and words that deny nothing."""

from __future__ import annotations

import pytest

from repletion.case import Case


def told(text: str) -> set[str]:
    return {u.id for u in Case.from_mapping({"text": text}).understood if u.present}


def test_daily_doses_above_their_limit_are_read_and_those_of_a_week_are_not() -> None:
    much = told("vitamin B6 200 mg, zinc 100 mg, vitamin D 10,000 IU, vitamin A 25000 IU, selenium 600 mcg a day")
    assert much >= {
        "high_dose_vitamin_b6",
        "high_dose_zinc",
        "high_dose_vitamin_d",
        "high_dose_vitamin_a",
        "high_dose_selenium",
    }
    usual = told("zinc 15 mg, vitamin D 1000 IU, selenium 55 mcg daily") | told("vitamin D 50000 IU once a week")
    assert not {name for name in usual if name.startswith("high_dose")}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("zinc and magnesium 400 mg", False),
        ("vitamin D and B12 1000 mcg", False),
        ("vitamin D 10,000 IU a day for a month", True),
        ("zinc 100 mg daily, methotrexate weekly", True),
        ("weekly vitamin D 50000 IU", False),
        ("50 mg zinc and 400 mg magnesium", True),
        ("zinc picolinate 50 mg twice a day", True),
    ],
)
def test_a_dose_is_that_of_the_name_beside_it(text: str, read: bool) -> None:
    assert any(name.startswith("high_dose") for name in told(text)) is read


@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("low blood pressure, pulse 120", {"hypotension", "tachycardia"}, set()),
        ("low blood pressure since 2019", {"hypotension"}, set()),
        ("fast pulse, on propranolol 40 mg", {"tachycardia"}, {"bradycardia"}),
        ("fast pulse, 45 year old", {"tachycardia"}, {"bradycardia"}),
        ("fast pulse, it is 88 now", {"tachycardia"}, set()),
        ("blood pressure is 120/80 and pulse 72", set(), {"hypotension", "tachycardia", "bradycardia"}),
        ("BP 80/50, HR 130", {"hypotension", "tachycardia"}, set()),
    ],
)
def test_a_number_of_something_else_takes_no_vital_sign_back(text: str, present: set[str], absent: set[str]) -> None:
    found = told(text)
    assert present <= found
    assert not absent & found


def test_litres_are_liters() -> None:
    for words in ("I drink 6 litres of water a day", "6 liters of water a day"):
        assert "excess_water_intake" in told(words)
    assert "excess_water_intake" not in told("I drink 2 litres of water a day")


def test_milk_that_is_not_drunk_says_nothing_of_alcohol() -> None:
    read = Case.from_mapping({"text": "He doesn't drink milk because he is allergic."}).understood
    assert "alcohol_use_disorder" not in {u.id for u in read}


@pytest.mark.parametrize(("calcium", "albumin", "said"), [(2.02, 34, True), (2.3, 41, False)])
def test_a_calcium_beside_an_unusual_albumin_is_said_to_be_perhaps_plain(
    calcium: float, albumin: float, said: bool
) -> None:
    labs = [
        {"test": "calcium", "value": calcium, "unit": "mmol/L"},
        {"test": "albumin", "value": albumin, "unit": "g/L"},
    ]
    case = Case.from_mapping({"labs": labs})
    found = [issue.message for issue in case.issues if "adjusted for albumin" in issue.message]
    assert bool(found) is said
    assert not said or "2.14" in found[0]
    assert case.labs[0].value == calcium
    adjusted = Case.from_mapping({"labs": [{**labs[0], "test": "adjusted calcium"}, labs[1]]})
    assert not [issue for issue in adjusted.issues if "adjusted for albumin" in issue.message]

"""How soon a child is seen: no false reassurance, and no emergency without need."""

from __future__ import annotations

import pytest

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.knowledge.models import URGENCIES
from repletion.triage import triage


def urgency(knowledge: Knowledge, age: float, sign: str) -> str:
    return triage(Case.from_mapping({"person": {"age": age}, "symptoms": [sign]}), knowledge).urgency


@pytest.mark.parametrize("age", [1, 5, 13])
@pytest.mark.parametrize(
    "sign",
    [
        "excessive thirst",
        "polyuria",
        "wheezing",
        "shortness of breath",
        "drowsiness",
        "petechiae",
        "purpura",
        "jaundice",
        "brown urine",
        "dehydration",
        "hypoglycemia",
        "pancytopenia",
        "edema",
        "cannot pee",
        "bowel obstruction",
    ],
)
def test_what_cannot_wait_in_a_child_is_seen_today(age: float, sign: str, knowledge: Knowledge) -> None:
    assert URGENCIES.index(urgency(knowledge, age, sign)) <= URGENCIES.index("same_day")


@pytest.mark.parametrize("sign", ["low muscle tone", "weight loss", "swollen belly", "tummy pain", "tachycardia"])
def test_an_infant_is_seen_the_same_day(sign: str, knowledge: Knowledge) -> None:
    assert urgency(knowledge, 1, sign) == "same_day"


@pytest.mark.parametrize("age", [5, 13])
@pytest.mark.parametrize("sign", ["pallor", "easy bruising", "hepatomegaly", "nystagmus", "chronic diarrhea"])
def test_what_may_be_grave_in_a_child_is_seen_within_days(age: float, sign: str, knowledge: Knowledge) -> None:
    assert URGENCIES.index(urgency(knowledge, age, sign)) <= URGENCIES.index("same_week")


def test_headache_of_a_small_child_is_seen_within_days(knowledge: Knowledge) -> None:
    assert urgency(knowledge, 3, "headache") == "same_week"
    assert urgency(knowledge, 8, "headache") == "self_care"


def test_slow_growth_is_an_appointment(knowledge: Knowledge) -> None:
    assert urgency(knowledge, 8, "growth delay") == "routine"
    assert urgency(knowledge, 14, "delayed puberty") == "routine"


@pytest.mark.parametrize(
    "sign", ["runny nose", "sore throat", "leg cramps", "constipation", "eyelid twitching", "bruxism"]
)
def test_everyday_complaints_of_a_child_are_no_alarm(sign: str, knowledge: Knowledge) -> None:
    for age in (1, 5, 13):
        assert urgency(knowledge, age, sign) in {"self_care", "routine"}


def test_grown_people_keep_their_own_rules(knowledge: Knowledge) -> None:
    assert urgency(knowledge, 40, "excessive thirst") == "self_care"
    assert urgency(knowledge, 40, "wheezing") == "self_care"
    assert urgency(knowledge, 40, "easy bruising") == "routine"


@pytest.mark.parametrize(
    "text", ["fit with fever", "febrile seizure", "a fit during a high temperature", "febrile fit"]
)
def test_a_fit_with_fever_is_an_emergency(text: str, knowledge: Knowledge) -> None:
    assert urgency(knowledge, 2, text) == "emergency"
    assert triage(Case.parse(f"My son, 2, had a {text}", "text"), knowledge).urgency == "emergency"


def test_breath_holding_is_seen_within_days_and_going_limp_at_once(knowledge: Knowledge) -> None:
    assert urgency(knowledge, 2, "breath-holding spells") == "same_week"
    assert urgency(knowledge, 2, "holds her breath until she passes out") == "emergency"


def test_bedwetting_that_is_new_is_seen_today_and_old_one_is_not(knowledge: Knowledge) -> None:
    assert urgency(knowledge, 7, "started wetting the bed again") == "same_day"
    assert urgency(knowledge, 7, "bedwetting") == "self_care"

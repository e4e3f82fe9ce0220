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


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("My baby's soft spot is bulging", "emergency"),
        ("My 8 month old screams on and off and has red jelly in the nappy", "emergency"),
        ("My newborn bleeds from the navel and had no vitamin K", "emergency"),
        ("My 5 year old has tiny red dots that don't fade", "emergency"),
        ("My 3 year old ate half a bottle of vitamin gummies", "emergency"),
        ("My son, 4, wets the bed again and is always thirsty", "same_day"),
        ("My baby's soft spot is sunken", "same_day"),
        ("My 8 month old shakes when excited", "same_day"),
        ("My 3 week old is yellow", "same_day"),
        ("My 6 year old has headaches and vomits every morning", "same_day"),
        ("My 3 year old has had fever for 6 days, red eyes and cracked lips", "same_day"),
        ("Baby got ten times the vitamin D drops by mistake", "same_day"),
        ("My 18 month old bow legged and does not walk", "same_day"),
        ("My 3 year old has a white reflex in one eye in photos", "same_week"),
        ("My 4 year old stares for ten seconds many times a day", "same_week"),
    ],
)
def test_what_parents_say_is_not_passed_over(text: str, least: str, knowledge: Knowledge) -> None:
    assert URGENCIES.index(triage(Case.parse(text, "text"), knowledge).urgency) <= URGENCIES.index(least)


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("My 12 year old gets chest pain when resting", "same_day"),
        ("My 12 year old has chest pain when running", "emergency"),
        ("My 12 year old has crushing chest pain", "emergency"),
        ("My 10 year old has chest pain and nearly faints", "emergency"),
        ("I am 40 and have chest pain", "emergency"),
        ("My 3 year old has chest pain", "emergency"),
        ("chest pain", "emergency"),
    ],
)
def test_chest_pain_of_a_child_is_an_emergency_where_it_looks_like_the_heart(
    text: str, urgency: str, knowledge: Knowledge
) -> None:
    assert triage(Case.parse(text, "text"), knowledge).urgency == urgency


@pytest.mark.parametrize(
    "text",
    [
        "My 3 week old baby has yellow poo",
        "My 5 year old has pain in both legs at night, fine in the morning",
        "My 7 year old blinks a lot and sniffs",
        "My 9 year old has a tummy ache every school morning",
        "My 2 year old has a pot belly and eats well",
        "My 14 year old is sleepy in school",
    ],
)
def test_what_is_usual_in_children_is_no_alarm(text: str, knowledge: Knowledge) -> None:
    assert triage(Case.parse(text, "text"), knowledge).urgency in {"self_care", "routine"}


def test_toes_that_go_up_are_normal_in_a_baby(knowledge: Knowledge) -> None:
    assert urgency(knowledge, 1, "Babinski sign") == "routine"
    assert urgency(knowledge, 5, "Babinski sign") == "same_week"

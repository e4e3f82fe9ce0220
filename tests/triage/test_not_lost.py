"""Emergencies that words beside them must not take away: relatives, numbers that are no age or year, questions."""

from __future__ import annotations

import pytest

from repletion import Case, assess


@pytest.mark.parametrize(
    "text",
    [
        "I feel weak since my husband left, K 2.1 mmol/L",
        "66 year old, I live with my wife, very weak, sodium 112 mmol/L",
        "When I was 10 minutes from home I got crushing chest pain and arm pain",
        "when I was 38 weeks pregnant I had a seizure",
        "During a 2000 m swim I got crushing chest pain",
        "chest pain in January 2020 and today again",
        "comatose after attack of hypoglycemia",
        "sudden inability to speak or move on the right",
        "chest pain ruled out heart attack by doctor",
        "I never had such chest pain",
    ],
)
def test_it_stays_an_emergency(text: str) -> None:
    assert assess(Case.parse(text)).triage.urgency == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "when I was 12 I had a seizure. my eye twitches",
        "I had chest pain in 2009, my eye twitches",
        "chest pain in January 2020. my eye twitches",
        "heart attack ruled out yesterday",
        "I never had chest pain but this twitch bothers me",
        "I have never had suicidal thoughts and this low mood is mild",
        "RR 120/70",
    ],
)
def test_it_stays_none(text: str) -> None:
    assert assess(Case.parse(text)).triage.urgency not in {"emergency", "same_day"}


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("cramps, should I take potassium with spironolactone and lisinopril", {"spironolactone", "lisinopril"}),
        ("Do I need to take my warfarin with food", {"warfarin"}),
        ("should I start weaning off prednisolone 40 mg", {"prednisolone"}),
    ],
)
def test_what_is_taken_is_not_asked_about(text: str, taken: set[str]) -> None:
    assert taken <= {u.id for u in Case.parse(text).understood if u.present}


def test_a_stated_fact_is_not_a_question() -> None:
    told = {u.id: u.present for u in Case.parse("Not only am I pregnant, I am bleeding").understood}
    assert told.get("pregnancy") is True


def test_little_of_a_nutrient_in_the_diet_is_no_lack() -> None:
    told = {u.id for u in Case.parse("my diet has low levels of zinc").understood}
    assert "zinc_deficiency" not in told and "low_zinc_intake" in told

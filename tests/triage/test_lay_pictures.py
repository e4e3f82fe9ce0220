"""Dangerous pictures in lay words, and everyday sentences that sound like them."""

from __future__ import annotations

import pytest

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.triage import triage

EMERGENCY = [
    "my heart stopped and they shocked me",
    "numb between the legs and wet myself",
    "I can't feel my bottom",
    "my chest feels like an elephant is sitting on it",
    "my legs got weaker over three days and now I can't climb stairs",
    "I stopped drinking two days ago and I see spiders",
    "fruity breath and vomiting with diabetes",
    "breathless since long flight",
    "yellow eyes and confused",
    "rigid, hot and confused on antipsychotic",
    "cramps in hands two days after neck surgery",
    "grey and clammy",
    "black tarry stools and dizzy",
    "Glasgow Coma Scale 8",
    "heart beating 180 and faint",
    "fit lasting more than 5 minutes",
    "took extra insulin by mistake",
    "dialysis missed and weak",
]
TODAY = [
    "very short of breath lying flat",
    "seeing double and eyelid drooping since yesterday",
    "shaking and sweating after stopping alcohol",
    "heart beating 180",
    "neck twisted after metoclopramide",
    "eyes rolled up and stuck after haloperidol",
    "grandad cannot get out of bed since yesterday and is confused",
    "child pale and breathless",
    "child not walking since yesterday",
    "baby lost weight and is sleepy",
    "head keeps nodding, baby spasms in clusters",
    "gone off his legs",
    "off my legs for three days",
    "waters broke",
    "baby not moving",
    "new headache with sore scalp",
    "jaw hurts when chewing and blurred vision",
    "headache worse in the morning with vomiting",
    "numb to the belly button",
    "diarrhoea 10 times a day for a week and dizzy",
    "marathon yesterday, headache and vomiting",
    "starving myself and dizzy",
    "BMI 12",
]
THIS_WEEK = [
    "had a funny turn this morning",
    "lump in my breast",
    "blood in my urine",
    "postmenopausal bleeding",
    "headache, tired, thirsty, passing a lot of urine",
    "I am always thirsty and I pee a lot",
    "polyuria and polydipsia for two months",
    "change of bowel habit at 65",
    "difficulty swallowing meat",
    "eyelids droop in the evening",
    "can't lift my arms to wash my hair",
    "BMI 13",
]
ORDINARY = [
    "my bottom goes numb when I cycle for hours",
    "tingling in the groin after a long bike ride",
    "I get weaker after a few days of flu",
    "I stopped drinking milk two days ago and feel bloated",
    "I stopped drinking coffee yesterday and have a headache and I am shaking",
    "fruity smell of the urine after asparagus",
    "tired since flight from New York",
    "I am stiff after gym and hot, taking metoclopramide for migraine",
    "my neck is twisted since I slept badly",
    "my hands are cold and sweaty",
    "I go white and clammy before exams",
    "my baby is sleepy after the bottle",
    "child refuses to walk to school",
    "I wake up at night with hot flushes",
    "heartbeat 70",
    "RR 16",
    "I can't feel my bottom lip after the dentist",
    "my heart skipped and stopped fluttering",
    "my legs feel weaker in a few days before my period",
    "mum of two, tired all the time",
    "my son looks pale in winter",
    "the baby is due in 6 weeks, my hands tingle",
    "swept off my feet by my new partner, twitching eye",
    "I was off my feet resting for days",
    "the water broke down in the house",
    "jaw tired after chewing gum",
    "headache after drinking and vomiting in the morning",
    "headache in the morning",
    "sore scalp from sunburn",
    "numb fingers up to the knuckles",
    "diarrhoea three times a day",
    "training for a marathon, tired",
    "food sticks to my teeth",
    "I have changed my diet and bowel habit is normal",
    "not eating meat, dizzy",
    "kidney failure stable, itching",
    "the lump in my throat when anxious",
    "lump on my breast bone",
    "BMI 22",
]


def urgency(text: str, knowledge: Knowledge) -> str:
    return triage(Case.parse(text, "text"), knowledge).urgency


@pytest.mark.parametrize("text", EMERGENCY)
def test_an_emergency_is_one(text: str, knowledge: Knowledge) -> None:
    assert urgency(text, knowledge) == "emergency"


@pytest.mark.parametrize("text", TODAY)
def test_what_is_seen_today_is_not_put_off(text: str, knowledge: Knowledge) -> None:
    assert urgency(text, knowledge) in {"emergency", "same_day"}


@pytest.mark.parametrize("text", THIS_WEEK)
def test_what_should_not_wait_is_seen_within_the_week(text: str, knowledge: Knowledge) -> None:
    assert urgency(text, knowledge) in {"emergency", "same_day", "same_week"}


def test_the_young_have_no_inflamed_artery_of_the_temple(knowledge: Knowledge) -> None:
    case = Case.parse("I am 22, new headache with sore scalp", "text")
    assert all(reason.id != "artery_of_the_temple" for reason in triage(case, knowledge).reasons)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_only_sounds_so_raises_no_alarm(text: str, knowledge: Knowledge) -> None:
    assert urgency(text, knowledge) in {"self_care", "routine"}


@pytest.mark.parametrize("text", ["Grandad is confused and cannot stand up.", "grandma keeps falling and is sleepy"])
def test_a_relative_without_my_is_the_person(text: str) -> None:
    assert any(u.present for u in Case.parse(text, "text").understood)


@pytest.mark.parametrize("text", ["Mum has an underactive thyroid. Eyelid twitching for 2 weeks.", "mum of two, tired"])
def test_a_relative_in_passing_is_not(text: str) -> None:
    assert not any("relative it opens with" in issue.message for issue in Case.parse(text, "text").issues)

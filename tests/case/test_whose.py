"""Whose complaint it is: a relative told of, a relative only mentioned, the writer; and what is read for both."""

from __future__ import annotations

import pytest

from repletion import Case, assess


def present(case: Case) -> set[str]:
    return {u.id for u in case.understood if u.present}


@pytest.mark.parametrize(
    ("text", "age", "sex", "finding"),
    [
        ("Mum's 81, off her legs and muddled since Tuesday", 81, "female", "confusion"),
        ("dad 70 had dengue, now gums bleeding", 70, "male", "gingival_bleeding"),
        ("hubby 58 came off the roof, now vomiting", 58, "male", "vomiting"),
        ("mother aged 60 having cramps in both legs", 60, "female", "leg_cramps"),
        ("10yo daughter very thirsty, losing weight", 10, "female", "excessive_thirst"),
        ("My father in law, 88, has had loose stools", 88, "male", "diarrhea"),
        ("I'm fine, but my dad (70) is on metformin and his feet are numb", 70, "male", "numb_feet"),
        ("I care for my brother, he is so tired and constipated", None, "male", "constipation"),
        ("The kids are fine. My wife has been vomiting for 2 days", None, "female", "vomiting"),
        ("left side body paralysis happened today to my father 65 yrs", 65, "male", "hemiparesis"),
        ("wee one is 3 weeks old and has a temp of 38.5", 0.057, None, "fever"),
        ("he's only 6 weeks and is floppy", 0.115, None, "hypotonia"),
        (
            "mum has dementia and eats nothing but biscuits, sores at corners of mouth",
            None,
            "female",
            "angular_cheilitis",
        ),
    ],
)
def test_the_one_told_of_is_the_person(text: str, age: float | None, sex: str | None, finding: str) -> None:
    case = Case.parse(text, "text")
    assert (case.person.age, case.person.sex) == (age, sex)
    assert finding in present(case)


@pytest.mark.parametrize(
    ("text", "not_theirs", "own"),
    [
        ("Mother is hypertensive. Dizzy", "hypertension", "dizziness"),
        ("Mother is on metformin. Tired", "biguanides", "fatigue"),
        ("Wife is pregnant. Eyelid twitching", "pregnancy", "eyelid_twitching"),
        ("My mother's potassium is 6.8 and I am tired", "serum_potassium", "fatigue"),
        ("Mother has diabetes, father has hypertension, me: tired and thirsty", "diabetes_mellitus", "fatigue"),
        ("husband has parkinsons. i am exhausted looking after him", "parkinson_disease", "fatigue"),
        ("wife says eyelid twitches", "nothing", "eyelid_twitching"),
    ],
)
def test_what_a_relative_has_is_not_the_writers(text: str, not_theirs: str, own: str) -> None:
    case = Case.parse(text, "text")
    assert own in present(case)
    assert not_theirs not in present(case) | {lab.test for lab in case.labs}
    assert case.person.pregnant is None and case.person.sex is None


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("Grandad is on warfarin. Fell and hit head", True),
        ("Wife is 30 weeks pregnant. Bad headache and seeing spots", True),
        ("Wife is epileptic. Having a fit now for 6 minutes", True),
        ("Mum is asthmatic. Can't finish a sentence", True),
        ("Dad is on blood thinners. Black tarry poo and dizzy", True),
        ("My mother's potassium is 6.8", True),
        ("my wife put to bed 3 days ago, she is having convulsion", True),
        ("my mum had a stroke. Face drooping since an hour", True),
        ("Mother is hypertensive. Dizzy", False),
        ("my mum had a stroke. Eyelid twitching", False),
        ("my neighbour collapsed last week", False),
    ],
)
def test_urgency_is_read_for_whoever_it_may_be(text: str, urgent: bool) -> None:
    assert (assess(Case.parse(text, "text")).triage.urgency in {"emergency", "same_day"}) is urgent


@pytest.mark.parametrize(
    ("text", "finding", "past"),
    [
        ("my hair is falling out in handfuls, had a baby 4 months ago", "alopecia", False),
        ("I had cramps two weeks ago", "muscle_cramps", True),
        ("can't breathe, lips gone blue", "dyspnea", False),
        ("my headache has gone", "headache", True),
        ("my headache has gone completely", "headache", True),
    ],
)
def test_what_is_over_and_what_is_not(text: str, finding: str, past: bool) -> None:
    assert [u.past for u in Case.parse(text, "text").understood if u.id == finding] == [past]


def test_half_a_body_that_is_weak_on_waking_is_sudden() -> None:
    def onset(text: str) -> set[str | None]:
        return {u.onset for u in Case.parse(text, "text").understood if u.kind == "finding"}

    assert onset("right sided weakness on waking") == {"sudden"}
    assert onset("woke up with numb hands") == {None}


def test_obsessions_are_no_anxiety() -> None:
    assert not present(Case.parse("I have OCD", "text")) & {"anxiety", "anxiety_disorder"}
    assert "anxiety_disorder" in present(Case.parse("I have social anxiety disorder", "text"))

"""What is known and weighs nothing is said to be read; nothing that matters hides behind it."""

from __future__ import annotations

from itertools import combinations

import pytest

from repletion.assessment import assess
from repletion.case import Case
from repletion.case.small_words import weighs_nothing

READ = "nothing here depends on it"
UNREAD = "not understood"


def messages(section: str, words: str) -> list[str]:
    said: object = words if section == "text" else [words]
    return [i.message for i in Case.from_mapping({section: said}).issues]


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("symptoms", "a wet cough with lots of phlegm"),
        ("symptoms", "catarrh since early spring"),
        ("symptoms", "sneezing and a runny nose every morning"),
        ("symptoms", "he has a pain in both of his feet"),
        ("conditions", "hiatus hernia"),
        ("conditions", "Ehlers-Danlos syndrome, plantar fasciitis"),
        ("conditions", "had my appendix out at age 9"),
        ("signs", "alert and oriented"),
        ("signs", "good general condition"),
        ("diet", "two slices of toast with jam"),
        ("diet", "grilled salmon, peas, one potato"),
        ("lifestyle", "works as a hairdresser"),
        ("lifestyle", "I play golf and do pilates"),
        ("investigations", "bunion surgery, x-ray of the ankle"),
        ("text", "I have a wet cough. My fingers tingle."),
    ],
)
def test_known_and_weightless(section: str, words: str) -> None:
    said = messages(section, words)
    assert any(READ in message for message in said), said
    assert not any(UNREAD in message for message in said), said


@pytest.mark.parametrize(
    "words",
    [
        "for the last six weeks or so",
        "it comes and goes",
        "about three months ago",
        "it has been on and off ever since",
    ],
)
def test_a_time_alone_is_read_as_one(words: str) -> None:
    assert any("time or a course" in message for message in messages("symptoms", words))


@pytest.mark.parametrize(
    "words",
    [
        "a wet cough and bright red blood",
        "phlegm with blood in it",
        "runny nose, lips going blue",
        "cold, floppy and unresponsive",
        "toast stuck, choking",
    ],
)
def test_nothing_is_called_weightless_beside_a_word_of_alarm(words: str) -> None:
    assert not any(READ in message for message in messages("symptoms", words))


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("a wet cough and night sweats", "night_sweats"),
        ("sneezing, tingling fingers", "tingling_hands"),
        ("runny nose and a fever", "fever"),
        ("hiatus hernia and celiac disease", "celiac_disease"),
        ("lives alone, on tea and toast", "very_narrow_diet"),
    ],
)
def test_what_matters_stays_read_beside_it(words: str, read: str) -> None:
    case = Case.from_mapping({"text": words})
    assert read in {u.id for u in case.understood}


@pytest.mark.parametrize(
    "words",
    ["only toast", "lived on porridge and coffee", "has never touched an egg", "stopped bread and pasta", "no carrots"],
)
def test_a_food_left_out_or_eaten_alone_is_not_called_weightless(words: str) -> None:
    assert not any(READ in message for message in messages("diet", words))


@pytest.mark.parametrize("words", ["ketogenic diet since May", "intermittent fasting", "low FODMAP", "pescatarian"])
def test_a_diet_that_nothing_depends_on_is_known(words: str) -> None:
    assert any(READ in message for message in messages("diet", words))


def test_what_is_not_known_beside_it_is_still_said() -> None:
    said = messages("symptoms", "hiatus hernia with grumbling flibbertigibbets")
    assert any("hiatus hernia" in m and READ in m and "the rest was not understood" in m for m in said)
    assert any(UNREAD in m for m in messages("diet", "toast with flibbertigibbets"))


def test_it_changes_no_probability() -> None:
    plain = {"person": {"age": 40, "sex": "female"}, "symptoms": ["tingling fingers"]}
    with_more = plain | {"conditions": ["hiatus hernia", "eczema"], "lifestyle": ["office job"]}
    first, second = (assess(Case.from_mapping(told)) for told in (plain, with_more))
    assert [(e.id, e.probability) for e in first.explanations] == [(e.id, e.probability) for e in second.explanations]


def test_no_phrase_is_of_two_kinds_and_none_is_a_word_of_alarm() -> None:
    lists = weighs_nothing()
    kinds = [
        name
        for name in lists.__struct_fields__
        if name not in {"beside", "alarming", "limiting", "course", "least_months"}
    ]
    for one, other in combinations(kinds, 2):
        assert not getattr(lists, one) & getattr(lists, other), (one, other)
    for name in (*kinds, "course", "beside"):
        assert not lists.alarming & getattr(lists, name), name

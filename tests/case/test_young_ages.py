"""Ages below two years as people write them, and what only sounds like one."""

import pytest

from repletion import Case


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("my 2 month old baby trembles", 2 / 12),
        ("6 week old infant, jittery", 6 * 7 / 365.25),
        ("my 8-month-old is floppy", 8 / 12),
        ("3 week old girl trembling", 3 * 7 / 365.25),
        ("my daughter, 9 months, shakes", 0.75),
        ("18 month old boy will not walk", 1.5),
        ("newborn with tremor", 0.05),
        ("my toddler is limping", 2.0),
    ],
)
def test_an_age_in_months_weeks_or_words_is_read(text, age):
    assert Case.from_mapping({"text": text}).person.age == pytest.approx(age, abs=0.001)


@pytest.mark.parametrize(
    "text",
    [
        "I breastfeed my baby and my eyelid twitches",
        "I had a baby 9 months ago and I am tired",
        "I have a 3 week old rash and my legs cramp",
        "eyelid twitching for 3 weeks",
        "tired since my son 6 months ago started school",
    ],
)
def test_what_only_sounds_like_an_age_is_none(text):
    assert Case.from_mapping({"text": text}).person.age is None

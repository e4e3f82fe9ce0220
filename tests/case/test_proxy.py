"""Words typed for somebody else make that person the case; family history stays family history."""

from __future__ import annotations

import pytest

from repletion import Case, assess
from repletion.case.lexicon import build
from repletion.case.proxy import of_the_person
from repletion.knowledge import load


@pytest.mark.parametrize(
    ("text", "sex", "age", "finding"),
    [
        ("My father is 80 and since yesterday he is confused and unsteady on his feet.", "male", 80, "confusion"),
        ("My wife is 70 and has been confused and very weak since yesterday.", "female", 70, "confusion"),
        ("My mother has double vision and staggers.", "female", None, "diplopia"),
        ("My 7-year-old son has bleeding gums.", "male", 7, "gingival_bleeding"),
    ],
)
def test_a_relative_of_now_is_the_person(text: str, sex: str, age: float | None, finding: str) -> None:
    case = Case.parse(text, "text")
    assert (case.person.sex, case.person.age) == (sex, age)
    assert finding in {u.id for u in case.understood if u.present}
    assert assess(case).triage.urgency not in {"self_care", "routine"}


@pytest.mark.parametrize(
    "text",
    ["My mother had a stroke", "my eyelid twitches", "My mother's eyelid", "My mother is confused and I am tired"],
)
def test_what_is_no_case_of_a_relative_stays_as_it_is(text: str) -> None:
    assert of_the_person(text, build(load())) is None


@pytest.mark.parametrize(
    ("text", "not_theirs", "own"),
    [
        ("Mother is on dialysis. Tiredness", "dialysis_dependence", "fatigue"),
        ("Mother is anorexic. Dizzy", "anorexia_nervosa", "dizziness"),
        ("Brother became paralysed at 40. My legs tingle", "limb_paralysis", "tingling_feet"),
        ("Father is diabetic. Numb toes", "diabetes_mellitus", "numb_feet"),
        ("Mum became diabetic at 40. Numb feet", "diabetes_mellitus", "numb_feet"),
        ("Mother is diabetic, father is hypertensive. Twitching eyelid", "diabetes_mellitus", "eyelid_twitching"),
        ("Sister is celiac. Tired", "celiac_disease", "fatigue"),
        ("Sister is vegan. Tired", "vegan_diet", "fatigue"),
        ("Wife is pregnant. Eyelid twitching", "pregnancy", "eyelid_twitching"),
        ("Son is epileptic. Tired", "epilepsy", "fatigue"),
        ("Father is alcoholic. Shaky hands", "alcohol_use_disorder", "hand_tremor"),
    ],
)
def test_an_illness_of_a_relative_before_a_complaint_is_family_history(text: str, not_theirs: str, own: str) -> None:
    case = Case.parse(text, "text")
    present = {u.id for u in case.understood if u.present}
    assert case.person.sex is None
    assert own in present and not_theirs not in present


@pytest.mark.parametrize("text", ["Dad collapsed last year", "My dad collapsed last year"])
def test_what_befell_a_relative_long_ago_is_no_emergency(text: str) -> None:
    assert assess(Case.parse(text, "text")).triage.urgency in {"routine", "self_care"}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Mum is confused and won't drink", "confusion"),
        ("Mum is diabetic and confused", "confusion"),
        ("Mum is diabetic. She is confused since yesterday", "confusion"),
        ("Mum became confused at 10", "confusion"),
        ("Husband is diabetic, confused and sweating", "confusion"),
        ("Dad collapsed two hours ago", "syncope"),
    ],
)
def test_a_story_that_goes_on_about_the_relative_is_theirs(text: str, finding: str) -> None:
    case = Case.parse(text, "text")
    assert case.person.sex is not None
    assert finding in {u.id for u in case.understood if u.present}
    assert assess(case).triage.urgency in {"emergency", "same_day"}


def test_words_that_came_in_pieces_are_read_as_those_in_one() -> None:
    """A form sends a list, to which later words are added."""
    told = {
        "text": ["My 6 year old son has bowed legs and is pale", "hemoglobin 9.8 g/dL", "My son also has leg cramps"]
    }
    case = Case.from_mapping(told)
    assert (case.person.sex, case.person.age) == ("male", 6)
    assert {"genu_varum", "pallor", "leg_cramps"} <= {u.id for u in case.understood if u.present}
    own = Case.from_mapping({"text": ["My 6 year old son has bowed legs", "I am tired"]})
    assert {u.id for u in own.understood if u.present} == {"fatigue"}


def test_words_of_which_nothing_was_recognized_reassure_nobody() -> None:
    triage = assess(Case.parse("florble wumpus in the grommet", "text")).triage
    assert triage.urgency == "routine" and "recognized" in triage.reasons[0].message

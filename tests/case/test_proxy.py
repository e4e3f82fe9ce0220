"""Words typed for somebody else make that person the case; family history stays family history."""

from __future__ import annotations

import pytest

from repletion import Case, assess
from repletion.case.proxy import of_the_person


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
    assert of_the_person(text) is None


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

"""Emergencies in everyday words, and alarming words that mean no harm: read as text and as a list entry."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.triage import triage

HERE = Path(__file__).parent


def texts(name: str) -> list[str]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return [row["text"] for row in csv.DictReader(handle)]


def cases(text: str) -> tuple[Case, Case]:
    return Case.parse(text, "text"), Case.from_mapping({"symptoms": [text]})


def test_the_lists_are_long_enough_and_apart() -> None:
    alarms, harmless = texts("lay_emergencies"), texts("harmless")
    assert len(alarms) >= 100 and len(harmless) >= 70
    assert not set(alarms) & set(harmless)


@pytest.mark.parametrize("text", texts("lay_emergencies"))
def test_an_emergency_in_lay_words_is_one(text: str, knowledge: Knowledge) -> None:
    for case in cases(text):
        assert triage(case, knowledge).urgency == "emergency", case.understood


@pytest.mark.parametrize("text", texts("harmless"))
def test_alarming_words_that_mean_no_harm_raise_no_alarm(text: str, knowledge: Knowledge) -> None:
    for case in cases(text):
        found = triage(case, knowledge)
        assert found.urgency not in {"emergency", "same_day"}, found.reasons


def test_slurring_that_has_lasted_is_for_this_week_and_undated_slurring_an_emergency(knowledge: Knowledge) -> None:
    def urgency(text: str) -> str:
        return triage(Case.parse(text, "text"), knowledge).urgency

    assert urgency("Slurred speech for two months, wasting of the hand") == "same_week"
    assert urgency("Slurred speech for two months, suddenly worse, face drooping") == "emergency"
    for text in ("slurred speech", "slurring my words since this morning", "sudden slurred speech, 70 man"):
        assert urgency(text) == "emergency"


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("on methotrexate and my mouth is full of ulcers", "marrow_on_methotrexate"),
        ("takes methotrexate, pale, sore tongue", "pale_on_methotrexate"),
        ("ascending weakness of the legs for a week", "rapid_weakness"),
        ("progressive weakness of both legs over three days", "rapid_weakness"),
        ("tunnel vision for months", "failing_sight"),
        ("severe weakness of the legs and loss of ankle and knee reflexes", "progressive_neuropathy"),
        ("twitching of one side of the face for two weeks", "half_face_movement"),
    ],
)
def test_words_of_case_reports_raise_their_flag(text: str, flag: str, knowledge: Knowledge) -> None:
    assert flag in {reason.id for reason in triage(Case.parse(text, "text"), knowledge).reasons}


@pytest.mark.parametrize(
    "text",
    ["twitching of the left side of the face for four years", "rippling of the muscles of both calves for a month"],
)
def test_an_old_spasm_of_half_the_face_and_rippling_elsewhere_need_no_visit_this_week(
    text: str, knowledge: Knowledge
) -> None:
    assert "half_face_movement" not in {reason.id for reason in triage(Case.parse(text, "text"), knowledge).reasons}

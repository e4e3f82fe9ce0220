"""What people type, and how soon they should see somebody."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.knowledge.models import URGENCIES
from repletion.triage import triage

HERE = Path(__file__).parent


def rows(name: str) -> list[tuple[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return [(row["flag"], row["text"]) for row in csv.DictReader(handle)]


def test_the_lists_are_long_enough() -> None:
    assert len(rows("phrasings")) >= 60
    assert len(rows("denials")) >= 30


@pytest.mark.parametrize(("flag", "text"), rows("phrasings"))
def test_alarming_words_fire_although_nothing_was_understood(flag: str, text: str, knowledge: Knowledge) -> None:
    result = triage(Case(said=(text,)), knowledge)
    assert flag in {reason.id for reason in result.reasons}
    assert result.urgency == "emergency"
    assert result.suppresses_plan
    assert all(reason.evidence for reason in result.reasons)


@pytest.mark.parametrize(("flag", "text"), rows("denials"))
def test_denied_past_or_harmless_words_do_not_fire(flag: str, text: str, knowledge: Knowledge) -> None:
    assert flag not in {reason.id for reason in triage(Case(said=(text,)), knowledge).reasons}


@pytest.mark.parametrize(("flag", "text"), rows("phrasings"))
def test_alarming_words_fire_through_the_whole_reading(flag: str, text: str, knowledge: Knowledge) -> None:
    assert triage(Case.parse(text, "text"), knowledge).urgency == "emergency"


@pytest.mark.parametrize(("flag", "text"), rows("plain_reports"))
def test_plain_reports_raise_the_warning_that_names_them(flag: str, text: str, knowledge: Knowledge) -> None:
    assert flag in {reason.id for reason in triage(Case.parse(text, "text"), knowledge).reasons}


@pytest.mark.parametrize(
    ("text", "urgency", "flag"),
    [
        ("eyelid twitching for 3 days", "self_care", "no_red_flag_mild"),
        ("eyelid twitching for 3 weeks", "routine", "twitch_over_two_weeks"),
        ("eyelid twitching for 5 months", "routine", "twitch_over_three_months"),
        ("", "self_care", "no_red_flag_nothing"),
    ],
)
def test_the_ordinary_twitch(text: str, urgency: str, flag: str, knowledge: Knowledge) -> None:
    result = triage(Case.parse(text, "text") if text else Case(), knowledge)
    assert (result.urgency, flag in {r.id for r in result.reasons}) == (urgency, True)
    assert not result.suppresses_plan


@pytest.mark.parametrize(
    "text",
    [text for flag, text in rows("phrasings") if flag == "stroke_signs" and ("droop" in text or "dropped" in text)],
)
def test_a_droop_is_never_read_as_a_twitch(text: str) -> None:
    if "twitch" in text.lower():
        return
    understood = {u.id for u in Case.parse(text, "text").understood if u.present}
    assert not understood & {"eyelid_twitching", "facial_twitching", "hemifacial_spasm", "fasciculations"}


def test_the_most_urgent_reason_leads(knowledge: Knowledge) -> None:
    result = triage(Case(said=("eyelid twitching, face drooping, crushing chest pain",)), knowledge)
    order = [URGENCIES.index(reason.urgency) for reason in result.reasons]
    assert order == sorted(order)


def test_children_and_pregnancy_are_notes_and_no_alarm(knowledge: Knowledge) -> None:
    child = triage(Case.parse("person: {age: 9}", "yaml"), knowledge)
    assert child.urgency == "self_care"
    assert any("child" in note for note in child.not_assessed)
    pregnant = triage(Case.parse("person: {age: 30, sex: female, pregnant: true}", "yaml"), knowledge)
    assert pregnant.urgency == "self_care"
    assert any("pregnan" in note for note in pregnant.not_assessed)


def test_no_message_tells_anybody_to_stop_a_medicine(knowledge: Knowledge) -> None:
    for flag in knowledge.red_flags.values():
        assert "stop" not in flag.message.lower().replace("stop the heart", "").replace("does not stop", "").replace(
            "stopping drink", ""
        ), flag.id


@pytest.mark.parametrize("text", (HERE / "everyday.csv").read_text(encoding="utf-8").splitlines()[1:])
def test_everyday_complaints_raise_no_alarm(text: str, knowledge: Knowledge) -> None:
    result = triage(Case.parse(text.strip('"'), "text"), knowledge)
    assert result.urgency in {"routine", "self_care"}, result.reasons

"""Urgency is found whatever else is typed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repletion.case import Case
from repletion.knowledge import load
from repletion.triage import triage

parse = Case.parse

DROOPS = [
    "one side of my face is drooping",
    "the left side of his face has dropped",
    "facial droop since this morning",
    "my mouth hangs down on one side and my eyelid twitches",
    "face drooping and slurred speech",
    "half my face is paralysed",
    "half my face is numb and hanging",
    "sudden facial weakness on the right",
    "her face has fallen on one side",
    "my smile is crooked since today, is it magnesium?",
]
NOISE = [
    "",
    "three coffees a day",
    "eyelid twitching for a year",
    "takes a multivitamin",
    "no chest pain",
    "vegan for 3 years",
    "tired and stressed",
    "magnesium citrate 200 mg",
    "qwertz 17 §$%",
]
CRITICAL = [
    "potassium 2.3 mmol/L",
    "potassium 6.9 mmol/L",
    "sodium 117 mmol/L",
    "calcium 1.7 mmol/L",
    "magnesium 0.35 mmol/L",
    "phosphate 0.25 mmol/L",
]


@pytest.mark.parametrize("words", DROOPS)
def test_droop_is_never_a_twitch(words: str) -> None:
    case = parse(words)
    assert triage(case, load()).urgency == "emergency"
    without_lid = [u for u in case.understood if u.present and u.id in {"facial_twitching", "eyelid_twitching"}]
    assert not without_lid or "twitch" in words


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(CRITICAL), st.lists(st.sampled_from(NOISE), max_size=4), st.integers(18, 95))
def test_every_critical_value_is_urgent_whatever_else_is_typed(value: str, noise: list[str], age: int) -> None:
    case = parse(f"{age} year old. " + ". ".join([*noise, value]))
    assert triage(case, load()).urgency in {"emergency", "same_day"}


@pytest.mark.parametrize(
    "words", ["no facial droop, eyelid twitching for 2 days", "her mother had a stroke; my eyelid twitches"]
)
def test_what_is_denied_or_another_persons_raises_no_alarm(words: str) -> None:
    assert triage(parse(words), load()).urgency not in {"emergency", "same_day"}

"""Textbook presentations before any laboratory result: the state must come among the first explanations.

One file a field under ``classic/``, written so that a clinician can read it.  A presentation tells what a person
with the state typically says, shows and has; ``within`` is the place that the state must reach.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from repletion import Case, assess
from repletion.assessment.calendar import season_of
from repletion.assessment.diet import read_diet
from repletion.assessment.explanations import explanations
from repletion.assessment.order import NONE
from repletion.assessment.reasoning import builder_of, reason
from repletion.assessment.stations import SEED
from repletion.evidence import observe
from repletion.knowledge import load
from repletion.knowledge.reader import parse_yaml

FILES = sorted((Path(__file__).parent / "classic").glob("*.yaml"))
CASES: list[dict[str, Any]] = [case for path in FILES for case in parse_yaml(path.read_text(encoding="utf-8"))]


def order(case: Case, day: dt.date) -> list[str]:
    """The explanations in the order of the answer, by its own stations: without ranges and next steps, which cost
    most of an answer and do not touch the order."""
    knowledge = load()
    intake = read_diet(case, knowledge, authority="NASEM").low_intake
    season = season_of(day, country=case.person.country)
    evidence = observe(case, knowledge, low_intake=intake, on=day, season=season)
    thought = reason(knowledge, evidence, case.person, season=season, draws=0, seed=SEED, level=0.9)
    words = {"label": "", "lay": "", "definition": "", "summary": ""}
    return [e.id for e in explanations(knowledge, builder_of(knowledge, 0, SEED), thought, words) if e.id != NONE]


@pytest.mark.parametrize("entry", CASES, ids=[case["id"] for case in CASES])
def test_classic_presentation(entry: dict[str, Any]) -> None:
    case = Case.from_mapping(entry["case"])
    found = order(case, dt.date.today())
    place = found.index(entry["state"]) + 1
    unread = [issue.message for issue in case.issues]
    assert place <= entry["within"], f"{entry['state']} comes at {place}, behind {found[: place - 1][:6]}; {unread}"


@pytest.mark.parametrize("entry", CASES[::50], ids=[case["id"] for case in CASES[::50]])
def test_order_is_that_of_the_whole_answer(entry: dict[str, Any]) -> None:
    case, day = Case.from_mapping(entry["case"]), dt.date.today()
    assert order(case, day) == [e.id for e in assess(case, on=day).explanations if e.id != NONE]

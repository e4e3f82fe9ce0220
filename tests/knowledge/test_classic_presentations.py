"""Textbook presentations before any laboratory result: the state must come among the first explanations.

One file a field under ``classic/``, written so that a clinician can read it.  A presentation tells what a person
with the state typically says, shows and has; ``within`` is the place that the state must reach.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from repletion import Case, assess
from repletion.assessment.explanations import NONE
from repletion.knowledge.reader import parse_yaml

FILES = sorted((Path(__file__).parent / "classic").glob("*.yaml"))
CASES: list[dict[str, Any]] = [case for path in FILES for case in parse_yaml(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("entry", CASES, ids=[case["id"] for case in CASES])
def test_classic_presentation(entry: dict[str, Any]) -> None:
    case = Case.from_mapping(entry["case"])
    answer = assess(case)
    order = [e.id for e in answer.explanations if e.id != NONE]
    place = order.index(entry["state"]) + 1
    unread = [issue.message for issue in case.issues]
    assert place <= entry["within"], f"{entry['state']} comes at {place}, behind {order[: place - 1][:6]}; {unread}"

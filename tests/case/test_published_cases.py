"""Published case reports in the shape they come: how much is understood, and nothing without an issue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from repletion.case import Case

FILE = Path(__file__).parents[3] / "shared" / "data" / "cases" / "cases_dev.jsonl"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the published cases are not part of this repository")
SECTIONS = ("symptoms", "drugs", "conditions", "labs")


def items() -> list[tuple[str, Any]]:
    records = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [(section, item) for record in records for section in SECTIONS for item in record.get(section) or []]


def test_most_is_understood_and_every_miss_is_an_issue() -> None:
    understood, silent = 0, []
    for section, item in items():
        case = Case.from_mapping({section: [item]})
        if case.understood or case.labs:
            understood += 1
        elif not case.issues:
            silent.append(item)
    assert not silent
    assert understood / len(items()) >= 0.92


def test_records_run_whole() -> None:
    for line in FILE.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        case = Case.from_mapping(record)
        if "age" in record["person"]:
            assert case.person.age == record["person"]["age"]
        wheres = {u.where for u in case.understood} | {b.where for b in case.labs} | {i.where for i in case.issues}
        assert wheres or not any(record.get(section) for section in SECTIONS)

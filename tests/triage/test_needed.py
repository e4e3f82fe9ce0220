"""Red flags that a case cannot set off are not read; the urgency must not feel it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from repletion.case import Case
from repletion.knowledge import load
from repletion.triage.conditions import Reading, needed

PEOPLE = yaml.safe_load((Path(__file__).parents[2] / "benchmarks" / "api_cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", range(len(PEOPLE)))
def test_what_is_not_read_would_not_hold(number: int) -> None:
    reading = Reading(Case.from_mapping(PEOPLE[number], today=dt.date(2026, 11, 27)), load())
    there = reading.there()
    for flag in load().red_flags.values():
        needs = needed(flag.when)
        if needs is not None and needs.isdisjoint(there):
            assert reading.holds(flag.when) is None, flag.id


def test_most_flags_name_what_they_need() -> None:
    needs = [needed(flag.when) for flag in load().red_flags.values()]
    assert sum(need is not None for need in needs) > 0.9 * len(needs)

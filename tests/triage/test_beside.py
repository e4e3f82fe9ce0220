"""Harmless sentences beside the true emergencies that use the same words: neither may be taken for the other."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.triage import triage

ORDER = ("emergency", "same_day", "same_week", "routine", "self_care")


def rows() -> list[tuple[str, str, str]]:
    with (Path(__file__).parent / "beside.csv").open(encoding="utf-8", newline="") as handle:
        return [(row["text"], row["least"], row["most"]) for row in csv.DictReader(handle)]


@pytest.mark.parametrize(("text", "least", "most"), rows())
def test_the_alarm_is_neither_too_high_nor_too_low(text: str, least: str, most: str, knowledge: Knowledge) -> None:
    found = triage(Case.parse(text, "text"), knowledge)
    place = ORDER.index(found.urgency)
    assert not least or place <= ORDER.index(least), (found.urgency, found.reasons)
    assert not most or place >= ORDER.index(most), (found.urgency, [reason.id for reason in found.reasons])

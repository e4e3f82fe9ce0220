"""A result raises an alarm for the day it is of: one of years ago, or one that was measured again, does not."""

from __future__ import annotations

import datetime as dt

import pytest

from repletion import Case, assess

TODAY = dt.date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("potassium 6.9 mmol/L in March 2019, cramps", False),
        ("potassium 6.9 mmol/L on 1 May 2026, cramps", False),
        ("potassium 6.9 mmol/L on 20 November 2026, cramps", True),
        ("potassium 6.9 mmol/L yesterday, cramps", True),
        ("potassium 6.9 mmol/L, cramps", True),
        ("potassium 6.9 mmol/L on 20 Nov 2026. potassium 4.2 mmol/L on 25 Nov 2026. cramps", False),
        ("potassium 4.2 mmol/L on 20 Nov 2026. potassium 6.9 mmol/L on 25 Nov 2026. cramps", True),
        ("sodium 112 mmol/L in March 2019. potassium 6.9 mmol/L today", True),
    ],
)
def test_only_the_newest_result_of_these_weeks_alarms(text: str, alarm: bool) -> None:
    urgency = assess(Case.parse(text, "text", today=TODAY), on=TODAY).triage.urgency
    assert (urgency == "emergency") is alarm


def test_without_a_day_a_year_that_is_surely_past_is_long_ago() -> None:
    from repletion.knowledge import load
    from repletion.triage import triage

    assert triage(Case.parse("potassium 6.9 mmol/L on 3 March 2019", "text"), load()).urgency != "emergency"
    assert triage(Case.parse("potassium 6.9 mmol/L on 3 March 2026", "text"), load()).urgency == "emergency"

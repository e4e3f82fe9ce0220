"""Seasons turn with the months and the hemisphere."""

from __future__ import annotations

import datetime as dt

import pytest

from repletion.assessment.calendar import season_of


@pytest.mark.parametrize(
    ("month", "country", "season"),
    [
        (1, None, "winter"),
        (12, "United Kingdom", "winter"),
        (3, None, "spring"),
        (7, "Germany", "summer"),
        (11, None, "autumn"),
        (7, "New Zealand", "winter"),
        (1, "AU", "summer"),
        (11, "za", "spring"),
    ],
)
def test_seasons(month: int, country: str | None, season: str) -> None:
    assert season_of(dt.date(2026, month, 15), country=country) == season

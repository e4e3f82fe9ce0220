"""The season of a day, where the person lives."""

from __future__ import annotations

import datetime as dt
from functools import cache

from repletion.knowledge.base import DATA
from repletion.knowledge.models import Season
from repletion.knowledge.reader import parse_yaml

# meteorological seasons of the northern hemisphere, by month
_NORTH: tuple[Season, ...] = ("winter", "spring", "summer", "autumn")


@cache
def _southern() -> frozenset[str]:
    names: list[str] = parse_yaml((DATA / "words" / "southern_hemisphere.yaml").read_text(encoding="utf-8"))
    return frozenset(name.casefold() for name in names)


def season_of(day: dt.date, *, country: str | None) -> Season:
    """Meteorological season on ``day``; southern countries by name or ISO code, else the northern hemisphere."""
    index = day.month % 12 // 3
    if country is not None and country.casefold() in _southern():
        index = (index + 2) % 4
    return _NORTH[index]

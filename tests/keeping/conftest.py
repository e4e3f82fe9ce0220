"""One answer for all tests of keeping, and a passphrase that is quick to derive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

import repletion
from repletion.keeping import lock

WORDS = "my eyelid has twitched for 3 weeks, five coffees a day, no weakness. I am a woman of 34"
DIARY = "Day 1\nBreakfast: 2 slices white toast\n1 cup black coffee\nDay 2\n1 medium banana"


@pytest.fixture(scope="session")
def answered() -> tuple[repletion.Case, repletion.Assessment]:
    case = replace(repletion.Case.parse(WORDS, "text"), diary=DIARY)
    return case, repletion.assess(case, on=dt.date(2026, 11, 23))


@pytest.fixture(autouse=True)
def quick_passphrase(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The derivation itself is tried once at its full cost."""
    monkeypatch.setitem(lock.COST, "n", 2**4)
    yield

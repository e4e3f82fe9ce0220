"""Dates as typed in a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from repletion.case.when import day_in_words

_FIRST_YEAR = 1900  # nobody alive has older results
Say = Callable[[str, str, str, str], None]


def day_of(value: object, where: str, say: Say, *, latest: dt.date | None = None) -> dt.date | None:
    """The day that ``value`` means, or ``None`` with a remark; ``latest``: dates after it are not used."""
    if value is None or value == "":
        return None
    try:
        found = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        stamp = day_in_words(f"in {str(value)[:40]}", today=latest)
        if stamp is None or stamp.day is None:
            say("warning", where, f"“{str(value)[:40]}” is not a date; it was not used.", "Write dates as 2026-11-20.")
            return None
        if stamp.remark:
            say("note", where, stamp.remark.replace("“in ", "“"), "Write dates as 2026-11-20.")
        found = stamp.day
    if found.year < _FIRST_YEAR:
        say("warning", where, f"The date {found} is too long ago to be meant; it was not used.", "Check the date.")
        return None
    if latest is not None and found > latest:
        say("warning", where, f"The date {found} lies in the future; the result was used without a date.",
            "Check the date.")  # fmt: skip
        return None
    return found

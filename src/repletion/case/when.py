"""Dates in words: which day a result is from ("on 3 March 2026", "(12/11/2026)", "in 2019", "two weeks ago")."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial

from repletion.case.durations import Span
from repletion.case.small_words import dates, one_of
from repletion.case.tokens import plain

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    r"\b(?P<iso>(?:19|20)\d\d-\d\d?-\d\d?)\b"
    r"|\b(?P<slashed>(?P<a>\d{1,2})(?P<mark>[/.])(?P<b>\d{1,2})(?P=mark)(?:19|20)?\d\d)\b"
    rf"|\b(?P<day>\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\.?,?(?:\s+(?:19|20)\d\d)?)\b"
    rf"|\b(?P<american>{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d)\b"
    rf"|\b(?P<month>{_MONTH}\.?,?\s+(?:19|20)\d\d)\b"
    rf"|\bin\s+(?P<recent>{_MONTH})\b(?!\s*\d)"
    r"|\b(?:in|from|of|since)\s+(?P<year>(?:19|20)\d\d)\b(?!\s*(?:mg|ug|µg|iu|ml|kcal|mmol))",
    re.IGNORECASE,
)


@cache
def _near() -> re.Pattern[str]:
    """A day named by its nearness: "yesterday"."""
    return re.compile(rf"\b(?:{one_of(dates().near_days)})\b", re.IGNORECASE)


@cache
def _since() -> re.Pattern[str]:
    """What stands before a day since which something has lasted."""
    return re.compile(rf"\b(?:{one_of(dates().since)})\b[\w\s]{{0,12}}$", re.IGNORECASE)


@cache
def _part_of_year() -> re.Pattern[str]:
    """A month, or another part of a year."""
    return re.compile(rf"(?:{_MONTH}|{one_of(dates().parts_of_year)})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day named in words and its place in the text; ``remark`` says how a date that could be two was read.

    ``day`` is ``None`` where the words have the shape of a date and name none.
    """

    day: dt.date | None
    start: int
    end: int
    remark: str = ""


def day_in_words(text: str, *, today: dt.date | None = None, country: str | None = None) -> Stamp | None:
    """The first day that ``text`` names, or ``None``.

    A month without a day is its middle and a year alone its middle; of 4/5/2026 the first number is the day, in the
    United States the month, unless that day has not come yet.
    """
    source = plain(text)
    for match in _DATE.finditer(source):
        if (stamp := _read(match, today, country)).day is not None:
            return stamp
    near = _near().search(source) if today is not None else None
    if today is None or near is None:
        return None
    return Stamp(today - dt.timedelta(days=dates().near_days[near[0].lower()]), near.start(), near.end())


def _read(match: re.Match[str], today: dt.date | None, country: str | None) -> Stamp:
    """The day that ``match`` names; none where there is no such day, or "3 March" of a year that cannot be known."""
    kind, first = match.lastgroup, country in dates().month_first
    has_year = re.search(r"\d{4}|\d\D\d\d$", match[0]) is not None
    if today is None and not has_year:
        return Stamp(None, match.start(), match.end())
    year = today.year if today is not None else 1
    read = partial(_parsed, match["year"] or match["recent"] or match[0], kind)
    day = read(month_first=first, year=year)
    two = match["slashed"] is not None and int(match["a"]) <= 12 and int(match["b"]) <= 12 and match["a"] != match["b"]
    if today is not None and (day is None or day > today):
        if not has_year:  # "29 February" was in the year before, if it was then
            day = read(month_first=first, year=year - 1)
        elif two and (other := read(month_first=not first, year=year)) is not None and other <= today:
            day = other
    if day is None:
        return Stamp(None, match.start(), match.end())
    remark = ""
    if two:
        remark = f"“{match[0]}” was read as {day.day} {day:%B %Y}."
    elif kind in {"month", "year", "recent"}:
        remark = f"“{match[0]}” was taken as {day.day} {day:%B %Y}, its middle."
    return Stamp(day, match.start(), match.end(), remark)


def _parsed(said: str, kind: str | None, *, month_first: bool, year: int) -> dt.date | None:
    from dateutil.parser import ParserError, parse

    middle = dt.datetime(year, 7, 1 if kind == "year" else 15, tzinfo=dt.UTC)
    try:
        found: dt.date = parse(said, dayfirst=not month_first and kind != "iso", default=middle).date()
        return found
    except (ParserError, OverflowError, ValueError):
        return None


def stamps(text: str, times: Sequence[Span], *, today: dt.date | None, country: str | None) -> list[Stamp]:
    """Every day named in ``text``, in order; ``times``: its lengths of time, of which "two weeks ago" names a day."""
    source = plain(text)
    found = [_read(match, today, country) for match in _DATE.finditer(source)]
    if today is not None:
        near = [
            Stamp(today - dt.timedelta(days=dates().near_days[m[0].lower()]), m.start(), m.end())
            for m in _near().finditer(source)
        ]
        past = [
            Stamp(today - dt.timedelta(days=round(s.days)), s.start, s.end) for s in times if s.ago and s.days < 40000
        ]
        for stamp in (*near, *past):
            if not any(other.start < stamp.end and stamp.start < other.end for other in found):
                found.append(stamp)
    return sorted(found, key=lambda stamp: stamp.start)


def dated(results: Sequence[tuple[int, int]], found: Sequence[Stamp], text: str) -> dict[int, Stamp]:
    """The day of each result, by its place among ``results`` (their characters in ``text``, in order).

    A day belongs to the results before it, back to the last day, when only small words stand between it and the last
    of them; a leading day to those after it.
    """
    days: dict[int, Stamp] = {}
    bounds = [0, *(stamp.end for stamp in found), len(text) + 1]
    for k, stamp in enumerate(found):
        if stamp.day is None or text[stamp.start :].lower().startswith("since") or _since().search(text[: stamp.start]):
            continue  # "glucose 32 since 2023 diabetic" is of today
        before = [n for n, (start, _) in enumerate(results) if bounds[k] <= start < stamp.start and n not in days]
        later = found[k + 1].start if k + 1 < len(found) else len(text) + 1
        after = [n for n, (start, _) in enumerate(results) if stamp.end <= start < later]
        if before and _beside(text[results[before[-1]][1] : stamp.start]):
            days |= dict.fromkeys(before, stamp)
        elif after and _beside(text[stamp.end : results[after[0]][0]]):
            days |= dict.fromkeys(after, stamp)
    return days


def _beside(between: str) -> bool:
    small = dates().beside_result
    return all(word in small or not word.isalnum() for word in re.findall(r"\w+|[^\w\s]", between.lower()))


def since(found: Sequence[Stamp], text: str, *, today: dt.date | None) -> list[Span]:
    """What has lasted since a day: "tingling since 3 March 2026"."""
    return [
        Span((today - stamp.day).days, stamp.start, stamp.end)
        for stamp in found
        if today is not None
        and stamp.day is not None
        and stamp.day < today
        and (_since().search(text[: stamp.start]) or text[stamp.start :].lower().startswith("since"))
    ]


def of_the_past(words: Sequence[str], i: int) -> bool:
    """Whether a past year or an age is named from word ``i`` on: "in 2009", "in January 2020", "when I was 12".

    "When I was 10 minutes from home" and "in the 2000 m race" are none.
    """

    def at(k: int) -> str:
        return words[k] if k < len(words) else ""

    if tuple(words[i : i + 3]) == ("when", "i", "was"):
        return at(i + 3).isdecimal() and (not at(i + 4).isalpha() or at(i + 4) in dates().age_goes_on)
    if words[i] not in dates().before_year:
        return False
    k = i + 2 if _part_of_year().match(at(i + 1)) else i + 1
    year = at(k)
    past = len(year) == 4 and year.isdecimal() and 1900 <= int(year) <= dates().last_past_year
    return past and at(k + 1) not in dates().no_year

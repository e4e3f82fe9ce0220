"""How long: "for 3 weeks", "x3/52", "6-month history", "since age 8" → days.

A vague word counts as the middle of what it can mean: "for months" is five of them, of two to twelve.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from repletion.case.tokens import plain
from repletion.case.words import Words


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in days and its place in the text.  ``ago``: said as a point in the past."""

    days: float
    start: int
    end: int
    ago: bool = False


@cache
def _patterns(units: tuple[str, ...], numbers: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    named = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
    number = rf"(?P<n>\d+(?:[.,]\d+)?|(?:{named})(?=[\s-]))"
    more = r"(?:\s*(?:-|to|or)\s*(?P<m>\d+(?:[.,]\d+)?|one|two|three|four|five|six))?"
    unit = "(?P<u>" + "|".join(sorted(map(re.escape, units), key=len, reverse=True)) + r")s?"
    length = re.compile(
        rf"(?<![\w/.]){number}{more}[\s-]*(?:whole |full |long |consecutive )?{unit}(?:'s?)?(?![\w'/])"
        r"(?P<ago>\s+(?:ago|earlier|previously|back|before)\b)?",
        re.IGNORECASE,
    )
    slash = re.compile(
        r"(?:\b(?:for|since|x|over|past|last|hx of|history of)\s*|\bx"
        r"|\b(?=\d+\s*/\s*(?:7|52|12)\s*(?:hx|history|ago)\b)"
        r"|(?<!type )(?<!score )(?<!scored )(?<!grade )(?<![\d/.])\b(?=\d{1,2}/(?:7|52)\b(?!/)))"
        r"(?P<n>\d+(?:\.\d+)?)\s*/\s*(?P<d>7|52|12)\b",
        re.I,
    )
    return length, slash


_AGE = re.compile(r"since (?:the )?age (?:of )?(\d{1,2})\b", re.IGNORECASE)
_OLD = re.compile(r"^[\s-]*(?:old|of age)\b", re.IGNORECASE)
_RATE = re.compile(r"(?:\b(?:a|per|every|each|times|times a|once a|once every)|/|\d\s*x)\s*$", re.IGNORECASE)
_SPACED = re.compile(  # "for the first time in a year" says how long it was not
    r"\b(?:first|only|second) (?:time|one|attack|session) (?:in|for) (?:over |about |nearly |almost |more than )?$",
    re.IGNORECASE,
)
_PULSE = re.compile(r"\s*[:=]?\s*\d")  # of "T 38.9 HR 124" the HR is the heart's
_NIGHTLY = re.compile(r"^\s*(?:a|per|each|every)\s+(?:night|day|week)", re.IGNORECASE)


def _number(text: str, words: Words) -> float:
    low = text.lower()
    return words.numbers[low] if low in words.numbers else float(low.replace(",", "."))


def _slashes(text: str, pattern: re.Pattern[str], words: Words) -> list[Span]:
    return [
        Span(float(m["n"]) * words.slash[int(m["d"])], m.start(), m.end())
        for m in pattern.finditer(text)
        if int(m["d"]) in words.slash
    ]


@lru_cache(maxsize=8)
def _vague(names: tuple[tuple[str, float], ...]) -> tuple[re.Pattern[str], list[tuple[re.Pattern[str], float]]]:
    """A pattern of any vague time ("for ages"), which most texts do not hold, and one of each with its days."""
    every = "|".join(re.escape(name) for name, _ in names)
    return re.compile(rf"\b(?:{every})\b", re.IGNORECASE), [
        (re.compile(rf"\b(?:{re.escape(name)})\b(?P<ago>\s+ago\b)?", re.IGNORECASE), days) for name, days in names
    ]


def spans(text: str, words: Words, *, age: float | None = None) -> list[Span]:
    """Every length of time in ``text``, in order.  ``age`` in years turns "since age 8" into days.

    "52-year-old", "twice a week" and "sleeps 5 hours" are no durations.
    """
    source = plain(text)
    length, slash = _patterns(tuple(words.units), tuple(words.numbers))
    found = _slashes(source, slash, words)
    for m in length.finditer(source):
        before, after = source[: m.start()], source[m.end() :]
        if (
            _OLD.match(after)
            or (m["u"] == "HR" and _PULSE.match(after))
            or _NIGHTLY.match(after)
            or (
                m["n"].lower() in {"a", "an"}
                and _RATE.search(before + m["n"])
                and re.search(r"\d[\s\w]*$", before[-14:])
                and not m["ago"]
            )
        ):
            continue
        if m["n"].lower() in {"a", "an", "one"} and re.search(
            r"(?:times|\d|once|twice|daily|cups?|coffees?)\s*$", before
        ):
            continue
        if _SPACED.search(before):
            continue
        number = _number(m["n"], words)
        found.append(Span(number * words.units[m["u"].lower()], m.start(), m.end(), bool(m["ago"])))
    for m in _AGE.finditer(source):
        if age is not None and float(m[1]) < age:
            found.append(Span((age - float(m[1])) * 365, m.start(), m.end()))
    taken = [(s.start, s.end) for s in found]
    any_of_them, vague = _vague(tuple(words.vague.items()))
    for pattern, days in vague if any_of_them.search(source) else ():
        for m in pattern.finditer(source):
            if not any(start < m.end() and m.start() < end for start, end in taken):
                found.append(Span(days, m.start(), m.end(), bool(m["ago"])))
                taken.append((m.start(), m.end()))
    return sorted(found, key=lambda span: span.start)


def days_of(text: str, words: Words, *, age: float | None = None, today: dt.date | None = None) -> float | None:
    """Days that a duration field means: a length of time, or a date since which it lasts; ``None`` when neither."""
    found = spans(text, words, age=age)
    if found:
        return found[0].days
    if today is None:
        return None
    try:
        since = (today - dt.date.fromisoformat(text.strip().removeprefix("since ").strip())).days
    except ValueError:
        return None
    return float(since) if since >= 0 else None

"""Height and weight in running text: "I weigh 9 stone 4", "5 ft 3", "1.62 m tall, 43 kg".

Only what can be nothing else is taken: a weight stands after a word for weighing, after "I am", right behind a height,
or alone between commas where nothing tells of a weight that was lost, gained or carried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from repletion.case.small_words import one_of, sizes
from repletion.case.tokens import plain

_N = r"\d{1,3}(?:[.,]\d{1,2})?"
_SOME = r"is|are|of|at|about|around|roughly|approximately|approx\.?|only|just|now|currently|nearly|almost|:|=|~"
_ABOUT = rf"(?:(?:{_SOME})\s*){{0,3}}"
_NOT_OF_IT = r"(?!\s*(?:days?|weeks?|months?|years?|times?|ft|feet|foot|cm|mg|kids|children|[.,']?\d))"
_KG = (
    rf"(?:{_N}\s*(?:kgs?|kilos?|kilograms?|lbs?|pounds?)\b"
    r"|\d{1,2}(?:\s+and\s+a\s+half|\.5)?\s*(?:st|stones?)\b"
    rf"(?:[\s,]*(?:and\s+)?\d{{1,2}}\b{_NOT_OF_IT}(?:\s*(?:lbs?|pounds?)\b)?|\s*\d{{1,2}}\s*(?:lbs?|pounds?)\b)?)"
)
_FEET = (
    r"[3-7]\s*(?:ft|feet|foot|')\s*,?\s*(?:and\s+)?\d{1,2}(?:\.\d)?"
    r"(?!\s*(?:days?|weeks?|months?|years?|times?|kg|lbs?|st))\s*(?:inch(?:es)?|ins?\b|\"|'')?"
)
_TALL = (
    rf"(?:{_FEET}|[3-7]\s*(?:ft|feet|foot)\b|[12](?:[.,]\d{{1,2}})\s*(?:m|met(?:re|er)s?)\b"
    r"|1\d\d(?:[.,]\d)?\s*cms?\b|[4-7]\d\s*(?:inches|in)\b)"
)
_WHO = r"\b(?:i\s+am|i'm|im|(?:s?he|who)\s+is|(?:s?he)'s)\s+"
_CLAUSE = 80
_HALF = re.compile(r"(\d{1,2})\s+and\s+a\s+half\s*(?:st|stones?)\b|(\d{1,2})\.5\s*(?:st|stones?)\b", re.IGNORECASE)
_JOINING = re.compile(r"[\s,]+(?:and\s+)?", re.IGNORECASE)


@cache
def _height() -> re.Pattern[str]:
    return re.compile(
        rf"(?:\bheight\s*{_ABOUT}|{_WHO}{_ABOUT})(?P<a>{_TALL})(?:\s*(?:tall|high|in\s+height))?"
        rf"|(?:\bis\s+)?(?P<b>{_TALL})\s+tall\b"
        rf"|(?<!fell )(?<!fall of )(?<!from )(?<![\d.,'])(?P<c>{_FEET})(?=\s*(?:$|[,.;)]|and\b|tall\b|weigh))",
        re.IGNORECASE,
    )


def _no_more() -> str:
    return rf"(?!\s*(?:{one_of(sizes().no_weight_behind)})\b)"


@cache
def _weight() -> re.Pattern[str]:
    no_change = "".join(f"(?<!{re.escape(words)} )" for words in sorted(sizes().not_after))
    return re.compile(
        rf"{no_change}\bweigh(?:s|ing|t)?\b(?!\s+(?:loss|gain|down|up)\b)\s*(?:in\s+at\s+)?{_ABOUT}(?P<a>{_KG})"
        rf"|{_WHO}{_ABOUT}(?P<b>{_KG}){_no_more()}",
        re.IGNORECASE,
    )


@cache
def _beside() -> re.Pattern[str]:
    """A weight right behind a height."""
    return re.compile(rf"\s*(?:,|and|/|;)?\s*(?P<a>{_KG}){_no_more()}", re.IGNORECASE)


@cache
def _alone() -> re.Pattern[str]:
    """A weight alone between commas."""
    return re.compile(rf"(?:^|[,;.\n]\s*)(?P<a>{_KG})(?=\s*(?:$|[,;.\n](?!\d)))", re.IGNORECASE)


@cache
def _changed() -> re.Pattern[str]:
    small = sizes()
    return re.compile(rf"\b(?:{one_of(small.changed)}|(?:{one_of(small.changed_beginnings)})\w*)\b", re.IGNORECASE)


@cache
def _others() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of(sizes().others)})\b[^.;,]*$", re.IGNORECASE)


@cache
def _says_more() -> re.Pattern[str]:
    return re.compile(rf"(?!(?:{one_of(sizes().says_nothing)})\b)\b\w+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measure:
    """``field`` height_cm or weight_kg; ``value`` the words of the size; ``start``, ``end`` of all that says it."""

    field: str
    value: str
    start: int
    end: int


def _tidy(value: str, field: str) -> str:
    """The size in the words that a field of the person takes."""
    text = value.strip().lower()
    if field == "weight_kg":
        if half := _HALF.fullmatch(text):
            return f"{half[1] or half[2]} st 7 lb"
        text = re.sub(r"stones?|st\b", "st", text)
        if "st" in text:
            return _JOINING.sub(" ", text)
        return re.sub(r"(?:kilograms?|kilos?|kgs?)$", "kg", text)
    text = re.sub(r"(?:ft|feet|foot)", "ft", text)
    text = re.sub(r"inch(?:es)?|ins\b|''", "in", text)
    text = re.sub(r"met(?:re|er)s?$", "m", text).replace("cms", "cm")
    return _JOINING.sub(" ", text)


def _of_another(text: str, at: int) -> bool:
    """Whether the clause before ``at`` speaks of somebody or something else."""
    return _others().search(text[max(0, at - _CLAUSE) : at]) is not None


def measures(text: str) -> Iterator[Measure]:
    """Every height and weight of the person that ``text`` (plain signs) says, in its order within each kind."""
    for match in _height().finditer(text):
        if _of_another(text, match.start()):
            continue
        value = match["a"] or match["b"] or match["c"]
        yield Measure("height_cm", _tidy(value, "height_cm"), match.start(), match.end())
        if beside := _beside().match(text, match.end()):
            yield Measure("weight_kg", _tidy(beside["a"], "weight_kg"), beside.start(), beside.end())
    if not _changed().search(text):
        for match in _alone().finditer(text):
            yield Measure("weight_kg", _tidy(match["a"], "weight_kg"), match.start("a"), match.end("a"))
    for match in _weight().finditer(text):
        if not _of_another(text, match.start()):
            yield Measure("weight_kg", _tidy(match["a"] or match["b"], "weight_kg"), match.start(), match.end())


def without(text: str) -> str:
    """The text without heights and weights: "5 ft 3" is no age and no complaint.

    Nothing is left where only joining words would be.
    """
    found = sorted(measures(plain(text)), key=lambda measure: measure.start)
    parts, at = [], 0
    for measure in found:
        parts.append(text[at : measure.start])
        at = max(at, measure.end)
    left = " ".join(part.strip() for part in (*parts, text[at:]) if part.strip()) if found else text
    return left if not found or _says_more().search(left) else ""

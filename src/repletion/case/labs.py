"""Names, numbers, bands and ranges of laboratory results as typed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from repletion.case.lexicon import Lexicon, compact
from repletion.case.parts import Band
from repletion.case.small_words import laboratory
from repletion.case.tokens import plain, words_of

_NUMBER = re.compile(
    r"^\s*(?P<c>[<>≤≥]=?|less than|more than|greater than|under|over|above|below)?\s*[~≈]?\s*"
    r"(?P<n>-?\d+(?:[.,]\d+)*|-?[.,]\d+)"
    r"(?P<e>[eE][-+]?\d{1,2}(?![\w]))?(?:\s*(?:-|to)\s*(?P<m>\d+(?:[.,]\d+)?))?\s*(?P<rest>.*)$",
    re.DOTALL,
)
_NO_NUMBER = re.compile(r"/\s*\d|[eE][-+]?\d|[xX](?!\s*10)\d")  # "1/2", "1e999", "0x3"
_GROUPED = re.compile(r"-?\d{1,3}(?:\.\d{3})+")
_RANGE = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:-|to|–)\s*(\d+(?:[.,]\d+)?)")
_ONE_SIDED = re.compile(r"^\s*(<|>|≤|≥|under|over|up to|above|below)=?\s*(\d+(?:[.,]\d+)?)")
NOTE = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as typed.  ``readings``: what it can mean ("1,322" is 1322 or 1.322)."""

    readings: tuple[float, ...]
    comparator: str | None
    rest: str
    middle: bool = False


def read_number(text: str) -> Number | None:
    """A number at the start of ``text``, or ``None``.  Of a range the middle is taken."""
    match = _NUMBER.match(plain(text))
    if match is None:
        return None
    if _NO_NUMBER.match(match["rest"]) or (match["n"].count(".") > 1 and not _GROUPED.fullmatch(match["n"])):
        return None
    readings = _readings(match["n"] + (match["e"] or ""))
    if match["m"]:
        readings = ((readings[0] + _readings(match["m"])[0]) / 2,)
    sign = match["c"] or ""
    comparator = "<" if sign[:1] in {"<", "≤"} or sign in {"less than", "under", "below"} else ">" if sign else None
    finite = tuple(x for x in readings if math.isfinite(x))
    return Number(finite, comparator, match["rest"].strip(), bool(match["m"])) if finite else None


def _readings(text: str) -> tuple[float, ...]:
    if text.count(",") == 1 and "." not in text:
        decimal = float(text.replace(",", "."))
        if text.endswith(",000"):  # nobody writes three noughts behind a decimal comma
            return (float(text.replace(",", "")),)
        if re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", text):
            return float(text.replace(",", "")), decimal
        return (decimal,)
    cleaned = text.replace(",", "")
    if cleaned.count(".") > 1:
        cleaned = cleaned.replace(".", "")
    return (float(cleaned),)


def band_of(text: str, lexicon: Lexicon) -> Band | None:
    """The band that words name ("profoundly low"), notes in brackets and trends left aside."""
    words = words_of(NOTE.sub(" ", text))
    for size in range(len(words), 0, -1):
        found = lexicon.words.bands.get(words[:size])
        if found is not None and (size == len(words) or words[size] in laboratory().band_goes_on):
            return found  # type: ignore[return-value]
    return None


def find_test(name: str, lexicon: Lexicon) -> str | None:
    """The test that a name means, or ``None``.  Words for the sample are left out, except those of another fluid."""
    direct = lexicon.tests.get(compact(name))
    if direct:
        return direct
    words = [w for w in words_of(NOTE.sub(" ", name)) if w[0].isalnum() or w == "%"]
    if not words:
        return None
    fewer = [w for w in words if w not in laboratory().name_fillers]
    for cut in (words, fewer):
        found = lexicon.tests.get("".join(cut)) or lexicon.tests.get("".join(reversed(cut)))
        if found:
            return found
    if laboratory().other_specimens & set(words):
        return None
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    key = "".join(fewer)
    if len(key) < 6:
        return None
    best = process.extractOne(key, lexicon.tests.keys(), scorer=OSA.distance, score_cutoff=1 if len(key) < 9 else 2)
    return (
        lexicon.tests[best[0]]
        if best and best[0][0] == key[0] and any(c.isdigit() for c in best[0]) == any(c.isdigit() for c in key)
        else None
    )


def find_panel(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The tests of a panel such as "blood count" or "U&Es"."""
    return lexicon.words.panels.get(" ".join(words_of(NOTE.sub(" ", name)))) or ()


def read_range(text: object) -> tuple[float | None, float | None] | None:
    """A laboratory's own range: "2.2-2.6", "<5", ">90", or a pair of numbers."""
    if (
        isinstance(text, list | tuple)
        and len(text) == 2
        and all(isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in text)
    ):
        return _ordered(float(text[0]), float(text[1]))
    if isinstance(text, dict) and {"low", "high"} >= set(text) and text:
        low, high = (read_number(str(text[k])) if text.get(k) is not None else None for k in ("low", "high"))
        return _ordered(low.readings[-1] if low else None, high.readings[-1] if high else None)
    if not isinstance(text, str):
        return None
    source = plain(text)
    if match := _RANGE.search(source):
        return _ordered(_readings(match[1])[-1], _readings(match[2])[-1])
    if match := _ONE_SIDED.match(source):
        limit = _readings(match[2])[-1]
        return (None, limit) if match[1] in {"<", "≤", "under", "up to", "below"} else (limit, None)
    return None


def _ordered(low: float | None, high: float | None) -> tuple[float | None, float | None] | None:
    """The two ends, or ``None`` when the range runs backwards or has no end."""
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return None
    return low, high


def near_tests(name: str, lexicon: Lexicon) -> str:
    """The three nearest tests, as advice."""
    from rapidfuzz import fuzz, process

    labels = {test.id: test.label for test in lexicon.knowledge.tests.values()}
    near = process.extract(name.lower(), labels, scorer=fuzz.WRatio, score_cutoff=50, limit=3, processor=str.lower)
    if not near:
        return "See “repletion knowledge show” for the tests that are known."
    return f"Nearest tests: {'; '.join(label for label, _, _ in near)}."

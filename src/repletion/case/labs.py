"""Laboratory results as typed → :class:`Lab` in the test's own unit, with every doubt said.

A unit is never guessed silently: a missing one is filled in only when a single accepted unit makes the value possible,
and a value that fits only another unit than the one written is shown and not used.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from repletion.case.lexicon import Lexicon, compact
from repletion.case.parts import Band, Lab
from repletion.case.small_words import laboratory
from repletion.case.tokens import plain, words_of
from repletion.errors import Issue
from repletion.knowledge.models import Test, Unit
from repletion.units import normalize

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
_NOTE = re.compile(r"\([^)]*\)")
_WITHOUT_UNIT = frozenset(("pH", "ratio", "INR", "index", "ordinal"))


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
    words = words_of(_NOTE.sub(" ", text))
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
    words = [w for w in words_of(_NOTE.sub(" ", name)) if w[0].isalnum() or w == "%"]
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
    return lexicon.words.panels.get(" ".join(words_of(_NOTE.sub(" ", name)))) or ()


def _convert(value: float, unit: Unit) -> float:
    return value * unit.factor + unit.offset


def _possible(value: float, test: Test) -> bool:
    low, high = test.plausible.low, test.plausible.high
    return (low is None or value >= low) and (high is None or value <= high)


def _slip(value: float, unit: Unit, test: Test) -> str | None:
    """Another unit in which a value beyond every customary range would lie inside one: mmol/L for mEq/L."""

    def usual(x: float) -> bool:
        return any((s.low is None or x >= s.low) and (s.high is None or x <= s.high) for s in test.reference)

    spans = [s for s in test.reference if s.low is not None and s.high is not None]
    mine = _convert(value, unit)
    if not spans or usual(mine) or not mine > max(s.high or 0.0 for s in spans):
        return None
    return next((u.unit for u in _distinct(test.units) if usual(_convert(value, u))), None)


def whichever_unit(lab: Lab, test: Test) -> tuple[float, ...]:
    """What a result without its unit may be, in the test's unit: one value for each unit it may be meant in."""
    number = read_number(lab.typed or "")
    if number is None or number.rest or number.comparator or number.middle:
        return ()
    usual = [u for u in _distinct(test.units) if u.usual]
    values = [_convert(x, u) for u in usual for x in number.readings]
    return tuple(x for x in values if _possible(x, test))


def _mildest(options: Sequence[tuple[Unit, float]], test: Test) -> tuple[Unit, float] | None:
    """Of several readings that all lie below, or all above, every customary range, the one nearest to it.

    Which unit was meant does not matter then to whether the result is low or high, and nothing is made graver.
    """
    if len(options) < 2 or not test.reference:
        return None
    values = [_convert(value, unit) for unit, value in options]
    if all(s.low is not None and max(values) < s.low for s in test.reference):
        return options[values.index(max(values))]
    if all(s.high is not None and min(values) > s.high for s in test.reference):
        return options[values.index(min(values))]
    return None


def _distinct(units: Iterable[Unit]) -> list[Unit]:
    kept: dict[tuple[float, float], Unit] = {}
    for unit in units:
        kept.setdefault((unit.factor, unit.offset), unit)
    return list(kept.values())


def _named(text: str, test: Test) -> Unit | None:
    """The accepted unit that ``text`` means for this test; an amount alone is a day's amount for a day's test."""
    wanted = normalize(_NOTE.sub(" ", text))
    if wanted is None:
        return None
    for unit in test.units:
        if unit.unit == wanted or (unit.unit.endswith("/d") and unit.unit == f"{wanted}/d"):
            return unit
    return None


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


def _against(value: float, own: tuple[float | None, float | None]) -> Band:
    if own[0] is not None and value < own[0]:
        return "low"
    return "high" if own[1] is not None and value > own[1] else "normal"


def _range_fits(own: tuple[float | None, float | None], unit: Unit, test: Test) -> bool:
    """Whether a laboratory's range, read in ``unit``, lies near a customary range of the test (within a factor 1.6)."""
    for span in test.reference:
        pairs = [
            (_convert(mine, unit), theirs)
            for mine, theirs in zip(own, (span.low, span.high), strict=True)
            if mine and theirs
        ]
        if pairs and all(a > 0 and b > 0 and abs(math.log(a / b)) < math.log(1.6) for a, b in pairs[-1:]):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Entry:
    """One result as typed: name, value, unit, range, date and the place in the input."""

    name: str
    value: str
    unit: str
    own: tuple[float | None, float | None] | None
    date: dt.date | None
    where: str


def numeric(entry: Entry, number: Number, test: Test, lexicon: Lexicon) -> tuple[Lab, list[Issue]]:
    """A numeric result: unit understood or inferred, value converted and checked."""
    issues: list[Issue] = []
    typed = f"{entry.value} {entry.unit}".strip()
    unit_text = entry.unit or number.rest
    unit = _named(unit_text, test) if unit_text else None
    code = f"LOINC {test.loinc[0].code}" if test.loinc else None
    accepted = ", ".join(u.unit for u in test.units)

    def lab(value: float | None, **more: object) -> Lab:
        base = {
            "test": test.id, "label": test.label, "text": f"{entry.name} {typed}".strip(), "where": entry.where,
            "value": value, "unit": test.unit if value is not None else None, "typed": typed, "code": code,
            "date": entry.date, "comparator": number.comparator,
        }  # fmt: skip
        return Lab(**(base | more))  # type: ignore[arg-type]

    def say(level: str, message: str, remedy: str) -> None:
        issues.append(Issue(level=level, where=entry.where, message=message, remedy=remedy))  # type: ignore[arg-type]

    if unit is None and unit_text and (normalize(_NOTE.sub(" ", unit_text)) or entry.unit):
        if entry.own is not None:
            say(
                "warning",
                f"{test.label}: “{typed}” is not in a unit of this test ({accepted}). Only its place in the "
                "laboratory’s own range was used.",
                "Give the value with one of these units.",
            )
            return lab(None, band=_against(number.readings[0], entry.own), comparator=None), issues
        say(
            "error",
            f"{test.label}: “{unit_text}” is not a unit of this test. The value was not used.",
            f"Give it in one of {accepted}.",
        )
        return lab(None, usable=False), issues
    if unit is None:
        usual = [u for u in _distinct(test.units) if u.usual]
        options = [(u, x) for u in usual for x in number.readings if _possible(_convert(x, u), test)]
        if entry.own is not None and len(options) > 1:
            options = [(u, x) for u, x in options if _range_fits(entry.own, u, test)] or options
        mildest = _mildest(options, test)
        if mildest is not None and entry.own is None and number.comparator is None:
            say(
                "warning",
                f"{test.label} {typed}: the unit is missing. In each unit that makes the value possible it is beyond "
                f"the customary range; the mildest of them, {mildest[0].unit}, was used.",
                f"Write the unit ({accepted}).",
            )
            return lab(round(_convert(mildest[1], mildest[0]), 6)), issues
        if len({(u.unit, x) for u, x in options}) != 1:
            if entry.own is not None and len(number.readings) == 1:
                say(
                    "warning",
                    f"{test.label} {typed}: the unit is missing; only its place in the laboratory’s own range was "
                    "used.",
                    f"Add the unit ({accepted}).",
                )
                return lab(None, band=_against(number.readings[0], entry.own), comparator=None), issues
            reason = "could be in more than one unit" if options else "is not possible in any unit of this test"
            say(
                "error",
                f"{test.label} {typed}: the unit is missing and the value {reason}. It was not used.",
                f"Add the unit ({accepted}).",
            )
            return lab(None, usable=False), issues
        unit, value = options[0]
        if test.unit not in _WITHOUT_UNIT:
            say(
                "warning",
                f"{test.label} {typed}: the unit is missing; {unit.unit} was assumed, the only one that makes the "
                "value possible.",
                f"Write the unit: {entry.name} {typed} {unit.unit}.",
            )
    else:
        value = next((x for x in number.readings if _possible(_convert(x, unit), test)), number.readings[0])
        if len(number.readings) > 1:
            say("note", f"{test.label}: “{entry.value}” was read as {value:g}.", "Write the number without a comma.")
        if entry.own is not None and not _range_fits(entry.own, unit, test):
            other = [u for u in _distinct(test.units) if u.factor != unit.factor and _range_fits(entry.own, u, test)]
            if other:
                say(
                    "warning",
                    f"{test.label} {typed}: the laboratory’s range fits {other[0].unit}, not {unit.unit}. Only the "
                    "place in that range was used.",
                    f"Check the unit: {unit.unit} or {other[0].unit}?",
                )
                return lab(None, band=_against(value, entry.own), comparator=None), issues
    converted = _convert(value, unit)
    upward = converted > 0 and number.comparator == "<"  # below what a laboratory can measure is no impossible value
    if not _possible(converted, test) and not upward:
        fits = [u.unit for u in _distinct(test.units) if _possible(_convert(value, u), test)]
        hint = f" It would be possible in {' or '.join(fits)}." if fits else ""
        say(
            "error",
            f"{test.label} {typed} is not possible ({converted:.3g} {test.unit}); it was not used.{hint}",
            "Check the value and its unit on the laboratory’s sheet.",
        )
        return lab(round(converted, 6), usable=False), issues
    if slip := _slip(value, unit, test):
        say(
            "warning",
            f"{test.label} {typed} is far from usual and would be usual in {slip}. It was used as typed.",
            f"Check the unit on the laboratory’s sheet: {unit.unit} or {slip}?",
        )
    if number.middle:
        say(
            "note",
            f"{test.label}: of the range “{entry.value}” the middle was used.",
            "Give single results with their dates.",
        )
    own = entry.own
    reference = None
    if own is not None:
        reference = tuple(None if x is None else round(_convert(x, unit), 6) for x in own)
    return lab(round(converted, 6), reference=reference), issues


def near_tests(name: str, lexicon: Lexicon) -> str:
    """The three nearest tests, as advice."""
    from rapidfuzz import fuzz, process

    labels = {test.id: test.label for test in lexicon.knowledge.tests.values()}
    near = process.extract(name.lower(), labels, scorer=fuzz.WRatio, score_cutoff=50, limit=3, processor=str.lower)
    if not near:
        return "See “repletion knowledge show” for the tests that are known."
    return f"Nearest tests: {'; '.join(label for label, _, _ in near)}."

"""Numeric laboratory results as typed → :class:`Lab` in the test's own unit, with every doubt said.

A unit is never guessed silently: a missing one is filled in only when a single accepted unit makes the value possible,
and a value that fits only another unit than the one written is shown and not used.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from repletion.case.labs import NOTE, Number, read_number
from repletion.case.parts import Band, Lab
from repletion.errors import Issue
from repletion.knowledge.models import Test, Unit
from repletion.units import normalize

_WITHOUT_UNIT = frozenset(("pH", "ratio", "INR", "index", "ordinal"))


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
    wanted = normalize(NOTE.sub(" ", text))
    if wanted is None:
        return None
    for unit in test.units:
        if unit.unit == wanted or (unit.unit.endswith("/d") and unit.unit == f"{wanted}/d"):
            return unit
    return None


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


class _Result:
    """One numeric result on its way to a value in the test's own unit.  ``issues``: every doubt met on it."""

    def __init__(self, entry: Entry, number: Number, test: Test) -> None:
        self.entry, self.number, self.test = entry, number, test
        self.typed = f"{entry.value} {entry.unit}".strip()
        self.accepted = ", ".join(u.unit for u in test.units)
        self.issues: list[Issue] = []

    def read(self) -> Lab:
        """The result, in a unit that is named or can only be meant, converted and checked."""
        unit_text = self.entry.unit or self.number.rest
        unit = _named(unit_text, self.test) if unit_text else None
        if unit is not None:
            found = self._in_unit(unit)
        elif unit_text and (normalize(NOTE.sub(" ", unit_text)) or self.entry.unit):
            return self._in_a_strange_unit(unit_text)
        else:
            found = self._without_unit()
        return found if isinstance(found, Lab) else self._checked(*found)

    def _lab(self, value: float | None, **more: object) -> Lab:
        entry, test = self.entry, self.test
        base = {
            "test": test.id, "label": test.label, "text": f"{entry.name} {self.typed}".strip(), "where": entry.where,
            "value": value, "unit": test.unit if value is not None else None, "typed": self.typed,
            "code": f"LOINC {test.loinc[0].code}" if test.loinc else None, "date": entry.date,
            "comparator": self.number.comparator,
        }  # fmt: skip
        return Lab(**(base | more))  # type: ignore[arg-type]

    def _placed(self, value: float, own: tuple[float | None, float | None]) -> Lab:
        """The result as its place in the laboratory's own range alone."""
        return self._lab(None, band=_against(value, own), comparator=None)

    def _say(self, level: str, message: str, remedy: str) -> None:
        self.issues.append(Issue(level=level, where=self.entry.where, message=message, remedy=remedy))  # type: ignore[arg-type]

    def _in_a_strange_unit(self, unit_text: str) -> Lab:
        if self.entry.own is not None:
            self._say(
                "warning",
                f"{self.test.label}: “{self.typed}” is not in a unit of this test ({self.accepted}). Only its place "
                "in the laboratory’s own range was used.",
                "Give the value with one of these units.",
            )
            return self._placed(self.number.readings[0], self.entry.own)
        self._say(
            "error",
            f"{self.test.label}: “{unit_text}” is not a unit of this test. The value was not used.",
            f"Give it in one of {self.accepted}.",
        )
        return self._lab(None, usable=False)

    def _without_unit(self) -> Lab | tuple[Unit, float]:
        """The only unit that makes the value possible, and the value; else what can be said without one."""
        entry, number, test = self.entry, self.number, self.test
        usual = [u for u in _distinct(test.units) if u.usual]
        options = [(u, x) for u in usual for x in number.readings if _possible(_convert(x, u), test)]
        if entry.own is not None and len(options) > 1:
            options = [(u, x) for u, x in options if _range_fits(entry.own, u, test)] or options
        mildest = _mildest(options, test)
        if mildest is not None and entry.own is None and number.comparator is None:
            self._say(
                "warning",
                f"{test.label} {self.typed}: the unit is missing. In each unit that makes the value possible it is "
                f"beyond the customary range; the mildest of them, {mildest[0].unit}, was used.",
                f"Write the unit ({self.accepted}).",
            )
            return self._lab(round(_convert(mildest[1], mildest[0]), 6))
        if len({(u.unit, x) for u, x in options}) != 1:
            return self._in_any_unit(bool(options))
        unit, value = options[0]
        if test.unit not in _WITHOUT_UNIT:
            self._say(
                "warning",
                f"{test.label} {self.typed}: the unit is missing; {unit.unit} was assumed, the only one that makes the "
                "value possible.",
                f"Write the unit: {entry.name} {self.typed} {unit.unit}.",
            )
        return unit, value

    def _in_any_unit(self, possible: bool) -> Lab:
        """A value whose unit is missing and cannot be told.  ``possible``: in more than one unit."""
        entry, number, test = self.entry, self.number, self.test
        remedy = f"Add the unit ({self.accepted})."
        if entry.own is not None and len(number.readings) == 1:
            self._say(
                "warning",
                f"{test.label} {self.typed}: the unit is missing; only its place in the laboratory’s own range was "
                "used.",
                remedy,
            )
            return self._placed(number.readings[0], entry.own)
        reason = "could be in more than one unit" if possible else "is not possible in any unit of this test"
        self._say(
            "error",
            f"{test.label} {self.typed}: the unit is missing and the value {reason}. It was not used.",
            remedy,
        )
        return self._lab(None, usable=False)

    def _in_unit(self, unit: Unit) -> Lab | tuple[Unit, float]:
        """The unit as typed and the value, unless the laboratory's range is in another unit."""
        entry, number, test = self.entry, self.number, self.test
        value = next((x for x in number.readings if _possible(_convert(x, unit), test)), number.readings[0])
        if len(number.readings) > 1:
            note = f"{test.label}: “{entry.value}” was read as {value:g}."
            self._say("note", note, "Write the number without a comma.")
        if entry.own is not None and not _range_fits(entry.own, unit, test):
            other = [u for u in _distinct(test.units) if u.factor != unit.factor and _range_fits(entry.own, u, test)]
            if other:
                self._say(
                    "warning",
                    f"{test.label} {self.typed}: the laboratory’s range fits {other[0].unit}, not {unit.unit}. Only "
                    "the place in that range was used.",
                    f"Check the unit: {unit.unit} or {other[0].unit}?",
                )
                return self._placed(value, entry.own)
        return unit, value

    def _checked(self, unit: Unit, value: float) -> Lab:
        """The value converted; one that nobody has is not usable, and one that looks like a slip is said."""
        test, converted = self.test, _convert(value, unit)
        upward = converted > 0 and self.number.comparator == "<"  # below what can be measured is no impossible value
        if not _possible(converted, test) and not upward:
            fits = [u.unit for u in _distinct(test.units) if _possible(_convert(value, u), test)]
            hint = f" It would be possible in {' or '.join(fits)}." if fits else ""
            self._say(
                "error",
                f"{test.label} {self.typed} is not possible ({converted:.3g} {test.unit}); it was not used.{hint}",
                "Check the value and its unit on the laboratory’s sheet.",
            )
            return self._lab(round(converted, 6), usable=False)
        if slip := _slip(value, unit, test):
            self._say(
                "warning",
                f"{test.label} {self.typed} is far from usual and would be usual in {slip}. It was used as typed.",
                f"Check the unit on the laboratory’s sheet: {unit.unit} or {slip}?",
            )
        if self.number.middle:
            self._say(
                "note",
                f"{test.label}: of the range “{self.entry.value}” the middle was used.",
                "Give single results with their dates.",
            )
        own, reference = self.entry.own, None
        if own is not None:
            reference = tuple(None if x is None else round(_convert(x, unit), 6) for x in own)
        return self._lab(round(converted, 6), reference=reference)


def numeric(entry: Entry, number: Number, test: Test) -> tuple[Lab, list[Issue]]:
    """A numeric result: unit understood or inferred, value converted and checked."""
    result = _Result(entry, number, test)
    return result.read(), result.issues

"""Values of FHIR elements, read whatever shape they come in: concepts, codes, quantities, dates."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from repletion.fhir.bundle import items
from repletion.knowledge.records import systems
from repletion.units import from_ucum, normalize

LONGEST = 300
_TAG = re.compile(
    r"\s*\((?:disorder|finding|substance|product|medicinal product|situation|procedure|observable entity|qualifier "
    r"value|event|clinical drug|medicinal product form)\)\s*$",
    re.IGNORECASE,
)
_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T|$)")
_COMPARATORS = {"<": "<", "<=": "<", ">": ">", ">=": ">"}


def words(value: object) -> str:
    """Text on one line, cut to a length that a person reads; empty when it is no text."""
    return " ".join(value.split())[:LONGEST] if isinstance(value, str) else ""


def concept(value: object) -> Mapping[str, Any]:
    """A CodeableConcept, also inside a CodeableReference (R5)."""
    if isinstance(value, dict):
        inner = value.get("concept")
        return inner if isinstance(inner, dict) else value
    return {}


def codes_of(value: object) -> list[str]:
    """Codes of a concept as ``SYSTEM CODE``, of the systems known here."""
    found = []
    for coding in items(concept(value).get("coding")):
        system, code = coding.get("system"), coding.get("code")
        if isinstance(system, str) and isinstance(code, str):
            name = systems().get(system.strip().rstrip("/").casefold())
            if name:
                found.append(f"{name} {code.strip()}"[:80])
    return list(dict.fromkeys(found))


def plain_codes(value: object) -> set[str]:
    """Codes of a concept whatever their system, for FHIR's own short lists."""
    found = {c["code"].strip() for c in items(concept(value).get("coding")) if isinstance(c.get("code"), str)}
    text = words(concept(value).get("text")).lower()
    return found | ({text} if text else set())


def text_of(value: object) -> str:
    """The words of a concept: its text, else the first display, without a semantic tag."""
    whole = concept(value)
    shown = words(whole.get("text")) or next(
        (words(c.get("display")) for c in items(whole.get("coding")) if words(c.get("display"))), ""
    )
    return _TAG.sub("", shown)


def day_of(value: object) -> dt.date | None:
    """The first day that a date, date-time or period can mean."""
    if isinstance(value, dict):
        return day_of(value.get("end")) or day_of(value.get("start"))
    match = _DATE.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return dt.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None


def number(value: object) -> float | None:
    """A finite number, also when it is written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            return None
    if not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A Quantity: ``value``, ``comparator``, unit in the house's spelling or as written, and why it cannot be used."""

    value: float | None
    comparator: str
    unit: str
    fault: str = ""

    @property
    def text(self) -> str:
        """The number as typed, with its comparator."""
        return f"{self.comparator}{self.value:.12g}" if self.value is not None else ""


def quantity(value: object) -> Quantity:
    """A Quantity.  A code and a unit that contradict each other make it unusable."""
    if not isinstance(value, dict):
        return Quantity(None, "", "", "it is not a quantity")
    amount = number(value.get("value"))
    sign = words(value.get("comparator"))
    if value.get("comparator") is not None and sign not in _COMPARATORS:
        return Quantity(amount, "", "", f"the comparator “{sign}” is not known")
    code, shown = words(value.get("code")), words(value.get("unit"))
    coded = from_ucum(code) or normalize(code) if code else None
    typed = (normalize(shown) or from_ucum(shown)) if shown else None
    fault = "" if amount is not None else "it has no number"
    if coded and typed and coded != typed and _differ(coded, typed):
        fault = f"its code says {coded} and its unit says {typed}"
    return Quantity(amount, _COMPARATORS.get(sign, ""), coded or typed or code or shown, fault)


_SAME = (
    {"U/L", "IU/L"}, {"mIU/L", "mU/L", "uIU/mL", "uU/mL"}, {"ng/mL", "ug/L"}, {"pg/mL", "ng/L"},
    {"10*9/L", "10*3/uL"}, {"10*12/L", "10*6/uL"}, {"U/mL", "IU/mL"}, {"mOsm/kg", "mmol/kg"}, {"ratio", "index"},
    {"ratio", "INR"}, {"mg/L", "ug/mL"}, {"/uL", "/mm3"},
)  # fmt: skip


def _differ(one: str, other: str) -> bool:
    """Whether two units are not only two spellings of the same."""
    return not any({one, other} <= same for same in _SAME)

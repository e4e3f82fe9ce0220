"""What a laboratory prints behind a value: its flag, its range and the unit, in any order.

"128 L (135-145) mmol/L", "94 g/L (115-165) L", "10.9 mg/dL H 8.6-10.3".  A flag is a capital letter or a star alone, so
that "2 L" of water, which no test is named before, stays an amount.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from repletion.units import normalize

_FLAG = re.compile(r"\s*(?:(?:flag\s*:?\s*)?(?P<flag>\*{0,2}(?:LL?|HH?|LOW|HIGH|Low|High|\*)\*?))(?=[\s,;:()\[\].]|$)")
_NUMBER = r"\d+(?:[.,]\d+)?"
_SPAN = rf"(?:{_NUMBER}\s*(?:-|–|to)\s*{_NUMBER}|[<>≤≥]\s*{_NUMBER})"
_RANGE = re.compile(
    rf"\s*(?:[(\[]\s*(?:(?:ref(?:erence)?|normal)(?:\s*range)?\s*:?\s*)?(?P<inside>{_SPAN})\s*(?:[^\d\s()\[\]]\S*)?\s*[)\]]"
    rf"|(?:ref(?:erence)?(?:\s*range)?\s*:?\s*)?(?P<bare>{_SPAN})(?=[\s,;.]|$))",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s*(?P<unit>(?:x\s*)?(?:10\s*(?:\^|\*)\s*\d+|[^\s,;()\[\]\d<>*]+)(?:\s*/\s*[^\s,;()\[\]]+)*)")


class Sheet(NamedTuple):
    """``end``: characters that were read; ``unit`` and ``own`` range as typed, each empty when absent."""

    end: int
    unit: str
    own: str


def behind(text: str) -> Sheet | None:
    """What stands behind a value at the start of ``text``; ``None`` where there is neither a flag nor a range."""
    end, unit, own, flags = 0, "", "", 0
    while True:
        rest = text[end:]
        if (match := _FLAG.match(rest)) is not None and not flags:
            flags += 1
        elif not own and (match := _RANGE.match(rest)) is not None and (match["inside"] or unit or flags):
            own = match["inside"] or match["bare"]
        elif not unit and (match := _UNIT.match(rest)) is not None and _is_unit(match["unit"]):
            unit = match["unit"]
        else:
            break
        end += match.end()
    return Sheet(end, unit, own) if flags or own else None


def _is_unit(words: str) -> bool:
    known = normalize(words)
    return known is not None and ("/" in known or known in {"%", "fL", "pg"})

"""Check digits and shapes of the codes of other systems.

A check digit finds a mistyped code.  It does not say that the code exists or means what is written beside it.
"""

from __future__ import annotations

import re

# Verhoeff's tables: multiplication in the dihedral group of order ten, and the permutation by place.
_TIMES = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_PLACES = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)

_SHAPES = {
    "hpo": re.compile(r"HP:\d{7}"),
    "icd10cm": re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"),
    "atc": re.compile(r"[A-Z](?:\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?)?"),
}


def loinc_is_valid(code: str) -> bool:
    """Whether ``code`` (as ``2601-3``) has the LOINC shape and its modulus-10 check digit.

    From the right, every other digit is doubled and the digits of all results are added; the check digit brings
    the sum to a multiple of ten (LOINC Users' Guide, appendix on check digits).
    """
    if re.fullmatch(r"\d{1,7}-\d", code) is None:
        return False
    number, digit = code.split("-")
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(number))]
    return (sum(d // 10 + d % 10 for d in doubled) + int(digit)) % 10 == 0


def snomed_is_valid(code: str) -> bool:
    """Whether ``code`` is a SNOMED CT concept identifier with a right Verhoeff check digit.

    A concept identifier has 6 to 18 digits, does not begin with zero, and ends with a partition of ``00`` (core)
    or ``10`` (extension) before its check digit (SNOMED CT Release File Specification).
    """
    if re.fullmatch(r"[1-9]\d{5,17}", code) is None or code[-3:-1] not in {"00", "10"}:
        return False
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(_TIMES[check][int(_PLACES[place % 8][int(digit)])])
    return check == 0


def shape_is_valid(system: str, code: str) -> bool:
    """Whether ``code`` has the shape of ``system`` (``hpo``, ``icd10cm``, ``atc``); these carry no check digit."""
    return _SHAPES[system].fullmatch(code) is not None

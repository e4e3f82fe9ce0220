"""Units of laboratory results as people type them → one spelling, and one spelling → UCUM.

``"µmol/l"``, ``"mcmol/L"`` and ``"umol / L"`` are the same unit; ``"mEq/L"`` and ``"mmol/L"`` are not.
"""

from __future__ import annotations

import re
from functools import cache

_NUMERATORS = {
    "g": "g", "mg": "mg", "ug": "ug", "mcg": "ug", "ng": "ng", "pg": "pg",
    "mol": "mol", "mmol": "mmol", "mmole": "mmol", "mmoles": "mmol", "mm": "mmol", "umol": "umol", "mcmol": "umol",
    "micromol": "umol", "nmol": "nmol", "pmol": "pmol", "meq": "mEq", "ueq": "uEq",
    "u": "U", "iu": "IU", "mu": "mU", "miu": "mIU", "uu": "uU", "uiu": "uIU", "mcu": "uU", "units": "U", "unit": "U",
    "ukat": "ukat", "ru": "RU", "mosm": "mOsm", "mosmol": "mOsm", "mosmols": "mOsm", "ml": "mL", "l": "L", "mm3": "mm3",
    "mcgram": "ug", "microgram": "ug", "micrograms": "ug", "nanogram": "ng", "milligram": "mg",
}  # fmt: skip
_DENOMINATORS = {
    "l": "L", "liter": "L", "litre": "L", "dl": "dL", "ml": "mL", "100ml": "dL", "ul": "uL", "mcl": "uL", "mm3": "mm3",
    "cmm": "mm3", "kg": "kg", "mol": "mol", "mmol": "mmol", "g": "g", "h": "h", "hr": "h", "d": "d", "day": "d",
    "24h": "d", "24hr": "d", "24hours": "d", "min": "min", "minute": "min",
}  # fmt: skip
_WHOLE = {
    "%": "%", "percent": "%", "ph": "pH", "fl": "fL", "pg": "pg", "s": "s", "sec": "s", "ms": "ms", "mmhg": "mmHg",
    "kpa": "kPa", "ratio": "ratio", "inr": "INR", "index": "index", "ordinal": "ordinal", "mg%": "mg/dL", "g%": "g/dL",
    "gm%": "g/dL", "femtoliter": "fL", "mmh": "mm/h", "torr": "mmHg", "bpm": "/min", "°c": "Cel", "kg/m2": "kg/m2",
    "mg": "mg", "g": "g", "ug": "ug", "mcg": "ug", "iu": "IU", "units": "U", "mmol": "mmol", "mol": "mol", "meq": "mEq",
    "ml": "mL", "l": "L", "ng": "ng", "ng/ml/h": "ng/mL/h",
}  # fmt: skip
_UCUM = {
    "mEq": "meq", "U": "U", "IU": "[IU]", "mIU": "m[IU]", "uIU": "u[IU]", "mU": "mU", "uU": "uU", "mOsm": "mosm",
    "mmHg": "mm[Hg]", "pH": "[pH]", "mm3": "mm3", "RU": "[arb'U]",
}  # fmt: skip
_POWER = re.compile(r"^(?:x)?10(?:\^|\*\*|\*|e)?([369]|12)$")
_EGFR = re.compile(r"^ml/min(?:/1[.,]73(?:m2|m\^2|sqm)?)?$")


@cache
def normalize(text: str) -> str | None:
    """The one spelling of a unit, or ``None`` when it is not a unit.

    >>> normalize("mcg/dl"), normalize("10^9/l"), normalize("mL/min/1.73 m²")
    ('ug/dL', '10*9/L', 'mL/min/1.73m2')
    """
    plain = text.strip().strip(".;:()[]").replace("µ", "u").replace("μ", "u").replace("²", "2").replace("³", "3")
    plain = re.sub(r"\s+", "", plain.replace("⁹", "9").replace(" per ", "/")).lower().replace("×", "x")
    if not plain:
        return None
    if _EGFR.match(plain):
        return "mL/min/1.73m2"
    if plain in _WHOLE:
        return _WHOLE[plain]
    top, slash, bottom = plain.partition("/")
    if not slash:
        return None
    bottom = {"24hour": "d", "24h": "d", "24hours": "d"}.get(bottom, _DENOMINATORS.get(bottom, ""))
    if not bottom:
        return None
    if top == "":
        return f"/{bottom}"
    if top == "mm" and bottom == "h":
        return "mm/h"
    power = _POWER.match(top)
    if power:
        return f"10*{power.group(1)}/{bottom}"
    if top in {"k", "thousand"}:
        return f"10*3/{bottom}"
    name = _NUMERATORS.get(top)
    return f"{name}/{bottom}" if name else None


_EXPONENT = re.compile(r"\.([A-Za-z]+)-1(?![0-9])")
_ANNOTATION = re.compile(r"\{[^}]*\}")
_FROM_UCUM = {
    "{ratio}": "ratio", "{index}": "index", "{ordinal}": "ordinal", "{INR}": "INR", "{inr}": "INR", "1": "ratio",
    "[pH]": "pH", "mL/min/{1.73_m2}": "mL/min/1.73m2", "{pH}": "pH", "{score}": "index", "{s_co_ratio}": "index",
}  # fmt: skip


def from_ucum(code: str) -> str | None:
    """A UCUM code in the spelling of :func:`normalize`, or ``None``: ``meq/L`` → ``mEq/L``.

    >>> from_ucum("m[IU]/L"), from_ucum("mL/min/{1.73_m2}"), from_ucum("mg/g{creat}"), from_ucum("mmol.L-1")
    ('mIU/L', 'mL/min/1.73m2', 'mg/g', 'mmol/L')
    """
    code = code.strip()
    if code in _FROM_UCUM:
        return _FROM_UCUM[code]
    plain = _EXPONENT.sub(r"/\1", _ANNOTATION.sub("", code))
    if "1.73" in code and plain.startswith("mL/min"):
        return "mL/min/1.73m2"
    for written, here in (
        ("[IU]", "IU"),
        ("[iU]", "IU"),
        ("mm[Hg]", "mmHg"),
        ("[arb'U]", "U"),
        ("(24.h)", "d"),
        ("24.h", "d"),
    ):
        plain = plain.replace(written, here)
    return normalize(plain.replace("[", "").replace("]", "")) if plain else None


def ucum(unit: str) -> str:
    """A unit in the spelling of :func:`normalize` as UCUM: ``mEq/L`` → ``meq/L``.

    >>> ucum("mIU/L"), ucum("mL/min/1.73m2")
    ('m[IU]/L', 'mL/min/{1.73_m2}')
    """
    if unit == "mL/min/1.73m2":
        return "mL/min/{1.73_m2}"
    if unit in {"ratio", "index", "ordinal", "INR"}:
        return "{" + unit + "}"
    return "/".join(_UCUM.get(piece, piece) for piece in unit.split("/"))

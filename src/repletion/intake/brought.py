"""Nutrients that an export brings along: its columns, their units, its numbers.

They are used where the food itself is not in the table.  What a column does not hold is not known, never zero.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from repletion.intake.wording import FOLDER
from repletion.knowledge.reader import rows

_MASS = {"g": 1.0, "mg": 1e-3, "ug": 1e-6, "µg": 1e-6, "μg": 1e-6, "mcg": 1e-6, "kg": 1e3}
_ENERGY = {"kcal": 1.0, "cal": 1.0, "kj": 1 / 4.184}  # 1 kcal is 4.184 kJ by definition
_LARGEST = 1e6
"""No line of a diary holds more than this of anything, in the unit of its column."""

NO_VALUE = {"", "-", "–", "n/a", "na", "nan", "null", "none", "."}


class _Column(msgspec.Struct, frozen=True):
    nutrient: str
    unit: str
    factor: float
    words: list[str]


class Export(msgspec.Struct, frozen=True):
    """An export that is known by its columns.

    ``unit_less``: headers without a unit that are in the usual unit of their nutrient; ``*`` stands for all.
    """

    label: str
    columns: list[str]
    unit_less: list[str] = msgspec.field(default_factory=list)
    note: str = ""


@cache
def _columns() -> dict[str, _Column]:
    found = rows(FOLDER / "nutrient_columns.csv", _Column, lists=("words",))
    return {word: column for column in found for word in column.words}


@cache
def _exports() -> tuple[Export, ...]:
    return tuple(rows(FOLDER / "exports.csv", Export, lists=("columns", "unit_less")))


def plain(header: str) -> str:
    """A header as it is compared: lower case, one space, no marks around it."""
    return re.sub(r"\s+", " ", header.replace("\ufeff", "").strip().strip('"').lower()).strip()


def export_of(headers: list[str]) -> Export | None:
    """Which program's export this is, by its columns."""
    have = {plain(header) for header in headers}
    return next((export for export in _exports() if have.issuperset(export.columns)), None)


def nutrient_columns(headers: list[str]) -> dict[int, tuple[str, float]]:
    """Place of each column with the nutrient and the factor to the unit of the food table.

    A column without a unit counts only where the export is known to leave units out; of columns that stand twice
    the first counts.
    """
    export = export_of(headers)
    bare = set(export.unit_less) if export else set()
    found: dict[int, tuple[str, float]] = {}
    for place, header in enumerate(headers):
        column = _read_header(plain(header), bare)
        if column is not None and column[0] not in {nutrient for nutrient, _ in found.values()}:
            found[place] = column
    return found


def _read_header(header: str, bare: set[str]) -> tuple[str, float] | None:
    code = re.fullmatch(r"dr[12]i(\w+)", header)
    if code is not None:
        header = {"chol": "chole", "chl": "choln"}.get(code[1], code[1])
    with_unit = re.fullmatch(r"(.+?)[ _]*[(\[]([^()\[\]]+)[)\]]", header)
    if with_unit is not None and (column := _columns().get(with_unit[1].strip())) is not None:
        return _in_unit(column, with_unit[2].strip())
    column = _columns().get(header)
    if column is None or not (header in bare or "*" in bare):
        return None
    return column.nutrient, column.factor


def _in_unit(column: _Column, unit: str) -> tuple[str, float] | None:
    """The factor from the unit of the header; None for one that measures something else, as IU or percent."""
    scale = _ENERGY if column.unit == "kcal" else _MASS
    if unit == "iu" and column.nutrient == "vitamin_d":
        return column.nutrient, 1 / 40  # 40 IU of vitamin D are 1 µg by definition
    if unit not in scale or column.unit not in scale:
        return None
    return column.nutrient, scale[unit] / scale[column.unit] * column.factor


def number(text: str, mark: str) -> float | None:
    """A cell's number, with a decimal point or comma; None when it holds none, or none that can be.

    "1,050" is one thousand and fifty where commas part the cells, and 1.05 where another mark does.
    """
    text = text.strip().replace("\u00a0", "").replace(" ", "")
    if not re.fullmatch(r"\d+([.,]\d+)*", text):
        return None
    if "," in text and "." in text:
        thousands, decimal = (",", ".") if text.rindex(".") > text.rindex(",") else (".", ",")
        text = text.replace(thousands, "").replace(decimal, ".")
    elif text.count(",") > 1 or (mark == "," and re.fullmatch(r"\d{1,3},\d{3}", text)):
        text = text.replace(",", "")
    else:
        text = text.replace(",", ".")
    if text.count(".") > 1:
        return None
    value = float(text)
    return value if value <= _LARGEST else None

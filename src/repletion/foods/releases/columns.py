"""From the fields of a release to the nutrients of the table: units explicit, what cannot be is left unknown."""

from __future__ import annotations

import math
from functools import cache

from repletion.foods.releases.model import Release
from repletion.foods.table import open_shipped
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Record
from repletion.knowledge.reader import rows

_GRAMS = {"g": 1.0, "mg": 1e-3, "ug": 1e-6, "µg": 1e-6, "μg": 1e-6, "mcg": 1e-6}
_SAME = {"kcal": "kcal", "kj": "kJ", "iu": "IU", "% vol": "% vol", "%": "% vol"}
# Times the richest food of the shipped table (fortified ones are in it): above, a slip of the unit is likelier.
TIMES_THE_RICHEST = 10.0
# Pure fat has 902 kcal in 100 g; what is above is kJ, or wrong.
MOST_ENERGY = 920.0


class Column(Record, frozen=True):
    """One field of a release: the nutrient, the unit it is given in, and which field is taken before which (``rank``).

    ``factor`` stands for what the field means beyond its unit: salt × 0.4 = sodium.
    """

    release: Release
    field: str
    slug: str
    unit: str
    rank: int
    factor: float
    why: str = ""


@cache
def columns(release: Release) -> dict[str, Column]:
    """Fields of a release."""
    every = rows(DATA / "foods" / "release_columns.csv", Column)
    return {row.field: row for row in every if row.release == release}


@cache
def _limits() -> dict[str, tuple[float, float]]:
    """Unit in grams (1 for energy) and the most that 100 g can hold, by nutrient."""
    table = open_shipped()
    richest = table.richest()
    found = {}
    for nutrient in table.nutrients:
        grams = _GRAMS.get(nutrient.unit, 1.0)
        most = MOST_ENERGY if nutrient.unit == "kcal" else min(100 / grams, TIMES_THE_RICHEST * richest[nutrient.slug])
        found[nutrient.slug] = (grams, most)
    return found


class Unusable(ValueError):
    """An amount that is not used; says why."""


def amount_of(column: Column, value: object, unit: str = "") -> float | None:
    """An amount in the table's unit per 100 g, or None when the cell is empty (missing is not zero).

    ``unit``: as the record gives it; that of the column when it gives none.  Raises :class:`Unusable`.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value) if not isinstance(value, bool) else math.nan  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise Unusable(f"{column.field}: “{str(value)[:30]}” is not a number")
    given, meant = unit.strip().lower(), column.unit
    grams, most = _limits()[column.slug]
    if given and _SAME.get(given, "") != meant:
        if given not in _GRAMS or meant not in _GRAMS:
            raise Unusable(f"{column.field}: the unit “{unit[:20]}” is not {meant}")
        meant = given
    amount = number * column.factor
    if meant in _GRAMS:
        amount *= _GRAMS[meant] / grams
    if amount < 0 or amount > most * (1 + 1e-9):
        raise Unusable(f"{column.field}: {number:g} {unit or column.unit} in 100 g cannot be")
    return amount


def gather(release: Release, found: dict[str, tuple[object, str]]) -> tuple[dict[str, float], list[str]]:
    """Amounts by nutrient from ``field → (value, unit)``, of several fields for one nutrient the first by rank.

    The second result says what was not used and why.
    """
    amounts: dict[str, float] = {}
    ranks: dict[str, int] = {}
    wrong: list[str] = []
    known = columns(release)
    for name, (value, unit) in found.items():
        column = known.get(name)
        if column is None or ranks.get(column.slug, 99) <= column.rank:
            continue
        try:
            amount = amount_of(column, value, unit)
        except Unusable as error:
            wrong.append(str(error))
            continue
        if amount is not None:
            amounts[column.slug], ranks[column.slug] = amount, column.rank
    return amounts, wrong

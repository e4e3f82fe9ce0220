"""What a diary adds up to: mean per day, with coverage, and a food and a supplement ledger kept apart.

A food whose table value is missing is left out of the sum and lowers the coverage; the sum is then a lower bound.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from repletion.foods import open_table
from repletion.intake.portions import default_portion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from repletion.intake.entries import Diary, DiaryLine


class NutrientTotal(msgspec.Struct, frozen=True, kw_only=True):
    """One nutrient, mean per day in ``unit``; ``amount`` is None when nothing is known of it.

    ``coverage``: share (0-1) of the grams eaten, water apart, whose food has a value.  A line that was not understood
    counts as a typical line without values; a food without an amount ("salt to taste") takes away the share of the
    nutrient that a usual serving of it would have brought.  ``status``: *complete*; *partial*, the amount is then a
    lower bound; *unknown*.  ``ledgers``: mean per day from ``food`` and ``supplement``, and the part of ``food`` that
    was added as ``fortification`` where the table knows.  ``per_day``: amounts in the order of ``Diary.days``.
    """

    nutrient: str
    label: str
    unit: str
    amount: float | None
    coverage: float
    status: Literal["complete", "partial", "unknown"]
    ledgers: dict[str, float | None]
    per_day: tuple[float, ...]


class DayMatrix(msgspec.Struct, frozen=True, kw_only=True):
    """``amounts[day, nutrient]`` in the table's units; NaN where nothing is known of that day's nutrient."""

    days: tuple[str, ...]
    nutrients: tuple[str, ...]
    amounts: NDArray[np.float64]


# Which column holds the part that was added to food.
_ADDED = {"vitamin_b12": "vitamin_b12_added", "vitamin_e": "vitamin_e_added", "folic_acid": "folic_acid"}


class _Sums(msgspec.Struct, frozen=True):
    days: tuple[str, ...]
    food: Any  # (days, nutrients), NaN taken out
    supplement: Any
    covered: Any  # (nutrients,) share of grams with a value
    open_doses: frozenset[str]
    has_food: bool


def _sums(diary: Diary, *, weights: Literal["grams", "low", "high"] = "grams") -> _Sums:
    import numpy as np

    table = open_table()
    size = len(table.nutrients)
    days = diary.days or ("1",)
    place = {day: number for number, day in enumerate(days)}
    food = np.zeros((len(days), size))
    supplement = np.zeros((len(days), size))
    eaten = 0.0
    known = np.zeros(size)
    open_doses: set[str] = set()
    water = table.index("water")
    unclear = 0
    unweighed = np.zeros(size)
    counted = 0
    unweighable: list[Any] = []
    for line in diary.lines:
        if line.brought:
            counted += 1
            held = np.array([line.brought.get(nutrient.slug, math.nan) for nutrient in table.nutrients])
            food[place[line.day]] += np.nan_to_num(held)
            dry = _dry_weight(line)
            if dry is None:
                unweighable.append(~np.isnan(held))
            else:
                eaten += dry
                known += ~np.isnan(held) * dry
            continue
        for dose in line.doses:
            if dose.amount is None:
                open_doses.add(dose.nutrient)
            else:
                supplement[place[line.day], table.index(dose.nutrient)] += dose.amount
        grams = getattr(line, weights)
        if line.status == "not_understood":
            unclear += 1
        if line.status == "unmeasured" and line.food is not None:
            values = table.amounts(line.food.id)
            unweighed += np.where(np.isnan(values), 0.0, values) * default_portion(line.food)[0] / 100
        if line.food is None or grams is None:
            continue
        counted += 1
        values = table.amounts(line.food.id)
        dry = grams * (1 - (0.0 if math.isnan(values[water]) else values[water] / 100))
        has = ~np.isnan(values)
        food[place[line.day]] += np.where(has, values, 0.0) * grams / 100
        eaten += dry
        known += has * dry
    # A line whose weight nobody knows counts like the usual one.
    usual = eaten / (counted - len(unweighable)) if eaten > 0 else 1.0
    for has in unweighable:
        eaten += usual
        known += has * usual
    covered = known / eaten if eaten > 0 else np.full(size, 1.0 if counted else 0.0)
    if counted + unclear:
        covered = covered * counted / (counted + unclear)
    found = food.sum(axis=0)
    covered = covered * np.where(unweighed > 0, found / np.maximum(found + unweighed, 1e-12), 1.0)
    return _Sums(days, food, supplement, covered, frozenset(open_doses), counted > 0)


def _dry_weight(line: DiaryLine) -> float | None:
    """Grams without water of a line that an export brought; None where neither its parts nor its weight are known."""
    parts = [line.brought.get(name) for name in ("protein", "fat", "carbohydrate")]
    if all(part is not None for part in parts):
        return sum(part or 0.0 for part in parts) + line.brought.get("alcohol", 0.0)
    return None if line.grams is None else max(0.0, line.grams - line.brought.get("water", 0.0))


def totals(diary: Diary) -> tuple[NutrientTotal, ...]:
    """Nutrient totals, mean per day over the diary's days, in the order of the food table."""
    table = open_table()
    sums = _sums(diary)
    both = sums.food + sums.supplement
    results = []
    for column, nutrient in enumerate(table.nutrients):
        coverage = float(sums.covered[column])
        supplement = float(sums.supplement[:, column].mean())
        undosed = nutrient.slug in sums.open_doses
        known = coverage > 0 or supplement > 0
        status: Literal["complete", "partial", "unknown"] = "unknown"
        if known:
            status = "complete" if coverage > 0.9995 and not undosed else "partial"
        ledgers: dict[str, float | None] = {
            "food": float(sums.food[:, column].mean()) if coverage > 0 else None,
            "supplement": None if undosed and supplement == 0 else supplement,
        }
        if nutrient.slug in _ADDED and coverage > 0:
            ledgers["fortification"] = float(sums.food[:, table.index(_ADDED[nutrient.slug])].mean())
        results.append(
            NutrientTotal(
                nutrient=nutrient.slug,
                label=nutrient.label,
                unit=nutrient.unit,
                amount=float(both[:, column].mean()) if known else None,
                coverage=coverage,
                status=status,
                ledgers=ledgers,
                per_day=tuple(float(value) for value in both[:, column]) if known else (),
            )
        )
    return tuple(results)


def day_matrix(diary: Diary, *, ledger: Literal["all", "food", "supplement"] = "all") -> DayMatrix:
    """Days by nutrients, for the adequacy of a person; NaN where no food of the diary has a value."""
    import numpy as np

    sums = _sums(diary)
    amounts = {"all": sums.food + sums.supplement, "food": sums.food, "supplement": sums.supplement}[ledger]
    if ledger != "supplement":
        amounts = np.where((sums.covered > 0) | (amounts > 0), amounts, np.nan)
    return DayMatrix(
        days=sums.days, nutrients=tuple(nutrient.slug for nutrient in open_table().nutrients), amounts=amounts
    )


def by_occasion(diary: Diary, nutrient: str) -> dict[tuple[str, str], float]:
    """Amount per eating occasion (day, meal), foods and supplements; foods without a value are left out."""
    table = open_table()
    column = table.index(nutrient)
    found: dict[tuple[str, str], float] = {}
    for line in diary.lines:
        amount = sum(dose.amount or 0.0 for dose in line.doses if dose.nutrient == nutrient)
        amount += line.brought.get(nutrient, 0.0)
        if line.food is not None and line.grams is not None:
            value = table.amounts(line.food.id)[column]
            amount += 0.0 if math.isnan(value) else float(value) * line.grams / 100
        if amount:
            found[line.day, line.meal] = found.get((line.day, line.meal), 0.0) + amount
    return found


def line_as_dict(line: DiaryLine) -> dict[str, Any]:
    """A line as ``intake --format json`` prints it."""
    return {
        "line": line.line,
        "text": line.text,
        "status": line.status,
        "food": None if line.food is None else msgspec.to_builtins(line.food),
        "grams": None if line.grams is None else round(line.grams, 2),
        "low": None if line.low is None else round(line.low, 2),
        "high": None if line.high is None else round(line.high, 2),
        "note": line.note,
        "day": line.day,
        "meal": line.meal,
        "alternatives": list(line.alternatives),
        "supplement": msgspec.to_builtins(line.doses),
        "brought": {name: round(amount, 4) for name, amount in line.brought.items()},
    }


def intake_as_dict(diary: Diary) -> dict[str, Any]:
    """``lines``, ``totals`` and ``issues`` in plain types, ready for JSON."""
    return {
        "days": list(diary.days),
        "lines": [line_as_dict(line) for line in diary.lines],
        "totals": [msgspec.to_builtins(total) for total in totals(diary)],
        "issues": [msgspec.to_builtins(issue) for issue in diary.issues],
    }

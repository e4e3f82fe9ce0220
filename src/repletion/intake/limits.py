"""Upper limits, each compared only with what it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from repletion.intake import tables
from repletion.intake.normal import ndtr
from repletion.intake.reference import Reference
from repletion.intake.tables import DayToDay, Scope, rule
from repletion.intake.usual import UsualIntake

ABOVE, BELOW, UNDECIDED = "likely above the upper limit", "likely below the upper limit", "cannot be determined"
PART_IN_DIARY = {"vitamin_a": "retinol", "folate": "folic_acid"}


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Mean amount per day by origin, in the food table's unit; ``None`` is not known, not zero.

    For folate the ``supplement`` is in the unit of the food total (DFE); its folic acid mass, which the upper limit
    counts, goes into ``supplement_part``.  ``supplement_part`` is likewise the retinol of a vitamin A supplement and
    the nicotinic acid of a niacin one.
    """

    food_natural: float | None = None
    fortification: float | None = None
    supplement: float | None = None
    supplement_part: float | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said of the upper limit.  ``probability``: that usual intake is above it."""

    words: str
    probability: float | None = None
    notes: tuple[str, ...] = ()


def without_limit(reference: Reference) -> str:
    """Words where no upper limit was set."""
    return "no upper limit could be set" if reference.ul_status == "not determined" else "none"


def _counted(
    nutrient: str, scope: Scope, food: float, ledger: Ledger, day: Mapping[str, float | None]
) -> tuple[float, float]:
    """Lowest and highest amount that the limit may count, from means per day."""
    taken = ledger.supplement or 0.0
    most_taken = taken
    least_taken = taken
    if scope.part is not None:
        least_taken = 0.0 if ledger.supplement_part is None else ledger.supplement_part
        if ledger.supplement_part is not None:
            most_taken = ledger.supplement_part
    known = day.get(PART_IN_DIARY.get(nutrient, "")) if scope.part else None
    if known is not None:
        return known + least_taken, known + most_taken
    if "food_natural" in scope.ledgers:
        return (0.0 if scope.part else food) + least_taken, food + most_taken
    if "fortification" in scope.ledgers:
        least, most = (0.0, food) if ledger.fortification is None else (ledger.fortification, ledger.fortification)
        return least + least_taken, most + most_taken
    return least_taken, most_taken


def compare(
    nutrient: str,
    values: Sequence[float],
    coverage: float,
    reference: Reference,
    ledger: Ledger,
    day: Mapping[str, float | None],
    seen: UsualIntake | None,
    row: DayToDay | None,
) -> Status:
    """Compare with the upper limit.  An incomplete sum can show that it is exceeded, never that it is kept."""
    if reference.ul is None:
        note = ""
        if (
            reference.safe_level is not None
            and float(np.mean(values)) + (ledger.supplement or 0.0) > reference.safe_level
        ):
            note = f"Above {reference.safe_level:g} {reference.unit}, the highest amount known to be safe."
        return Status(words=without_limit(reference), notes=(note,) if note else ())
    relation = tables.unit_relations().get((nutrient, reference.ul_unit))
    factor = relation.factor if relation else 1.0
    goal = reference.ul / factor
    scope = tables.scopes()[reference.ul_applies_to]
    food = float(np.mean(values))
    least, most = _counted(nutrient, scope, food, ledger, day)
    complete = coverage >= rule("complete_coverage") and ledger.supplement is not None
    likely = float(ndtr(rule("certain_ratio")))
    notes = (
        () if scope.part is None and "food_natural" in scope.ledgers else (f"The upper limit counts {scope.words}.",)
    )
    probability: float | None = None
    if least == most and "food_natural" in scope.ledgers and seen is not None:
        probability = 1 - seen.probability_below(goal)
        above, below = probability >= likely, probability <= 1 - likely
    elif "food_natural" in scope.ledgers:
        # Without a day-to-day spread, few days cannot place the usual amount: only steady parts decide.
        above, below = (ledger.supplement_part or 0.0 if scope.part else ledger.supplement or 0.0) > goal, most <= goal
        if row is None and not above:
            below = False
    else:
        above, below = least > goal, most <= goal
        complete = ledger.supplement is not None and (
            coverage >= rule("complete_coverage") or "fortification" not in scope.ledgers
        )
    if above:
        return Status(words=ABOVE, probability=probability, notes=notes)
    if below and complete:
        return Status(words=BELOW, probability=probability, notes=notes)
    if (
        below
        and ledger.supplement is None
        and "food_natural" in scope.ledgers
        and coverage >= rule("complete_coverage")
    ):
        return Status(words="food alone is likely below the upper limit", probability=probability, notes=notes)
    return Status(words=UNDECIDED, probability=probability if complete else None, notes=notes)

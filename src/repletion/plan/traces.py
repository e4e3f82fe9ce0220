"""Substances that the food table does not hold, for the commonest foods: iodine and oxalate, each figure cited.

A food without a figure is unknown, never zero; so a sum over them is a lower bound, and no plan aims at one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec

from repletion.case.model import Person
from repletion.intake.reference import reference_for
from repletion.intake.tables import Authority
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Record
from repletion.knowledge.reader import rows
from repletion.knowledge.servings import Serving, servings
from repletion.plan.larder import named

# Substances that are needed; the others are only looked at under a safety rule.
NEEDED = ("iodine",)


class Trace(Record, frozen=True):
    """``amount`` (with ``low`` and ``high``) of a substance per 100 g of the servings that the row names.

    ``groups`` and ``words``: a serving of one of these groups whose name holds one of the words and none of
    ``without``.  The first row that fits counts.
    """

    substance: str
    unit: str
    groups: tuple[str, ...]
    words: tuple[str, ...]
    amount: float
    low: float
    high: float
    source: str
    locator: str
    without: tuple[str, ...] = ()
    note: str = ""

    def fits(self, serving: Serving) -> bool:
        """Whether the row is about this serving."""
        return (
            serving.group in self.groups and named(self.words, serving.name) and not named(self.without, serving.name)
        )


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """A lower bound of a substance in a day: ``amount`` from ``known`` of ``foods`` foods."""

    amount: float
    known: int
    foods: int


@cache
def traces() -> tuple[Trace, ...]:
    """The shipped rows in order."""
    return tuple(rows(DATA / "plan" / "traces.csv", Trace, lists=("groups", "words", "without")))


@cache
def found() -> dict[str, dict[str, Trace]]:
    """By substance, the row of each serving by code; servings without a figure are left out."""
    table: dict[str, dict[str, Trace]] = {}
    for row in traces():
        rows_of = table.setdefault(row.substance, {})
        for serving in servings().values():
            if serving.code not in rows_of and row.fits(serving):
                rows_of[serving.code] = row
    return table


@cache
def rich(substance: str, least: float) -> frozenset[str]:
    """Names of servings that hold at least ``least`` of a substance in a portion, at the top of its range."""
    return frozenset(
        servings()[code].name
        for code, row in found().get(substance, {}).items()
        if row.high * servings()[code].grams / 100 >= least
    )


def total(substance: str, eaten: Iterable[tuple[str, float]]) -> Sum:
    """What foods (code of a serving, grams) hold of a substance, as far as figures go."""
    rows_of, amount, known, foods = found()[substance], 0.0, 0, 0
    for code, grams in eaten:
        foods += 1
        if code in rows_of:
            known += 1
            amount += rows_of[code].amount * grams / 100
    return Sum(amount=amount, known=known, foods=foods)


def need(substance: str, person: Person, authority: Authority) -> float | None:
    """The daily need of a person in the unit of the table; ``None`` where it depends on what was not stated."""
    reference = reference_for(substance, person, authority)
    return reference.rda if reference.rda is not None else reference.ai

"""What is taken from a release: a product, what could not be used and why, how far the reading is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from repletion.errors import Issue, RepletionError
from repletion.foods.table import Portion

MOST_ISSUES = 500
"""Wrong rows that are named one by one; the rest are counted."""
Release = Literal["fdc", "off"]


class ReleaseError(RepletionError):
    """The file as a whole cannot be taken in; says what was looked for and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where products come from: kind of release, its name, licence, and the line that must be shown with its data."""

    release: Release
    label: str
    licence: str
    attribution: str


USDA = Source(
    "fdc",
    "USDA FoodData Central",
    "CC0 1.0 (public domain)",
    "U.S. Department of Agriculture, Agricultural Research Service. FoodData Central. fdc.nal.usda.gov.",
)
OPEN_FOOD_FACTS = Source(
    "off",
    "Open Food Facts",
    "ODbL 1.0, contents DbCL 1.0",
    "© Open Food Facts contributors, openfoodfacts.org, under the Open Database License (ODbL) 1.0.",
)


@dataclass(slots=True)
class Product:
    """One food of a release.  ``amounts``: nutrient → amount per 100 g in the table's unit; absent is not known.

    ``barcode``: fourteen digits or "".  ``flags``: what the release itself doubts, and what was assumed here.
    """

    id: str
    description: str
    brand: str = ""
    category: str = ""
    barcode: str = ""
    amounts: dict[str, float] = field(default_factory=dict)
    portions: list[Portion] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is: a share from 0 to 1, records read, products taken."""

    share: float
    read: int
    taken: int


Tell = Callable[[Progress], None]
"""Hears about progress; an exception that it raises ends the import, and nothing of it is kept."""


@dataclass(slots=True)
class Taken:
    """What an import did.  ``left_out``: reasons with counts.  ``issues``: wrong rows, each with its line."""

    file: Path
    into: Path
    source: Source
    read: int = 0
    taken: int = 0
    replaced: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    values_left_out: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)

    def wrong(self, where: str, message: str, remedy: str = "") -> None:
        """Name a row that is wrong; beyond a number they are only counted."""
        if len(self.issues) < MOST_ISSUES:
            remedy = remedy or "Nothing else is touched by it; the rows around it were read."
            self.issues.append(Issue(level="warning", where=where, message=message, remedy=remedy))
        else:
            self.left_out["further wrong rows, not named"] += 1

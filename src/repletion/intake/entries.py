"""A food diary as read: its days and lines, with what each was taken for and what should be looked at again."""

from __future__ import annotations

from typing import Literal

import msgspec

from repletion.errors import Issue, RepletionError
from repletion.foods import Food
from repletion.intake.supplements import Dose

Status = Literal[
    "matched", "assumed_portion", "doubtful", "brought", "supplement", "no_food", "unmeasured", "not_understood"
]


class DiaryError(RepletionError):
    """The file as a whole cannot be read as a diary; the message says why and what to do."""


class DiaryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One food, supplement or unread piece of a line.

    ``line``: number in the source, from 1; a line with several foods gives several of these.  ``grams`` with
    ``low``-``high``; None where no weight can be given.  ``note``: how the weight was found.
    ``alternatives``: other foods it may have been, when doubtful.  ``doses``: what a supplement adds.
    ``brought``: what the export that the line comes from says it holds, in the units of the food table, where the food
    is not in the table; a nutrient that is not there is not known.
    """

    line: int
    text: str
    status: Status
    food: Food | None = None
    grams: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    meal: str = ""
    day: str = "1"
    score: float | None = None
    alternatives: tuple[str, ...] = ()
    doses: tuple[Dose, ...] = ()
    brought: dict[str, float] = msgspec.field(default_factory=dict)


class Diary(msgspec.Struct, frozen=True, kw_only=True):
    """``days`` in order of appearance, every line, and what should be looked at again.

    ``columns``: nutrient columns that the source brought along and that are not used in totals.
    """

    days: tuple[str, ...]
    lines: tuple[DiaryLine, ...]
    issues: tuple[Issue, ...] = ()
    columns: tuple[str, ...] = ()

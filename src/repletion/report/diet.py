"""The diet section: each nutrient against its reference, with how much of the diary was known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from repletion.report.numbers import amount, percent
from repletion.report.wording import catalogue, display, say

if TYPE_CHECKING:
    from repletion.assessment.model import Assessment, FoodSource, IntakeRow
    from repletion.report.readers import Reader


@dataclass(frozen=True, slots=True)
class DietRow:
    """One nutrient in words.  ``share``: of the reference, 0-1, or None."""

    id: str
    nutrient: str
    amount: str
    reference: str
    share: float | None
    share_words: str
    adequacy: str
    probability: str
    range: str
    coverage: str
    limit: str
    notes: tuple[str, ...]
    assumed: bool


@dataclass(frozen=True, slots=True)
class Diet:
    """Rows of the table, notes below it, and foods that bring what an explanation lacks."""

    days: str
    rows: tuple[DietRow, ...]
    foods: tuple[tuple[str, tuple[str, ...]], ...]
    remarks: tuple[str, ...]
    has_lower_bounds: bool


_ASIDE = re.compile(r" \([^)]{5,}\)")


_VITAMIN = re.compile(r"(?<=^vitamin )[a-z]\d*$")


def short_name(label: str) -> str:
    """A nutrient without its long aside: "Vitamin D", but "Thiamin (B1)"."""
    return _ASIDE.sub("", label)


def unit_in_words(unit: str) -> str:
    """A unit in a column that says "a day" already: "µg RAE" for "ug_RAE/d"."""
    base = unit.removesuffix("/d")
    return catalogue().get(f"diet.unit.{base}", base.replace("_", " "))


def row_of(row: IntakeRow) -> DietRow:
    """One nutrient in words."""
    unit = unit_in_words(row.unit)
    mean = say("diet.unknown") if row.amount is None else f"{amount(row.amount)} {unit}"
    if row.lower_bound_only and row.amount is not None:
        mean = say("diet.lower_bound", amount=mean)
    share = row.amount / row.reference if row.amount is not None and row.reference else None
    # in the unit of the amount beside it
    reference = "" if row.reference is None else f"{amount(row.reference)} {row.reference_kind or ''}".strip()
    spread = "" if row.low is None or row.high is None else f"{amount(row.low)}–{amount(row.high)}"
    return DietRow(
        id=row.nutrient,
        nutrient=short_name(row.label),
        amount=mean,
        reference=reference,
        share=share,
        share_words="" if share is None else f"{share * 100:.0f} %",
        adequacy=row.adequacy,
        probability="" if row.probability is None else percent(row.probability),
        range=spread,
        coverage=f"{row.coverage * 100:.0f} %",
        limit=row.upper_limit or "",
        notes=row.notes,
        assumed=row.assumed,
    )


_COLUMNS = ("nutrient", "amount", "reference", "share", "adequacy", "probability", "range", "coverage")
_WORDS = {"nutrient", "adequacy"}
_FOR_CLINICIANS = {"probability", "range"}


def columns(*, is_patient: bool) -> list[tuple[str, bool]]:
    """Headings of the diet table and whether each holds numbers."""
    kept = [name for name in _COLUMNS if not (is_patient and name in _FOR_CLINICIANS)]
    return [(say(f"diet.columns.{name}"), name not in _WORDS) for name in kept]


def cells(rows: Iterable[DietRow], *, is_patient: bool) -> list[list[str]]:
    """Rows of the diet table, under :func:`columns`."""
    found = []
    for row in rows:
        adequacy = f"{row.adequacy} {say('assumed_mark')}" if row.assumed else row.adequacy
        every = (
            row.nutrient,
            row.amount,
            row.reference,
            row.share_words,
            adequacy,
            row.probability,
            row.range,
            row.coverage,
        )
        found.append(
            [cell for name, cell in zip(_COLUMNS, every, strict=True) if not (is_patient and name in _FOR_CLINICIANS)]
        )
    return found


def _name(nutrient: str, assessment: Assessment) -> str:
    label = next(
        (short_name(row.label) for row in assessment.intake if row.nutrient == nutrient),
        _VITAMIN.sub(lambda found: found[0].upper(), nutrient.replace("_", " ")),
    )
    return label[:1].upper() + label[1:]


def _food(source: FoodSource) -> str:
    return say(
        "diet.food",
        portion=source.portion,
        food=source.description,
        amount=amount(source.amount),
        unit=unit_in_words(source.unit),
    )


def remarks(rows: Iterable[DietRow], *, is_patient: bool) -> tuple[str, ...]:
    """What is said of upper limits and, for clinicians, every note; said once for all nutrients it holds for."""
    limits: dict[str, list[str]] = {}
    notes: dict[str, list[str]] = {}
    for row in rows:
        if row.limit:
            limits.setdefault(row.limit, []).append(row.nutrient)
        for note in () if is_patient else dict.fromkeys(row.notes):
            notes.setdefault(note, []).append(row.nutrient)
    found = [say("diet.limit", text=text, nutrients=", ".join(names)) for text, names in limits.items()]
    return (*found, *(say("diet.note", nutrient=", ".join(names), text=text) for text, names in notes.items()))


def diet_of(assessment: Assessment, reader: Reader) -> Diet:
    """The diet for one reader; a patient sees no energy."""
    show = display()
    hidden = show.hidden_from_patient if reader == "patient" else ()
    days = assessment.intake_days
    words = catalogue()["diet.days.one" if days == 1 else "diet.days.other"].format(n=days)
    foods = tuple(
        (
            _name(nutrient, assessment),
            tuple(
                say(
                    "diet.food",
                    portion=f.portion,
                    food=f.description,
                    amount=amount(f.amount),
                    unit=unit_in_words(f.unit),
                )
                for f in found[: show.most_foods]
            ),
        )
        for nutrient, found in assessment.food_sources.items()
        if found
    )
    rows = tuple(row_of(row) for row in assessment.intake if row.nutrient not in hidden)
    return Diet(
        days=words if assessment.intake else say("diet.none"),
        rows=rows,
        remarks=remarks(rows, is_patient=reader == "patient"),
        foods=foods,
        has_lower_bounds=any(row.lower_bound_only and row.amount is not None for row in assessment.intake),
    )

"""The words and limits a diary is read with: measures, counts, vessels, densities, headings.

Everything is knowledge (``knowledge/data/diary``); what is assumed there is marked there.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from repletion.knowledge.reader import parse_yaml, rows

FOLDER = Path(str(files("repletion.knowledge").joinpath("data"))) / "diary"


class _Measure(msgspec.Struct, frozen=True):
    kind: str
    unit: str
    words: list[str]


class Count(msgspec.Struct, frozen=True):
    """A number word: between ``low`` and ``high``; ``assumed`` where the word itself is vague."""

    words: list[str]
    low: float
    high: float
    assumed: str


class Vessel(msgspec.Struct, frozen=True):
    """What a household measure holds when the food's own portions do not say: ``quantity`` in ``held`` units."""

    unit: str
    quantity: float
    source: str
    locator: str
    assumed: str
    held: str = msgspec.field(name="in", default="gram")


class Density(msgspec.Struct, frozen=True):
    """Grams per milliliter of foods whose name has one of ``words``."""

    words: list[str]
    grams_per_milliliter: float
    source: str
    locator: str


class Rewrite(msgspec.Struct, frozen=True):
    """A name in an older release brought to the name in the table; ``pattern`` is a regular expression."""

    pattern: str
    why: str
    replacement: str = ""


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits and shares used in reading; see ``reading.yaml`` (all assumed)."""

    assumed: bool
    source: str
    locator: str
    good_score: float
    doubtful_score: float
    split_score: float
    spread: dict[str, float]
    size_factor: dict[str, float]
    standard_size: dict[str, str]
    grams_when_bare_number_from: float
    unmeasured_portion_grams: float
    incomplete_below_kcal: float
    largest_line_characters: int
    largest_diary_bytes: int
    largest_diary_lines: int
    implausible_grams: float
    impossible_grams: float


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that structure a diary; see ``words.yaml``."""

    meals: list[str]
    meals_before_colon: list[str]
    none: list[str]
    left_out: list[str]
    left_out_fillers: list[str]
    says_without: list[str]
    says_without_it: dict[str, list[str]]
    unmeasured: list[str]
    seasonings: list[str]
    supplement_forms: list[str]
    packs: list[str]
    weekdays: list[str]
    numbered_names: list[str]
    singles: list[str]
    dishes: list[str]
    sandwiches: list[str]
    fillings: list[str]
    states: list[str]
    british_pints: list[str]
    columns: dict[str, list[str]]
    occasions: dict[str, str]


class Unit(msgspec.Struct, frozen=True):
    """A measure: ``kind`` is mass, volume, activity, household or size; ``name`` as in ``units.txt`` or the table."""

    kind: str
    name: str


@cache
def measures() -> dict[str, Unit]:
    """Measure words, folded, with what they mean."""
    found = rows(FOLDER / "measures.csv", _Measure, lists=("words",))
    return {word: Unit(row.kind, row.unit) for row in found for word in row.words}


@cache
def counts() -> dict[str, Count]:
    """Number words."""
    return {word: row for row in rows(FOLDER / "counts.csv", Count, lists=("words",)) for word in row.words}


@cache
def vessels() -> dict[str, Vessel]:
    """Household measures with what they hold."""
    return {row.unit: row for row in rows(FOLDER / "vessels.csv", Vessel)}


@cache
def densities() -> tuple[Density, ...]:
    """Densities by words of the food's name, first match counts."""
    return tuple(rows(FOLDER / "densities.csv", Density, lists=("words",)))


@cache
def rewrites() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Names of older releases, as patterns, with the present ones."""
    found = rows(FOLDER / "rewrites.csv", Rewrite)
    return tuple((re.compile(row.pattern, re.IGNORECASE), row.replacement) for row in found)


@cache
def reading() -> Reading:
    """Limits and shares of reading."""
    return msgspec.convert(parse_yaml((FOLDER / "reading.yaml").read_text("utf-8")), Reading, strict=False)


@cache
def words() -> Words:
    """Headings, "nothing", weekday names and column names."""
    return msgspec.convert(parse_yaml((FOLDER / "words.yaml").read_text("utf-8")), Words, strict=False)

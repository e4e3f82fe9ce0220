"""Everyday servings: foods that a person eats as such, with a household portion and what they contain.

A row stands for a food of the food table.  ``scripts/build_servings.py`` derives the rows from the table, from rules
and from hand-made picks; the CSV files it writes are the knowledge.  Allergens are three-valued: unknown is not no.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

from repletion.errors import KnowledgeError
from repletion.knowledge import reader
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Basis, Record
from repletion.knowledge.problems import Problem

FOLDER = DATA / "servings"
ALIASES = DATA / "foods" / "serving_aliases.csv"
Known = Literal["yes", "no", "unknown"]
Meal = Literal["breakfast", "lunch", "dinner", "snack", "drink"]
Group = Literal[
    "grain",
    "starchy_vegetable",
    "vegetable",
    "green_leafy",
    "fruit",
    "juice",
    "legume",
    "meat_alternative",
    "nut_seed",
    "dairy",
    "cheese",
    "dairy_alternative",
    "egg",
    "fish",
    "shellfish",
    "poultry",
    "red_meat",
    "processed_meat",
    "offal",
    "fat_oil",
    "condiment",
    "sweet",
    "snack",
    "soup",
    "mixed_dish",
    "drink",
    "alcohol",
]
Tag = Literal[
    "raw",
    "cooked",
    "fortified",
    "whole_grain",
    "oily_fish",
    "high_mercury_fish",
    "raw_fish",
    "raw_sprouts",
    "raw_egg",
    "deli_meat",
    "soft_cheese",
    "unpasteurized",
    "liver",
    "high_vitamin_a",
    "very_high_selenium",
    "high_iodine",
    "tyramine_rich",
    "grapefruit",
    "licorice",
    "star_fruit",
    "caffeine",
    "high_sodium",
    "added_sugar",
    "choose_by_label",
]
GROUPS: tuple[Group, ...] = get_args(Group)
TAGS: tuple[Tag, ...] = get_args(Tag)


class Serving(Record, frozen=True):
    """One food in the portion people eat.

    ``code``: the food table's key.  ``name``: plain household name; ``british``: where British usage differs.
    ``household``: the portion in words, ``grams`` its weight.  ``min``, ``max``: servings a day that are sensible on
    a day the food is eaten, in halves.  ``price_tier``: 1 cheap to 3 dear, this project's assumption.
    ``vegan`` to ``kosher``: as the food is commonly made; meat is never more than ``unknown`` for ``halal`` and
    ``kosher``, which depend on slaughter.  ``contains_*``: as an ingredient, traces apart; ``unknown`` must be taken
    as yes for someone with the allergy.  ``measure``: ``fndds`` or ``sr28`` when the weight is the table's own
    household measure, else ``assumed``.
    """

    code: str
    name: str
    household: str
    grams: float
    min: float
    max: float
    meals: tuple[Meal, ...]
    group: Group
    kind: str
    price_tier: Literal[1, 2, 3]
    vegan: Known
    vegetarian: Known
    pescatarian: Known
    halal: Known
    kosher: Known
    contains_milk: Known
    contains_lactose: Known
    contains_gluten: Known
    contains_wheat: Known
    contains_egg: Known
    contains_fish: Known
    contains_shellfish: Known
    contains_tree_nut: Known
    contains_peanut: Known
    contains_sesame: Known
    contains_soy: Known
    contains_celery: Known
    contains_mustard: Known
    contains_sulfite: Known
    contains_pork: Known
    contains_beef: Known
    contains_alcohol: Known
    contains_gelatin: Known
    measure: Literal["fndds", "sr28", "assumed"]
    british: str = ""
    tags: tuple[Tag, ...] = ()
    note: str = ""

    def holds(self, allergen: str) -> Known:
        """Whether it contains ``allergen`` (``milk``, ``tree_nut``, ...)."""
        value: Known = getattr(self, f"contains_{allergen}")
        return value

    def suits(self, way: str) -> Known:
        """Whether it suits a way of eating: ``omnivore``, ``vegan``, ``vegetarian``, ``pescatarian``, ``halal``, ..."""
        if way == "omnivore":
            return "yes"
        value: Known = getattr(self, way)
        return value


ALLERGENS: tuple[str, ...] = tuple(
    field.removeprefix("contains_") for field in Serving.__struct_fields__ if field.startswith("contains_")
)


def read_servings(folder: Path = FOLDER) -> dict[str, Serving]:
    """Servings by code, in the order of the files.  Raises :class:`KnowledgeError`."""
    found: dict[str, Serving] = {}
    for path in sorted(folder.glob("*.csv")):
        group = path.stem
        for serving in reader.rows(path, Serving, lists=("meals", "tags")):
            if serving.code in found:
                raise KnowledgeError(f"{path.name}: the food {serving.code!r} stands twice")
            if serving.group != group:
                raise KnowledgeError(f"{path.name}: {serving.code} belongs to the group {serving.group!r}")
            found[serving.code] = serving
    return found


@cache
def servings() -> Mapping[str, Serving]:
    """The shipped servings by food code, read once in a process."""
    return read_servings()


class Alias(Record, frozen=True):
    """A food that a serving stands for: ``picked`` by hand, or alike by its ``description``."""

    food: str
    serving: str
    basis: Literal["picked", "description"]


@cache
def aliases() -> Mapping[str, Alias]:
    """Foods that are no serving of their own, by their code."""
    return {alias.food: alias for alias in reader.rows(ALIASES, Alias)}


def serving_of(food: str) -> Serving | None:
    """The serving of a food of the food table: its own, or the one that stands for it; None when there is none."""
    alias = aliases().get(food)
    return servings().get(alias.serving if alias is not None else food)


def alias_problems(found: Iterable[Alias], table: Collection[str], foods: Collection[str]) -> Iterator[Problem]:
    """Aliases of foods or servings that nobody has, or of a food that is a serving itself."""
    for alias in found:
        where = f"foods/serving_aliases {alias.food}"
        if alias.food not in foods:
            yield Problem("error", where, "the food table has no such food")
        if alias.serving not in table:
            yield Problem("error", where, f"there is no serving {alias.serving!r}")
        if alias.food in table:
            yield Problem("error", where, "is a serving of its own")


def problems(table: Mapping[str, Serving], foods: Collection[str]) -> list[Problem]:
    """What contradicts itself among servings, or names a food that is not among ``foods`` (the table's codes)."""
    found: list[Problem] = []
    names: dict[str, str] = {}
    for serving in table.values():
        where = f"servings {serving.code}"
        if serving.code not in foods:
            found.append(Problem("error", where, "the food table has no such food"))
        for name in filter(None, {serving.name.casefold(), serving.british.casefold()}):
            other = names.setdefault(name, serving.code)
            if other != serving.code:
                found.append(Problem("error", where, f"the name {name!r} is also that of {other}"))
        found += [Problem("error", where, message) for message in _contradictions(serving)]
    return found


def _contradictions(serving: Serving) -> Iterator[str]:
    if not 0 < serving.min <= serving.max or (serving.min * 2) % 1 or (serving.max * 2) % 1:
        yield f"min {serving.min:g} and max {serving.max:g} must be halves, above zero and in order"
    if serving.grams <= 0 or not serving.meals or not serving.household.strip():
        yield "a weight, a household portion and a meal are needed"
    for narrow, wide in (("wheat", "gluten"), ("lactose", "milk")):
        if serving.holds(narrow) == "yes" != serving.holds(wide):
            yield f"contains {narrow}, so it must contain {wide}"
    for way, never in _NEVER.items():
        if serving.suits(way) == "yes":
            wrong = [allergen for allergen in never if serving.holds(allergen) == "yes"]
            if wrong:
                yield f"cannot be {way} and contain {', '.join(wrong)}"
    for strict, wider in (("vegan", "vegetarian"), ("vegetarian", "pescatarian")):
        if serving.suits(strict) == "yes" != serving.suits(wider):
            yield f"is {strict}, so it must be {wider}"


_MEAT = ("pork", "beef", "gelatin")
_NEVER: Mapping[str, Iterable[str]] = {
    "vegan": (*_MEAT, "fish", "shellfish", "milk", "lactose", "egg"),
    "vegetarian": (*_MEAT, "fish", "shellfish"),
    "pescatarian": _MEAT,
    "halal": ("pork", "alcohol"),
    "kosher": ("pork", "shellfish"),
}


def columns() -> tuple[str, ...]:
    """The columns of the CSV files, in order."""
    last = ("measure", "tags", "note")
    fields = [name for name in Serving.__struct_fields__ if name not in (*last, "british")]
    fields.insert(2, "british")
    return (*fields, *last)


def row(serving: Serving) -> dict[str, str]:
    """A serving as a row of the CSV files."""
    cells = msgspec.to_builtins(serving)
    return {
        key: "|".join(cell) if isinstance(cell, list | tuple) else f"{cell:g}" if isinstance(cell, float) else str(cell)
        for key in columns()
        for cell in (cells[key],)
    }


class TypicalServings(Record, frozen=True):
    """Rough servings a day of a food group in people who eat in one way, for a person without a diary.

    ``servings``, ``low``, ``high``: the mean and about the middle two thirds of people.  ``grams``: the survey's own
    figure, if it is in grams; ``serving_grams``: the assumed serving it was divided by.
    """

    pattern: Literal["omnivore", "vegetarian", "pescatarian", "vegan"]
    group: Group
    servings: float
    low: float
    high: float
    basis: Basis
    source: str
    locator: str
    grams: float | None = None
    serving_grams: float | None = None


@cache
def typical_patterns() -> tuple[TypicalServings, ...]:
    """Typical days by way of eating, as the knowledge lists them."""
    return tuple(reader.rows(DATA / "plan" / "typical_patterns.csv", TypicalServings))


def pattern_problems(patterns: Iterable[TypicalServings], sources: Collection[str]) -> list[Problem]:
    """Sources nobody has, intervals upside down, and groups named twice."""
    found: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for row_ in patterns:
        where = f"plan/typical_patterns {row_.pattern} {row_.group}"
        if row_.source not in sources or not row_.locator.strip():
            found.append(Problem("error", where, f"there is no source {row_.source!r}, or no place in it is named"))
        if not 0 <= row_.low <= row_.servings <= row_.high:
            found.append(Problem("error", where, "the servings lie outside their interval"))
        if (row_.pattern, row_.group) in seen:
            found.append(Problem("error", where, "stands twice"))
        seen.add((row_.pattern, row_.group))
    return found

"""Answers of the smaller commands: foods found, one food, problems of the knowledge base."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from repletion.report.items import sentence_case
from repletion.report.json import to_json
from repletion.report.numbers import amount
from repletion.report.text import Page
from repletion.report.wording import say

if TYPE_CHECKING:
    from repletion.foods import FoodTable, Hit
    from repletion.knowledge import Knowledge
    from repletion.knowledge.problems import Problem


class FoundFood(msgspec.Struct, frozen=True):
    """A food that a search found; ``score`` 0-100."""

    id: str
    description: str
    source: str
    code: str
    score: float


class HeldNutrient(msgspec.Struct, frozen=True):
    """What 100 g hold; ``amount`` is null where the release has no value."""

    nutrient: str
    label: str
    amount: float | None
    unit: str


class HouseholdPortion(msgspec.Struct, frozen=True):
    """A household measure in grams."""

    description: str
    grams: float


class FoodPage(msgspec.Struct, frozen=True):
    """One food whole.  ``notes``: whose data it is and what is doubted about it; empty for the shipped table."""

    id: str
    description: str
    source: str
    code: str
    category: str
    per_100_g: tuple[HeldNutrient, ...]
    portions: tuple[HouseholdPortion, ...]
    notes: tuple[str, ...] = ()


def found_foods(hits: Sequence[Hit]) -> list[FoundFood]:
    """Foods found, best first."""
    return [FoundFood(h.food.id, h.food.description, h.food.source, h.food.code, h.score) for h in hits]


def food_list(hits: Sequence[Hit], *, form: str, whose: Sequence[str] = ()) -> str:
    """Foods found, best first; ``whose``: lines that must stand with them, as of the licence of their data."""
    found = found_foods(hits)
    if form == "json":
        return to_json(found)
    page = Page()
    names = ("score", "food_id", "food")
    page.table(
        [(say(f"columns.foods.{name}"), name == "score") for name in names],
        [[f"{f.score:.0f}", f.id, f.description] for f in found],
    )
    for line in whose:
        page.line(line)
    return page.text()


def food_record(table: FoodTable, food_id: str) -> FoodPage:
    """One food: what 100 g hold, and its portions.  Raises :class:`repletion.errors.UnknownName`."""
    food = table.food(food_id)
    amounts = table.amounts(food_id)
    held = tuple(
        HeldNutrient(n.slug, n.label, None if math.isnan(value) else float(value), n.unit)
        for n, value in zip(table.nutrients, amounts, strict=True)
    )
    portions = tuple(HouseholdPortion(p.description, p.grams) for p in table.portions(food_id))
    return FoodPage(food.id, food.description, food.source, food.code, food.category, held, portions,
                    table.notes(food_id))  # fmt: skip


def food_page(table: FoodTable, food_id: str, *, form: str) -> str:
    """The food of :func:`food_record` as text or JSON."""
    food = food_record(table, food_id)
    if form == "json":
        return to_json(food)
    page = Page()
    page.line(food.description, style="bold")
    page.line(f"{food.id}; {food.category}; {food.source}")
    page.heading(sentence_case(say("cli.per_100")))
    page.table(
        [(say("diet.columns.nutrient"), False), (say("cli.per_100"), True)],
        [
            [n.label, say("cli.not_in_release") if n.amount is None else f"{amount(n.amount)} {n.unit}"]
            for n in food.per_100_g
        ],
    )
    if food.portions:
        page.heading(say("cli.portions"))
        for portion in food.portions:
            page.point(f"{portion.description}: {amount(portion.grams)} g")
    if food.notes:
        page.heading(say("cli.food_notes"))
        for note in food.notes:
            page.point(note)
    return page.text()


def problem_list(knowledge: Knowledge, problems: Sequence[Problem], *, form: str, notes: bool) -> str:
    """Problems of the knowledge base; warnings and notes are counted, by kind, and listed when ``notes``."""
    if form == "json":
        return to_json(problems)
    count = {level: sum(p.level == level for p in problems) for level in ("error", "warning", "note")}
    page = Page()
    for problem in problems:
        if notes or problem.level == "error":
            page.point(f"{problem.where}: {problem.message}", mark=f"{problem.level}:", indent=0)
    if count["error"]:
        page.line(say("cli.check_bad", errors=count["error"], version=knowledge.version))
    else:
        tail = say("cli.check_notes", warnings=count["warning"], notes=count["note"])
        kinds = ("claims", "sources", "states", "findings", "factors", "tests", "drugs", "red_flags")
        sizes = {name: len(getattr(knowledge, name)) for name in kinds}
        page.line(say("cli.check_good", version=knowledge.version, notes=tail, **sizes))
    for kind, number in Counter(problem.kind for problem in problems if problem.kind).most_common():
        page.point(say(f"cli.check_kinds.{kind}", number=number), mark="·", indent=0)
    return page.text()

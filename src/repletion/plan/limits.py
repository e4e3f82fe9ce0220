"""What must not be suggested to this person: nutrients withheld, and foods that cannot be eaten."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache

from repletion.case.allergies import food_groups, table
from repletion.knowledge.base import DATA

EVERYTHING = "*"


@cache
def _withheld() -> tuple[tuple[str, tuple[str, ...], str], ...]:
    with (DATA / "foods" / "withheld.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            (row["factor"], tuple(row["nutrients"].split("|")), row["reason"])
            for row in csv.DictReader(handle, strict=True)
        )


def factors_withheld() -> list[str]:
    """Every factor that keeps foods from being suggested; ``everyone`` is left out."""
    return [factor for factor, _, _ in _withheld() if factor != "everyone"]


def withheld(factors: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Nutrients (``*`` for all) that are not to be pushed on a person with these factors, with the reasons."""
    present = set(factors)
    found: dict[str, list[str]] = {}
    for factor, nutrients, reason in _withheld():
        if factor in present:
            for nutrient in nutrients:
                found.setdefault(nutrient, []).append(reason)
    return {nutrient: tuple(reasons) for nutrient, reasons in found.items()}


def must_avoid(texts: Iterable[str], factors: Iterable[str]) -> frozenset[str]:
    """Groups of foods that the person said they cannot eat, wider rather than narrower."""
    known, present = table(), set(factors)
    found = {group for factor, group in known["factors"].items() if factor in present}
    found |= food_groups(" . ".join(texts))
    for group in tuple(found):
        found.update(known["with"].get(group, ()))
    return frozenset(found)

"""What must not be suggested to this person: nutrients withheld, and foods that cannot be eaten."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from repletion.knowledge.base import DATA
from repletion.knowledge.reader import parse_yaml

EVERYTHING = "*"


@cache
def _withheld() -> tuple[tuple[str, tuple[str, ...], str], ...]:
    with (DATA / "foods" / "withheld.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            (row["factor"], tuple(row["nutrients"].split("|")), row["reason"])
            for row in csv.DictReader(handle, strict=True)
        )


@cache
def _allergens() -> dict[str, Any]:
    words: dict[str, Any] = parse_yaml((DATA / "foods" / "allergens.yaml").read_text(encoding="utf-8"))
    return words


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
    table = _allergens()
    said = " . ".join(texts).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    before = "|".join(map(re.escape, table["cues"]["before"]))
    after = "|".join(map(re.escape, table["cues"]["after"]))
    found = {group for factor, group in table["factors"].items() if factor in set(factors)}
    for group, words in table["groups"].items():
        names = "|".join(map(re.escape, words))
        if re.search(rf"\b(?:{before})\b[^.;]*\b(?:{names})\b|\b(?:{names})\b[^.;,]{{0,25}}\b(?:{after})", said):
            found.add(group)
    for group in tuple(found):
        found.update(table["with"].get(group, ()))
    return frozenset(found)

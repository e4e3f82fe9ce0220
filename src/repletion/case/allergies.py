"""Foods that a person says they cannot eat: "peanut allergy", "lactose intolerant"."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from repletion.knowledge.base import DATA
from repletion.knowledge.reader import parse_yaml


@cache
def table() -> dict[str, Any]:
    """The word lists: cues, groups of foods, factors that mean a group, groups that go together."""
    words: dict[str, Any] = parse_yaml((DATA / "foods" / "allergens.yaml").read_text(encoding="utf-8"))
    return words


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    before = "|".join(map(re.escape, table()["cues"]["before"]))
    after = "|".join(map(re.escape, table()["cues"]["after"]))
    found = {}
    for group, words in table()["groups"].items():
        names = "|".join(map(re.escape, words))
        found[group] = re.compile(rf"\b(?:{before})\b[^.;]*\b(?:{names})\b|\b(?:{names})\b[^.;,]{{0,25}}\b(?:{after})")
    return found


def food_groups(text: str) -> set[str]:
    """Groups of foods that ``text`` says cannot be eaten, wider rather than narrower."""
    said = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    cues = (*table()["cues"]["before"], *table()["cues"]["after"])
    if not any(cue in said for cue in cues):
        return set()
    return {
        group
        for group, pattern in _patterns().items()
        if any(pattern.search(sentence) for sentence in re.split(r"[.;]", said))
    }

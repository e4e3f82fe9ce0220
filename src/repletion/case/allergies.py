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
    beside = "|".join(map(re.escape, table()["cues"]["beside"]))
    found = {}
    for group, words in table()["groups"].items():
        names = "|".join(map(re.escape, words))
        found[group] = re.compile(
            rf"\b(?:{before})(?!\w)[^.;]*\b(?:{names})\b"
            rf"|\b(?:{names})\b[^.;,]{{0,25}}(?<!\w)(?:{after})"
            rf"|\b(?:{names})[ -]free\b"
            rf"|\b(?:{beside})\s+(?:any\s+|all\s+)?(?:{names})\b"
        )
    return found


@cache
def _behind(role: str) -> re.Pattern[str]:
    cues = "|".join(map(re.escape, sorted(table()["cues"][role], key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{cues})(?!\w)\s*([^.;:\n]+)")


def named_foods(text: str) -> list[tuple[list[str], bool]]:
    """What is named behind each word for an allergy or a dislike, and whether the first of it must be understood."""
    said = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    found = []
    for role in ("must", "may"):
        for match in _behind(role).finditer(said):
            pieces = re.split(r",|/|&|\b(?:and|or|but|with|nor)\b", match[1])
            bare = [piece.strip().strip(" '\"()-") for piece in pieces]
            whole = [re.sub(r"^(?:any|all|the|some|raw|fresh)\s+", "", piece) for piece in bare if piece.strip()]
            if whole:
                found.append((whole, role == "must"))
    return found


def food_groups(text: str) -> set[str]:
    """Groups of foods that ``text`` says cannot be eaten, wider rather than narrower."""
    said = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    cues = (*table()["cues"]["before"], *table()["cues"]["after"], *table()["cues"]["beside"], "free")
    if not any(cue in said for cue in cues):
        return set()
    sentences = re.split(r"[.;]", said)
    return {group for group, pattern in _patterns().items() if any(map(pattern.search, sentences))}

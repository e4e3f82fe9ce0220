"""Household measures of food releases: the measure word in a phrase, and the number before it."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from repletion.knowledge.base import DATA
from repletion.knowledge.reader import read_yaml

_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?(?:\s*/\s*\d+)?|\.\d+)(?=[\s-])")


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See ``foods/release_measures.yaml``."""

    measures: list[str]
    sizes: frozenset[str]
    same: dict[str, str]


@cache
def _words() -> tuple[_Words, re.Pattern[str]]:
    """The words that measure, and a pattern of any of them."""
    words = read_yaml(DATA / "foods" / "release_measures.yaml", _Words)
    names = "|".join(sorted((*words.measures, *words.sizes), key=lambda name: (-len(name), name)))
    return words, re.compile(rf"(?<![a-z-])({names})(?:e?s)?(?![a-z])")


def unit_word(phrase: str) -> str:
    """The measure word of a portion phrase: the first noun that measures, else the size, else ``piece``."""
    if phrase.lower().startswith("guideline amount"):  # what is usually put on or into another food
        return "guideline"
    words, pattern = _words()
    text = re.sub(r"\(.*", "", phrase.lower())
    found = pattern.findall(text) or pattern.findall(phrase.lower())
    nouns = [word for word in found if word not in words.sizes]
    word: str = (nouns or found or ["piece"])[0]
    return words.same.get(word, word)


def counted(phrase: str) -> tuple[float | None, str]:
    """The number that a phrase begins with, and the rest: ``"1/2 cup, cooked"`` → 0.5, ``"cup, cooked"``."""
    match = _NUMBER.match(phrase)
    if match is None:
        return None, phrase
    top, _, bottom = match.group(1).replace(" ", "").partition("/")
    if bottom and not float(bottom):
        return None, phrase
    return float(top) / float(bottom) if bottom else float(top), phrase[match.end() :].strip().lstrip("-")

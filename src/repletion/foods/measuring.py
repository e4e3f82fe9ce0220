"""Household measures of food releases: the measure word in a phrase, and the number before it."""

from __future__ import annotations

import re

_WORDS = (
    "fl oz|cubic inch|surface inch|cup|tablespoon|teaspoon|tbsp|tsp|slice|piece|oz|lb|pint|quart|liter|gallon|ml|g|"
    "can|bottle|packet|package|bag|jar|box|container|bar|stick|scoop|patty|fillet|steak|chop|roast|link|strip|leaf|"
    "sandwich|pizza|taco|burrito|drumstick|thigh|wing|breast|leg|rib|spear|stalk|clove|head|ear|bulb|wedge|ring|"
    "nugget|cracker|cookie|muffin|biscuit|bagel|roll|bun|pancake|waffle|pretzel|chip|nut|kernel|bean|pepper|fruit|egg|"
    "doughnut|pie|cake|cupcake|tart|pastry|cone|drink|shot|jigger|bowl|order|meal|serving|unit|item|pouch|carton|dash|"
    "pat|cube|sprig|floweret|floret|shrimp|prawn|olive|tortilla|submarine|frankfurter|ball|tablet|whole|half|miniature|"
    "small|medium|large|extra large|extra small|individual|regular|bite"
)
_UNIT = re.compile(rf"(?<![a-z-])({_WORDS})(?:e?s)?(?![a-z])")
_SIZES = {
    "small",
    "medium",
    "large",
    "extra large",
    "extra small",
    "miniature",
    "whole",
    "half",
    "regular",
    "individual",
    "bite",
}
_SAME = {"tbsp": "tablespoon", "tsp": "teaspoon", "leave": "leaf", "floret": "floweret"}
_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?(?:\s*/\s*\d+)?|\.\d+)(?=[\s-])")


def unit_word(phrase: str) -> str:
    """The measure word of a portion phrase: the first noun that measures, else the size, else ``piece``."""
    if phrase.lower().startswith("guideline amount"):  # what is usually put on or into another food
        return "guideline"
    text = re.sub(r"\(.*", "", phrase.lower())
    found = [match.group(1) for match in _UNIT.finditer(text)] or [
        match.group(1) for match in _UNIT.finditer(phrase.lower())
    ]
    nouns = [word for word in found if word not in _SIZES]
    word = (nouns or found or ["piece"])[0]
    return _SAME.get(word, word)


def counted(phrase: str) -> tuple[float | None, str]:
    """The number that a phrase begins with, and the rest: ``"1/2 cup, cooked"`` → 0.5, ``"cup, cooked"``."""
    match = _NUMBER.match(phrase)
    if match is None:
        return None, phrase
    top, _, bottom = match.group(1).replace(" ", "").partition("/")
    if bottom and not float(bottom):
        return None, phrase
    return float(top) / float(bottom) if bottom else float(top), phrase[match.end() :].strip().lstrip("-")

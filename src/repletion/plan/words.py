"""Portions and amounts in kitchen words."""

from __future__ import annotations

import math
import re

_LEAD = re.compile(r"^(?:(\d+(?:\.\d+)?)|(a|an)|(half an?)|(½))\s+", re.IGNORECASE)
_FRACTIONS = {0.25: "¼", 0.5: "½", 0.75: "¾"}
_PLURALS = {
    "glass": "glasses",
    "slice": "slices",
    "cup": "cups",
    "fillet": "fillets",
    "portion": "portions",
    "piece": "pieces",
    "handful": "handfuls",
    "can": "cans",
    "bowl": "bowls",
    "pot": "pots",
    "egg": "eggs",
    "tablespoon": "tablespoons",
    "teaspoon": "teaspoons",
    "mug": "mugs",
    "patty": "patties",
    "roll": "rolls",
    "tortilla": "tortillas",
    "bottle": "bottles",
    "wedge": "wedges",
    "square": "squares",
    "serving": "servings",
}


def number(value: float) -> str:
    """A number of portions: ½, 1½, 2."""
    whole, part = divmod(round(value * 4) / 4, 1)
    text = _FRACTIONS.get(part, "")
    return f"{int(whole)}{text}" if whole or not text else text


def household(portion: str, times: float) -> str:
    """``times`` a household portion: "1 glass" half a time is "½ glass"; "2 tablespoons" twice is "4 tablespoons"."""
    match = _LEAD.match(portion)
    if match is None:
        return portion if times == 1 else f"{number(times)} × {portion}"
    first = float(match[1]) if match[1] else 1.0 if match[2] else 0.5
    amount = first * times
    rest = portion[match.end() :]
    if abs(amount * 4 - round(amount * 4)) > 1e-9:
        return f"{number(times)} × {portion}"
    if match[2] and times == 1:
        return portion
    if rest.startswith("few "):
        return f"{number(times)} × {portion}"
    words = rest.replace("fl ozs", "fl oz").split(" ")
    for place, word in enumerate(words):
        bare = word.rstrip(",")
        singular = next((one for one, many in _PLURALS.items() if bare == many), bare)
        if singular in _PLURALS:
            words[place] = word.replace(bare, _PLURALS[singular] if amount > 1 else singular)
            break
    return f"{number(amount)} {' '.join(words)}"


def grams(value: float) -> str:
    """Grams as a kitchen would say them."""
    step = 5 if abs(value) >= 20 else 1
    return f"{round(abs(value) / step) * step:g} g"


def unit(name: str) -> str:
    """A unit as printed."""
    return name.replace("ug", "µg")


def amount(value: float) -> str:
    """An amount with three figures at most."""
    if value == 0 or not math.isfinite(value):
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{round(value, digits):,.{min(digits, 2)}f}"

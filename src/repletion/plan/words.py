"""Portions and amounts in kitchen words."""

from __future__ import annotations

import math
import re

_LEAD = re.compile(r"^(about )?(?:(\d+(?:\.\d+)?)|(a|an)|(half an?)|(½))\s+", re.IGNORECASE)
_FRACTIONS = {0.25: "¼", 0.5: "½", 0.75: "¾"}
# Words of size that stand for the food itself ("2 small"), and are not counted.
_SIZES = frozenset(["small", "medium", "large", "whole"])
_ENDS = frozenset(["of", "with", "in", "from"])


def number(value: float) -> str:
    """A number of portions: ½, 1½, 2."""
    whole, part = divmod(round(value * 4) / 4, 1)
    text = _FRACTIONS.get(part, "")
    return f"{int(whole)}{text}" if whole or not text else text


def plural(word: str) -> str:
    """The plural of a kitchen noun; one that is there already stays."""
    if re.search(r"(?<!s)s$", word) or word in _SIZES:
        return word
    if re.search(r"(?:s|x|z|ch|sh|tomat|potat)o?$", word):
        return f"{word}es"
    if word == "half":
        return "halves"
    return re.sub(r"(?<![aeiou])y$", "ie", word) + "s"


def singular(word: str) -> str:
    """The singular of a kitchen noun."""
    if word == "halves":
        return "half"
    if re.search(r"(?:ss|sh|ch|x|to)es$", word):
        return word[:-2]
    if len(word) > 4 and word.endswith("ies") and word not in ("cookies", "brownies"):
        return f"{word[:-3]}y"
    return word[:-1] if re.search(r"(?<!s)s$", word) else word


def household(portion: str, times: float) -> str:
    """``times`` a household portion: "1 glass" half a time is "½ glass"; "2 tablespoons" twice is "4 tablespoons"."""
    match = _LEAD.match(portion)
    if match is None:
        bare = {0.5: f"half a {portion}", 1.0: f"a {portion}"}
        return bare.get(times, f"{number(times)} × {portion}")
    first = float(match[2]) if match[2] else 1.0 if match[3] else 0.5
    amount = first * times
    rest = portion[match.end() :]
    if abs(amount * 4 - round(amount * 4)) > 1e-9:
        return f"{number(times)} × {portion}"
    if match[3] and times == 1:
        return portion
    if rest.startswith(("few ", "third ")):
        bare = {0.5: f"half of {portion}", 1.0: portion, 2.0: f"twice {portion}"}
        return bare.get(times, f"{number(times)} times {portion}")
    words = rest.replace("fl ozs", "fl oz").split(" ")
    # The noun that is counted: the last word before a comma, a bracket or "of".
    end = next((i for i, word in enumerate(words) if word in _ENDS or word.startswith("(")), len(words))
    at = next((i for i, word in enumerate(words[:end]) if word.endswith(",")), end - 1)
    noun = words[at].rstrip(",")
    words[at] = words[at].replace(noun, plural(noun) if amount > 1 else singular(noun))
    return f"{match[1] or ''}{number(amount)} {' '.join(words)}"


def inner(label: str) -> str:
    """A label inside a sentence."""
    return label[:1].lower() + label[1:]


def bought(value: float) -> str:
    """A weight as one shops for it: rounded up to what a shop sells."""
    step = next(step for most, step in ((50, 5), (200, 10), (1000, 50), (math.inf, 100)) if value <= most)
    rounded = math.ceil(value / step - 1e-6) * step
    return f"{rounded / 1000:g} kg" if rounded >= 1000 else f"{rounded:g} g"


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

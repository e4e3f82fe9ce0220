"""What a line says was left out: "salad without dressing" is a salad, and no dressing.

A food that is in the table without it ("chicken without skin", "crisps without salt") is found by the whole words; else
what was left out is taken off before a food is sought, so that nothing is counted that was not eaten.
"""

from __future__ import annotations

import re
from functools import cache

from repletion.intake.lines import split_line
from repletion.intake.matching import find_food
from repletion.intake.wording import reading, words

_EXACT = 99.0  # a name of the table, word for word


@cache
def _pattern() -> re.Pattern[str]:
    cues = "|".join(re.escape(cue) for cue in sorted(words().left_out, key=len, reverse=True))
    fillers = "|".join(re.escape(word) for word in words().left_out_fillers)
    return re.compile(
        rf"(?:^|(?<=[\s,;(]))(?:(?:and|but|with)\s+)?(?:{cues})\s+(?:(?:{fillers})\s+)*"
        r"(?P<what>[^\W\d_][^,;()+&\d]*?)(?=\s*(?:$|[,;()+&.\d]|\b(?:and|with|on|but|plus|for)\b))",
        re.IGNORECASE,
    )


def _told_so(food: str, what: str) -> bool:
    """Whether the name of a food says that it is without ``what``."""
    name, noun = food.lower(), what.lower().strip().split()[-1]
    forms = [form.replace("{}", noun.rstrip("s")) for form in words().says_without]
    return any(form in name for form in (*forms, *words().says_without_it.get(noun, ())))


def eaten(text: str) -> tuple[str, tuple[str, ...]]:
    """The line without what was left out, and that; the line as it is where a food of the table is meant by it."""
    found = list(_pattern().finditer(text))
    if not found:
        return text, ()
    hits = find_food(split_line(text).food)
    if hits and hits[0].score >= _EXACT:
        return text, ()
    known = hits[0].food.description if hits and hits[0].score >= reading().good_score else ""
    kept, gone = text, []
    for match in reversed(found):
        if known and _told_so(known, match["what"]):
            continue
        kept = f"{kept[: match.start()]} {kept[match.end() :]}"
        gone.append(match["what"].strip())
    kept = re.sub(r"\(\s*\)|\b(?:with|and|but|plus)\s*$", " ", kept)
    return re.sub(r"\s+([,;)])", r"\1", re.sub(r"\s+", " ", kept)).strip(" ,;"), tuple(reversed(gone))

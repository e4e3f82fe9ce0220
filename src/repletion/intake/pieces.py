"""Several foods on one line, taken apart only where the whole is no food of its own.

"macaroni and cheese" stays whole; "toast with butter and jam" and "2 eggs, 1 slice toast" do not.
"""

from __future__ import annotations

import re

from repletion.intake.lines import Said, read_amount, split_line
from repletion.intake.matching import find_food
from repletion.intake.supplements import paired, read_supplement
from repletion.intake.wording import reading, words

_JOINT = re.compile(
    r"\s*(?:,?\s+(?:and|with|plus|on|w/?)\s+|\s+in\s+an?\s+(?=bun|roll|bap|pita|wrap)|\s+[&+]\s+(?!\w+['’]s\b)|\s*;\s*)\s*",
    re.I,
)
_HALVES = re.compile(r"\bhalf\s+(?:and|&|n|'n')\s+half\b", re.I)
_ON_SIDE = re.compile(r"\s+on\s+(?:the\s+)?side\b", re.I)
_COMMA = re.compile(r",(?!\d)")
_COUNTED = r"(?=(?:\d|[½¼¾⅓⅔]|(?:a|an|one|two|three|half)\s))"


def pieces(text: str) -> list[tuple[str, bool]]:
    """The foods of one line, each with whether it is an addition to the one before it.

    Pieces with amounts of their own are foods of their own; else the whole is tried first, and taken apart only when
    it is no good food and its parts are.
    """
    if read_supplement(text, None, where="", said=text) is not None:
        return [(text, False)]
    text = _ON_SIDE.sub("", _HALVES.sub("half-and-half", text))
    if _is_sandwich(text):
        return [(text, False)]
    if doses := paired(text):
        return [(dose, False) for dose in doses]
    counted: list[str] = re.split(rf"(?:,|;|\s(?:and|with|plus)\s|\s[&+]\s)\s*{_COUNTED}", text)
    if len(counted) > 1 and all(_foodlike(piece) for piece in counted):
        several = [part for piece in counted for part in pieces(piece.strip(" ,;"))]
        return [(part, added or place > 0) for place, (part, added) in enumerate(several)]
    said = split_line(text)
    joined = bool(_JOINT.search(said.food))
    listed = bool(_COMMA.search(text)) or "," in said.food
    if not joined and not listed:
        return [(text, False)]
    settings = reading()
    whole = _score(said.food)
    if whole >= 90 or (_weighed_as_one(text, said) and whole >= settings.good_score):
        return [(text, False)]
    options: list[tuple[list[str], float]] = []
    if listed:
        floor = 88.0 if whole >= settings.good_score else settings.split_score
        options.append(([part for piece in _JOINT.split(text) for part in _COMMA.split(piece)], floor))
        options.append((_COMMA.split(text), floor))
    if joined and not (whole >= settings.doubtful_score and said.food.split()[-1].lower() in words().dishes):
        options.append((_JOINT.split(text), settings.split_score))
    for option, floor in options:
        parts = [part.strip(" ,;") for part in option if part.strip(" ,;")]
        if not 2 <= len(parts) <= 12 or any(part.count("(") != part.count(")") for part in parts):
            continue
        scores = [_score(part) for part in parts]
        if min(scores) >= max(floor, min(whole, 88)) or (whole < settings.good_score and min(scores) >= floor):
            return [(part, bool(number)) for number, part in enumerate(parts)]
    return _what_is_known(text, options) if whole < settings.doubtful_score else [(text, False)]


def _what_is_known(text: str, options: list[tuple[list[str], float]]) -> list[tuple[str, bool]]:
    """A line that is no food as a whole, in the pieces of which most are known, so that only the rest is lost."""
    good = reading().split_score
    best, known = [text], 0.0
    for option, _ in options:
        parts = [part.strip(" ,;") for part in option if part.strip(" ,;")]
        share = sum(_score(part) >= good for part in parts) / len(parts) if parts else 0.0
        if share > known and len(parts) > 1 and all(part.count("(") == part.count(")") for part in parts):
            best, known = parts, share
    return [(part, bool(number)) for number, part in enumerate(best)]


def _weighed_as_one(text: str, said: Said) -> bool:
    """Whether one weight at the end speaks for the whole line."""
    amount = said.amount
    return (
        amount is not None
        and amount.unit is not None
        and amount.unit.kind == "mass"
        and text.rstrip().endswith(amount.text)
    )


def _foodlike(piece: str) -> bool:
    named = re.findall(r"[^\W\d_]{2,}", split_line(piece).food.lower())
    if named[:1] in (["with"], ["and"], ["on"]):
        return False
    return read_amount(piece.strip(" ,;.")) is None and not set(named) <= set(words().states)


def _is_sandwich(text: str) -> bool:
    """Whether the line is one sandwich with what is on it ("turkey sandwich on rye with mayo, lettuce and tomato")."""
    first, *others = [part.strip(" ,;.") for piece in _JOINT.split(text) for part in piece.split(",")]
    if not others or not first.split() or first.split()[-1].lower() not in words().sandwiches:
        return False
    return all(part.split()[-1].lower() in words().fillings for part in others if part)


def _score(piece: str) -> float:
    """How good a food (or supplement with a dose) a piece is, 0-100."""
    said = split_line(piece)
    if read_supplement(said.food, said.amount, where="", said=piece) is not None:
        return 100.0 if said.amount is not None else 0.0
    hits = find_food(said.food)
    return hits[0].score if hits else 0.0

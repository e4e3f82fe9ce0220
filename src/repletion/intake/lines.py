"""One diary line: how much, and of what.

The grammar is ``grammar.lark`` (LALR), its measure and number words are knowledge; units are pint's, from our own
short definition file.  ``split_line("1 1/2 tbsp butter")`` gives the amount and the words of the food.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from repletion.intake.wording import FOLDER, Unit, counts, measures, words

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

_TIDY = re.compile(r"\s+")


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """How much: between ``low`` and ``high`` (equal unless a range) of ``unit``; ``size`` as said.

    ``unit`` is None for a bare count.  ``vague``: a number word such as "a few".  ``text`` as typed.
    """

    low: float
    high: float
    unit: Unit | None = None
    size: str | None = None
    vague: bool = False
    text: str = ""

    @property
    def value(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A line taken apart: ``food`` words and the ``amount``, None when none was said."""

    food: str
    amount: Amount | None = None


@cache
def _definitions() -> dict[str, float]:
    """Size of each unit in gram, milliliter or IU, computed once by pint (import 0.1 s, so only when needed)."""
    import pint

    registry: Any = pint.UnitRegistry(None)
    registry.load_definitions(str(FOLDER / "units.txt"))
    bases = {"mass": "gram", "volume": "milliliter", "activity": "international_unit"}
    return {
        unit.name: float(registry.Quantity(1, unit.name).to(bases[unit.kind]).magnitude)
        for unit in measures().values()
        if unit.kind in bases
    }


def in_base(unit: Unit) -> float:
    """One ``unit`` in grams (mass), milliliters (volume) or IU (activity)."""
    return _definitions()[unit.name]


def _choice(words: Any) -> str:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "(?i:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + r")(?![\w\-'’])"


@cache
def _parser() -> Lark:
    from lark import Lark
    from lark.lexer import PatternRE

    known = measures()
    patterns = {
        "COUNT": _choice(word for word in counts()),
        "MEASURE": _choice(word for word, unit in known.items() if unit.kind != "size"),
        "SIZE": _choice(word for word, unit in known.items() if unit.kind == "size"),
    }

    def fill(terminal: Any) -> None:
        if terminal.name in patterns:
            terminal.pattern = PatternRE(patterns[terminal.name])

    return Lark(
        files("repletion.intake").joinpath("grammar.lark").read_text("utf-8"),
        start=["line", "amount"],
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        edit_terminals=fill,
    )


def _parse(text: str, start: str) -> Tree[Token] | None:
    from lark.exceptions import LarkError

    try:
        return _parser().parse(text, start=start)
    except (LarkError, ValueError):
        return None


def _plain_number(text: str) -> float:
    if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


def _fraction(text: str) -> float:
    if "/" in text:
        over, under = text.split("/")
        return float(over) / float(under)
    return unicodedata.numeric(text)


def _number(token: Token) -> tuple[float, float, bool]:
    text = str(token)
    if token.type == "COUNT":
        word = counts()[_TIDY.sub(" ", text.lower())]
        return word.low, word.high, word.assumed == "yes"
    if token.type == "RANGE":
        low, high = (_plain_number(part) for part in re.split(r"\s*(?:-|–|—|to|or)\s*", text))
        return min(low, high), max(low, high), False
    if token.type == "MIXED":
        whole, part = re.fullmatch(r"(\d+)[ \-]?(\S+)", text).groups()  # type: ignore[union-attr]
        value = float(whole) + _fraction(part)
    elif token.type == "FRACTION":
        value = _fraction(text)
    else:
        value = _plain_number(text)
    return value, value, False


def _amount(tree: Tree[Token], text: str) -> Amount:
    """Meaning of an ``amount`` node; a last unit that only names the pack ("2 x 330 ml cans") adds nothing."""
    low = high = 1.0
    vague = False
    unit: Unit | None = None
    size: str | None = None
    known = measures()
    subtrees: list[Tree[Token]] = list(tree.iter_subtrees_topdown())  # type: ignore[no-untyped-call]
    for child in subtrees:
        if child.data == "number":
            first, second, unclear = _number(child.children[0])  # type: ignore[arg-type]
            low, high, vague = low * first, high * second, vague or unclear
        elif child.data == "measure" and unit is None:
            unit = known[_TIDY.sub(" ", str(child.children[0]).lower())]
        elif child.data == "size":
            size = known[_TIDY.sub(" ", str(child.children[0]).lower())].name
    return Amount(low=low, high=high, unit=unit, size=size, vague=vague, text=text)


def read_amount(text: str) -> Amount | None:
    """The whole text as an amount ("5.3 oz", "2 large"), or None."""
    tree = _parse(text.strip(), "amount") if text.strip() else None
    return None if tree is None else _amount(tree, text.strip())


def _leading(text: str) -> Said | None:
    tree = _parse(text, "line")
    if tree is None:
        return None
    first = tree.children[0]
    tails = [child for child in tree.children if getattr(child, "data", "") == "tail"]
    start = tails[0].meta.start_pos if tails else len(text)  # type: ignore[union-attr]
    said = text[:start].strip()
    if first.data == "measure":  # type: ignore[union-attr]
        unit = measures()[_TIDY.sub(" ", str(first.children[0]).lower())]  # type: ignore[union-attr]
        amount = Amount(low=1, high=1, unit=unit, text=said)
    else:
        amount = _amount(first, said)  # type: ignore[arg-type]
    food = re.sub(r"^(?:of|the|,|-|:)+\b\s*|^[\s,;:\-–]+", "", text[start:].strip(), flags=re.IGNORECASE).strip(" ,;:.")
    food = re.sub(r"^of\s+(?:the\s+)?", "", food, flags=re.IGNORECASE)
    if amount.size is None and amount.unit is None and (match := _size_word(food)):
        amount = msgspec.structs.replace(amount, size=match)
    return Said(food=food, amount=amount)


def _size_word(food: str) -> str | None:
    for word in food.lower().split()[1:3]:
        unit = measures().get(word.strip(",()"))
        if unit is not None and unit.kind == "size":
            return unit.name
    return None


_STARTS = re.compile(r"(?<![\w.,/%½¼¾⅓⅔])(?=[\d½¼¾⅓⅔⅛.])|(?<=[\s,(])(?=(?:a|an|one|half|two|three|few)\s)")


def _trailing(text: str) -> Said | None:
    """An amount at the end: after a comma, colon, dash, bracket, or glued to a unit ("milk 250ml")."""
    for match in _STARTS.finditer(text):
        place = match.start()
        before = text[:place].rstrip()
        food = before.rstrip(" ,;:-–—(=x×@|")
        if not food:
            continue
        amount = read_amount(text[place:].rstrip(" .;)"))
        if amount is None:
            continue
        marked = before != food
        if amount.unit is None and not marked and amount.low < 1:
            continue
        return Said(food=food, amount=amount)
    return None


def _bracketed(text: str) -> tuple[str, Amount | None, bool]:
    """A weight or volume in brackets, taken out: text, amount, and whether it is said to be for each."""
    for match in re.finditer(r"\(([^()]{1,60})\)", text):
        inside = re.sub(r"\b(each|ea|total|about|approx\.?|ca\.?|approximately)\b|[~≈]", "", match[1], flags=re.I)
        amount = read_amount(inside)
        if amount is not None and amount.unit is not None and amount.unit.kind in ("mass", "volume"):
            rest = (text[: match.start()] + " " + text[match.end() :]).strip()
            return _TIDY.sub(" ", rest), amount, bool(re.search(r"\b(each|ea)\b", match[1], re.I))
    return text, None, False


# "vitamin b 12 1000 mcg": the 12 belongs to the name.
_LETTERED = re.compile(
    r"(?i)\b((?:vitamin|vit\.?)\s+[bdk]|b)[\s\-]+(\d{1,2})\b(?![.,]\d)(?!\s*(?:mg|mcg|ug|µg|μg|micrograms?|milligrams?|iu|ie|ui|units?|g)\b)"
)
# "50.000 IU": nobody measures thousandths of an international unit.
_THOUSANDS = re.compile(r"(?i)(?<![\d.,])(\d{1,3})\.(\d{3})(?=\s*(?:iu|ie|ui|i\.u\.|units?)\b)")


# "1/2 - 3/4 cup": a range of fractions.
_BETWEEN = re.compile(r"(?<![\d/.])(\d/[1-9]|[½⅓⅔¼¾])\s*(?:-|–|to|or)\s*(\d/[1-9]|[½⅓⅔¼¾])(?![\d/])\s*")
# "falafel x5", "banana (half)": how many, said last.
_TIMES = re.compile(r"^(.*[^\W\d_].*?)\s+[x×]\s?(\d{1,2})$", re.I)
_SIZED = re.compile(r"^(?!\d)(.+?)\s*\((half|quarter|small|medium|large)\)$", re.I)


def split_line(text: str) -> Said:
    """The food's words and the amount in one line without bullet or heading.  Never raises."""
    text = _TIDY.sub(
        " ", re.sub(r"(?i)^\s*(about|approx\.?|approximately|around|ca\.|roughly|~|≈)\s*", "", text)
    ).strip()
    text = _LETTERED.sub(r"\1\2", _THOUSANDS.sub(r"\1\2", text))
    text = re.sub(r"(?<=\d)\s+and\s+(?=(?:1/2|½|a half\b))", " ", text)
    text = _BETWEEN.sub(lambda match: f"{_fraction(match[1]):g}-{_fraction(match[2]):g} ", text)
    if text.lower().startswith(tuple(words().numbered_names)):
        return _trailing(text) or Said(food=text)
    text = _TIMES.sub(r"\2 \1", text) if not text[0:1].isdigit() else text
    text = _SIZED.sub(r"\2 \1", text)
    rest, weighed, each = _bracketed(text)
    said = _trailing(rest) if re.search(r"\d[^,]*,?\s*\S{0,14}$", rest) and not _starts_with_amount(rest) else None
    said = said or _leading(rest) or _trailing(rest) or _within(rest) or Said(food=rest)
    if weighed is None:
        return said if said.food else Said(food=text)
    count = said.amount
    if count is not None and (each or (count.unit is not None and count.unit.name in words().packs)):
        weighed = msgspec.structs.replace(
            weighed, low=weighed.low * count.low, high=weighed.high * count.high, text=f"{count.text} ({weighed.text})"
        )
    return Said(food=said.food, amount=weighed)


def _within(text: str) -> Said | None:
    """A weight or volume in the middle ("chicken breast 6oz grilled")."""
    for match in re.finditer(r"(?<![\w.,/])\d[\d.,/]*\s*[a-zA-Z]{1,12}\b", text):
        amount = read_amount(match[0])
        if amount is not None and amount.unit is not None:
            food = f"{text[: match.start()].rstrip(' ,')} {text[match.end() :].lstrip(' ,')}".strip()
            return Said(food=food, amount=amount) if food else None
    return None


def _starts_with_amount(text: str) -> bool:
    said = _leading(text)
    return said is not None and said.amount is not None and (said.amount.unit is not None or bool(said.food))


_TIME = re.compile(
    r"^\s*(?:at\s+)?(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s*[ap]\.?m\.?)?\s*[-–—:,]?\s*|^\s*\d{1,2}\s*[ap]\.?m\.?\b\s*[-–:,]?\s*",
    re.I,
)


def without_time(text: str) -> str:
    """The line without the time of day that it begins with; "1.50 kg" and "2.00 cups" are amounts, no times."""
    match = _TIME.match(text)
    if match is None or (text[match.end() :][:1].isdigit() and "." in match[0]):
        return text
    if "." in match[0] and not re.search(r"(?i)[ap]\.?m|[-–—:,]", match[0]):
        amount = split_line(text).amount
        if amount is not None and amount.unit is not None:
            return text
    return text[match.end() :]

"""Words typed for somebody else: "My father is 80 and has been confused since yesterday".

The person of the case is then the father.  It is so when the text opens with a relative of now and nobody speaks of
himself; "my mother had a stroke", and a relative beside an "I", stay family history.  So do "father is diabetic. Numb
toes", which names an illness and goes on about somebody else, and "dad collapsed last year".
"""

from __future__ import annotations

import re
from functools import cache

from repletion.case.lexicon import Lexicon
from repletion.case.meanings import Setting
from repletion.case.model import Sex
from repletion.case.statements import read_statement
from repletion.case.words import relatives

_SELF = re.compile(r"\b(?:i|i'm|i've|i'd|i’m|i’ve|i’d|im|ive|me|myself)\b", re.IGNORECASE)

_YEARS = re.compile(
    r"(?:\s+(?:is|was)\s+|\s*,\s*(?=\d{1,2}\s*,)|\s*\((?=\d{1,2}\)))(\d{1,3})\)?(?:\s+years?\s+old)?(?:\b|(?<=\)))(?![.,]\d)"
    r"(?!\s*(?:weeks?|months?|days?|ft|feet|foot|'|kgs?|kilos?|st|stones?|lbs?|pounds?|cms?|m|met(?:re|er)s?)(?![a-z]))",
    re.IGNORECASE,
)


_SPOKEN_OF = """is isn't isnt cannot can't cant won't wont keeps looks seems woke fell collapsed became confused not
doesn't doesnt"""


_ONCE = re.compile(r"\s+(?:collapsed|fell|became|woke)\b(?P<how>[^.;!?\n]*)", re.IGNORECASE)
_LONG_AGO = re.compile(
    r"\b(?:last year|(?:years?|decades?) (?:ago|back)|as a (?:child|kid|baby|teen(?:ager)?)|in childhood"
    r"|in (?:19\d\d|20[01]\d)"
    r"|at (?:the )?(?:age (?:of )?\d+|(?:2[5-9]|[3-9]\d)(?!\s*(?:[\d.,:%]|weeks|kg|degrees))))\b",
    re.IGNORECASE,
)  # "at 40" is an age, "at 10" may be the hour
_STILL = re.compile(
    r"\b(?:now|since|still|today|again|yesterday|tonight|is|are|has|have|won't|can't|cannot)\b", re.IGNORECASE
)
_HAS_IT = re.compile(r"\s+(?:is|isn't|isnt|became|not)\b(?P<what>[^.;!?\n]*)", re.IGNORECASE)
_OF_THEM = {
    "he": re.compile(r"\b(?:he|his|him)\b", re.IGNORECASE),
    "she": re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE),
}
_OF_ANY = re.compile(r"\b(?:he|his|him|she|her|hers|they|them|their|it|its)\b", re.IGNORECASE)


def _verbs() -> str:
    """Words behind a relative named without "my", by which the text speaks of how they are: "grandad is confused"."""
    return "|".join(map(re.escape, _SPOKEN_OF.split()))


@cache
def _opening() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, relatives()), key=len, reverse=True))
    return re.compile(
        rf"^\s*(?:(?P<led>my|our|the)\s+|(?=(?:{names})\s+(?:{_verbs()})\b))"
        rf"(?P<age>(?:\d{{1,3}}[\s-]*(?:year|yr|month|week|day)s?[\s-]*old\s+)?)(?P<who>{names})\b"
        r"(?!['’]s?\b)(?!\s+(?:had|died|suffered|was diagnosed|used to)\b)",
        re.IGNORECASE,
    )


def _texts(text: object) -> list[str] | None:
    """Running text, in one piece or in several; ``None`` for anything else."""
    parts = [text] if isinstance(text, str) else text
    return parts if isinstance(parts, list) and parts and all(isinstance(part, str) for part in parts) else None


def speaks_of_self(text: object) -> bool:
    """Whether somebody speaks of himself in these words; a case without running text is always the person's own."""
    parts = _texts(text)
    return parts is None or any(_SELF.search(part) for part in parts)


def _long_over(rest: str) -> bool:
    """Whether the words behind a relative tell of an event long ago: "collapsed last year", not "is dizzy since"."""
    once = _ONCE.match(rest)
    return once is not None and _LONG_AGO.search(once["how"]) is not None and _STILL.search(once["how"]) is None


def _only_mentioned(rest: str, again: str, lexicon: Lexicon) -> bool:
    """Whether the words behind a relative name an illness or a habit, and what follows is not about them.

    It is about them when a complaint stands in the same sentence, or a later one says "she".
    """
    has = _HAS_IT.match(rest)
    if has is None or not any(map(str.isalpha, rest[has.end() :])):
        return False
    if _OF_THEM.get(again, _OF_ANY).search(rest):
        return False
    named = read_statement(has["what"], Setting(section="text", where="text", listed=False, hints=False), lexicon)
    return bool(named.understood) and all(u.kind in {"state", "factor"} for u in named.understood)


def told_for(text: object, lexicon: Lexicon) -> tuple[str | list[str], Sex | None] | None:
    """As :func:`of_the_person`, for words that may come in several pieces, as a form adds them."""
    parts = _texts(text)
    if parts is None or (len(parts) > 1 and speaks_of_self(parts)) or (own := of_the_person(parts[0], lexicon)) is None:
        return None
    more = [again[0] if (again := of_the_person(part, lexicon)) is not None else part for part in parts[1:]]
    return own[0] if isinstance(text, str) else [own[0], *more], own[1]


def of_the_person(text: str, lexicon: Lexicon) -> tuple[str, Sex | None] | None:
    """``text`` with the relative it opens with as the person, and their sex; ``None`` when it is no such text."""
    opening = _opening().match(text)
    if opening is None or _SELF.search(text):
        return None
    noun, again = relatives()[opening["who"].lower()]
    rest = text[opening.end() :]
    if _long_over(rest) or (not opening["led"] and _only_mentioned(rest, again, lexicon)):
        return None
    sex: Sex | None = "male" if again == "he" else "female" if again == "she" else None
    rest = re.sub(rf"\b(?:my|our)\s+{re.escape(opening['who'])}\b", again, rest, flags=re.IGNORECASE)
    if not opening["age"] and (years := _YEARS.match(rest)) is not None:
        return f"{years[1]}-year-old {noun}{rest[years.end() :]}", sex
    return f"{opening['age']}{noun} {rest.strip()}", sex

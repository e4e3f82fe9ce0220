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
from repletion.case.parts import Sex
from repletion.case.small_words import one_of
from repletion.case.small_words import told_for as small_words
from repletion.case.statements import read_statement
from repletion.case.words import relatives

_YEARS = re.compile(
    r"(?:\s+(?:is|was)\s+|\s*,\s*(?=\d{1,2}\s*,)|\s*\((?=\d{1,2}\)))(\d{1,3})\)?(?:\s+years?\s+old)?(?:\b|(?<=\)))(?![.,]\d)"
    r"(?!\s*(?:weeks?|months?|days?|ft|feet|foot|'|kgs?|kilos?|st|stones?|lbs?|pounds?|cms?|m|met(?:re|er)s?)(?![a-z]))",
    re.IGNORECASE,
)


@cache
def _any(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of(words)})\b", re.IGNORECASE)


@cache
def _behind(words: frozenset[str]) -> re.Pattern[str]:
    """Right behind a relative one of ``words``, and ``more`` up to the end of the sentence."""
    return re.compile(rf"\s+(?:{one_of(words)})\b(?P<more>[^.;!?\n]*)", re.IGNORECASE)


@cache
def _long_ago() -> re.Pattern[str]:
    """Words, a year or an age that put an event long ago; "at 40" is an age, "at 10" may be the hour."""
    return re.compile(
        rf"\b(?:{one_of(small_words().long_ago)}|in (?:19\d\d|20[01]\d)"
        r"|at (?:the )?(?:age (?:of )?\d+|(?:2[5-9]|[3-9]\d)(?!\s*(?:[\d.,:%]|weeks|kg|degrees))))\b",
        re.IGNORECASE,
    )


@cache
def _opening() -> re.Pattern[str]:
    names, small = one_of(relatives()), small_words()
    return re.compile(
        rf"^\s*(?:(?P<led>my|our|the)\s+|(?=(?:{names})\s+(?:{one_of(small.spoken_of)})\b))"
        rf"(?P<age>(?:\d{{1,3}}[\s-]*(?:year|yr|month|week|day)s?[\s-]*old\s+)?)(?P<who>{names})\b"
        rf"(?!['’]s?\b)(?!\s+(?:{one_of(small.only_mentioned)})\b)",
        re.IGNORECASE,
    )


def _texts(text: object) -> list[str] | None:
    """Running text, in one piece or in several; ``None`` for anything else."""
    parts = [text] if isinstance(text, str) else text
    return parts if isinstance(parts, list) and parts and all(isinstance(part, str) for part in parts) else None


def speaks_of_self(text: object) -> bool:
    """Whether somebody speaks of himself in these words; a case without running text is always the person's own."""
    parts = _texts(text)
    return parts is None or any(_any(small_words().oneself).search(part) for part in parts)


def _long_over(rest: str) -> bool:
    """Whether the words behind a relative tell of an event long ago: "collapsed last year", not "is dizzy since"."""
    small = small_words()
    once = _behind(small.once).match(rest)
    return once is not None and bool(_long_ago().search(once["more"])) and not _any(small.still).search(once["more"])


def _only_mentioned(rest: str, again: str, lexicon: Lexicon) -> bool:
    """Whether the words behind a relative name an illness or a habit, and what follows is not about them.

    It is about them when a complaint stands in the same sentence, or a later one says "she".
    """
    small = small_words()
    has = _behind(small.has_it).match(rest)
    if has is None or not any(map(str.isalpha, rest[has.end() :])):
        return False
    if _any(small.pronouns.get(again, small.any_pronoun)).search(rest):
        return False
    named = read_statement(has["more"], Setting(section="text", where="text", listed=False, hints=False), lexicon)
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
    if opening is None or _any(small_words().oneself).search(text):
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

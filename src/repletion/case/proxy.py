"""Words typed for somebody else: "My father is 80 and has been confused since yesterday".

The person of the case is then the father.  It is so when the text opens with a relative of now and nobody speaks of a
complaint of his own ("I look after my brother" is none); "my mother had a stroke", and a relative beside an "I feel",
stay family history.  So do "father is diabetic. Numb toes", which names an illness and goes on about somebody else, and
"dad collapsed last year".  Whose the complaint is then stays open; urgency is read for both (:func:`theirs`).
"""

from __future__ import annotations

import re
from functools import cache

from repletion.case.lexicon import Lexicon
from repletion.case.meanings import Setting
from repletion.case.parts import Sex, Understood
from repletion.case.small_words import one_of
from repletion.case.small_words import told_for as small_words
from repletion.case.statements import read_statement
from repletion.case.words import relatives

_NO_AGE = (
    r"(?![.,/]\d|\d)(?!\s*(?:weeks?|wks?|months?|mths?|days?|hours?|hrs?|ft|feet|foot|'|kgs?|kilos?|st|stones?|lbs?|pounds?"
    r"|cms?|mm?|met(?:re|er)s?|mg|mmol|minutes?|mins?|times|tablets?|units?|pegs?|pints?|%|°|degrees|x)(?![a-z]))"
)
_OLD = r"(?:\s*(?:years?|yrs?|yo|y/o|y)(?:[\s-]*old)?(?:\s+of\s+age)?\b)?"
_LEADING_AGE = r"\d{1,3}[\s-]*(?:(?:year|yr|month|mth|week|wk|day)s?[\s-]*old|yo|y/o)\s+"
_YEARS = re.compile(
    rf"(?:(?:\s+(?:is|was)|['’]s)?\s*,?\s*(?:now\s+)?\(?\s*(?:aged\s+|age\s+)?(?P<years>\d{{1,3}}){_NO_AGE}{_OLD}\s*\)?)(?=[\s,.;:!]|$)",
    re.IGNORECASE,
)


_ACQUAINTANCE = "person"  # the noun for neighbours and friends


@cache
def _any(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of(words)})\b", re.IGNORECASE)


@cache
def _behind(words: frozenset[str]) -> re.Pattern[str]:
    """Right behind a relative one of ``words``, and ``more`` up to the end of the sentence."""
    return re.compile(rf"(?:\s+|(?=['’]s\s))(?:{one_of(words)})\b(?P<more>[^.;!?\n]*)", re.IGNORECASE)


@cache
def _long_ago() -> re.Pattern[str]:
    """Words, a year or an age that put an event long ago; "at 40" is an age, "at 10" may be the hour."""
    return re.compile(
        rf"\b(?:{one_of(small_words().long_ago)}|in (?:19\d\d|20[01]\d)"
        r"|at (?:the )?(?:age (?:of )?\d+|(?:2[5-9]|[3-9]\d)(?=\s*(?:$|,(?!\d)|and\b|but\b))))",
        re.IGNORECASE,
    )


@cache
def _opening() -> re.Pattern[str]:
    names, small = one_of(relatives()), small_words()
    follows = rf"(?:\s+(?:{one_of(small.spoken_of)})\b|\s+\w+ing\b|['’]s\s|,?\s*\(?(?:aged?\s+)?\d)"
    return re.compile(
        rf"^\s*(?:(?P<led>my|our|the|me)\s+(?:(?:{one_of(small.kinds)})\s+)*|(?=(?:{_LEADING_AGE})?(?:{names}){follows})"
        rf"|(?=(?:{_LEADING_AGE})(?:{names})\b))"
        rf"(?P<age>(?:{_LEADING_AGE})?)(?P<who>{names})\b(?![\s-]in[\s-]law)"
        rf"(?!\s+(?:{one_of(small.reporters)})\b)",
        re.IGNORECASE,
    )


@cache
def _handed_over() -> re.Pattern[str]:
    """A relative to whom something happens, named behind it: "paralysis happened to my father 65 yrs"."""
    return re.compile(rf"\b(?:to|for)\s+(?:my|our)\s+(?P<who>{one_of(relatives())})\b", re.IGNORECASE)


@cache
def _own_things() -> re.Pattern[str]:
    """ "My leg": something of the writer's own, and no relative, helper or animal."""
    small = small_words()
    others = one_of([*relatives(), *small.helpers])
    return re.compile(
        rf"\b(?:my|me)\s+(?!(?:(?:{one_of(small.kinds)}|\d{{1,3}}[\s-]*\w+[\s-]*old)\s+)*(?:{others})\b)[a-z]",
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


def _tells_of_self(text: str) -> bool:
    """Whether the writer tells of himself, beside caring for somebody, asking and thinking."""
    rest = _any(small_words().frames).sub(" ", text)
    rest = re.sub(rf"\bme(?=\s+(?:{one_of(relatives())})\b)", "my", rest, flags=re.IGNORECASE)  # "me mam"
    return bool(_any(small_words().oneself).search(rest) or _own_things().search(rest))


def _unframed(text: str) -> str:
    """``text`` without what its opening says of the writer: "I care for my brother" opens with the brother."""
    whole = text
    while (
        match := re.match(rf"\s*(?:{one_of(small_words().frames)})\b[\s,.;:]*(?:but\s+|and\s+|that\s+)?", text, re.I)
    ) is not None:
        text = text[match.end() :]
    return text or whole


def _long_over(rest: str) -> bool:
    """Whether the words behind a relative tell of an event long ago: "collapsed last year", not "is dizzy since"."""
    small = small_words()
    once = _behind(small.once).match(rest)
    return once is not None and bool(_long_ago().search(once["more"])) and not _any(small.still).search(once["more"])


def _history(rest: str) -> bool:
    """Whether what a relative had is all that is told of them; "had dengue, now bleeds" goes on about them."""
    small = small_words()
    return re.match(rf"\s+(?:{one_of(small.only_mentioned)})\b", rest, re.I) is not None and not _any(
        small.goes_on
    ).search(rest)


def _only_mentioned(rest: str, again: str, lexicon: Lexicon) -> list[Understood]:
    """The illness, habit or medicine that the words behind a relative name, where what follows is not about them.

    It is about them when a complaint stands in the same sentence, or a later one says "she".
    """
    small = small_words()
    has = _behind(small.has_it).match(rest)
    if has is None or not any(map(str.isalpha, rest[has.end() :])):
        return []
    if _any(small.pronouns.get(again, small.any_pronoun)).search(rest):
        return []
    named = read_statement(has["more"], Setting(section="text", where="text", listed=False, hints=False), lexicon)
    of_them = {"state", "factor", "drug"}
    if named.labs or not all(u.kind in of_them or u.id in small.illnesses for u in named.understood):
        return []
    return [u for u in named.understood if u.present]


def told_for(text: object, lexicon: Lexicon) -> tuple[str | list[str], Sex | None] | None:
    """As :func:`of_the_person`, for words that may come in several pieces, as a form adds them."""
    parts = _texts(text)
    if parts is None or (len(parts) > 1 and any(map(_tells_of_self, parts))):
        return None
    if (own := of_the_person(parts[0], lexicon)) is None:
        return None
    more = [again[0] if (again := of_the_person(part, lexicon)) is not None else part for part in parts[1:]]
    return own[0] if isinstance(text, str) else [own[0], *more], own[1]


def of_the_person(text: str, lexicon: Lexicon) -> tuple[str, Sex | None] | None:
    """``text`` with the relative it opens with as the person, and their sex; ``None`` when it is no such text."""
    if _tells_of_self(text):
        return None
    told = _unframed(text)
    opening = _opening().match(told)
    if opening is None:
        return _of_one_named_behind(text)
    noun, again = relatives()[opening["who"].lower()]
    rest = told[opening.end() :]
    if noun == _ACQUAINTANCE and (
        _any(small_words().lately).search(rest) and not _any(small_words().still).search(rest)
    ):
        return None
    if re.match(r"['’]s\s+\w+\W*$", rest):  # "my mother's eyelid" tells nothing
        return None
    if _history(rest) or _long_over(rest) or (not opening["led"] and _only_mentioned(rest, again, lexicon)):
        return None
    sex: Sex | None = "male" if again == "he" else "female" if again == "she" else None
    rest = re.sub(rf"\b(?:my|our)\s+{re.escape(opening['who'])}\b", again, rest, flags=re.IGNORECASE)
    if not opening["age"] and (years := _YEARS.match(rest)) is not None:
        return f"{years['years']}-year-old {noun}{rest[years.end() :]}", sex
    rest = re.sub(r"^['’]s\b", " is", rest)
    return f"{opening['age']}{noun} {rest.strip()}", sex


def _of_one_named_behind(text: str) -> tuple[str, Sex | None] | None:
    named = _handed_over().search(text)
    if named is None or len(_any(frozenset(relatives())).findall(text)) != 1:
        return None
    noun, again = relatives()[named["who"].lower()]
    rest = text[named.end() :]
    years = _YEARS.match(rest)
    who = noun if years is None else f"{years['years']}-year-old {noun}"
    behind = rest if years is None else rest[years.end() :]
    sex: Sex | None = "male" if again == "he" else "female" if again == "she" else None
    return f"{who}: {text[: named.start()].strip()}{behind}", sex


def theirs(text: object, lexicon: Lexicon) -> tuple[Understood, ...]:
    """What a relative has or takes who is only mentioned, and who may yet be the one with the complaints.

    "Grandad is on warfarin. Fell and hit head": whose head it was, is not said.  For urgency alone.
    """
    parts = _texts(text)
    if parts is None or _tells_of_self(" ".join(parts)) or (opening := _opening().match(parts[0])) is None:
        return ()
    _, again = relatives()[opening["who"].lower()]
    return tuple(_only_mentioned(parts[0][opening.end() :], again, lexicon))

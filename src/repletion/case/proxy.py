"""Words typed for somebody else: "My father is 80 and has been confused since yesterday".

The person of the case is then the father.  It is so when the text opens with a relative of now and nobody speaks of
himself; "my mother had a stroke", and a relative beside an "I", stay family history.
"""

from __future__ import annotations

import re
from functools import cache

from repletion.case.model import Sex
from repletion.case.words import relatives

_SELF = re.compile(r"\b(?:i|i'm|i've|i'd|i’m|i’ve|i’d|im|ive|me|myself)\b", re.IGNORECASE)

_YEARS = re.compile(
    r"\s+(?:is|was)\s+(\d{1,3})(?:\s+years?\s+old)?\b(?![.,]\d)"
    r"(?!\s*(?:weeks?|months?|days?|ft|feet|foot|'|kgs?|kilos?|st|stones?|lbs?|pounds?|cms?|m|met(?:re|er)s?)(?![a-z]))",
    re.IGNORECASE,
)


_SPOKEN_OF = """is isn't isnt cannot can't cant won't wont keeps looks seems woke fell collapsed became confused not
doesn't doesnt"""


def _verbs() -> str:
    """Words behind a relative named without "my", by which the text speaks of how they are: "grandad is confused"."""
    return "|".join(map(re.escape, _SPOKEN_OF.split()))


@cache
def _opening() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, relatives()), key=len, reverse=True))
    return re.compile(
        rf"^\s*(?:(?:my|our|the)\s+|(?=(?:{names})\s+(?:{_verbs()})\b))"
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


def told_for(text: object) -> tuple[str | list[str], Sex | None] | None:
    """As :func:`of_the_person`, for words that may come in several pieces, as a form adds them."""
    parts = _texts(text)
    if parts is None or (len(parts) > 1 and speaks_of_self(parts)) or (own := of_the_person(parts[0])) is None:
        return None
    more = [again[0] if (again := of_the_person(part)) is not None else part for part in parts[1:]]
    return own[0] if isinstance(text, str) else [own[0], *more], own[1]


def of_the_person(text: str) -> tuple[str, Sex | None] | None:
    """``text`` with the relative it opens with as the person, and their sex; ``None`` when it is no such text."""
    opening = _opening().match(text)
    if opening is None or _SELF.search(text):
        return None
    noun, again = relatives()[opening["who"].lower()]
    sex: Sex | None = "male" if again == "he" else "female" if again == "she" else None
    rest = re.sub(rf"\b(?:my|our)\s+{re.escape(opening['who'])}\b", again, text[opening.end() :], flags=re.IGNORECASE)
    if not opening["age"] and (years := _YEARS.match(rest)) is not None:
        return f"{years[1]}-year-old {noun}{rest[years.end() :]}", sex
    return f"{opening['age']}{noun} {rest.strip()}", sex

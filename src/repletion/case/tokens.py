"""Words as people type them → folded tokens that keep their place in the text.

Folding makes British and American spelling, plural and singular, "twitching" and "twitches" the same word.  It is
applied alike to the word lists and to what is typed, so that it need not be linguistically right, only consistent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from repletion.case.small_words import stems

Phrase = tuple[str, ...]

_TOKEN = re.compile(r"\b[Bb]-(?:12|[1-9])(?![\w.,]\d|\w)|[^\W\d_](?:[^\W_]|'(?=[^\W\d_]))*|\d+(?:[.,]\d+)*|[^\s]")
_INITIAL = re.compile(r"\b([A-Za-z])\.(?= [a-z])")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "−": "-", "“": '"', "”": '"'})


class Token(NamedTuple):
    """One word, number or mark.  ``stem``: folded; ``low``: lower case as typed; ``start``/``end``: place in the text.

    ``role``: ``word``, ``grammar`` (my, the, of), ``degree`` (mild, left), ``number`` or ``mark``.
    """

    text: str
    low: str
    stem: str
    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """What folding needs to know: words that mean the same, and words that carry no subject.

    ``lettered``: words after which "a" is a letter ("vitamin A"), unless one of ``spans`` follows ("a vitamin a day").
    """

    aliases: dict[str, str]
    grammar: frozenset[str]
    degree: frozenset[str]
    breaks: frozenset[str]
    lettered: frozenset[str]
    spans: frozenset[str]

    @classmethod
    def make(
        cls,
        *,
        aliases: Mapping[str, str],
        grammar: Iterable[str],
        degree: Iterable[str],
        breaks: Iterable[str],
        lettered: Iterable[str] = (),
        spans: Iterable[str] = (),
    ) -> Spelling:
        """Spelling rules from plain word lists."""
        return cls(
            {word: stem(first) for word, first in aliases.items()} | {stem(w): stem(f) for w, f in aliases.items()},
            frozenset(grammar),
            frozenset(degree),
            frozenset(breaks),
            frozenset(lettered),
            frozenset(spans),
        )


def plain(text: str) -> str:
    """Compatibility characters, quotes and dashes made plain, length kept where a character allows it."""
    if text.isascii() and text.isprintable():
        text = text.replace("`", "'")
        return _INITIAL.sub(r"\1 ", text) if "." in text else text
    text = text.translate(_QUOTES).replace("µ", "u").replace("μ", "u")
    folded = []
    for character in text:
        base = unicodedata.normalize("NFKD", character)[:1] if ord(character) > 127 else character
        folded.append(base if base and (base.isprintable() or base in "\n\t") else " ")
    return _INITIAL.sub(r"\1 ", "".join(folded))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The folded form of one lower-case word: ``paraesthesiae`` → ``paresthesia``, ``twitching`` → ``twitch``."""
    word = word.removesuffix("'s").replace("'", "")
    if len(word) < 4 or word in stems().keep or not word.isalpha():
        return word
    if len(word) >= 6:
        word = word.replace("ae", "e").replace("oe", "e")
    if word.endswith(("tre", "tres")) and len(word) >= 5:  # "litres" is "liters"
        word = word.removesuffix("s")[:-2] + "er"
    if word.endswith("our") and len(word) >= 5 and word[:-3] not in {"fl", "h"}:
        word = word[:-3] + "or"
    word = word.replace("isation", "ization").replace("ising", "izing").replace("ised", "ized").replace("grey", "gray")
    for ending, least in (("ness", 3), ("ing", 3), ("ed", 4)):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
            break
    else:
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3] + "y"
        elif word.endswith(("ches", "shes", "xes", "sses")):
            word = word[:-2]
        elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    if len(word) > 4 and word[-1] in "eiy" and word[-2] not in "aeiou":
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word


@lru_cache(maxsize=65536)
def _folded(raw: str, spelling: Spelling) -> tuple[str, str, str]:
    """Of one token: lower case, folded, and its role."""
    low = raw.lower() if len(raw) < 2 else raw.lower().replace("-", "")  # "B-12" is B12
    if low[0].isdigit():
        return low, low, "number"
    if low == "&":
        return "and", "and", "grammar"
    if not low[0].isalpha():
        return low, low, "mark"
    folded = spelling.aliases.get(low) or stem(low)
    folded = spelling.aliases.get(folded, folded)
    role = "grammar" if low in spelling.grammar else "degree" if low in spelling.degree else "word"
    return low, folded, role


def tokens(text: str, spelling: Spelling) -> list[Token]:
    """Cut text into tokens.  A hyphen joins nothing: "light-headed" is two words."""
    found = []
    for match in _TOKEN.finditer(plain(text)):
        raw = match.group()
        low, folded, role = _folded(raw, spelling)
        found.append(Token(raw, low, folded, match.start(), match.end(), role))
    for i in _letters([token.low for token in found], spelling):
        found[i] = found[i]._replace(role="word")
    return found


def _letters(low: Sequence[str], spelling: Spelling) -> list[int]:
    """Where "a" is a letter and no article."""
    if "a" not in low:
        return []
    after = (*low[1:], "")
    return [
        i
        for i, word in enumerate(low)
        if word == "a" and i and low[i - 1] in spelling.lettered and after[i] not in spelling.spans
    ]


def folds(text: str, spelling: Spelling) -> list[tuple[str, str, str]]:
    """The words and numbers of a phrase without their places: lower case, folded, and role; marks are left out."""
    cut = [_folded(raw, spelling) for raw in _TOKEN.findall(plain(text))]
    for i in _letters([low for low, _, _ in cut], spelling):
        cut[i] = (cut[i][0], cut[i][1], "word")
    return [word for word in cut if word[2] != "mark"]


def phrase(text: str, spelling: Spelling) -> Phrase:
    """The folded content words of a phrase, in order; all its words when it has fewer than two content words."""
    return key_of(folds(text, spelling))


def key_of(cut: list[tuple[str, str, str]]) -> Phrase:
    """The same from what :func:`folds` makes of it."""
    content = tuple(folded for _, folded, role in cut if role != "grammar")
    return content if len(content) > 1 or len(cut) == len(content) else tuple(folded for _, folded, _ in cut)


def words_of(text: str) -> Phrase:
    """The lower-case words and marks of a cue, unfolded."""
    return tuple(match.group().lower() for match in _TOKEN.finditer(plain(text)))

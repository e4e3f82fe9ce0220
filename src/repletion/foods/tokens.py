"""Words of a food's name: folded, cut and brought to the singular, the same for table and query.

The index is built with these rules, so a change here needs a rebuild of the table.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache

from repletion.knowledge.base import DATA

_WORD = re.compile(r"\d+(?:[./]\d+)*%?|[a-z]+")
_POSSESSIVE = re.compile(r"['’´`]s?\b")
# The index keeps letters and digits only, so the signs inside numbers become letters.
_IN_NUMBERS = str.maketrans({"%": "pct", "/": "x", ".": "p"})
# Endings that look like a plural and are none (hummus, asparagus, swiss).
_KEEP = ("ss", "us", "is")


@cache
def _irregular() -> dict[str, str]:
    """Words whose form in the index no rule gives; spelling variants fall together."""
    with (DATA / "foods" / "irregular.csv").open(encoding="utf-8", newline="") as handle:
        return {row["word"]: row["indexed"] for row in csv.DictReader(handle, strict=True)}


def singular(word: str) -> str:
    """The form under which a word is indexed: lower-case singular; spelling variants fall together."""
    irregular = _irregular()
    if word in irregular:
        return irregular[word]
    stem = word
    if len(word) > 3 and word.endswith("s") and not word.endswith(_KEEP):
        if word.endswith("ies"):
            stem = word[:-3] + "y"
        elif word.endswith(("oes", "ches", "shes", "sses", "xes", "zzes")):
            stem = word[:-2]
        else:
            stem = word[:-1]
    if len(stem) > 4 and stem.endswith("ie"):
        stem = stem[:-2] + "y"
    return irregular.get(stem, stem)


def fold(text: str) -> str:
    """Lower case, without accents, possessive endings or typographic signs."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and ").replace("⁄", "/"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = plain.replace("œ", "oe").replace("æ", "ae").replace("ø", "o").replace("per cent", "%")
    return _POSSESSIVE.sub("", re.sub(r"(?<=\d)\s+%|(?<=\d)\s+percent\b", "%", plain))


def tokens(text: str) -> list[str]:
    """The indexed words of a text in order: ``"Bananas, raw (2%)"`` → ``["banana", "raw", "2pct"]``."""
    return [singular(word).translate(_IN_NUMBERS) for word in _WORD.findall(fold(text))]


def segments(text: str) -> str:
    """Folded words with the commas kept, so that the head of a name can be told from its qualifiers."""
    parts = (" ".join(tokens(part)) for part in text.split(","))
    return ", ".join(part for part in parts if part)

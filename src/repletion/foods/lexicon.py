"""Words for foods, read from ``knowledge/data/foods``: other names, everyday defaults, what a word weighs.

All are folded with :func:`repletion.foods.tokens.tokens` when read, so the files are written as people write.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from repletion import knowledge
from repletion.foods.tokens import tokens
from repletion.knowledge.reader import rows

DATA = Path(knowledge.__file__).parent / "data" / "foods"
Words = tuple[str, ...]


class OtherName(msgspec.Struct, frozen=True):
    """``phrase`` is what people say, ``table`` what the releases call it (alternatives parted by ``|``)."""

    phrase: str
    table: str
    kind: Literal["british", "american", "brand", "drink", "plain", "release"]


class Default(msgspec.Struct, frozen=True):
    """The food that a bare ``query`` means; ``description`` is there to be read and is checked by a test.

    ``fit``: *same*; *near* where the table has no such food and this one stands in for it; *none* for what
    people take and the table does not hold (tablets), so that no look-alike is offered.
    """

    query: str
    fit: Literal["same", "near", "none"]
    food: str = ""
    description: str = ""


class Weight(msgspec.Struct, frozen=True):
    """How much a word matters, next to 1 for a word that is not listed.

    ``unasked``: how much it counts against a food that its name has this word and the query has not.
    ``asked``: how much it counts when the query has it (a cut or a way of cooking less than the food).
    ``group``: words of *cooking* answer for each other in part; a word of *class* that opens a name
    (``Cheese, brie``) is its heading and says little.
    """

    word: str
    unasked: float
    asked: float
    group: str = ""


@dataclass(frozen=True)
class Lexicon:
    """The word lists, folded."""

    names: dict[Words, tuple[Words, ...]]
    defaults: dict[Words, Default]
    unasked: dict[str, float]
    asked: dict[str, float]
    cooking: frozenset[str]
    classes: frozenset[str]
    fillers: frozenset[str]

    @cached_property
    def longest_name(self) -> int:
        """Words in the longest phrase of :attr:`names`."""
        return max(map(len, self.names), default=0)

    @cached_property
    def bags(self) -> dict[frozenset[str], Default]:
        """Defaults by their words in any order, without fillers (``tomatoes, canned``)."""
        found: dict[frozenset[str], Default] = {}
        for words, default in self.defaults.items():
            found.setdefault(frozenset(words) - self.fillers, default)
        return found

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Every word of the lists, with how many entries have it."""
        count: dict[str, int] = {}
        for words in (*self.names, *self.defaults):
            for word in words:
                count[word] = count.get(word, 0) + 1
        return count


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read the lists once.  Raises :class:`repletion.errors.KnowledgeError` naming file and line."""
    names: dict[Words, tuple[Words, ...]] = {}
    fillers = frozenset(
        word for filler in (DATA / "fillers.txt").read_text(encoding="utf-8").split() for word in tokens(filler)
    )
    for row in rows(DATA / "names.csv", OtherName):
        phrase = tuple(word for word in tokens(row.phrase) if word not in fillers)
        names[phrase] = tuple(tuple(tokens(part)) for part in row.table.split("|"))
    defaults = {tuple(tokens(row.query)): row for row in rows(DATA / "defaults.csv", Default)}
    weights = list(rows(DATA / "weights.csv", Weight))
    unasked = {word: row.unasked for row in weights for word in tokens(row.word)}
    asked = {word: row.asked for row in weights for word in tokens(row.word)}
    cooking, classes = (
        frozenset(word for row in weights if row.group == group for word in tokens(row.word))
        for group in ("cooking", "class")
    )
    return Lexicon(names, defaults, unasked, asked, cooking, classes, fillers)

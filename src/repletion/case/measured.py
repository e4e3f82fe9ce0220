"""Measurements that say nothing about the person at rest: a pulse of sport, the temperature of a room.

The words are knowledge: ``knowledge/data/words/reading/measured.yaml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from repletion.case.tokens import Phrase, Token, words_of
from repletion.case.words import FOLDER
from repletion.knowledge.reader import parse_yaml


@cache
def _told() -> dict[str, Any]:
    table: dict[str, Any] = parse_yaml((FOLDER / "measured.yaml").read_text(encoding="utf-8"))
    for group in table.values():
        for key in {"words", "unless", "before", "behind"} & set(group):
            group[key] = frozenset(words_of(str(x)) for x in group[key])
    return table


def _at(lows: Sequence[str], i: int, phrases: frozenset[Phrase]) -> bool:
    return any(tuple(lows[i : i + size]) in phrases for size in range(1, 5))


def elsewhere(subject: str, name: range, value: float, found: Sequence[Token]) -> bool:
    """Whether a number, typed behind or before ``name``, was measured in effort, or of a place and not of a body.

    ``subject``: the finding that the number would make; ``name``: the tokens that name what was measured.
    """
    told = _told()
    lows = [token.low for token in found]
    effort, place = told["effort"], told["place"]
    if subject in effort["of"]:
        said = [any(_at(lows, i, effort[key]) for i in range(len(lows))) for key in ("words", "unless")]
        return said == [True, False]
    if subject not in place["of"] or value >= place["below"]:
        return False
    before = name.start > 0 and (lows[name.start - 1],) in place["before"]
    return before or any(_at(lows, i, place["behind"]) for i in range(name.stop, min(name.stop + 2, len(lows))))

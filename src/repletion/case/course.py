"""How a complaint runs: weakness that comes in attacks, or grows within days, is not the weakness that stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from repletion.case.lexicon import Lexicon
from repletion.case.matching import Match
from repletion.case.model import Understood
from repletion.case.tokens import Token
from repletion.case.words import Words

_REACH = 4  # words between "episodes of" and what comes in episodes
_SOFT = frozenset("-'\"")


def narrower(
    item: Understood, days: float | None, match: Match, found: Sequence[Token], lexicon: Lexicon
) -> Iterator[Understood]:
    """The narrower findings that ``item`` is by the words beside it: it comes and goes, or it grew within ``days``."""
    words = lexicon.words
    names = [words.in_attacks.get(item.id), words.growing.get(item.id) if _short(days, words) else None]
    if item.kind != "finding" or not item.present or not any(names):
        return
    near = _near(match, found)
    for name, saying in zip(names, (words.attacks, words.growing_words), strict=True):
        if name is not None and near & saying:
            yield msgspec.structs.replace(item, id=name, label=lexicon.knowledge.findings[name].label)


def _short(days: float | None, words: Words) -> bool:
    return days is not None and days <= words.growing_days


def _near(match: Match, found: Sequence[Token]) -> set[str]:
    """The words of a match and those beside it, up to the next mark."""
    around = [*range(match.first - 1, match.first - 1 - _REACH, -1)], [*range(match.last + 1, match.last + 1 + _REACH)]
    near = {found[i].low for i in range(match.first, match.last + 1)}
    for side in around:
        for i in side:
            if not 0 <= i < len(found) or (found[i].role == "mark" and found[i].text not in _SOFT):
                break
            near.add(found[i].low)
    return near

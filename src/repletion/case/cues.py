"""Where a cue stands: a phrase that turns, dates or softens what is said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from repletion.case.tokens import Phrase

_LONGEST = 5  # words of the longest cue


@lru_cache(maxsize=64)
def _openers(cues: frozenset[Phrase]) -> frozenset[str]:
    """Words with which a cue begins."""
    return frozenset(cue[0] for cue in cues)


def cue_at(lows: Sequence[str], i: int, cues: frozenset[Phrase]) -> int:
    """Number of tokens of the longest cue that starts at ``i``; 0 when none does."""
    if lows[i] not in _openers(cues):
        return 0
    for size in range(min(_LONGEST, len(lows) - i), 0, -1):
        if tuple(lows[i : i + size]) in cues:
            return size
    return 0

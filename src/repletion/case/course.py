"""How a complaint runs: weakness that comes in attacks is another complaint than weakness that stays."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from repletion.case.lexicon import Lexicon
from repletion.case.matching import Match
from repletion.case.model import Understood
from repletion.case.tokens import Token

_REACH = 4  # words between "episodes of" and what comes in episodes
_SOFT = frozenset("-'\"")


def in_attacks(item: Understood, match: Match, found: Sequence[Token], lexicon: Lexicon) -> Understood | None:
    """The narrower finding that ``item`` is when the words beside it say that it comes and goes; else ``None``."""
    name = lexicon.words.in_attacks.get(item.id)
    if name is None or item.kind != "finding" or not item.present:
        return None
    around = [*range(match.first - 1, match.first - 1 - _REACH, -1)], [*range(match.last + 1, match.last + 1 + _REACH)]
    near = {found[i].low for i in range(match.first, match.last + 1)}
    for side in around:
        for i in side:
            if not 0 <= i < len(found) or (found[i].role == "mark" and found[i].text not in _SOFT):
                break
            near.add(found[i].low)
    if not near & lexicon.words.attacks:
        return None
    return msgspec.structs.replace(item, id=name, label=lexicon.knowledge.findings[name].label)

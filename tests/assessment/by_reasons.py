"""How far explanations were moved, as the reasons that an answer gives say it."""

from __future__ import annotations

from collections.abc import Sequence

from repletion.assessment.explanations import places
from repletion.assessment.model import Because, Explanation
from repletion.assessment.reasons import CIRCUMSTANCES, Weighed
from repletion.knowledge import Knowledge


def _weighed(because: Sequence[Because]) -> Weighed:
    return Weighed(
        sum(b.weight for b in because if b.kind in CIRCUMSTANCES),
        [b.weight for b in because if b.present],
        max((b.weight for b in because if b.present and b.kind == "lab"), default=0.0),
    )


def places_of(knowledge: Knowledge, found: Sequence[Explanation], naming: Sequence[int] | None = None) -> list[float]:
    """What orders the explanations, worked out from their reasons in words alone."""
    return places(knowledge, found, [_weighed(e.because) for e in found], naming)

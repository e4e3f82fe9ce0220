"""How far explanations were moved, as the reasons that an answer gives say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from repletion.assessment.calendar import season_of
from repletion.assessment.model import Because, Explanation
from repletion.assessment.naming import named
from repletion.assessment.order import in_order, lifted
from repletion.assessment.reasoning import builder_of
from repletion.assessment.reasons import CIRCUMSTANCES, Weighed
from repletion.case import Case
from repletion.evidence import observe
from repletion.knowledge import Knowledge


def _weighed(because: Sequence[Because]) -> Weighed:
    return Weighed(
        sum(b.weight for b in because if b.kind in CIRCUMSTANCES),
        [b.weight for b in because if b.present],
        max((b.weight for b in because if b.present and b.kind == "lab"), default=0.0),
    )


def places_of(knowledge: Knowledge, found: Sequence[Explanation], naming: Sequence[int] | None = None) -> list[float]:
    """The lifted standing of the explanations, worked out from their reasons in words alone."""
    counts = [0] * len(found) if naming is None else naming
    return lifted(knowledge, found, [_weighed(e.because) for e in found], counts)[1]


def order_of(knowledge: Knowledge, found: Sequence[Explanation], naming: Sequence[int]) -> list[int]:
    """The order of the explanations, worked out from their reasons in words alone."""
    return in_order(knowledge, found, [_weighed(e.because) for e in found], naming)


def counted(case: Case, knowledge: Knowledge, on: dt.date) -> dict[str, int]:
    """How many of the things told each state names, levels apart; no diet is counted."""
    season = season_of(on, country=case.person.country)
    evidence = observe(case, knowledge, low_intake={}, on=on, season=season)
    builder = builder_of(knowledge, 0, 0)
    nodes = list(dict.fromkeys(name for o in evidence.observations for name in o.nodes))
    network = builder.build(case.person, season=season, known=evidence.factors(), findings=nodes).network.central()
    return dict(zip(builder.graph.order, named(builder.graph, network, evidence.observations).tolist(), strict=True))

"""What answers to people of every kind share, worked out before the first of them asks.

A kind is an age band, a sex and a season (:class:`repletion.network.strata.Strata`).  The first answer to somebody of a
kind costs some hundred milliseconds more than the next; a server that is to answer at an even pace pays that while it
starts.  No person's data is involved.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from repletion.assessment.calendar import season_of
from repletion.assessment.reasoning import builder_of
from repletion.assessment.stations import SEED
from repletion.case.model import Person
from repletion.knowledge import Knowledge

_OLDEST = 90.0
_SEXES: tuple[Literal["female", "male"], ...] = ("female", "male")


def work_out(knowledge: Knowledge, day: dt.date, *, seed: int = SEED) -> int:
    """Networks of adults of every kind, central and drawn, in the season of ``day``; how many kinds that were."""
    central, drawn = builder_of(knowledge, 0, seed), builder_of(knowledge, int(knowledge.rule("draws")), seed)
    season, adult = season_of(day, country=None), knowledge.rule("adult_age")
    ages = sorted({adult, *(age for age in central.strata.ages if adult <= age <= _OLDEST)})
    people = [Person(age=age, sex=sex) for sex in _SEXES for age in ages]
    for person in people:
        central.links(person, season)
        central.moves(person, season)
        for builder in (central, drawn):
            builder.build(person, season=season, known={}, findings=builder.every)
    return len(people)

"""People for whom the same claims count: how common each state, finding and factor is among them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from repletion.case.model import Person
from repletion.evidence.labs import choose
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Rate, Season
from repletion.network.graph import Graph

_KEPT = 8192  # kinds of people


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """People for whom the same claims are chosen.  ``number``: of the stratum among those met."""

    number: int
    priors: tuple[str, ...]
    """The claim behind each state's prevalence."""
    backgrounds: dict[str, str]
    """The claim behind each finding's background rate."""


class Strata:
    """The strata of one knowledge base; what was chosen is kept between people of one kind.

    A kind is what rates can depend on: the ages between two limits that any rate names, the sex, whether pregnant, a
    country that a rate names, the season.
    """

    def __init__(self, knowledge: Knowledge, graph: Graph) -> None:
        self.knowledge = knowledge
        self._priors = tuple(knowledge.states[name].prior for name in graph.order)
        self._factors = tuple(graph.raising)
        backgrounds = (f.background for f in knowledge.findings.values())
        shares = (f.prevalence for f in knowledge.factors.values())
        rates = [rate for found in (*self._priors, *backgrounds, *shares) for rate in found]
        self.ages = sorted({age for rate in rates for age in rate.when.age or ()})
        """Years at which some rate changes."""
        self._countries = {name.casefold() for rate in rates for name in rate.when.country or ()}
        self._known: dict[tuple[object, ...], Stratum] = {}
        self._chosen: dict[tuple[object, ...], Stratum] = {}
        self._shares: dict[tuple[object, ...], dict[str, str]] = {}

    def kind(self, person: Person, season: Season | None) -> tuple[object, ...]:
        """What people like this one have in common."""
        band = None if person.age is None else bisect_right(self.ages, person.age)
        country = (person.country or "").strip().casefold()
        return band, person.sex, bool(person.pregnant), country if country in self._countries else None, season

    def stratum(self, person: Person, season: Season | None) -> Stratum:
        """The claims chosen for people like this one."""
        kind = self.kind(person, season)
        if kind not in self._chosen:
            if len(self._chosen) > _KEPT:
                self._chosen.clear()
            priors = self._claims(self._priors, person, season)
            findings = self.knowledge.findings
            backgrounds = self._claims((f.background for f in findings.values()), person, season)
            new = Stratum(len(self._known), priors, dict(zip(findings, backgrounds, strict=True)))
            self._chosen[kind] = self._known.setdefault((priors, backgrounds), new)
        return self._chosen[kind]

    def shares(self, person: Person, season: Season | None) -> dict[str, str]:
        """The claim of how common each factor is among people like this one."""
        kind = self.kind(person, season)
        if kind not in self._shares:
            if len(self._shares) > _KEPT:
                self._shares.clear()
            factors = self.knowledge.factors
            claims = self._claims((f.prevalence for f in factors.values()), person, season)
            self._shares[kind] = dict(zip(factors, claims, strict=True))
        return self._shares[kind]

    @staticmethod
    def _claims(found: Iterable[tuple[Rate, ...]], person: Person, season: Season | None) -> tuple[str, ...]:
        return tuple(choose(rates, person, season).claim for rates in found)

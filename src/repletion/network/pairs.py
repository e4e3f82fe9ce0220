"""Two factors of a state that go together more or less often than by chance.

Each factor by itself leaves the state as common as its prevalence says (:mod:`repletion.network.effects`).  Two that go
together do not once both are known: what they bring multiplies in more people than chance has it, or in fewer.  What
that adds to the mean over the four kinds of people (with both, one, the other, neither) is put back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from repletion.knowledge import Knowledge
from repletion.network.effects import Effect, of_ratio, of_share
from repletion.network.groups import Groups, log_odds
from repletion.network.scale import Scale, logit

About = TypeVar("About", int, str)
"""A state by index, or a finding."""

_KEPT = 1 << 15
_FULLEST = 0.999  # numerical: of people with a factor some lack the other


class Pair(NamedTuple, Generic[About]):
    """Two factors and the claim of how common the first is with the second.

    ``both``: what both move, with the claims of the two links.
    """

    first: str
    second: str
    claim: str
    both: tuple[tuple[About, str, str], ...]


class Moved(NamedTuple, Generic[About]):
    """Log-odds put back of one state or finding, and the observations that settle the two factors."""

    about: About
    first: str
    second: str
    by: float


class Pairs(Generic[About]):
    """The pairs of factors that move something together, in the central numbers of ``scale``.

    ``table``: by factor, what it moves and the claim of the link.  ``effect``: what one does, by the claims of its
    link, of how common that is which it moves, and of how common it is itself.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        scale: Scale,
        groups: Groups,
        table: Mapping[str, Collection[tuple[About, str]]],
        effect: Callable[[str, str, str], Effect],
    ) -> None:
        self.scale, self.groups, self.effect = scale, groups, effect
        found: list[Pair[About]] = []
        for name, factor in knowledge.factors.items():
            mine = dict(table.get(name, ()))
            for link in factor.goes_with if mine else ():
                other = dict(table.get(link.factor, ()))
                both = tuple((about, claim, other[about]) for about, claim in mine.items() if about in other)
                if both:
                    found.append(Pair(name, link.factor, link.claim, both))
        self.every: tuple[Pair[About], ...] = tuple(found)
        people = {name: factor.people for name, factor in knowledge.factors.items() if factor.people}
        self._kin = {name: tuple(other for other in people if people[other] == people[name]) for name in people}
        self._answers = lru_cache(maxsize=_KEPT)(self._find_answers)
        self._shares = lru_cache(maxsize=_KEPT)(self._find_shares)
        self._of_pair: dict[tuple[object, ...], tuple[tuple[About, float], ...]] = {}

    def told(self, settled: Mapping[str, tuple[str, float]]) -> dict[str, str]:
        """The observation that settles each factor; who belongs to one group belongs to none of its kin."""
        by = {name: observed for name, (observed, _) in settled.items()}
        # in the order of the knowledge: of two groups the same one speaks for their kin each time
        for name in self._kin:
            observed, share = settled.get(name, ("", 0.0))
            if share > 0:
                by = {**dict.fromkeys(self._kin[name], observed), **by}
        return by

    def put_back(
        self, by: Mapping[str, str], stratum: int, prior: Callable[[About], str], shares: Mapping[str, str]
    ) -> Iterator[Moved[About]]:
        """What is put back of everything that two known factors move.

        ``by``: the observation that settles each factor.  ``prior``: the claim of how common a state or finding is in
        the stratum of that number; ``shares``: of how common each factor is.
        """
        for number, pair in enumerate(self.every):
            if pair.first in by and pair.second in by:
                one, two = self._common(pair.first, shares), self._common(pair.second, shares)
                key = (number, stratum, one, two)
                if key not in self._of_pair:
                    if len(self._of_pair) > _KEPT:
                        self._of_pair.clear()
                    self._of_pair[key] = tuple(self._find_pair(pair, one, two, prior, shares))
                for about, moved in self._of_pair[key]:
                    yield Moved(about, by[pair.first], by[pair.second], moved)

    def _find_pair(
        self,
        pair: Pair[About],
        one: tuple[str, ...],
        two: tuple[str, ...],
        prior: Callable[[About], str],
        shares: Mapping[str, str],
    ) -> Iterator[tuple[About, float]]:
        together = self._shares(pair.claim, shares[pair.first], shares[pair.second])
        for about, first, second in pair.both:
            claim = prior(about)
            yes = (
                self._answers(about, pair.first, first, one, claim),
                self._answers(about, pair.second, second, two, claim),
            )
            yield about, beyond_chance(float(logit(self.scale.probability(claim)[0])), *yes, together)

    def _common(self, name: str, shares: Mapping[str, str]) -> tuple[str, ...]:
        """The claim of how common a factor is; of a group, those of its kin too, which stand in one sum."""
        return tuple(shares[other] for other in self._kin.get(name, (name,)))

    def _find_answers(
        self, about: About, name: str, claim: str, common: tuple[str, ...], prior: str
    ) -> tuple[float, float]:
        """Log-odds that the answers no and yes to a factor add."""
        if name in self._kin:
            shares = dict(zip(self._kin[name], common, strict=True))
            no, yes = (float(self.groups.alone(about, name, share, prior, shares)[0]) for share in (0.0, 1.0))
            return no, yes
        effect = self.effect(claim, prior, common[0])
        mean = float(logit(effect.mean[0]))
        return float(logit(effect.lacking[0])) - mean, float(logit(effect.having[0])) - mean

    def _find_shares(self, claim: str, first: str, second: str) -> tuple[float, float, float]:
        """How common the second is, and the first among people with it and without.

        ``first``, ``second``: claims of how common each is.  Nothing is shrunk: it counts how often they are together,
        not why.
        """
        mean, common = self.scale.probability(first)[:1], self.scale.probability(second)[:1]
        if self.scale.is_share(claim):
            effect = of_share(self.scale.probability(claim)[:1], mean, common, _FULLEST)
        else:
            effect = of_ratio(log_odds(claim, mean, common, self.scale)[:1], mean, common)
        return float(common[0]), float(effect.having[0]), float(effect.lacking[0])


def beyond_chance(
    prior: float, first: tuple[float, float], second: tuple[float, float], shares: tuple[float, float, float]
) -> float:
    """Log-odds that take back what two factors bring by going together.

    ``prior``: log-odds of the state.  ``first``, ``second``: log-odds that the answers no and yes add.  ``shares``: of
    the second, and of the first among people with the second and without.
    """
    common, having, lacking = shares
    alone = common * having + (1 - common) * lacking
    together = apart = slope = 0.0
    for within, part, moved in ((having, common, second[1]), (lacking, 1 - common, second[0])):
        for yes in (True, False):
            at = 1 / (1 + math.exp(-(prior + moved + first[yes])))
            chance = part * (within if yes else 1 - within)
            together += chance * at
            slope += chance * at * (1 - at)
            apart += part * (alone if yes else 1 - alone) * at
    return math.log(apart / together) * together / slope


def shared_out(moved: Moved[About], size: Mapping[str, float]) -> dict[str, float]:
    """What is put back, by observation: in proportion to how far each has moved the state, as ``size`` says.

    Nothing is put back where neither has moved it.
    """
    there = {name: size[name] for name in (moved.first, moved.second) if size.get(name)}
    return {name: moved.by * part / sum(there.values()) for name, part in there.items()}

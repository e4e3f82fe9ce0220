"""Groups of people, of which a person belongs to one at most: their numbers are told and centred together.

A published ratio sets one group against the others, so "not of this group" says nothing once another one is known, and
what everybody has is the sum over all groups and the rest.  A ratio adjusted for what else is told of a person is used
in full, since nobody is given an ancestry for a reason; a crude one holds food and medicines that are told apart, and
is shrunk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

import numpy as np

from repletion.knowledge import Knowledge
from repletion.network.effects import odds_of_risk, of_groups, of_share
from repletion.network.graph import Graph
from repletion.network.scale import LIKELIEST, Array, Scale, logit

_KEPT = 1 << 12
_FULLEST = 0.95  # numerical: groups leave something to the rest
_LEAST = 1e-6  # numerical: share of a group that is all in narrower ones, to which somebody is said to belong

_Members = tuple[tuple[str, str, str], ...]
"""Factor, claim of its link, claim of how common it is."""


def log_odds(claim: str, mean: Array, common: Array, scale: Scale) -> Array:
    """Logarithm (B,) of the odds ratio of a ratio claim, where ``mean`` have the state and ``common`` the factor."""
    ratio = scale.log_ratio(claim)
    if scale.knowledge.claims[claim].measure == "risk_ratio":
        return odds_of_risk(ratio, mean, common, LIKELIEST)
    return ratio


class Groups:
    """The factors of a knowledge base that are groups of people.  ``names``: all of them."""

    def __init__(self, knowledge: Knowledge, graph: Graph, scale: Scale) -> None:
        self.knowledge, self.graph, self.scale = knowledge, graph, scale
        self.names = frozenset(name for name, factor in knowledge.factors.items() if factor.people)
        linked: dict[tuple[int | str, str], list[tuple[str, str]]] = {}
        tables: tuple[Mapping[str, Collection[tuple[int | str, str]]], ...] = (graph.raising, graph.marking)
        for table in tables:
            for name in table:
                if name in self.names:
                    for about, claim in table[name]:
                        linked.setdefault((about, knowledge.factors[name].people), []).append((name, claim))
        self._linked: dict[int | str, list[tuple[tuple[str, str], ...]]] = {}
        for (about, _), found in linked.items():
            self._linked.setdefault(about, []).append(tuple(found))
        self._parts = lru_cache(maxsize=_KEPT)(self._find_parts)
        self._moved = lru_cache(maxsize=_KEPT)(self._find_moved)

    def added(
        self, about: int | str, settled: Mapping[str, tuple[str, float]], prior: str, shares: Mapping[str, str]
    ) -> dict[str, Array]:
        """Log-odds (B,) that what is known of groups adds to a state (by index) or finding, by observation.

        ``settled``: of factors, the observation and share that settle them.  ``prior``: the claim of how common the
        state is; ``shares``: of how common each factor is.
        """
        found: dict[str, Array] = {}
        for linked in self._linked.get(about, ()):
            told = {name: settled[name] for name, _ in linked if name in settled}
            if not told:
                continue
            members = tuple((name, claim, shares[name]) for name, claim in linked)
            there = frozenset(name for name, (_, share) in told.items() if share > 0)
            # a wide group that is known by a narrower one without a number here: not by its other narrower ones
            through = [
                name for name in there if told[name][0] != name and name in self.graph.wider_factors(told[name][0])
            ]
            beside = {other for name in through for other in self.graph.narrower_factors[name] if other not in there}
            whole = self._moved(members, prior, there, (frozenset(told) | beside) - there)
            by = {observed: 1.0 for observed, share in told.values() if share > 0} or self._each(members, prior, told)
            for observed, part in by.items():
                moved = whole * (part / sum(by.values()))
                found[observed] = found[observed] + moved if observed in found else moved
        return found

    def _each(self, members: _Members, prior: str, told: Mapping[str, tuple[str, float]]) -> dict[str, float]:
        """How much each "not of this group" would say alone: in these proportions it is shared out."""
        alone: dict[str, float] = {}
        for name, (observed, _) in told.items():
            size = abs(float(self._moved(members, prior, frozenset(), frozenset((name,)))[0]))
            alone[observed] = max(alone.get(observed, 0.0), size)
        return alone if sum(alone.values()) > 0 else dict.fromkeys(alone, 1.0)

    def alone(self, about: int | str, name: str, share: float, prior: str, shares: Mapping[str, str]) -> Array:
        """Log-odds (B,) that the answer no (0) or yes (1) to one group adds, nothing else being known."""
        answered = (name,) if share else (name, *self.graph.narrower_factors.get(name, ()))
        return self.added(about, dict.fromkeys(answered, (name, share)), prior, shares)[name]

    def _find_parts(self, members: _Members, prior: str) -> tuple[tuple[Array, ...], tuple[Array, ...], Array, Array]:
        """Share of each group that is in no narrower one, how common the state is there, and the same of the rest."""
        mean = self.scale.probability(prior)[:1]
        share = {name: self.scale.probability(common) for name, _, common in members}
        own = []
        for name, _, _ in members:
            inside = [share[other] for other in self.graph.narrower_factors.get(name, ()) if other in share]
            own.append(np.maximum(share[name] - sum(inside), 0.0))
        full = np.sum(own, axis=0)
        own = [part * np.minimum(1.0, _FULLEST / np.maximum(full, _FULLEST)) for part in own]
        ratios = []
        for name, claim, _ in members:
            if self.scale.is_share(claim):
                most = self.knowledge.rule("most_with_one_factor")
                effect = of_share(self.scale.probability(claim), mean, share[name], most)
                ratios.append(logit(effect.having) - logit(effect.lacking))
            else:
                adjusted = self.knowledge.claims[claim].measure == "adjusted_odds_ratio"
                shrunk = 1.0 if adjusted else self.knowledge.rule("shrink_observational")
                ratios.append(shrunk * log_odds(claim, mean, share[name], self.scale))
        there, rest = of_groups(ratios, mean, own)
        return tuple(own), there, 1 - np.sum(own, axis=0), rest

    def _find_moved(self, members: _Members, prior: str, there: frozenset[str], absent: frozenset[str]) -> Array:
        """Log-odds (B,) from belonging to the groups ``there`` (the narrowest counts) and not to those ``absent``."""
        own, within, left, rest = self._parts(members, prior)
        wider = self.graph.wider_factors
        narrowest = {name for name in there if not any(name in wider(other) for other in there)}
        total, weight = np.zeros_like(left), np.zeros_like(left)
        for (name, _, _), part, value in zip(members, own, within, strict=True):
            if name not in absent and (not narrowest or name in narrowest or narrowest & wider(name)):
                part = np.maximum(part, _LEAST) if narrowest else part
                total, weight = total + part * value, weight + part
        if not narrowest:
            total, weight = total + left * rest, weight + left
        return np.asarray(logit(total / weight) - logit(self.scale.probability(prior)[:1]))

"""What is known, and what could be known, of a person's risk factors: how far it moves each state.

A factor that holds with probability ``a`` takes a state from its prevalence to ``a s + (1 - a) u``, ``s`` and ``u``
being how common it is with the factor and without (:mod:`repletion.network.effects`).  Groups of which a person belongs
to one at most are told together (:mod:`repletion.network.groups`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np

from repletion.case.model import Person
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Season
from repletion.network.effects import Effect, of_ratio, of_share
from repletion.network.findings import BOTTOM
from repletion.network.graph import Graph
from repletion.network.groups import Groups, log_odds
from repletion.network.moves import Moves
from repletion.network.pairs import Pairs, shared_out
from repletion.network.rest import Rest, beside, listed, rest_of, without
from repletion.network.scale import Array, Scale, logit
from repletion.network.strata import Strata, Stratum

_KEPT = 1 << 14  # what a factor adds to a state
_KINDS = 288  # tables of what every factor would add


class Factors:
    """The factors of one knowledge base in the parameter draws (B) of ``scale``."""

    def __init__(self, knowledge: Knowledge, graph: Graph, scale: Scale, strata: Strata) -> None:
        self.knowledge = knowledge
        self.graph = graph
        self.scale = scale
        self.strata = strata
        self._effect = lru_cache(maxsize=_KEPT)(self._find_effect)
        self._shift = lru_cache(maxsize=_KEPT)(self._find_shift)
        self.groups = Groups(knowledge, graph, scale)
        self.listed = listed(graph)
        self._rest = lru_cache(maxsize=_KINDS)(self._find_rest)
        self._pairs = Pairs(knowledge, scale, self.groups, graph.raising, self._effect)
        self._pairs_of_findings = Pairs(knowledge, scale, self.groups, graph.marking, self._effect)
        self._moves: dict[tuple[object, ...], Moves] = {}
        self._kinds: dict[tuple[int, tuple[str, ...]], Moves] = {}

    def prevalence(self, factor: str, person: Person, season: Season | None = None) -> Array:
        """Draws (B,) of how common a factor is among people of this age and sex."""
        return self.scale.probability(self.strata.shares(person, season)[factor])

    def settles(self, name: str, known: Mapping[str, float]) -> tuple[str, float] | None:
        """The observation that settles factor ``name`` and its share: itself, a narrower one, a wider absent one."""
        if name in known:
            return name, known[name]
        below = self.graph.narrower_factors.get(name, ())
        narrower = [(k, v) for k, v in known.items() if v > 0 and k in below] if below else []
        if narrower:
            return max(narrower, key=lambda pair: pair[1])
        for wider in self.graph.nearest_wider_factors(name):
            if known.get(wider) == 0:
                return wider, 0.0
        return None

    def settled(self, known: Mapping[str, float]) -> dict[str, tuple[str, float]]:
        """Every factor that moves a state or a background and is settled, with what :meth:`settles` says of it."""
        near = dict.fromkeys(known)
        for name, share in known.items():
            if share > 0:
                near.update(dict.fromkeys(self.graph.nearest_wider_factors(name)))
            if share == 0:
                near.update(dict.fromkeys(self.graph.narrower_factors.get(name, ())))
        moving = (self.graph.raising, self.graph.marking)
        found = {name: self.settles(name, known) for name in near if any(name in table for table in moving)}
        return {name: pair for name, pair in found.items() if pair is not None}

    def _find_effect(self, claim: str, prior: str, common: str) -> Effect:
        """What a factor does to a state, by the claims of its link, the state's prevalence and its own.

        A ratio is shrunk, an absolute share among those with the factor is not.
        """
        mean, share = self.scale.probability(prior)[:1], self.scale.probability(common)
        if self.scale.is_share(claim):
            most = self.knowledge.rule("most_with_one_factor")
            return of_share(self.scale.probability(claim), mean, share, most)
        ratio = log_odds(claim, mean, share, self.scale)
        return of_ratio(self.knowledge.rule("shrink_observational") * ratio, mean, share)

    def weight(self, claim: str, prior: str, common: str) -> Array:
        """Log odds ratio (B,) of people with a factor to people without, as :meth:`_find_effect` has it."""
        effect = self._effect(claim, prior, common)
        return np.asarray(logit(effect.having) - logit(effect.lacking))

    def _find_shift(self, claim: str, prior: str, common: str, share: float) -> Array:
        """Log-odds (B,) that a factor held with probability ``share`` adds."""
        return self._effect(claim, prior, common).shift(share)

    def shifts(
        self, known: Mapping[str, float], stratum: Stratum, person: Person, season: Season | None
    ) -> dict[str, Array]:
        """For each known factor and each complete list, log-odds (S, B) that it adds to the states.

        ``known``: share (0-1) of each factor, and 0 for each list.
        """
        settled, shares = self.settled(known), self.strata.shares(person, season)
        by_state: dict[int, list[tuple[str, str]]] = {}
        for factor in settled:
            for i, claim in self.graph.raising.get(factor, ()):
                by_state.setdefault(i, []).append((factor, claim))
        found: dict[str, Array] = {}
        for i, links in by_state.items():
            for name, shift in self._together(i, links, settled, stratum.priors[i], shares).items():
                if name not in found:
                    found[name] = np.zeros((len(stratum.priors), len(shift)))
                found[name][i] = shift
        for name in known:
            if name in self.listed:
                rest = self._added_by(name, settled, stratum, shares)
                found[name] = beside(rest, np.sum(list(found.values()), axis=0)) if found else rest
        told = self._pairs.told(settled)
        for name in known:
            told = {**dict.fromkeys(self.listed.get(name, ()), name), **told}
        sizes = {name: np.abs(values[:, 0]) for name, values in found.items()}
        for moved in self._pairs.put_back(told, stratum.number, lambda i: stratum.priors[i], shares):
            size = {name: float(sizes[name][moved.about]) for name in (moved.first, moved.second) if name in sizes}
            for name, by in shared_out(moved, size).items():
                found[name][moved.about] += by
        return found

    def marks(
        self,
        known: Mapping[str, float],
        stratum: Stratum,
        person: Person,
        season: Season | None,
        findings: Collection[str],
    ) -> dict[str, dict[str, Array]]:
        """For each of the findings that known factors move: log-odds (B,) that each observation adds to it."""
        settled, shares = self.settled(known), self.strata.shares(person, season)
        by_finding: dict[str, list[tuple[str, str]]] = {}
        for factor in settled:
            for name, claim in self.graph.marking.get(factor, ()):
                if name in findings:
                    by_finding.setdefault(name, []).append((factor, claim))
        found = {
            name: self._together(name, links, settled, stratum.backgrounds[name], shares)
            for name, links in by_finding.items()
        }
        told = self._pairs_of_findings.told(settled)
        for moved in self._pairs_of_findings.put_back(
            told, stratum.number, lambda name: stratum.backgrounds[name], shares
        ):
            if (added := found.get(moved.about)) is not None:
                size = {name: float(abs(added[name][0])) for name in (moved.first, moved.second) if name in added}
                for name, by in shared_out(moved, size).items():
                    added[name] = added[name] + by
        return found

    def _together(
        self,
        about: int | str,
        links: Sequence[tuple[str, str]],
        settled: Mapping[str, tuple[str, float]],
        prior: str,
        shares: Mapping[str, str],
    ) -> dict[str, Array]:
        """Log-odds (B,) by observation that settled factors add to one state or finding, capped together.

        ``about``: the state by index, or the finding.  ``links``: factor and claim.  ``prior``: the claim of how common
        it is.
        """
        added = self.groups.added(about, settled, prior, shares)
        gone: dict[str, Array] = {}
        # medicines that each bring a tremor are causes apart; risks of a lack are measured side by side, as odds
        apart = isinstance(about, int) and self.graph.knowledge.states[self.graph.order[about]].kind == "other"
        there = {factor for factor, _ in links if settled[factor][1] > 0}
        for factor, claim in links:
            if factor in self.groups.names:
                continue
            observed, share = settled[factor]
            if share > 0 and any(factor in self.graph.wider_factors(other) for other in there):
                continue  # a narrower factor with its own number speaks for it
            shift = self._shift(claim, prior, shares[factor], share)
            into = gone if apart and share == 0 and shift[0] < 0 else added
            into[observed] = into[observed] + shift if observed in into else shift
        return self._capped(without(gone, added)) if len(added) + len(gone) > 1 else {**added, **gone}

    def answered(self, known: Mapping[str, float]) -> set[str]:
        """Factors that need no asking: settled ones, and those of a list that is complete."""
        return {factor for name in known for factor in self.listed.get(name, ())} | self.settled(known).keys()

    def _added_by(self, name: str, settled: Collection[str], stratum: Stratum, shares: Mapping[str, str]) -> Array:
        """Log-odds (S, B) that a complete list adds through all of its factors that nothing settles."""
        names = self.listed[name]
        rest = self._rest(name, stratum, tuple(shares[factor] for factor in names))
        return rest.added(np.array([factor not in settled for factor in names]), len(stratum.priors))

    def _find_rest(self, name: str, stratum: Stratum, shares: tuple[str, ...]) -> Rest:
        pairs = [(f, *pair) for f, factor in enumerate(self.listed[name]) for pair in self.graph.raising[factor]]
        return rest_of(
            omitted=self.scale.probability(self.knowledge.lists[name].omitted),
            chance=self.scale.probabilities(shares),
            pairs=[(f, i) for f, i, _ in pairs],
            effects=[self._effect(claim, stratum.priors[i], shares[f]) for f, i, claim in pairs],
        )

    def _capped(self, added: dict[str, Array]) -> dict[str, Array]:
        """What factors add to one state, shrunk together to the cap, or to the strongest alone where that is more."""
        moved = np.array(list(added.values()))
        cap = np.maximum(self.knowledge.rule("cap_log_odds"), np.abs(moved).max(axis=0))
        total = np.abs(moved.sum(axis=0))
        if (total <= cap).all():
            return added
        factor = np.where(total > cap, cap / np.maximum(total, BOTTOM), 1.0)
        return {name: value * factor for name, value in added.items()}

    def moves(self, stratum: Stratum, person: Person, season: Season | None) -> Moves:
        """What the answer to each factor would add to the states, for people like this one."""
        kind = self.strata.kind(person, season)
        if kind not in self._moves:
            if len(self._moves) > _KEPT:
                self._moves.clear()
            shares = self.strata.shares(person, season)
            key = (stratum.number, tuple(shares[name] for name in self.graph.raising))
            if key not in self._kinds:
                if len(self._kinds) > _KINDS:
                    self._kinds.clear()
                self._kinds[key] = self._find_moves(stratum, key[1])
            self._moves[kind] = self._kinds[key]
        return self._moves[kind]

    def _find_moves(self, stratum: Stratum, shares: tuple[str, ...]) -> Moves:
        names = tuple(self.graph.raising)
        chance = self.scale.probabilities(shares)[:, 0]
        pairs = [(f, *pair) for f, name in enumerate(names) for pair in self.graph.raising[name]]
        place = {name: f for f, name in enumerate(names)}
        common = dict(zip(names, shares, strict=True))
        alone, parts = {}, np.full((3, len(pairs)), 0.5)
        for k, (f, i, claim) in enumerate(pairs):
            if names[f] in self.groups.names:
                alone[k] = [self.groups.alone(i, names[f], a, stratum.priors[i], common)[0] for a in (0, 1)]
            else:
                effect = self._effect(claim, stratum.priors[i], shares[f])
                parts[:, k] = effect.lacking[0], effect.having[0], effect.mean[0]
        lacking, having, mean = logit(parts)
        both = np.stack([lacking - mean, having - mean])
        for k, moved in alone.items():
            both[:, k] = moved
        factor = np.array([f for f, _, _ in pairs], dtype=np.intp)
        return Moves(
            place=place,
            probability=chance,
            factors=factor,
            starts=np.searchsorted(factor, np.arange(len(names) + 1)),
            states=np.array([i for _, i, _ in pairs], dtype=np.intp),
            no=both[0],
            yes=both[1],
        )

"""Knowledge, a person and what is known about them → the arrays of a causal network.

States: log-odds of the prevalence for age, sex and season, plus for every known factor ``w = s ln OR`` (ratios are
shrunk by the rule ``shrink_observational``, absolute shares among the exposed are not), normalised so that the average
odds over people with and without it are those of the prevalence: present adds ``w - ln(1 + p (e^w - 1))``, absent the
second part alone, unknown nothing.  A factor that holds with probability ``a`` adds
``ln(1 + a (e^w - 1)) - ln(1 + p (e^w - 1))``.  The sum is capped (rule ``cap_log_odds``, or the strongest factor alone
where that is more).  Causes among states are noisy-OR links; the own part of a state is its prevalence less what its
causes bring.

Findings: links and leak from shares and background rates (:mod:`repletion.network.findings`).  A finding with a stated
duration is a narrower one: leak and links are multiplied by the share of its people whose complaint has lasted about
as long (:mod:`repletion.network.duration`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from repletion.case.model import Person, Sex
from repletion.evidence.labs import choose
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Season, State
from repletion.network.duration import shares_lasting
from repletion.network.findings import BOTTOM, TOP, finding_arrays
from repletion.network.graph import Graph
from repletion.network.links import Links
from repletion.network.model import Network
from repletion.network.moves import Moves
from repletion.network.scale import Array, Scale, logit

_KEPT = 8192  # finding rows, and people of one age, sex, country and season, kept between people
_GROUNDS = 72  # strata of which all that no answer changes is kept: those of adults in one season

_Row = tuple[Array, NDArray[np.intp], Array]
"""Of one finding: leak (B,), the states linked to it (K,), links (B, K)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A network and how the known factors moved it.

    ``shifts``: for each known factor, log-odds (1 + draws, S) that it added to the states.
    ``unshifted``: the same network as before any factor was known (age, sex and season only).
    ``prior_claims``: the claim behind each state's prevalence.
    """

    network: Network
    shifts: dict[str, Array]
    unshifted: Array
    prior_claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """People for whom the same claims are chosen.  ``number``: of the stratum among those met."""

    number: int
    priors: tuple[str, ...]
    """The claim behind each state's prevalence."""
    backgrounds: dict[str, str]
    """The claim behind each finding's background rate."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What the network of a stratum is before anything is known.  ``totals``: the prevalence (B,) of each state."""

    totals: list[Array]
    parents: dict[tuple[int, int], Array]
    unshifted: Array


class Builder:
    """Builds networks of one knowledge base with ``draws`` parameter draws."""

    def __init__(self, knowledge: Knowledge, *, draws: int = 0, seed: int = 0) -> None:
        self.knowledge = knowledge
        self.graph = Graph(knowledge)
        self.scale = Scale(knowledge, draws=draws, seed=seed)
        self.states: tuple[State, ...] = tuple(knowledge.states[name] for name in self.graph.order)
        self._rows: dict[tuple[str, ...], _Row] = {}
        self._needs = lru_cache(maxsize=None)(self._find_needs)
        self.requires = tuple(
            (self.graph.index[s.requires], i) for i, s in enumerate(self.states) if s.requires is not None
        )
        self.every = tuple(knowledge.findings)
        self.place = {name: f for f, name in enumerate(self.every)}
        self._table = lru_cache(maxsize=_GROUNDS)(self._find_table)
        self._links = lru_cache(maxsize=_GROUNDS)(self._find_links)
        self._moves = lru_cache(maxsize=_KEPT)(self._find_moves)
        self._kinds: dict[tuple[int, tuple[str, ...]], Moves] = {}
        self._strata: dict[tuple[tuple[str, ...], tuple[str, ...]], Stratum] = {}
        self._stratum = lru_cache(maxsize=_KEPT)(self._find_stratum)
        self._ground = lru_cache(maxsize=_GROUNDS)(self._find_ground)
        self._shares: dict[tuple[object, ...], str] = {}
        self._weights: dict[tuple[str, str], Array] = {}

    # -- states ------------------------------------------------------------------------------------------------

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
        """Every factor that moves a state and is settled, with what :meth:`settles` says of it."""
        near = dict.fromkeys(known)
        for name, share in known.items():
            if share > 0:
                near.update(dict.fromkeys(self.graph.nearest_wider_factors(name)))
            if share == 0:
                near.update(dict.fromkeys(self.graph.narrower_factors.get(name, ())))
        found = {name: self.settles(name, known) for name in near if name in self.graph.raising}
        return {name: pair for name, pair in found.items() if pair is not None}

    def _weight(self, claim: str, prior: str) -> Array:
        """Log odds ratio (B,) of a factor link to a state whose prevalence is the claim ``prior``.

        A ratio is shrunk, an absolute share among the exposed is not.
        """
        if (claim, prior) not in self._weights:
            ratio = self.scale.log_odds_ratio(claim, self.scale.probability(prior))
            shrunk = self.knowledge.claims[claim].measure != "prevalence_given_factor"
            self._weights[claim, prior] = self.knowledge.rule("shrink_observational") * ratio if shrunk else ratio
        return self._weights[claim, prior]

    def _shift_state(
        self, state: State, prior: str, known: Mapping[str, tuple[str, float]], person: Person, season: Season | None
    ) -> dict[str, Array]:
        """Log-odds (B,) that each known factor adds to one state.  ``known``: see :meth:`settled`."""
        settled = {link.factor: known[link.factor] for link in state.raised_by if link.factor in known}
        added: dict[str, Array] = {}
        for link in state.raised_by:
            if link.factor not in settled:
                continue
            observed, share = settled[link.factor]
            if share > 0 and any(
                link.factor in self.graph.wider_factors(other) and pair[1] > 0 for other, pair in settled.items()
            ):
                continue  # a narrower factor with its own number speaks for it
            p = self.prevalence(link.factor, person, season)
            odds = np.expm1(self._weight(link.claim, prior))
            shift = np.log1p(share * odds) - np.log1p(p * odds)
            added[observed] = added.get(observed, 0.0) + shift
        if added:
            strongest = np.max(np.abs(list(added.values())), axis=0)
            cap = np.maximum(self.knowledge.rule("cap_log_odds"), strongest)
            total = np.sum(list(added.values()), axis=0)
            factor = np.where(np.abs(total) > cap, cap / np.maximum(np.abs(total), BOTTOM), 1.0)
            added = {name: value * factor for name, value in added.items()}
        return added

    def factor_shifts(self, name: str, person: Person, season: Season | None) -> tuple[Array, Array]:
        """Central log-odds (S,) that the answers no and yes to one factor would add to the states."""
        moves = self.moves(person, season)
        return moves.shifts(moves.place[name], len(self.states))

    def moves(self, person: Person, season: Season | None) -> Moves:
        """What the answer to each factor would add to the states, for people like this one."""
        return self._moves(person.age, person.sex, bool(person.pregnant), person.country, season)

    def _find_moves(
        self, age: float | None, sex: Sex | None, pregnant: bool, country: str | None, season: Season | None
    ) -> Moves:
        person = Person(age=age, sex=sex, pregnant=pregnant, country=country)
        stratum = self.stratum(person, season)
        names = tuple(self.graph.raising)
        shares = tuple(self._share_of(name, person, season) for name in names)
        key = (stratum.number, shares)
        if key not in self._kinds:
            if len(self._kinds) > _GROUNDS * 4:
                self._kinds.clear()
            chance = self.scale.probabilities(shares)[:, 0]
            pairs = [(f, *pair) for f, name in enumerate(names) for pair in self.graph.raising[name]]
            weight = np.array([self._weight(claim, stratum.priors[i])[0] for _, i, claim in pairs])
            factor = np.array([f for f, _, _ in pairs], dtype=np.intp)
            no = -np.log1p(chance[factor] * np.expm1(weight))
            self._kinds[key] = Moves(
                place={name: f for f, name in enumerate(names)},
                probability=chance,
                factors=factor,
                starts=np.searchsorted(factor, np.arange(len(names) + 1)),
                states=np.array([i for _, i, _ in pairs], dtype=np.intp),
                no=no,
                yes=weight + no,
            )
        return self._kinds[key]

    def stratum(self, person: Person, season: Season | None) -> Stratum:
        """The claims chosen for people like this one."""
        return self._stratum(person.age, person.sex, bool(person.pregnant), person.country, season)

    def _find_stratum(
        self, age: float | None, sex: Sex | None, pregnant: bool, country: str | None, season: Season | None
    ) -> Stratum:
        person = Person(age=age, sex=sex, pregnant=pregnant, country=country)
        priors = tuple(choose(state.prior, person, season).claim for state in self.states)
        backgrounds = {f.id: choose(f.background, person, season).claim for f in self.knowledge.findings.values()}
        key = (priors, tuple(backgrounds.values()))
        return self._strata.setdefault(key, Stratum(len(self._strata), priors, backgrounds))

    def _share_of(self, factor: str, person: Person, season: Season | None) -> str:
        """The claim of how common a factor is among people of this age and sex."""
        key = (factor, person.age, person.sex, bool(person.pregnant), person.country, season)
        if key not in self._shares:
            if len(self._shares) > _KEPT * 16:
                self._shares.clear()
            self._shares[key] = choose(self.knowledge.factors[factor].prevalence, person, season).claim
        return self._shares[key]

    def prevalence(self, factor: str, person: Person, season: Season | None = None) -> Array:
        """Draws (B,) of how common a factor is among people of this age and sex."""
        return self.scale.probability(self._share_of(factor, person, season))

    def _find_ground(self, stratum: Stratum) -> _Ground:
        """The states of a stratum before any factor is known."""
        totals = list(self.scale.probabilities(stratum.priors))
        parents: dict[tuple[int, int], Array] = {}
        for child, state in enumerate(self.states):
            for cause in state.caused_by:
                w, rate = self.scale.probability(cause.claim), totals[child]
                parents[self.graph.index[cause.state], child] = np.clip((w - rate) / (1 - rate), 0, TOP)
        # the own part of a state: with what its causes bring it reaches its prevalence
        spared = [np.ones_like(total) for total in totals]
        for (parent, child), q in parents.items():
            spared[child] = spared[child] * (1 - q * totals[parent])
        share = [
            total if s.requires is None else total / np.maximum(totals[self.graph.index[s.requires]], BOTTOM)
            for s, total in zip(self.states, totals, strict=True)
        ]
        least = np.array(share) * self.knowledge.rule("least_own_part")
        part = np.clip(1 - (1 - np.clip(share, BOTTOM, TOP)) / np.array(spared), least, TOP)
        return _Ground(totals, parents, logit(part).T)

    def build(
        self,
        person: Person,
        *,
        season: Season | None,
        known: Mapping[str, float],
        findings: Sequence[str] | None = None,
        shared: Collection[str] | None = None,
        lasting: Mapping[str, float] | None = None,
    ) -> Built:
        """The network for one person.

        ``known``: share (0-1) of each known factor.  ``findings``: the finding nodes wanted (default:
        :attr:`every`, in their order).  ``shared``: unknown
        factors kept as common causes (default: every factor marked so that moves two states or more).
        ``lasting``: days that a finding reported as present has lasted.
        """
        rows = 1 + self.scale.draws
        size = len(self.states)
        stratum = self.stratum(person, season)
        ground = self._ground(stratum)
        parents = ground.parents
        own = ground.unshifted.copy()
        shifts: dict[str, Array] = {}
        settled = self.settled(known)
        for i in sorted({i for name in settled for i, _ in self.graph.raising[name]}):
            for name, value in self._shift_state(self.states[i], stratum.priors[i], settled, person, season).items():
                shifts.setdefault(name, np.zeros((rows, size)))[:, i] += value
                own[:, i] += value
        risks, risk_prior, risk_weight = self._shared_risks(person, season, known, stratum, shared)
        if risks:
            own -= np.log1p(risk_prior[:, :, None] * np.expm1(risk_weight)).sum(axis=1)
        names = self.every if findings is None else tuple(findings)
        leak, link = self._finding_arrays(names, stratum)
        if lasting:
            leak, link = self._narrowed(names, leak, link, lasting)
        network = Network(
            states=self.graph.order,
            base=own,
            risks=risks,
            risk_prior=risk_prior,
            risk_weight=risk_weight,
            parents=tuple(parents),
            parent_link=np.stack(list(parents.values()), axis=1) if parents else np.zeros((rows, 0)),
            requires=self.requires,
            findings=names,
            leak=leak,
            link=link,
        )
        return Built(network=network, shifts=shifts, unshifted=ground.unshifted, prior_claims=stratum.priors)

    def _shared_risks(
        self,
        person: Person,
        season: Season | None,
        known: Mapping[str, float],
        stratum: Stratum,
        shared: Collection[str] | None,
    ) -> tuple[tuple[str, ...], Array, Array]:
        """Unknown common causes: names, prevalence (B, R), log odds ratios (B, R, S)."""
        rows, size = 1 + self.scale.draws, len(self.states)
        names = [
            name
            for name, count in self.graph.shared.items()
            if count > 1 and (shared is None or name in shared) and self.settles(name, known) is None
        ]
        prior = np.empty((rows, len(names)))
        weight = np.zeros((rows, len(names), size))
        for r, name in enumerate(names):
            prior[:, r] = self.prevalence(name, person, season)
            for i, claim in self.graph.raising[name]:
                weight[:, r, i] = self._weight(claim, stratum.priors[i])
        return tuple(names), prior, weight

    # -- findings ----------------------------------------------------------------------------------------------

    def _find_needs(self, finding: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Findings whose background rates, and states whose prevalence, make the row of a finding."""
        edges = self.graph.edges(finding)
        near = dict.fromkeys((finding, *(edge.source for _, edge in edges)))
        findings = dict.fromkeys(f for name in near for f in (name, *self.graph.wider_findings(name)))
        return tuple(findings), tuple(sorted({i for i, _ in edges}))

    def _finding_rows(self, findings: Sequence[str], stratum: Stratum) -> list[_Row]:
        """The rows of findings; people of other ages whose claims are the same share them."""
        keys = []
        for name in findings:
            near, states = self._needs(name)
            keys.append((name, *(stratum.backgrounds[f] for f in near), *(stratum.priors[i] for i in states)))
        if len(self._rows) > _KEPT:
            self._rows.clear()
        new = {key: name for key, name in zip(keys, findings, strict=True) if key not in self._rows}
        if new:
            leaks, links = finding_arrays(
                list(new.values()),
                graph=self.graph,
                scale=self.scale,
                knowledge=self.knowledge,
                priors=stratum.priors,
                backgrounds=stratum.backgrounds,
            )
            for f, key in enumerate(new):
                columns = np.flatnonzero(links[:, f].any(axis=0))
                self._rows[key] = leaks[:, f].copy(), columns, links[:, f, columns]
        return [self._rows[key] for key in keys]

    def _find_table(self, stratum: Stratum) -> tuple[Array, Array]:
        """Leak (F,) and links (F, S) of every finding in the central network of a stratum."""
        leak, link = self._filled(self._finding_rows(self.every, stratum))
        return leak[0], link[0]

    def links(self, person: Person, season: Season | None) -> Links:
        """The links of every finding in the central network of people like this one, without any duration."""
        return self._links(self.stratum(person, season))

    def _find_links(self, stratum: Stratum) -> Links:
        return Links.of(*self._table(stratum), self.requires)

    def _filled(self, found: Sequence[_Row]) -> tuple[Array, Array]:
        rows = 1 + self.scale.draws
        leak = np.empty((rows, len(found)))
        link = np.zeros((rows, len(found), len(self.states)))
        for f, (own, columns, values) in enumerate(found):
            leak[:, f] = own
            link[:, f, columns] = values
        return leak, link

    def _finding_arrays(self, findings: Sequence[str], stratum: Stratum) -> tuple[Array, Array]:
        """Leak (B, F) and links (B, F, S) of the wanted findings."""
        if self.scale.draws:
            return self._filled(self._finding_rows(findings, stratum))
        leak, link = self._table(stratum)
        if findings is self.every:
            return leak[None], link[None]
        at = [self.place[name] for name in findings]
        return leak[None, at], link[None, at]

    def _narrowed(
        self, findings: Sequence[str], leak: Array, link: Array, lasting: Mapping[str, float]
    ) -> tuple[Array, Array]:
        """The same, findings narrowed to those that have lasted as long as stated.

        The complaints of one person began together more often than not, so together they speak like one.
        """
        leak, link = leak.copy(), link.copy()
        for name, days in lasting.items():
            share, own = shares_lasting(self.knowledge, self.graph.order, days)
            f = findings.index(name)
            leak[:, f] *= share ** (1 / len(lasting))
            link[:, f] *= own ** (1 / len(lasting))
        return leak, link

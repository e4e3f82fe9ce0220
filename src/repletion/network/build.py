"""Knowledge, a person and what is known about them → the arrays of a causal network.

States: log-odds of the prevalence for age, sex and season, plus what every known factor adds
(:mod:`repletion.network.effects`): the state is as common as its prevalence says among people with and without it
together, and what is unknown adds nothing.  Ratios are shrunk by the rule ``shrink_observational``, absolute shares
among the exposed are not.  The sum is capped (rule ``cap_log_odds``, or the strongest factor alone where that is more).
Causes among states are noisy-OR links; the own part of a state is its prevalence less what its causes bring.

Findings: links and leak from shares and background rates (:mod:`repletion.network.findings`); factors that are known to
move a laboratory value move the whole of it in the same way, and the leak takes what the states do not.  A finding with
a stated duration is a narrower one: leak and links are multiplied by the share of its people whose complaint has lasted
about as long (:mod:`repletion.network.duration`).  A link says nothing of a state that a factor has raised which tells
the same finding (``told_by``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from repletion.case.model import Person
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Season, State
from repletion.network.duration import shares_lasting
from repletion.network.factors import Factors
from repletion.network.findings import BOTTOM, TOP, finding_arrays, marked
from repletion.network.graph import Graph
from repletion.network.links import Links
from repletion.network.model import Network
from repletion.network.moves import Moves
from repletion.network.scale import Array, Scale, logit
from repletion.network.strata import Strata, Stratum

_KEPT = 8192  # finding rows kept between people
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
class _Ground:
    """What the network of a stratum is before anything is known.  ``totals``: the prevalence (B,) of each state."""

    totals: list[Array]
    parents: tuple[tuple[int, int], ...]
    parent_link: Array
    unshifted: Array


class Builder:
    """Builds networks of one knowledge base with ``draws`` parameter draws, or with the numbers of ``scale``."""

    def __init__(self, knowledge: Knowledge, *, draws: int = 0, seed: int = 0, scale: Scale | None = None) -> None:
        self.knowledge = knowledge
        self.graph = Graph(knowledge)
        self.scale = scale or Scale(knowledge, draws=draws, seed=seed)
        self.strata = Strata(knowledge, self.graph)
        self.factors = Factors(knowledge, self.graph, self.scale, self.strata)
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
        self._ground = lru_cache(maxsize=_GROUNDS)(self._find_ground)

    def stratum(self, person: Person, season: Season | None) -> Stratum:
        """The claims chosen for people like this one."""
        return self.strata.stratum(person, season)

    def moves(self, person: Person, season: Season | None) -> Moves:
        """What the answer to each factor would add to the states, for people like this one."""
        return self.factors.moves(self.stratum(person, season), person, season)

    # -- states ------------------------------------------------------------------------------------------------

    def _find_ground(self, stratum: Stratum) -> _Ground:
        """The states of a stratum before any factor is known."""
        totals = list(self.scale.probabilities(stratum.priors))
        parents: dict[tuple[int, int], Array] = {}
        for child, state in enumerate(self.states):
            for cause in state.caused_by:
                w, rate, parent = self.scale.probability(cause.claim), totals[child], self.graph.index[cause.state]
                most = self.knowledge.rule("most_with_one_factor") * rate / np.maximum(totals[parent], BOTTOM)
                parents[parent, child] = np.clip(np.minimum((w - rate) / (1 - rate), most), 0, TOP)
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
        links = np.stack(list(parents.values()), axis=1) if parents else np.zeros((1 + self.scale.draws, 0))
        return _Ground(totals, tuple(parents), links, logit(part).T)

    def build(
        self,
        person: Person,
        *,
        season: Season | None,
        known: Mapping[str, float],
        findings: Sequence[str] | None = None,
        shared: Collection[str] | None = None,
        lasting: Mapping[str, float] | None = None,
        drawn: Built | None = None,
    ) -> Built:
        """The network for one person.

        ``known``: share (0-1) of each known factor, and 0 for each complete list.  ``findings``: the finding nodes
        wanted (default: :attr:`every`, in their order).  ``shared``: unknown factors kept as common causes (default:
        every factor marked so that moves two states or more).  ``lasting``: days that a finding reported as present
        has lasted.  ``drawn``: of the same person, in draws of which this network is the central one: its states are
        not worked out again.
        """
        stratum = self.stratum(person, season)
        ground = self._ground(stratum)
        if drawn is None:
            shifts = {name: moved.T for name, moved in self.factors.shifts(known, stratum, person, season).items()}
            own = ground.unshifted.copy()
            for moved in shifts.values():
                own += moved
            risks, risk_prior, risk_weight = self._shared_risks(person, season, known, stratum, shared)
            if risks:
                own -= np.log1p(risk_prior[:, :, None] * np.expm1(risk_weight)).sum(axis=1)
        else:
            shifts = {name: moved[:1] for name, moved in drawn.shifts.items()}
            own, risks = drawn.network.base[:1], drawn.network.risks
            risk_prior, risk_weight = drawn.network.risk_prior[:1], drawn.network.risk_weight[:1]
        names = self.every if findings is None else tuple(findings)
        leak, link = self._finding_arrays(names, stratum)
        marks = self.factors.marks(known, stratum, person, season, self.place if names is self.every else names)
        if marks:
            leak = leak.copy()
            for name, told in marks.items():
                f = self.place[name] if names is self.every else names.index(name)
                whole = self.scale.probability(stratum.backgrounds[name])
                both = [shifts[observed] for observed in told if observed in shifts]
                leak[:, f] = marked(leak[:, f], link[:, f], whole, sum(told.values()), ground.totals, both)
        link = self._untold(names, link, known)
        if lasting:
            leak, link = self._narrowed(names, leak, link, lasting)
        network = Network(
            states=self.graph.order,
            base=own,
            risks=risks,
            risk_prior=risk_prior,
            risk_weight=risk_weight,
            parents=ground.parents,
            parent_link=ground.parent_link,
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
            if count > 1 and (shared is None or name in shared) and self.factors.settles(name, known) is None
        ]
        prior = np.empty((rows, len(names)))
        weight = np.zeros((rows, len(names), size))
        for r, name in enumerate(names):
            prior[:, r] = self.factors.prevalence(name, person, season)
            for i, claim in self.graph.raising[name]:
                common = self.strata.shares(person, season)[name]
                weight[:, r, i] = self.factors.weight(claim, stratum.priors[i], common)
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

    def _untold(self, findings: Sequence[str], link: Array, known: Mapping[str, float]) -> Array:
        """The links without those of a finding that a known factor has told already."""
        cut = {}
        for name, state, factors in self.graph.told:
            shares = [pair[1] for pair in (self.factors.settles(factor, known) for factor in factors) if pair]
            if any(shares) and name in findings:
                cut[name, state] = 1 - max(shares)
        if cut:
            link = link.copy()
            for (name, state), left in cut.items():
                link[:, findings.index(name), state] *= left
        return link

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

"""Knowledge, a person and what is known about them → the arrays of a causal network.

States: log-odds of the prevalence for age, sex and season, plus for every known factor ``w = s ln OR`` (ratios are
shrunk by the rule ``shrink_observational``, absolute shares among the exposed are not), normalised so that the average
odds over people with and without it are those of the prevalence: present adds ``w - ln(1 + p (e^w - 1))``, absent the
second part alone, unknown nothing.  A factor that holds with probability ``a`` adds
``ln(1 + a (e^w - 1)) - ln(1 + p (e^w - 1))``.  The sum is capped (rule ``cap_log_odds``, or the strongest factor alone
where that is more).  Causes among states are noisy-OR links; the own part of a state is its prevalence less what its
causes bring.

Findings: a share ``w`` of people with the state who have the finding is turned into a link
``q = (w - l) / (1 - l)`` with the background rate ``l``, never used as the link itself.  The leak is the part of the
background that the modelled states do not bring at their prevalence, so that the finding is as common as it is.
A finding with a stated duration is a narrower one: leak and links are multiplied by the share of its people whose
complaint has lasted about as long (:mod:`repletion.network.duration`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from repletion.case.model import Person, Sex
from repletion.evidence.labs import fits
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Rate, Season, State
from repletion.network.duration import shares_lasting
from repletion.network.graph import Graph
from repletion.network.model import Network
from repletion.network.scale import Array, Scale, logit

_TOP = 0.999  # numerical: a link or rate of one would make every other cause impossible
_BOTTOM = 1e-9
_KEPT = 4096  # finding rows kept between people


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


def choose(rates: Sequence[Rate], person: Person, season: Season | None) -> Rate:
    """The first rate meant for this person and season; the last when none is."""
    for rate in rates:
        if rate.when.season is not None and (season is None or season not in rate.when.season):
            continue
        if fits(rate.when, person):
            return rate
    return rates[-1]


@dataclass(frozen=True, slots=True)
class Stratum:
    """People for whom the same claims are chosen.  ``number``: of the stratum among those met."""

    number: int
    priors: tuple[str, ...]
    """The claim behind each state's prevalence."""
    backgrounds: dict[str, str]
    """The claim behind each finding's background rate."""


class Builder:
    """Builds networks of one knowledge base with ``draws`` parameter draws."""

    def __init__(self, knowledge: Knowledge, *, draws: int = 0, seed: int = 0) -> None:
        self.knowledge = knowledge
        self.graph = Graph(knowledge)
        self.scale = Scale(knowledge, draws=draws, seed=seed)
        self.states: tuple[State, ...] = tuple(knowledge.states[name] for name in self.graph.order)
        self._rows: dict[tuple[str, int], tuple[Array, list[int], Array]] = {}
        self._moves: dict[tuple[str, str, int], tuple[Array, Array]] = {}
        self._strata: dict[tuple[tuple[str, ...], tuple[str, ...]], Stratum] = {}
        self._stratum = lru_cache(maxsize=_KEPT)(self._find_stratum)

    # -- states ------------------------------------------------------------------------------------------------

    def settles(self, name: str, known: Mapping[str, float]) -> tuple[str, float] | None:
        """The observation that settles factor ``name`` and its share: itself, a narrower one, a wider absent one."""
        if name in known:
            return name, known[name]
        narrower = [(k, v) for k, v in known.items() if v > 0 and name in self.graph.wider_factors(k)]
        if narrower:
            return max(narrower, key=lambda pair: pair[1])
        for wider in self.graph.wider_factors(name):
            if known.get(wider) == 0:
                return wider, 0.0
        return None

    def _weight(self, state: State, claim: str, base: Array) -> Array:
        """Log odds ratio (B,) of a factor link; a ratio is shrunk, an absolute share among the exposed is not."""
        ratio = self.scale.log_odds_ratio(claim, base)
        if self.knowledge.claims[claim].measure == "prevalence_given_factor":
            return ratio
        return self.knowledge.rule("shrink_observational") * ratio

    def _shift_state(
        self, state: State, base: Array, known: Mapping[str, float], person: Person, season: Season | None
    ) -> dict[str, Array]:
        """Log-odds (B,) that each known factor adds to one state."""
        settled: dict[str, tuple[str, float]] = {}
        for link in state.raised_by:
            if (found := self.settles(link.factor, known)) is not None:
                settled[link.factor] = found
        added: dict[str, Array] = {}
        for link in state.raised_by:
            if link.factor not in settled:
                continue
            observed, share = settled[link.factor]
            if share > 0 and any(
                link.factor in self.graph.wider_factors(other) and pair[1] > 0 for other, pair in settled.items()
            ):
                continue  # a narrower factor with its own number speaks for it
            w = self._weight(state, link.claim, base)
            p = self.prevalence(link.factor, person, season)
            odds = np.expm1(w)
            shift = np.log1p(share * odds) - np.log1p(p * odds)
            added[observed] = added.get(observed, 0.0) + shift
        if added:
            strongest = np.max(np.abs(list(added.values())), axis=0)
            cap = np.maximum(self.knowledge.rule("cap_log_odds"), strongest)
            total = np.sum(list(added.values()), axis=0)
            factor = np.where(np.abs(total) > cap, cap / np.maximum(np.abs(total), _BOTTOM), 1.0)
            added = {name: value * factor for name, value in added.items()}
        return added

    def factor_shifts(self, name: str, person: Person, season: Season | None) -> tuple[Array, Array]:
        """Central log-odds (S,) that the answers no and yes to one factor would add to the states."""
        stratum = self.stratum(person, season)
        share = choose(self.knowledge.factors[name].prevalence, person, season).claim
        key = (name, share, stratum.number)
        if key not in self._moves:
            if len(self._moves) > _KEPT:
                self._moves.clear()
            no, yes = np.zeros(len(self.states)), np.zeros(len(self.states))
            p = float(self.scale.probability(share)[0])
            for i, claim in self.graph.raising[name]:
                w = float(self._weight(self.states[i], claim, self.scale.probability(stratum.priors[i]))[0])
                no[i] = -np.log1p(p * np.expm1(w))
                yes[i] = w + no[i]
            self._moves[key] = no, yes
        return self._moves[key]

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

    def prevalence(self, factor: str, person: Person, season: Season | None = None) -> Array:
        """Draws (B,) of how common a factor is among people of this age and sex."""
        return self.scale.probability(choose(self.knowledge.factors[factor].prevalence, person, season).claim)

    def _own_part(
        self, index: int, total: Array, marginal: list[Array], parents: Mapping[tuple[int, int], Array]
    ) -> Array:
        """Probability (B,) that the state arises by itself, so that with its causes it reaches ``total``."""
        state = self.states[index]
        spared = np.ones_like(total)
        for (parent, child), q in parents.items():
            if child == index:
                spared = spared * (1 - q * marginal[parent])
        share = total
        if state.requires is not None:
            share = total / np.maximum(marginal[self.graph.index[state.requires]], _BOTTOM)
        return np.clip(
            1 - (1 - np.clip(share, _BOTTOM, _TOP)) / spared, share * self.knowledge.rule("least_own_part"), _TOP
        )

    def build(
        self,
        person: Person,
        *,
        season: Season | None,
        known: Mapping[str, float],
        findings: Collection[str],
        shared: Collection[str] | None = None,
        lasting: Mapping[str, float] | None = None,
    ) -> Built:
        """The network for one person.

        ``known``: share (0-1) of each known factor.  ``findings``: the finding nodes wanted.  ``shared``: unknown
        factors kept as common causes (default: every factor marked so that moves two states or more).
        ``lasting``: days that a finding reported as present has lasted.
        """
        rows = 1 + self.scale.draws
        size = len(self.states)
        stratum = self.stratum(person, season)
        chosen = stratum.priors
        totals = [self.scale.probability(name) for name in chosen]
        parents: dict[tuple[int, int], Array] = {}
        for child, state in enumerate(self.states):
            for cause in state.caused_by:
                w, rate = self.scale.probability(cause.claim), totals[child]
                parents[self.graph.index[cause.state], child] = np.clip((w - rate) / (1 - rate), 0, _TOP)
        own = np.empty((rows, size))
        unshifted = np.empty((rows, size))
        shifts: dict[str, Array] = {}
        for i, state in enumerate(self.states):
            part = self._own_part(i, totals[i], totals, parents)
            unshifted[:, i] = logit(part)
            own[:, i] = unshifted[:, i]
            for name, value in self._shift_state(state, totals[i], known, person, season).items():
                shifts.setdefault(name, np.zeros((rows, size)))[:, i] += value
                own[:, i] += value
        risks, risk_prior, risk_weight = self._shared_risks(person, season, known, totals, shared)
        own -= np.log1p(risk_prior[:, :, None] * np.expm1(risk_weight)).sum(axis=1)
        leak, link = self._finding_arrays(tuple(findings), stratum)
        if lasting:
            self._narrow(tuple(findings), leak, link, lasting)
        network = Network(
            states=self.graph.order,
            base=own,
            risks=risks,
            risk_prior=risk_prior,
            risk_weight=risk_weight,
            parents=tuple(parents),
            parent_link=np.stack(list(parents.values()), axis=1) if parents else np.zeros((rows, 0)),
            requires=tuple(
                (self.graph.index[s.requires], i) for i, s in enumerate(self.states) if s.requires is not None
            ),
            findings=tuple(findings),
            leak=leak,
            link=link,
        )
        return Built(network=network, shifts=shifts, unshifted=unshifted, prior_claims=chosen)

    def _shared_risks(
        self,
        person: Person,
        season: Season | None,
        known: Mapping[str, float],
        totals: list[Array],
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
            for i, state in enumerate(self.states):
                for link in state.raised_by:
                    if link.factor == name:
                        weight[:, r, i] = self._weight(state, link.claim, totals[i])
        return tuple(names), prior, weight

    # -- findings ----------------------------------------------------------------------------------------------

    def _share(self, claim: str, leak: Array) -> Array:
        """Draws (B,) of the share of people with the state who have the claim's finding, common as ``leak``."""
        record = self.knowledge.claims[claim]
        if record.measure == "likelihood_ratio_positive":
            return np.clip(np.exp(self.scale.log_ratio(claim)) * leak, 0, _TOP)
        return np.clip(self.scale.probability(claim), 0, _TOP)

    def _finding_arrays(self, findings: Sequence[str], stratum: Stratum) -> tuple[Array, Array]:
        """Leak (B, F) and links (B, F, S) of the wanted findings."""
        rows, size = 1 + self.scale.draws, len(self.states)
        leak = np.empty((rows, len(findings)))
        link = np.zeros((rows, len(findings), size))
        if len(self._rows) > _KEPT:
            self._rows.clear()
        for f, name in enumerate(findings):
            key = (name, stratum.number)
            if key not in self._rows:
                self._rows[key] = self._finding_row(name, stratum)
            leak[:, f], columns, values = self._rows[key]
            link[:, f, columns] = values
        return leak, link

    def _narrow(self, findings: Sequence[str], leak: Array, link: Array, lasting: Mapping[str, float]) -> None:
        """Narrow findings to those that have lasted as long as stated, in place.

        The complaints of one person began together more often than not, so together they speak like one.
        """
        for name, days in lasting.items():
            share, own = shares_lasting(self.knowledge, self.graph.order, days)
            f = findings.index(name)
            leak[:, f] *= share ** (1 / len(lasting))
            link[:, f] *= own ** (1 / len(lasting))

    def _rate(self, finding: str, stratum: Stratum) -> Array:
        """Background rate (B,) of a finding among such people: no more than that of any wider finding it implies."""
        names = (finding, *self.graph.wider_findings(finding))
        rates = [self.scale.probability(stratum.backgrounds[name]) for name in names]
        return np.asarray(np.clip(np.minimum.reduce(rates), _BOTTOM, _TOP))

    def _finding_row(self, name: str, stratum: Stratum) -> tuple[Array, list[int], Array]:
        """Leak (B,), the states that bear on a finding (K), and their links (B, K).

        A link that hardly raises the finding above its background (rule ``least_telling``) is left out.
        """
        edges = self.graph.edges(name)
        least = self.knowledge.rule("least_telling")
        rate, *own = (self._rate(source, stratum) for source in (name, *(edge.source for _, edge in edges)))
        links: dict[int, Array] = {}
        for (i, edge), background in zip(edges, own, strict=True):
            w = self._share(edge.claim, background)
            if edge.scaled:  # the state knows only the wider finding: it says nothing on which kind it is
                w = w * rate / background
            q = np.clip((w - rate) / (1 - rate), 0, _TOP)
            if q[0] < least * rate[0]:
                continue
            links[i] = np.maximum(links[i], q) if i in links else q
        # the background rate holds what the modelled states bring on average: the leak is the rest of it
        brought = np.ones_like(rate)
        for i, q in links.items():
            brought = brought * (1 - q * self.scale.probability(stratum.priors[i]))
        leak = np.maximum(1 - (1 - rate) / brought, rate * self.knowledge.rule("least_own_part"))
        values = np.stack(list(links.values()), axis=1) if links else np.zeros((len(rate), 0))
        return np.clip(leak, _BOTTOM, _TOP), list(links), values

"""People drawn from the network itself, so that what is so is known.

For each person: age and sex; some factors answered by their prevalence; then causes, states and findings by the
network's own probabilities; some findings and tests are told, and every state is inferred.  With people drawn from the
central network the answers are calibrated exactly if inference is right: what is left is chance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from repletion.assessment.candidates import nodes_of
from repletion.assessment.reasoning import builder_of
from repletion.assessment.stations import SEED
from repletion.case import Person
from repletion.evaluation.model import Bin, Calibration, Simulation, choices
from repletion.evaluation.run import Progress, write
from repletion.evaluation.scores import rate
from repletion.inference import Evidence, infer
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import Season
from repletion.network.model import Network
from repletion.network.scale import Array, expit
from repletion.report.json import to_json
from repletion.version import __version__

_SEASONS: tuple[Season, ...] = ("winter", "spring", "summer", "autumn")
_SEXES: tuple[Literal["female", "male"], ...] = ("female", "male")
Yes = NDArray[np.bool_]


def draw(network: Network, row: int, generator: np.random.Generator) -> tuple[Yes, Yes]:
    """States (S,) and findings (F,) of one person drawn from one parameter row of the network."""

    def at(array: Array) -> Array:
        return np.asarray(array[row if array.shape[0] > 1 else 0])

    risks = generator.random(len(network.risks)) < at(network.risk_prior)
    off = 1 - expit(at(network.base) + risks @ at(network.risk_weight))
    luck = generator.random(len(network.states))
    on = np.zeros(len(network.states), dtype=bool)
    links = at(network.parent_link)
    for i in range(len(on)):  # parents stand before their children
        spared = off[i]
        for k, (parent, child) in enumerate(network.parents):
            if child == i and on[parent]:
                spared *= 1 - links[k]
        gate = all(on[parent] for parent, child in network.requires if child == i)
        on[i] = gate and luck[i] >= spared
    quiet = (1 - at(network.leak)) * np.prod(1 - at(network.link) * on, axis=1)
    return on, generator.random(len(quiet)) >= quiet


def calibration(predicted: Array, prior: Array, true: Yes, bins: int) -> Calibration:
    """Brier score, reliability in equal-width bins and expected calibration error."""
    which = np.minimum((predicted * bins).astype(int), bins - 1)
    table = []
    for b in range(bins):
        chosen = which == b
        share = rate(int(true[chosen].sum()), int(chosen.sum()))
        table.append(
            Bin(
                low=b / bins,
                high=(b + 1) / bins,
                predictions=share.of,
                predicted=float(predicted[chosen].mean()) if share.of else None,
                observed=share.share,
                observed_low=share.low,
                observed_high=share.high,
            )
        )
    return Calibration(
        predictions=len(predicted),
        true=int(true.sum()),
        brier=float(np.mean((predicted - true) ** 2)),
        brier_of_prior=float(np.mean((prior - true) ** 2)),
        error=_error(table) or 0.0,
        error_above_tenth=_error([b for b in table if b.low >= 0.1]),
        bins=tuple(table),
    )


def _error(table: Iterable[Bin]) -> float | None:
    """Distance of share from mean, averaged over predictions; ``None`` without a prediction."""
    distances = [
        (b.predictions, abs(b.predicted - b.observed))
        for b in table
        if b.predicted is not None and b.observed is not None
    ]
    total = sum(count for count, _ in distances)
    return sum(count * distance for count, distance in distances) / total if total else None


@dataclass
class _Kept:
    """Predictions and what was so, one row a person."""

    predicted: list[Array] = field(default_factory=list)
    prior: list[Array] = field(default_factory=list)
    true: list[Yes] = field(default_factory=list)

    def add(self, predicted: Array, prior: Array, true: Yes) -> None:
        self.predicted.append(predicted)
        self.prior.append(prior)
        self.true.append(true)

    def calibration(self, columns: NDArray[np.intp], bins: int) -> Calibration:
        predicted, prior = (np.stack(rows)[:, columns].ravel() for rows in (self.predicted, self.prior))
        return calibration(predicted, prior, np.stack(self.true)[:, columns].ravel(), bins)


class Simulator:
    """Draws people of one knowledge base and infers them.  ``sampled`` counts answers that were not exact."""

    def __init__(self, knowledge: Knowledge, *, seed: int) -> None:
        self.knowledge = knowledge
        self.generator = np.random.default_rng(seed)
        self.builder = builder_of(knowledge, choices().parameter_draws, SEED)
        graph = self.builder.graph
        self.asked = [f.id for f in knowledge.findings.values() if f.kind != "lab" and graph.edges(f.id)]
        self.tests = [
            nodes for test in knowledge.tests.values() if (nodes := [n for n in nodes_of(test) if graph.edges(n)])
        ]
        self.factors = list(graph.raising)
        self.sampled = 0

    def _some(self, size: int, most: int) -> list[int]:
        return [int(i) for i in self.generator.choice(size, size=min(size, most), replace=False)]

    def person(self) -> Network:
        """A network for one made-up person, with the findings that will be told."""
        random = self.generator
        low, high = choices().simulated_ages
        who = Person(age=float(random.integers(low, high)), sex=_SEXES[int(random.integers(2))])
        season = _SEASONS[int(random.integers(len(_SEASONS)))]
        known = {}
        for i in self._some(len(self.factors), choices().factors_told):
            name = self.factors[i]
            known[name] = float(random.random() < self.builder.factors.prevalence(name, who, season)[0])
        told = [self.asked[i] for i in self._some(len(self.asked), choices().findings_told)]
        told += [node for i in self._some(len(self.tests), choices().tests_told) for node in self.tests[i]]
        names = list(dict.fromkeys(told))
        return self.builder.build(who, season=season, known=known, findings=names).network

    def answers(self, network: Network, row: int) -> tuple[Array, Array, Yes]:
        """A person drawn from parameter row ``row``: probabilities by the central network, its prior, what is so."""
        on, seen = draw(network, row, self.generator)
        central = network.central()
        ones = np.ones(len(seen))
        found = infer(central, Evidence(likelihood0=(~seen).astype(float), likelihood1=seen.astype(float)))
        before = infer(central, Evidence(likelihood0=ones, likelihood1=ones))
        self.sampled += not found.exact
        return found.probability[0], before.probability[0], on


def simulate(
    people: int,
    output: Path,
    *,
    seed: int = 1,
    knowledge: Knowledge | None = None,
    progress: Progress = lambda done, of, name: None,
) -> Simulation:
    """Draw ``people`` twice over (central and uncertain parameters); write ``simulation.json`` and ``simulation.html``.

    Interrupted (Ctrl-C), it reports the people done.
    """
    from repletion.evaluation.page import simulation_page

    knowledge = knowledge or load()
    simulator = Simulator(knowledge, seed=seed)
    central, uncertain = _Kept(), _Kept()
    complete = True
    names: tuple[str, ...] = ()
    try:
        for done in range(1, people + 1):
            network = simulator.person()
            names = network.states
            row = int(simulator.generator.integers(1, max(2, network.draws)))
            first, second = simulator.answers(network, 0), simulator.answers(network, min(row, network.draws - 1))
            central.add(*first)
            uncertain.add(*second)
            progress(done, people, "")
    except KeyboardInterrupt:
        complete = False
        if not uncertain.true:
            raise
    kinds = [knowledge.states[name].kind for name in names]
    shown = np.flatnonzero([kind != "latent" for kind in kinds])
    deficiencies = np.flatnonzero([kind == "deficiency" for kind in kinds])
    bins = choices().bins
    summary = Simulation(
        people=len(uncertain.true),
        asked=people,
        complete=complete,
        seed=seed,
        software=__version__,
        knowledge=knowledge.version,
        sampled=simulator.sampled,
        central=central.calibration(shown, bins),
        central_deficiencies=central.calibration(deficiencies, bins),
        uncertain=uncertain.calibration(shown, bins),
    )
    write(output / "simulation.json", to_json(summary))
    write(output / "simulation.html", simulation_page(summary))
    return summary

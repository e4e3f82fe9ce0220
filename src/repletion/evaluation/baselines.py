"""Simpler ways to order the states, run beside the program on the same cases.

Commonest: states in the order in which the file itself has them as main diagnosis (it sees the answers, in its own
favour).  Keywords: one point for each reported finding or factor that a state names.  Labs only: one point for each
result beyond a limit that a state names.  Naive Bayes: the same claims, prior odds times a likelihood ratio for
every observation, each state alone: no competition between explanations, no noisy-OR.  Ties by prior, then by id.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from repletion.assessment.calendar import season_of
from repletion.assessment.diet import read_diet
from repletion.assessment.naming import named
from repletion.assessment.reasoning import builder_of, seen
from repletion.assessment.stations import SEED
from repletion.case import Case
from repletion.evaluation.judging import states_of
from repletion.evaluation.records import Record
from repletion.evidence import observe
from repletion.inference import infer
from repletion.knowledge import Knowledge
from repletion.network.scale import Array, logit


def base_state(knowledge: Knowledge, name: str) -> str:
    """The state of which ``name`` is a level, or itself."""
    above = knowledge.states[name].requires
    return name if above is None else base_state(knowledge, above)


def commonest(records: Iterable[Record], knowledge: Knowledge) -> tuple[str, ...]:
    """States by how often the records have them as main diagnosis."""
    count = Counter(name for record in records for name in states_of(record.diagnoses[0], knowledge)[:1])
    return tuple(sorted(count, key=lambda name: (-count[name], name)))


def _order(knowledge: Knowledge, names: Iterable[str], score: Iterable[float], prior: Array) -> tuple[str, ...]:
    """Shown states by score; a level lends its score to its state."""
    best: dict[str, float] = {}
    first: dict[str, float] = {}
    for name, value, p in zip(names, score, prior, strict=True):
        if knowledge.states[name].kind == "latent":
            continue
        base = base_state(knowledge, name)
        best[base] = max(best.get(base, -np.inf), float(value))
        first[base] = max(first.get(base, 0.0), float(p))
    return tuple(sorted(best, key=lambda name: (-best[name], -first[name], name)))


def baselines(case: Case, knowledge: Knowledge, on: dt.date) -> dict[str, tuple[str, ...]]:
    """The orders of keyword rule, labs-only rule and naive Bayes for one case."""
    intake = read_diet(case, knowledge, authority="NASEM").low_intake
    season = season_of(on, country=case.person.country)
    evidence = observe(case, knowledge, low_intake=intake, on=on, season=season)
    builder = builder_of(knowledge, 0, SEED)
    nodes = list(dict.fromkeys(name for o in evidence.observations for name in o.nodes))
    network = builder.build(case.person, season=season, known=evidence.factors(), findings=nodes).network.central()
    prior = infer(network, seen(network, ())).probability[0]
    told = seen(network, evidence.observations)
    link, leak = network.link[0], network.leak[0]
    rate = 1 - (1 - leak) * np.prod(1 - link * prior, axis=1)
    among = 1 - (1 - rate)[:, None] * (1 - link)
    at_large = told.likelihood0 * (1 - rate) + told.likelihood1 * rate
    in_state = told.likelihood0[:, None] * (1 - among) + told.likelihood1[:, None] * among
    tiny = np.finfo(float).tiny
    log_ratio = np.log(np.maximum(in_state, tiny)) - np.log(np.maximum(at_large, tiny))[:, None]
    score = logit(prior) + log_ratio.sum(axis=0)
    if told.state_likelihood is not None:
        score = score + np.log(told.state_likelihood[:, 1]) - np.log(told.state_likelihood[:, 0])

    labs = [o for o in evidence.observations if o.kind == "lab"]
    ways: dict[str, Callable[[], Iterable[float]]] = {
        "keywords": lambda: named(builder.graph, network, evidence.observations),
        "labs_only": lambda: named(builder.graph, network, labs),
        "naive_bayes": lambda: [float(x) for x in score],
    }
    return {name: _order(knowledge, network.states, way(), prior) for name, way in ways.items()}

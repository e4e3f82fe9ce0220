"""What would settle it: the questions and tests of highest expected information, less their effort."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Literal

import numpy as np

from repletion.assessment.asked import not_asked
from repletion.assessment.candidates import open_factors, open_symptoms, open_tests, price
from repletion.assessment.choosing import NOTHING, greedy
from repletion.assessment.model import Explanation, Next, Question
from repletion.assessment.reasoning import WIDEST, Reasoning, builder_of, seen
from repletion.assessment.screening import told_by_factors, told_by_findings
from repletion.assessment.suggestions import customary, order_of, with_customary
from repletion.case.model import Person
from repletion.errors import InferenceError
from repletion.inference import QuestionValues, question_values
from repletion.knowledge import Knowledge
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Season
from repletion.knowledge.reader import parse_yaml
from repletion.network.scale import Array

_ASKED, _FACTORS, _ORDERS = 14, 8, 9
"""Symptoms, factors and orders that are scored in full for an answer that shows five, chosen by a first look."""
_RANKED = 24
"""At most so many symptoms and factors where more are wanted."""


@cache
def _wording() -> dict[str, str]:
    words: dict[str, str] = parse_yaml((DATA / "wording" / "next.yaml").read_text(encoding="utf-8"))
    return words


def _told(reasoning: Reasoning) -> set[str]:
    """Tests whose results are told.  One of the second line waits for its first: methylmalonic acid for B12."""
    return {o.id for o in reasoning.evidence.observations if o.kind == "lab"}


@cache
def _declared(knowledge: Knowledge, states: tuple[str, ...]) -> Array:
    """The declared weights of states (S,); latent ones weigh nothing."""
    records = [knowledge.states[name] for name in states]
    return np.array([0.0 if s.kind == "latent" else knowledge.rule(s.weight) for s in records])


def _weights(knowledge: Knowledge, reasoning: Reasoning) -> Array:
    """How much it matters to know each state (S,).

    The declared weight of the state, times the share of its probability with which it is at work in what was reported
    or that the case has added to its prior: a common state that is silent here does not draw the questions.
    """
    least = knowledge.rule("least_relevance")
    p, prior = reasoning.posterior.probability[0], reasoning.prior
    share = (
        np.maximum(reasoning.at_work, p - prior) / np.maximum(p, 1e-12) if reasoning.unexplained else np.ones_like(p)
    )
    return np.asarray(_declared(knowledge, reasoning.network.states) * np.clip(share, least, 1.0))


def _why(knowledge: Knowledge, states: Sequence[str], gain: Array) -> tuple[str, tuple[str, ...]]:
    """The states that an answer tells most about, in words and by id."""
    names: list[str] = []
    left = gain.copy()
    while len(names) < 2:
        i = int(left.argmax())
        if left[i] <= NOTHING:
            break
        left[i] = 0.0
        state = knowledge.states[states[i]]
        name = state.requires or state.id
        if state.kind != "latent" and name not in names:
            names.append(name)
    labels = [knowledge.states[name].label for name in names]
    words = _wording()
    if len(labels) == 2:
        return words["two"].format(a=labels[0], b=labels[1]), tuple(names)
    return (words["one"].format(a=labels[0]) if labels else ""), tuple(names)


def _orders(knowledge: Knowledge, names: Sequence[str], among: Sequence[int]) -> list[list[int]]:
    """The candidates grouped by the order that brings them: tests of one panel together."""
    groups: dict[str, list[int]] = {}
    for c in among:
        panel = knowledge.panel_of.get(names[c])
        groups.setdefault(panel.id if panel else names[c], []).append(c)
    return list(groups.values())


def _entropy(p: Array) -> Array:
    """Of yes/no variables (S,), in bits."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def _worth_testing(knowledge: Knowledge, reasoning: Reasoning) -> bool:
    """Whether anything calls for a test: a complaint, an odd result, a stated disease, or a strong risk."""
    if any(o.kind in {"finding", "lab", "state"} and o.present for o in reasoning.evidence.observations):
        return True
    p, prior = reasoning.posterior.probability[0], reasoning.prior
    strong = (p - prior >= knowledge.rule("test_strong_added")) & (p >= knowledge.rule("test_strong_ratio") * prior)
    return bool((p - prior).max() >= knowledge.rule("test_least_added") or strong.any())


def next_steps(
    knowledge: Knowledge,
    reasoning: Reasoning,
    person: Person,
    *,
    season: Season | None,
    seed: int,
    found: Sequence[Explanation] = (),
    most: int = 5,
    tests: bool = True,
    spared: Collection[str] = (),
) -> Next:
    """The best questions and tests, at most ``most`` of each, best first; too wide a network leaves customary tests.

    ``found``: the explanations in the order of the answer.  ``tests``: whether tests are wanted.
    ``spared``: findings and factors that are not asked, beside those that do not fit the person.
    """
    done, settled = _told(reasoning), reasoning.evidence.settled.union(spared, not_asked(person))
    network, p = reasoning.network, reasoning.posterior.probability[0]
    weights = _weights(knowledge, reasoning)
    testing = tests and _worth_testing(knowledge, reasoning)
    if not testing:
        found = ()  # nobody without a complaint, an abnormal result or a strong risk is sent for a test
    builder, wider = builder_of(knowledge, 0, seed), most > _ASKED
    links, moves = builder.links(person, season), builder.moves(person, season)
    told = told_by_findings(links, p, weights)
    asked = open_symptoms(knowledge, settled, links, told, _RANKED if wider else _ASKED)
    measured = open_tests(knowledge, settled, done, links, told, _ORDERS) if testing else []
    known = settled.union(builder.factors.answered(reasoning.evidence.factors()), network.risks)
    told = told_by_factors(network, moves, p, weights)
    factors = open_factors(knowledge, moves, known, told, len(network.states), _RANKED if wider else _FACTORS)
    risks = [r for r, name in enumerate(network.risks) if knowledge.factors[name].question]
    try:
        values: QuestionValues = question_values(
            network,
            seen(network, reasoning.evidence.observations),
            [*asked, *measured],
            factors=factors,
            risks=risks,
            risk_cost=price(knowledge, "effort_question"),
            weights=weights,
            widest=WIDEST,
            problem=reasoning.problem,
        )
    except InferenceError:
        leading = [e for e in found if e.id in knowledge.states][: int(knowledge.rule("leading_explanations"))]
        return Next(tests=customary(knowledge, leading, done, most, _wording()["one"]))
    entropy = _entropy(p)
    first_test, first_factor = len(asked), len(asked) + len(measured)
    questions: list[Question] = []
    asking = [*range(first_test), *range(first_factor, len(values.names))]
    alone = [[c] for c in asking]
    for picked in greedy(values, alone, weights, entropy, most, 0.0):
        c = picked.members[0]
        why, separates = _why(knowledge, network.states, values.gain[c] * weights)
        name, is_factor = values.names[c], c >= first_factor
        words = (knowledge.factors if is_factor else knowledge.findings)[name].question
        kind: Literal["factor", "finding"] = "factor" if is_factor else "finding"
        questions.append(Question(id=name, kind=kind, question=words, why=why, gain=picked.score, separates=separates))
    orders = _orders(knowledge, values.names, range(first_test, first_factor))
    suggested = []
    for picked in greedy(values, orders, weights, entropy, most, knowledge.rule("panel_member_least_share")):
        members = list(picked.members)
        why, separates = _why(knowledge, network.states, values.gain[members].max(axis=0) * weights)
        names = [values.names[c] for c in members]
        suggested.append(order_of(knowledge, names, why=why, gain=picked.score, separates=separates))
    least = knowledge.rule("test_least_explains")
    stated = {o.id for o in reasoning.evidence.observations if o.kind == "state"}  # what is stated needs no settling
    leading = [e for e in found if e.explains >= least and e.id in knowledge.states and e.id not in stated]
    leading = leading[: int(knowledge.rule("customary_test_states"))]
    suggested = with_customary(knowledge, suggested, leading, done, _wording()["one"])
    return Next(questions=tuple(questions), tests=tuple(suggested[:most]))

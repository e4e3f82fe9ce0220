"""What would settle it: the questions and tests of highest expected information, less their effort."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import TypeVar

import numpy as np

from repletion.assessment.explanations import remark
from repletion.assessment.model import Next, Question, TestSuggestion
from repletion.assessment.reasoning import WIDEST, Reasoning, builder_of, seen
from repletion.case.model import Person
from repletion.errors import InferenceError
from repletion.inference import Factor as FactorAnswer
from repletion.inference import Question as Candidate
from repletion.inference import QuestionValues, question_values
from repletion.knowledge import Knowledge
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Season, Test
from repletion.knowledge.reader import parse_yaml
from repletion.network.scale import Array

T = TypeVar("T")
_SCORED = 24
"""Candidates of each kind that are scored in full, chosen by a quick bound; keeps the answer within its time."""


@cache
def _wording() -> dict[str, str]:
    words: dict[str, str] = parse_yaml((DATA / "wording" / "next.yaml").read_text(encoding="utf-8"))
    return words


def nodes_of(test: Test) -> tuple[str, ...]:
    """Finding nodes that a test bears on."""
    return tuple(dict.fromkeys(limit.finding for limit in test.limits))


def candidates(knowledge: Knowledge) -> tuple[str, ...]:
    """Every finding node that could be asked for or measured."""
    asked = [f.id for f in knowledge.findings.values() if f.kind == "symptom" and f.question]
    measured = [node for test in knowledge.tests.values() for node in nodes_of(test)]
    return tuple(dict.fromkeys(name for name in [*asked, *measured] if name in knowledge.findings))


def _price(knowledge: Knowledge, effort: str) -> float:
    """The price of an effort in weighted bits."""
    return knowledge.rule("bits_per_effort") * knowledge.rule(effort)


@cache
def _outcomes(size: int) -> Array:
    """Likelihoods (2**size, size, 2) of every combination of yes and no."""
    rows = [[(0.0, 1.0) if yes else (1.0, 0.0) for yes in pattern] for pattern in product((False, True), repeat=size)]
    return np.array(rows)


def _questions(knowledge: Knowledge, reasoning: Reasoning, linked: set[str]) -> tuple[list[Candidate], list[Candidate]]:
    """Symptoms to ask for, and tests to take, that nobody answered and that bear on a state."""
    network, settled = reasoning.network, reasoning.evidence.settled
    place = {name: f for f, name in enumerate(network.findings)}
    asked = [
        Candidate.yes_no(network, f.id, cost=_price(knowledge, f.effort))
        for f in knowledge.findings.values()
        if f.kind == "symptom" and f.question and f.id in linked and f.id not in settled
    ]
    measured = []
    for test in knowledge.tests.values():
        nodes = [name for name in nodes_of(test) if name in linked]
        if nodes and not settled.intersection(nodes) and len(nodes) <= 4:
            measured.append(
                Candidate(
                    name=test.id,
                    findings=tuple(place[name] for name in nodes),
                    outcomes=_outcomes(len(nodes)),
                    cost=_price(knowledge, test.effort),
                )
            )
    return asked, measured


def _factors(
    knowledge: Knowledge, reasoning: Reasoning, person: Person, season: Season | None, seed: int
) -> list[FactorAnswer]:
    """Unknown factors that a person can be asked about."""
    builder = builder_of(knowledge, 0, seed)
    known = reasoning.evidence.factors()
    waiting = set(reasoning.network.risks)
    answers = []
    for name in builder.graph.raising:
        factor = knowledge.factors[name]
        if not factor.question or name in waiting or builder.settles(name, known) is not None:
            continue
        no, yes = builder.factor_shifts(name, person, season)
        p = float(builder.prevalence(name, person, season)[0])
        answers.append(
            FactorAnswer(name=name, probability=p, shift_no=no, shift_yes=yes, cost=_price(knowledge, factor.effort))
        )
    return answers


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
    declared = [
        0.0 if (state := knowledge.states[name]).kind == "latent" else knowledge.rule(state.weight)
        for name in reasoning.network.states
    ]
    return np.asarray(np.array(declared) * np.clip(share, least, 1.0))


def _worth(reasoning: Reasoning, weights: Array) -> Array:
    """How much is still open about each state (S,): its variance times how much it matters."""
    p = reasoning.posterior.probability[0]
    return np.asarray(weights * p * (1 - p))


def _reach(reasoning: Reasoning, findings: tuple[int, ...], worth: Array) -> float:
    """A quick bound on what findings can tell: links over their background, on what is still open."""
    link, leak = reasoning.network.link[0], reasoning.network.leak[0]
    return max(float((link[f] ** 2 @ worth) / (leak[f] + link[f].max() + 1e-9)) for f in findings)


def _promising(found: list[T], key: Callable[[T], float]) -> list[T]:
    """The candidates worth a full computation; the rest could not come first."""
    return sorted(found, key=key, reverse=True)[:_SCORED]


def _why(knowledge: Knowledge, reasoning: Reasoning, gain: Array) -> tuple[str, tuple[str, ...]]:
    """The states that an answer tells most about, in words and by id."""
    best = [int(i) for i in np.argsort(-gain, kind="stable")]
    names = []
    for i in best:
        state = knowledge.states[reasoning.network.states[i]]
        name = state.requires or state.id
        if state.kind != "latent" and gain[i] > 0 and name not in names:
            names.append(name)
        if len(names) == 2:
            break
    labels = [knowledge.states[name].label for name in names]
    words = _wording()
    if len(labels) == 2:
        return words["two"].format(a=labels[0], b=labels[1]), tuple(names)
    return (words["one"].format(a=labels[0]) if labels else ""), tuple(names)


def next_steps(
    knowledge: Knowledge,
    reasoning: Reasoning,
    person: Person,
    *,
    season: Season | None,
    seed: int,
    most: int = 5,
) -> Next:
    """The best questions and tests, at most ``most`` of each, best first; empty when the network is too wide."""
    linked = {name for f, name in enumerate(reasoning.network.findings) if reasoning.network.link[0, f].any()}
    weights = _weights(knowledge, reasoning)
    asked, measured = _questions(knowledge, reasoning, linked)
    if not any(o.kind in {"finding", "lab", "state"} and o.present for o in reasoning.evidence.observations):
        measured = []  # nobody without a complaint or an abnormal result is sent for a test
    factors = _factors(knowledge, reasoning, person, season, seed)
    worth = _worth(reasoning, weights)
    asked = _promising(asked, lambda q: _reach(reasoning, q.findings, worth))
    measured = _promising(measured, lambda q: _reach(reasoning, q.findings, worth))
    factors = _promising(factors, lambda a: float(np.abs(a.shift_yes) @ worth) * a.probability)
    risks = [r for r, name in enumerate(reasoning.network.risks) if knowledge.factors[name].question]
    try:
        values: QuestionValues = question_values(
            reasoning.network,
            seen(reasoning.network, reasoning.evidence.observations),
            [*asked, *measured],
            factors=factors,
            risks=risks,
            risk_cost=_price(knowledge, "effort_question"),
            weights=weights,
            widest=WIDEST,
            seed=seed,
        )
    except InferenceError:
        return Next()
    first_test, first_factor = len(asked), len(asked) + len(measured)
    questions: list[Question] = []
    tests: list[TestSuggestion] = []
    for c in values.ranking():
        name, score = values.names[c], float(values.score[c])
        is_test = first_test <= c < first_factor
        if score <= 0 or len(tests if is_test else questions) >= most:
            continue
        why, separates = _why(knowledge, reasoning, values.gain[c] * weights)
        if is_test:
            test = knowledge.tests[name]
            tests.append(
                TestSuggestion(
                    id=name,
                    label=test.label,
                    lay=test.lay,
                    loinc=tuple(code.code for code in test.loinc),
                    why=why,
                    gain=score,
                    separates=separates,
                    caveats=tuple(remark(text) for text in test.caveats),
                )
            )
        else:
            is_factor = c >= first_factor
            words = (knowledge.factors if is_factor else knowledge.findings)[name].question
            questions.append(
                Question(
                    id=name,
                    kind="factor" if is_factor else "finding",
                    question=words,
                    why=why,
                    gain=score,
                    separates=separates,
                )
            )
    return Next(questions=tuple(questions), tests=tuple(tests))

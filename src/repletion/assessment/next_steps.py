"""What would settle it: the questions and tests of highest expected information, less their effort."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from itertools import product
from typing import Literal, TypeVar

import numpy as np

from repletion.assessment.explanations import remark
from repletion.assessment.model import Explanation, Next, Question, TestSuggestion
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
_NOTHING = 1e-12  # bits: a gain that is rounding
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


def _told(reasoning: Reasoning) -> set[str]:
    """Tests whose results are told.  One of the second line waits for its first: methylmalonic acid for B12."""
    return {o.id for o in reasoning.evidence.observations if o.kind == "lab"}


def _questions(knowledge: Knowledge, reasoning: Reasoning, linked: set[str]) -> tuple[list[Candidate], list[Candidate]]:
    """Symptoms to ask for, and tests to take, that nobody answered and that bear on a state."""
    network, settled = reasoning.network, reasoning.evidence.settled
    place = {name: f for f, name in enumerate(network.findings)}
    asked = [
        Candidate(name=f.id, findings=(place[f.id],), outcomes=_outcomes(1), cost=_price(knowledge, f.effort))
        for f in knowledge.findings.values()
        if f.kind == "symptom" and f.question and f.id in linked and f.id not in settled
    ]
    measured, told = [], _told(reasoning)
    for test in knowledge.tests.values():
        nodes = [name for name in nodes_of(test) if name in linked and test.after in (None, *told)]
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
    settled = builder.settled(reasoning.evidence.factors()).keys() | set(reasoning.network.risks)
    answers = []
    for name in builder.graph.raising:
        factor = knowledge.factors[name]
        if not factor.question or name in settled:
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


def _reach(reasoning: Reasoning, worth: Array) -> list[float]:
    """A quick bound on what each finding can tell: links over its background, on what is still open."""
    link, leak = reasoning.network.link[0], reasoning.network.leak[0]
    found: list[float] = ((link**2 @ worth) / (leak + link.max(axis=1) + 1e-9)).tolist()
    return found


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
        if state.kind != "latent" and gain[i] > _NOTHING and name not in names:
            names.append(name)
        if len(names) == 2:
            break
    labels = [knowledge.states[name].label for name in names]
    words = _wording()
    if len(labels) == 2:
        return words["two"].format(a=labels[0], b=labels[1]), tuple(names)
    return (words["one"].format(a=labels[0]) if labels else ""), tuple(names)


def _greedy(
    values: QuestionValues, among: Sequence[int], weights: Array, entropy: Array, most: int
) -> list[tuple[int, float]]:
    """Candidates and their worth, best first, each judged by what those before it leave open.

    A second test of the same thing tells little once the first is back: what a candidate settles of a state's
    uncertainty (S,) is taken off what the next ones can still settle.
    """
    open_part = np.ones_like(weights)
    price = values.gain @ weights - values.score
    chosen: list[tuple[int, float]] = []
    left = list(among)
    while left and len(chosen) < most:
        worth = values.gain[left] @ (weights * open_part) - price[left]
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            break
        c = left.pop(best)
        chosen.append((c, float(worth[best])))
        open_part = open_part * np.clip(1 - values.gain[c] / np.maximum(entropy, 1e-12), 0.0, 1.0)
    return chosen


def _entropy(p: Array) -> Array:
    """Of yes/no variables (S,), in bits."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def _suggestion(knowledge: Knowledge, name: str, why: str, gain: float, separates: tuple[str, ...]) -> TestSuggestion:
    test = knowledge.tests[name]
    return TestSuggestion(
        id=name,
        label=test.label,
        lay=test.lay,
        loinc=tuple(code.code for code in test.loinc),
        why=why,
        gain=gain,
        separates=separates,
        caveats=tuple(remark(text) for text in test.caveats),
    )


def _with_customary(
    knowledge: Knowledge, found: list[TestSuggestion], leading: Sequence[Explanation], told: Collection[str]
) -> list[TestSuggestion]:
    """The suggestions, and for each leading explanation the first of its customary tests that nobody has done.

    Some tests that settle a state bear on no finding that is modelled; they are named for the state itself.
    """
    tests = list(found)
    place = int(knowledge.rule("customary_test_place")) - 1
    for explanation in leading:
        wanted = [name for name in knowledge.states[explanation.id].tests if name not in told]
        if not wanted or any(test.id == wanted[0] for test in tests[: place + 1]):
            continue
        tests = [test for test in tests if test.id != wanted[0]]
        why = _wording()["one"].format(a=explanation.label)
        tests.insert(min(place, len(tests)), _suggestion(knowledge, wanted[0], why, 0.0, (explanation.id,)))
        place += 1
    return tests


def _worth_testing(knowledge: Knowledge, reasoning: Reasoning) -> bool:
    """Whether anything calls for a test: a complaint, an odd result, a stated disease, or a strong risk."""
    if any(o.kind in {"finding", "lab", "state"} and o.present for o in reasoning.evidence.observations):
        return True
    added = reasoning.posterior.probability[0] - reasoning.prior
    return bool(added.max() >= knowledge.rule("test_least_added"))


def _customary(
    knowledge: Knowledge, leading: Sequence[Explanation], told: Collection[str], most: int
) -> tuple[TestSuggestion, ...]:
    """Where nothing can be weighed, what is customarily tested first for each leading explanation."""
    wanted: dict[str, Explanation] = {}
    for place in range(2):
        for explanation in leading:
            left = [name for name in knowledge.states[explanation.id].tests if name not in told]
            if len(left) > place:
                wanted.setdefault(left[place], explanation)
    words = _wording()["one"]
    return tuple(
        _suggestion(knowledge, name, words.format(a=e.label), 0.0, (e.id,)) for name, e in list(wanted.items())[:most]
    )


def next_steps(
    knowledge: Knowledge,
    reasoning: Reasoning,
    person: Person,
    *,
    season: Season | None,
    seed: int,
    found: Sequence[Explanation] = (),
    most: int = 5,
) -> Next:
    """The best questions and tests, at most ``most`` of each, best first; too wide a network leaves customary tests.

    ``found``: the explanations in the order of the answer.
    """
    named = zip(reasoning.network.findings, reasoning.network.link[0].any(axis=1), strict=True)
    linked = {name for name, is_linked in named if is_linked}
    told = _told(reasoning)
    weights = _weights(knowledge, reasoning)
    asked, measured = _questions(knowledge, reasoning, linked)
    if not _worth_testing(knowledge, reasoning):
        measured, found = [], ()  # nobody without a complaint, an abnormal result or a strong risk is sent for a test
    factors = _factors(knowledge, reasoning, person, season, seed)
    worth = _worth(reasoning, weights)
    reach = _reach(reasoning, worth)
    asked = _promising(asked, lambda q: max(reach[f] for f in q.findings))
    measured = _promising(measured, lambda q: max(reach[f] for f in q.findings))
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
        leading = [e for e in found if e.id in knowledge.states][: int(knowledge.rule("leading_explanations"))]
        return Next(tests=_customary(knowledge, leading, told, most))
    entropy = _entropy(reasoning.posterior.probability[0])
    first_test, first_factor = len(asked), len(asked) + len(measured)
    questions: list[Question] = []
    asking = [*range(first_test), *range(first_factor, len(values.names))]
    for c, score in _greedy(values, asking, weights, entropy, most):
        why, separates = _why(knowledge, reasoning, values.gain[c] * weights)
        name, is_factor = values.names[c], c >= first_factor
        words = (knowledge.factors if is_factor else knowledge.findings)[name].question
        kind: Literal["factor", "finding"] = "factor" if is_factor else "finding"
        questions.append(Question(id=name, kind=kind, question=words, why=why, gain=score, separates=separates))
    tests = []
    for c, score in _greedy(values, range(first_test, first_factor), weights, entropy, most):
        why, separates = _why(knowledge, reasoning, values.gain[c] * weights)
        tests.append(_suggestion(knowledge, values.names[c], why, score, separates))
    least = knowledge.rule("test_least_explains")
    leading = [e for e in found if e.id in knowledge.states and e.explains >= least]
    leading = leading[: int(knowledge.rule("customary_test_states"))]
    return Next(questions=tuple(questions), tests=tuple(_with_customary(knowledge, tests, leading, told)[:most]))

"""The worth of a question equals its definition, answer by answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repletion.errors import InferenceError
from repletion.inference import Evidence, Factor, Question, infer, nothing_known, question_values
from repletion.inference.evidence import UNKNOWN


def entropy(p):
    p = np.clip(p, 1e-300, 1)
    q = np.clip(1 - p, 1e-300, 1)
    return -(p * np.log2(p) + q * np.log2(q))


def by_definition(before, branches):
    """(probability of the answer, posterior after it) for every answer -> expected gain for each state."""
    return entropy(before) - sum(p * entropy(after) for p, after in branches)


def answers(net, evidence, question):
    """Joint of outcome and states by adding up every combination."""
    joint = np.zeros((len(question.outcomes), len(net.states)))
    chance = np.zeros(len(question.outcomes))
    total = 0.0
    for _, on, p in oracle.worlds(net):
        silent = oracle.quiet(net, on)
        p *= np.prod(evidence.likelihood0 * silent + evidence.likelihood1 * (1 - silent))
        total += p
        for o, pairs in enumerate(question.outcomes):
            each = p
            for (zero, one), f in zip(pairs, question.findings, strict=True):
                each *= zero * silent[f] + one * (1 - silent[f])
            chance[o] += each
            joint[o] += each * on
    return chance / total, joint / chance[:, None]


def unknown(net, evidence):
    return [f for f in range(len(net.findings)) if evidence.likelihood0[f] == evidence.likelihood1[f]]


@pytest.mark.parametrize("seed", range(8))
def test_questions_and_tests_equal_the_definition(seed):
    net = oracle.random_network(seed, states=5, risks=2, parents=3)
    evidence = oracle.random_evidence(seed, net, states=False).with_finding(8, UNKNOWN).with_finding(9, UNKNOWN)
    free = unknown(net, evidence)
    g = np.random.default_rng(seed)
    bands = g.dirichlet(np.ones(3), size=2).T[:, None, :]  # three bands of one finding
    asked = [Question.yes_no(net, net.findings[f], cost=0.1) for f in free]
    a, b = g.dirichlet(np.ones(2), size=2).T, g.dirichlet(np.ones(2), size=2).T
    both = np.array([[x, y] for x in a for y in b])  # two measurements on two findings, read together
    asked += [
        Question(name="bands", findings=(9,), outcomes=bands),
        Question(name="panel", findings=(9, 8), outcomes=both),
    ]
    weights = g.uniform(0, 2, 5)
    found = question_values(net, evidence, asked, weights=weights)
    before = infer(net, evidence).probability[0]
    for c, question in enumerate(asked):
        chance, after = answers(net, evidence, question)
        outcomes = len(question.outcomes)
        assert found.outcome_probability[c, :outcomes] == pytest.approx(chance, abs=1e-12)
        assert np.isnan(found.outcome_probability[c, outcomes:]).all()
        assert found.outcome_posterior[c, :outcomes] == pytest.approx(after, abs=1e-9)
        gain = by_definition(before, zip(chance, after, strict=True))
        assert found.gain[c] == pytest.approx(gain, abs=1e-9)
        assert found.score[c] == pytest.approx(gain @ weights - question.cost, abs=1e-9)
    assert found.score[found.ranking()[0]] == found.score.max()


@pytest.mark.parametrize("seed", range(4))
def test_factors_and_risks_equal_the_definition(seed):
    net = oracle.random_network(seed)
    evidence = oracle.random_evidence(seed, net)
    g = np.random.default_rng(seed)
    factor = Factor(name="drug", probability=0.3, shift_no=np.zeros(7), shift_yes=g.normal(1, 0.5, 7), cost=0.2)
    found = question_values(net, evidence, factors=[factor], risks=[1], risk_cost=0.05)
    assert found.names == ("drug", "r1")
    no, yes = infer(net, evidence), infer(replace(net, base=net.base + factor.shift_yes), evidence)
    chance = np.array([0.7, 0.3]) * np.exp([no.log_evidence[0], yes.log_evidence[0]])
    chance /= chance.sum()
    mixed = chance @ np.stack([no.probability[0], yes.probability[0]])
    gain = by_definition(mixed, zip(chance, (no.probability[0], yes.probability[0]), strict=True))
    assert found.outcome_probability[0] == pytest.approx(chance, abs=1e-12)
    assert found.gain[0] == pytest.approx(gain, abs=1e-10)
    assert found.score[0] == pytest.approx(gain.sum() - 0.2, abs=1e-10)

    assert found.outcome_probability[1, 1] == pytest.approx(no.risk_probability[0, 1], abs=1e-12)
    prior = net.risk_prior.copy()
    prior[0, 1] = 1.0
    assert found.outcome_posterior[1, 1] == pytest.approx(
        infer(replace(net, risk_prior=prior), evidence).probability[0], abs=1e-12
    )
    # both answers together give back what is believed now
    mixed = np.nansum(found.outcome_probability[1, :, None] * found.outcome_posterior[1], axis=0)
    assert mixed == pytest.approx(no.probability[0], abs=1e-12)


def test_reference_values():
    p = np.array([0.1, 0.2])
    net = oracle.network(np.log(p / (1 - p)), [0.05], [[0.8, 0.5]])
    found = question_values(net, nothing_known(net), [Question.yes_no(net, "f0")])
    assert found.gain[0] == pytest.approx([0.144466, 0.113136], abs=5e-7)
    assert found.outcome_probability[0] == pytest.approx([0.7866, 0.2134], abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_no_question_loses_information(seed):
    net = oracle.random_network(seed)
    evidence = oracle.random_evidence(seed, net)
    asked = [Question.yes_no(net, net.findings[f]) for f in unknown(net, evidence)]
    found = question_values(net, evidence, asked, risks=[0, 1, 2])
    assert (found.gain >= 0).all()
    assert (found.gain <= 1).all()
    assert np.nansum(found.outcome_probability, axis=1) == pytest.approx(1.0)


def test_an_answer_that_says_nothing_is_worth_nothing():
    net = oracle.random_network(5)
    coin = np.full((2, 1, 2), 0.5)
    found = question_values(net, nothing_known(net), [Question(name="coin", findings=(3,), outcomes=coin)])
    assert found.gain[0] == pytest.approx(0, abs=1e-12)


def test_what_is_known_or_misshapen_is_refused():
    net = oracle.random_network(6)
    evidence = Evidence.of(net, present=["f2"])
    with pytest.raises(InferenceError, match="'f2', which is already known"):
        question_values(net, evidence, [Question.yes_no(net, "f2")])
    with pytest.raises(InferenceError, match=r"expected \(outcomes, 1, 2\)"):
        question_values(net, evidence, [Question(name="x", findings=(1,), outcomes=np.ones((2, 2)))])

"""Intervals, how many draws are affordable, plans, and the sampled answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repletion.errors import InferenceError
from repletion.inference import (
    Evidence,
    affordable_draws,
    drawn_interval,
    explain,
    infer,
    infer_variants,
    interval,
    log_evidence,
)
from repletion.inference.evidence import build
from repletion.inference.pruning import bearing


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 0.99))
def test_low_and_high_stand_around_the_central_answer(seed, level):
    net = oracle.random_network(seed, states=4, findings=5, draws=12)
    found = infer(net, oracle.random_evidence(seed, net))
    low, high = found.interval(level)
    assert (low <= found.probability[0]).all()
    assert (found.probability[0] <= high).all()


def test_the_interval_is_of_the_draws():
    draws = np.concatenate([[0.5], np.linspace(0, 1, 101)])[:, None]
    low, high = interval(draws)
    assert low == pytest.approx(0.05, abs=0.01)
    assert high == pytest.approx(0.95, abs=0.01)
    low, high = interval(np.array([[0.9], [0.1], [0.2]]))
    assert high == 0.9
    assert interval(np.array([[0.3]])) == (0.3, 0.3)
    with pytest.raises(ValueError, match=r"0\.90"):
        interval(draws, level=90)


def test_few_draws_are_read_as_normal_log_odds():
    dice = np.random.default_rng(1)
    log_odds = np.concatenate([[-2.0], dice.normal(-2.0, 0.5, 4000)])[:, None]
    low, high = drawn_interval(log_odds, level=0.9)
    for found, quantile in ((low, 0.05), (high, 0.95)):
        assert np.log(found / (1 - found)) == pytest.approx(np.quantile(log_odds, quantile), abs=0.03)
    off_centre = np.array([[3.0], [0.0], [0.1], [-0.1]])
    assert drawn_interval(off_centre)[1] == pytest.approx(1 / (1 + np.exp(-3.0)))
    certain = np.array([[np.inf], [np.inf], [np.inf]])
    assert drawn_interval(certain) == (1.0, 1.0)
    assert drawn_interval(np.array([[0.0]])) == (0.5, 0.5)
    with pytest.raises(ValueError, match=r"0\.90"):
        drawn_interval(log_odds, level=90)


def tangled(states=40, findings=24, seed=0, link=0.25):
    """Every finding may have many causes: wide."""
    return oracle.random_network(
        seed, risks=4, states=states, findings=findings, parents=3, requires=1, density=link, draws=2
    )


def test_wider_cases_get_fewer_draws():
    net = tangled()
    narrow = affordable_draws(net, Evidence.of(net, present=net.findings[:3]))
    wide = affordable_draws(net, Evidence.of(net, present=net.findings[:14]))
    assert 200 == narrow > wide >= 1
    assert affordable_draws(net, Evidence.of(net, present=net.findings[:3]), most=50) == 50


def test_a_plan_is_the_same_every_time_and_holds_every_state():
    net = tangled()
    evidence = Evidence.of(net, present=net.findings[:12])
    plan = build(net, [evidence]).plan
    again = build(net.central(), [evidence]).plan
    assert again is plan  # kept: draws do not change it
    swept = [step.state for step in plan.steps]
    assert sorted([*swept, *plan.free]) == list(range(40))
    where = {state: k for k, state in enumerate(swept)}
    for parent, child in (*net.parents, *net.requires):
        assert where[parent] < where[child]


def test_states_that_touch_nothing_open_are_not_swept():
    net = oracle.network([-2.0] * 6, [0.1, 0.1, 0.1], np.eye(3, 6) + 0.5 * np.eye(3, 6, 1) * (1 - np.eye(3, 6)))
    plan = build(net, [Evidence.of(net, present=["f0"], absent=["f2"])]).plan
    assert sorted(plan.free) == [2, 3, 4, 5]
    assert plan.width <= 1


@pytest.mark.parametrize("seed", range(3))
def test_too_wide_is_sampled_and_says_so(seed):
    net = tangled(states=16, findings=14, seed=seed, link=0.6).central()
    drawn = net.base + np.random.default_rng(seed).normal(0, [[0.0], [0.3]], (2, 16))
    net = replace(net, base=drawn)
    evidence = Evidence.of(net, present=net.findings[:10], absent=net.findings[10:12], soft={"f13": (0.5, 1.5)})
    exact = infer(net, evidence)
    sampled = infer(net, evidence, widest=8, seed=seed)
    assert exact.exact
    assert not sampled.exact
    assert sampled.width > 8
    assert (sampled.standard_error > 0).all()
    off = np.abs(sampled.probability[0] - exact.probability[0])
    assert (off <= 5 * sampled.standard_error).all()
    assert off.max() < 0.05
    assert np.abs(sampled.probability[1] - exact.probability[1]).max() < 0.1
    assert sampled.log_evidence == pytest.approx(exact.log_evidence, abs=0.2)
    again = infer(net, evidence, widest=8, seed=seed)
    assert (again.probability == sampled.probability).all()


def test_what_cannot_be_sampled_is_refused_when_too_wide():
    net = tangled(states=16, findings=14, link=0.6).central()
    evidence = Evidence.of(net, present=net.findings[:10])
    for ask in (infer_variants, explain):
        with pytest.raises(InferenceError, match="the limit is 5"):
            ask(net, [evidence] if ask is infer_variants else evidence, widest=5)


def test_states_that_lead_to_nothing_known_leave_the_evidence_as_probable():
    dropped = 0
    for seed in range(24):
        net = oracle.random_network(
            seed, draws=3, states=9, findings=4, risks=seed % 3, requires=seed % 3, parents=4, density=0.15
        )
        evidence = oracle.random_evidence(seed, net, states=seed % 4 == 0)
        whole = infer(net, evidence).log_evidence
        np.testing.assert_allclose(log_evidence(net, evidence), whole, rtol=1e-12, atol=1e-12)
        dropped += len(net.states) - len(bearing(net, evidence))
    assert dropped > 24

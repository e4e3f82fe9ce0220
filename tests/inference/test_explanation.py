"""Explanations equal what adding up every state, link and leak gives."""

from __future__ import annotations

import itertools

import numpy as np
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repletion.errors import InferenceError
from repletion.inference import Evidence, explain, infer, nothing_known
from repletion.inference.evidence import UNKNOWN


def brute(net, evidence, certain, background):
    """Link active, sole cause, leak alone for every finding, and none of these, link by link.

    ``evidence`` weighs a finding that is there; each table is the joint with the finding being there.
    """
    size, states = len(net.findings), len(net.states)
    link, leak = net.link[0], net.leak[0]
    total = none = 0.0
    active, sole, alone = np.zeros((size, states)), np.zeros((size, states)), np.zeros(size)
    for _, on, p in oracle.worlds(net):
        silent = oracle.quiet(net, on)
        like = evidence.likelihood0 * silent + evidence.likelihood1 * (1 - silent)
        if evidence.state_likelihood is not None:
            p *= np.prod(evidence.state_likelihood[np.arange(states), on])
        whole = p * np.prod(like)
        total += whole
        background_only = p
        for f in range(size):
            rest = whole / like[f]
            causes = [k for k in range(states) if on[k] and link[f, k]]
            only_background = 0.0
            for works in itertools.product((0, 1), repeat=len(causes) + 1):
                p_works = leak[f] if works[-1] else 1 - leak[f]
                for k, w in zip(causes, works, strict=False):
                    p_works *= link[f, k] if w else 1 - link[f, k]
                at_work = [k for k, w in zip(causes, works, strict=False) if w]
                if at_work or works[-1]:
                    joint = rest * p_works * evidence.likelihood1[f]
                    active[f, at_work] += joint
                    if works[-1] and not at_work:
                        alone[f] += joint
                    if len(at_work) == 1 and not works[-1]:
                        sole[f, at_work[0]] += joint
                    if set(at_work) <= set(background):
                        only_background += p_works
            background_only *= only_background if f in certain else like[f]
        none += background_only
    return active / total, sole / total, alone / total, none / total


@pytest.mark.parametrize("seed", range(12))
def test_equals_adding_up_every_link(seed):
    net = oracle.random_network(seed, risks=1, states=5, findings=6, parents=3, requires=seed % 2)
    evidence = oracle.random_evidence(seed, net, states=seed % 3 == 0)
    certain = list(evidence.present)[: 1 + seed % 3]
    background = [0, 2][: seed % 3]
    found = explain(net, evidence, background=background, present=certain)
    active, sole, alone, none = brute(net, evidence, certain, background)
    seen = [net.findings.index(f) for f in found.seen]
    assert np.abs(found.link_active - active[seen]).max(initial=0) <= 1e-12
    assert np.abs(found.sole_cause - sole[seen]).max(initial=0) <= 1e-12
    assert np.abs(found.unexplained - alone[seen]).max(initial=0) <= 1e-12
    assert found.none_of_these == pytest.approx(none, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_weights_and_contributions(seed):
    """A weight is the log odds with and without; contributions walk from the prior to the posterior."""
    net = oracle.random_network(seed)
    evidence = oracle.random_evidence(seed, net)
    order = [int(f) for f in np.random.default_rng(seed).permutation(evidence.known)]
    found = explain(net, evidence, order=order)
    full = infer(net, evidence)
    prior = infer(net, nothing_known(net))
    assert found.findings == tuple(net.findings[f] for f in order)
    assert found.prior == pytest.approx(prior.probability[0], abs=1e-13)
    assert found.posterior == pytest.approx(full.probability[0], abs=1e-13)
    walked = prior.log_odds[0] + found.direct + found.contribution.sum(axis=0)
    assert walked == pytest.approx(full.log_odds[0], abs=1e-9)
    for row, f in enumerate(order):
        without = infer(net, evidence.with_finding(f, UNKNOWN))
        assert found.weight[row] == pytest.approx((full.log_odds - without.log_odds)[0], abs=1e-9)


def test_reference_values():
    p = np.array([0.1, 0.2])
    net = oracle.network(np.log(p / (1 - p)), [0.05], [[0.8, 0.5]])
    found = explain(net, Evidence.of(net, present=["f0"]))
    assert found.weight[0] == pytest.approx([1.743486, 1.496998], abs=5e-7)
    assert found.contribution == pytest.approx(found.weight)
    assert found.sole_cause[0] == pytest.approx([0.320525, 0.409560], abs=5e-7)
    assert found.link_active[0] == pytest.approx([0.374883, 0.468604], abs=5e-7)
    assert found.unexplained[0] == pytest.approx(0.194002, abs=5e-7)
    assert found.none_of_these == pytest.approx(0.194002, abs=5e-7)


def test_nothing_known_is_explained_by_nothing():
    net = oracle.random_network(1)
    found = explain(net, nothing_known(net))
    assert found.findings == found.seen == ()
    assert found.weight.shape == found.contribution.shape == (0, 7)
    assert found.none_of_these == 1
    assert not found.direct.any()
    alone = explain(net, Evidence.of(net, states={"s1": (0.2, 0.8)}))
    assert alone.direct[1] > 0.5


def test_a_certain_link_and_a_sure_leak_give_no_nonsense():
    net = oracle.network([-2.0, -3.0], [0.1, 1.0], [[1.0, 0.4], [0.0, 0.6]])
    found = explain(net, Evidence.of(net, present=["f0", "f1"]))
    for table in (found.link_active, found.sole_cause, found.unexplained):
        assert ((table >= 0) & (table <= 1)).all()
    # the second finding is always there, so it moves nothing
    assert found.weight[1] == pytest.approx([0, 0], abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_explanations_are_probabilities(seed):
    net = oracle.random_network(seed)
    found = explain(net, oracle.random_evidence(seed, net), background=[0])
    slack = 1e-12
    for table in (found.link_active, found.sole_cause, found.unexplained, found.none_of_these):
        assert np.all(np.asarray(table) >= 0)
        assert np.all(np.asarray(table) <= 1 + slack)
    assert (found.sole_cause <= found.link_active + slack).all()
    assert (found.link_active <= found.posterior + slack).all()
    if found.seen and len(found.seen) == len(found.findings):
        assert found.none_of_these <= 1


def test_a_wrong_order_is_refused():
    net = oracle.random_network(2)
    evidence = Evidence.of(net, present=["f0", "f3"])
    with pytest.raises(InferenceError, match="each of the 2 known ones once"):
        explain(net, evidence, order=[0])
    with pytest.raises(InferenceError, match="not certainly present"):
        explain(net, evidence, present=[1])

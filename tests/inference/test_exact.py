"""The posterior equals the definition, an independent engine, and the laws of probability."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repletion.errors import InferenceError, UnknownName
from repletion.inference import Evidence, infer, infer_variants, nothing_known, sweep
from repletion.inference.evidence import ABSENT, PRESENT, UNKNOWN, build
from repletion.network.model import Network

seeds = st.integers(0, 10**6)
laws = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize("seed", range(30))
def test_equals_adding_up_every_combination(seed):
    net = oracle.random_network(seed, draws=1 + 2 * (seed % 2), requires=seed % 3, density=0.3 + 0.2 * (seed % 4))
    assert net.check() == []
    evidence = oracle.random_evidence(seed, net, states=seed % 4 != 0)
    found = infer(net, evidence)
    for draw in range(net.draws):
        total, states, risks = oracle.brute(net, evidence, draw)
        assert found.log_evidence[draw] == pytest.approx(np.log(total), abs=1e-12)
        assert np.abs(found.probability[draw] - states).max() <= 1e-12
        assert np.abs(found.risk_probability[draw] - risks).max() <= 1e-12
    assert found.exact
    assert not found.standard_error.any()


@pytest.mark.parametrize("seed", range(6))
def test_equals_pyagrum(seed):
    net = oracle.random_network(seed + 100, risks=2, states=6, findings=7, parents=3, requires=1, density=0.5)
    evidence = oracle.random_evidence(seed, net, states=False)
    states, log_evidence = _pyagrum(net, evidence)
    found = infer(net, evidence)
    assert np.abs(found.probability[0] - states).max() <= 1e-10
    assert found.log_evidence[0] == pytest.approx(log_evidence, abs=1e-10)


def _pyagrum(net, evidence):
    """The same network as plain conditional tables, answered by lazy propagation."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its binding's classes announce a deprecation on import
        import pyagrum as gum

    bn = gum.BayesNet()
    for name in (*net.risks, *net.states, *net.findings):
        bn.add(gum.LabelizedVariable(name, "", 2))
    for r, name in enumerate(net.risks):
        p = net.risk_prior[0, r]
        bn.cpt(name).fillWith([1 - p, p])

    def fill(name, causes, chance):
        for cause in causes:
            bn.addArc(cause, name)
        table = bn.cpt(name)
        for code in range(2 ** len(causes)):
            on = {cause: code >> k & 1 for k, cause in enumerate(causes)}
            p = chance(on)
            if on:
                table[on] = [1 - p, p]
            else:
                table.fillWith([1 - p, p])

    for i, name in enumerate(net.states):
        noisy = {net.states[a]: net.parent_link[0, k] for k, (a, b) in enumerate(net.parents) if b == i}
        needed = {net.states[a] for a, b in net.requires if b == i}
        weights = {r: w for r, w in zip(net.risks, net.risk_weight[0, :, i], strict=True) if w}

        def state(on, i=i, noisy=noisy, needed=needed, weights=weights):
            if not all(on[n] for n in needed):
                return 0.0
            odds = net.base[0, i] + sum(w * on[r] for r, w in weights.items())
            return 1 - (1 - 1 / (1 + np.exp(-odds))) * np.prod([1 - q * on[a] for a, q in noisy.items()])

        fill(name, [*weights, *dict.fromkeys([*noisy, *needed])], state)
    for f, name in enumerate(net.findings):
        links = {s: q for s, q in zip(net.states, net.link[0, f], strict=True) if q}

        def finding(on, f=f, links=links):
            return 1 - (1 - net.leak[0, f]) * np.prod([1 - q * on[s] for s, q in links.items()])

        fill(name, list(links), finding)
    engine = gum.LazyPropagation(bn)
    scale = 0.0
    for f, name in enumerate(net.findings):
        pair = np.array([evidence.likelihood0[f], evidence.likelihood1[f]])
        if pair[0] != pair[1]:
            engine.addEvidence(name, list(pair / pair.max()))
            scale += np.log(pair.max())
    engine.makeInference()
    return np.array([engine.posterior(s)[1] for s in net.states]), np.log(engine.evidenceProbability()) + scale


@pytest.fixture
def small():
    p = np.array([0.1, 0.2])
    return oracle.network(np.log(p / (1 - p)), [0.05], [[0.8, 0.5]])


def test_reference_values(small):
    """Worked by hand: two causes, one finding."""
    seen = infer(small, Evidence.of(small, present=["f0"]))
    assert np.exp(seen.log_evidence[0]) == pytest.approx(0.2134, abs=1e-12)
    assert seen.probability[0] == pytest.approx([0.388472, 0.527648], abs=5e-7)
    absent = infer(small, Evidence.of(small, absent=["f0"]))
    assert absent.probability[0] == pytest.approx([0.021739, 0.111111], abs=5e-7)
    assert seen["s1"] == seen.probability[0, 1]
    assert seen.log_odds[0] == pytest.approx(np.log([0.388472 / 0.611528, 0.527648 / 0.472352]), abs=1e-5)


@laws
@given(seeds)
def test_the_order_of_states_and_findings_changes_nothing(seed):
    net = oracle.random_network(seed, parents=0, requires=0)
    evidence = oracle.random_evidence(seed, net)
    g = np.random.default_rng(seed)
    s, f = g.permutation(len(net.states)), g.permutation(len(net.findings))
    other = replace(
        net,
        states=tuple(net.states[i] for i in s),
        base=net.base[:, s],
        risk_weight=net.risk_weight[:, :, s],
        findings=tuple(net.findings[i] for i in f),
        leak=net.leak[:, f],
        link=net.link[:, f][:, :, s],
    )
    shuffled = Evidence(
        likelihood0=evidence.likelihood0[f],
        likelihood1=evidence.likelihood1[f],
        state_likelihood=evidence.state_likelihood[s],
    )
    a, b = infer(net, evidence), infer(other, shuffled)
    assert np.abs(a.probability[:, s] - b.probability).max() <= 1e-13
    assert a.log_evidence == pytest.approx(b.log_evidence, abs=1e-12)


@laws
@given(seeds)
def test_an_unknown_finding_changes_nothing(seed):
    net = oracle.random_network(seed)
    evidence = oracle.random_evidence(seed, net)
    unknown = np.flatnonzero(evidence.likelihood0 == evidence.likelihood1)
    keep = np.setdiff1d(np.arange(len(net.findings)), unknown)
    fewer = replace(net, findings=tuple(net.findings[f] for f in keep), leak=net.leak[:, keep], link=net.link[:, keep])
    less = replace(evidence, likelihood0=evidence.likelihood0[keep], likelihood1=evidence.likelihood1[keep])
    assert np.abs(infer(net, evidence).probability - infer(fewer, less).probability).max() <= 1e-15


@laws
@given(seeds)
def test_absent_findings_alone_never_raise_a_state(seed):
    net = oracle.random_network(seed)
    net = replace(net, risk_weight=np.abs(net.risk_weight))  # a risk that protects is another matter
    absent = np.random.default_rng(seed).random(len(net.findings)) < 0.5
    prior = infer(net, nothing_known(net))
    after = infer(net, Evidence(likelihood0=np.ones(absent.size), likelihood1=(~absent).astype(float)))
    assert (after.probability <= prior.probability + 1e-14).all()
    assert (after.risk_probability <= prior.risk_probability + 1e-14).all()


@laws
@given(seeds)
def test_a_present_finding_alone_never_lowers_its_causes(seed):
    net = oracle.random_network(seed)
    net = replace(net, risk_weight=np.abs(net.risk_weight))
    none = nothing_known(net)
    found = infer_variants(net, [none, *(none.with_finding(f, PRESENT) for f in range(len(net.findings)))])
    for f, row in enumerate(found.probability[1:]):
        causes = net.link[0, f] > 0
        assert (row[causes] >= found.probability[0, causes] - 1e-14).all()


@laws
@given(seeds)
def test_a_row_of_a_batch_is_the_single_answer(seed):
    net = oracle.random_network(seed, draws=5)
    evidence = oracle.random_evidence(seed, net)
    together = infer(net, evidence)
    for draw in range(5):
        alone = infer(net.take(slice(draw, draw + 1)), evidence)
        assert np.abs(alone.probability[0] - together.probability[draw]).max() <= 5e-15
    central = net.central()
    variants = [evidence, nothing_known(net)]
    variants += [evidence.with_finding(int(f), pair) for f in evidence.known[:3] for pair in (UNKNOWN, ABSENT)]
    rows = infer_variants(central, variants)
    for row, variant in enumerate(variants):
        alone = infer(central, variant)
        assert np.abs(alone.probability[0] - rows.probability[row]).max() <= 5e-15
        assert alone.log_evidence[0] == pytest.approx(rows.log_evidence[row], abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_each_draw_may_have_a_variant_of_its_own_and_posteriors_for_the_first_rows_alone(seed, monkeypatch):
    net = oracle.random_network(seed, draws=5)
    evidence = oracle.random_evidence(seed, net)
    variants = [evidence, nothing_known(net), *(evidence.with_finding(int(f), ABSENT) for f in evidence.known[:3])]
    whole = infer_variants(net, variants)
    rows = infer_variants(net, variants, posteriors=2)
    for row, variant in enumerate(variants):
        alone = infer(net.take(slice(row, row + 1)), variant)
        assert np.abs(alone.probability[0] - whole.probability[row]).max() <= 5e-15
        assert alone.log_evidence[0] == pytest.approx(rows.log_evidence[row], abs=1e-12)
    assert np.abs(rows.probability - whole.probability[:2]).max() <= 5e-15
    assert rows.probability.shape[0] == 2
    monkeypatch.setattr(sweep, "_CELLS_AT_ONCE", 2 << whole.width)  # blocks of 2, 2 and 1
    blocks = infer_variants(net, variants, posteriors=3)
    assert np.abs(blocks.probability - whole.probability[:3]).max() <= 5e-15
    assert blocks.log_evidence == pytest.approx(whole.log_evidence, abs=1e-12)


def test_states_of_one_finding_alone_go_into_its_leak():
    """A finding with many states that touch nothing else: none but two is swept, and the answer is that of counting."""
    size = 7
    dice = np.random.default_rng(4)
    net = Network(
        states=tuple(f"s{i}" for i in range(size)),
        base=dice.normal(-2, 1, (2, size)),
        risk_prior=np.zeros((1, 0)),
        risk_weight=np.zeros((1, 0, size)),
        parent_link=np.zeros((1, 0)),
        findings=("f", "g"),
        leak=np.array([[0.0, 0.1]]),
        link=np.stack([np.r_[dice.random(6), 0.0], np.r_[np.zeros(5), 0.4, 0.9]])[None],
    )
    for pair in (PRESENT, (0.3, 0.9)):
        evidence = Evidence.of(net, soft={"f": pair, "g": (0.2, 0.7)}, states={"s1": (0.5, 0.2)})
        plan = build(net, [evidence]).plan
        assert [len(p.states) for p in plan.private] == [4]
        found = infer(net, evidence)
        for row in range(2):
            total, states, _ = oracle.brute(net, evidence, row)
            assert np.abs(found.probability[row] - states).max() <= 1e-13
            assert found.log_evidence[row] == pytest.approx(np.log(total), abs=1e-12)


def test_rows_taken_in_blocks_are_the_same_rows(monkeypatch):
    net = oracle.random_network(3, draws=7)
    evidence = oracle.random_evidence(3, net)
    whole = infer(net, evidence)
    monkeypatch.setattr(sweep, "_CELLS_AT_ONCE", 3 << whole.width)  # three rows at once: blocks of 3, 3 and 1
    blocks = infer(net, evidence)
    assert np.abs(blocks.probability - whole.probability).max() <= 5e-15
    assert np.abs(blocks.risk_probability - whole.risk_probability).max() <= 5e-15
    assert blocks.log_evidence == pytest.approx(whole.log_evidence, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_twenty_present_findings(seed):
    """Where methods with negative terms lose every digit: in range, and the same by two different plans."""
    net = oracle.random_network(seed, risks=4, states=24, findings=40, parents=4, requires=2, density=0.15)
    present, absent = net.findings[:20], net.findings[20:30]
    evidence = Evidence.of(net, present=present, absent=absent)
    found = infer(net, evidence)
    assert found.exact
    assert found.width > 10  # wide enough for the search for a better plan
    assert ((found.probability >= 0) & (found.probability <= 1)).all()
    assert ((found.risk_probability >= 0) & (found.risk_probability <= 1)).all()
    assert found.probability + found.complement == pytest.approx(1.0)
    reference = _by_states_and_risks(net, evidence)
    assert found.log_evidence[0] == pytest.approx(reference, abs=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_many_causes_equal_adding_up_every_combination(seed):
    net = oracle.random_network(seed, risks=1, states=8, findings=3, parents=18, requires=2)
    evidence = oracle.random_evidence(seed, net)
    total, states, _ = oracle.brute(net, evidence, 0)
    found = infer(net, evidence)
    assert found.log_evidence[0] == pytest.approx(np.log(total), abs=1e-12)
    assert np.abs(found.probability[0] - states).max() <= 1e-12


def test_causes_of_a_state_need_not_stay_open_together():
    causes, effects = 24, 3
    pairs = [(i, causes + j) for j in range(effects) for i in range(causes)]
    net = oracle.network(
        [-3.0] * (causes + effects), [0.1], [[0.5] * (causes + effects)], parents=pairs, parent_link=[0.4] * len(pairs)
    )
    plan = build(net, [Evidence(likelihood0=np.zeros(1), likelihood1=np.ones(1))]).plan
    assert plan.width <= 1 + effects + 1


def _by_states_and_risks(net, evidence):
    """log P(evidence) by adding up the parameter rows of the risks: each risk fixed is a network without it."""
    rows = []
    for code in range(2 ** len(net.risks)):
        on = np.array([code >> k & 1 for k in range(len(net.risks))], float)
        fixed = replace(
            net,
            risks=(),
            risk_prior=np.zeros((1, 0)),
            risk_weight=np.zeros((1, 0, len(net.states))),
            base=net.base + on @ net.risk_weight[0],
        )
        p = np.prod(np.where(on == 1, net.risk_prior[0], 1 - net.risk_prior[0]))
        rows.append(np.log(p) + infer(fixed, evidence).log_evidence[0])
    return np.logaddexp.reduce(rows)


def test_probabilities_far_below_underflow():
    """Thirty findings that almost never happen: their joint probability is below the smallest double."""
    size = 30
    net = oracle.network([-20.0] * size, [1e-12] * size, np.full((size, size), 1e-9) + 0.3 * np.eye(size))
    found = infer(net, Evidence.of(net, present=net.findings[:14]))
    assert found.log_evidence[0] < -200
    assert np.isfinite(found.probability).all()
    soft = Evidence.of(net, soft=dict.fromkeys(net.findings[:14], (1e-300, 1e-290)))
    assert infer(net, soft).log_evidence[0] < -9000


def test_a_required_state_rises_with_what_requires_it():
    net = oracle.network([-2.0, -1.0], [0.01], [[0.0, 0.9]], requires=[(0, 1)])
    found = infer(net, Evidence.of(net, present=["f0"]))
    assert found["s0"] >= found["s1"]
    assert infer(net, Evidence.of(net, states={"s0": (1, 0)}))["s1"] == 0


def test_evidence_that_cannot_be():
    net = oracle.network([-2.0], [0.0], [[0.0]])
    with pytest.raises(InferenceError, match=r"impossible.*f0"):
        infer(net, Evidence.of(net, present=["f0"]))


def test_names_and_shapes_are_checked(small):
    with pytest.raises(UnknownName, match=r"no finding named 'f00'.*nearest: f0"):
        Evidence.of(small, present=["f00"])
    with pytest.raises(InferenceError, match="given twice"):
        Evidence.of(small, present=["f0"], absent=["f0"])
    with pytest.raises(InferenceError, match="the network has 1 findings"):
        infer(small, Evidence(likelihood0=np.ones(2), likelihood1=np.ones(2)))
    with pytest.raises(InferenceError, match="negative"):
        infer(small, Evidence(likelihood0=np.array([-1.0]), likelihood1=np.ones(1)))
    broken = replace(small, leak=np.array([[1.5]]), requires=((1, 0),))
    assert [line.split(" ")[0] for line in broken.check()] == ["leak", "requires:"]

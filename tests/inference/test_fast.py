"""The compiled passes find what numpy finds, in every kind of network and for any number of rows."""

from __future__ import annotations

import numpy as np
import oracle
import pytest

from repletion.inference import Evidence, Factor, Question, fast, infer, infer_variants, question_values, sweep
from repletion.inference.engine import engine
from repletion.inference.evidence import UNKNOWN, build
from repletion.network.model import Network

pytest.importorskip("numba", reason='needs the extra "fast"')


@pytest.fixture(scope="module")
def compiled():
    """The compiled passes, whatever the rest of the session uses."""
    from repletion.inference.fast.passes import swept

    return swept


def both(compiled, problem, posteriors=None):
    before = sweep.engine.compiled
    try:
        fast.use_numpy()
        slow = sweep.sweep(problem.plan, problem.tables, posteriors=posteriors)
        sweep.use_sweep(compiled)
        return slow, sweep.sweep(problem.plan, problem.tables, posteriors=posteriors)
    finally:
        sweep.use_sweep(before)


def assert_same(slow, quick):
    for name in ("log_evidence", "on", "off", "risk"):
        first, second = getattr(slow, name), getattr(quick, name)
        assert first.shape == second.shape
        np.testing.assert_allclose(second, first, rtol=1e-11, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("seed", range(40))
def test_equals_numpy(compiled, seed):
    net = oracle.random_network(
        seed,
        draws=(1, 3, 8, 19)[seed % 4],
        states=5 + seed % 6,
        risks=seed % 5,
        requires=seed % 3,
        parents=seed % 5,
        density=0.15 + 0.15 * (seed % 5),
    )
    problem = build(net, [oracle.random_evidence(seed, net, states=seed % 3 != 0)])
    for posteriors in (None, 0, min(5, net.draws)):
        assert_same(*both(compiled, problem, posteriors))


def test_equals_numpy_over_variants_one_of_them_impossible(compiled):
    net = oracle.random_network(7, states=8, findings=9)
    net.leak[:, 2] = 0.0
    net.link[:, 2] = 0.0
    variants = [oracle.random_evidence(seed, net).with_finding(2, (1.0, 0.0)) for seed in range(11)]
    variants[4] = variants[4].with_finding(2, (0.0, 1.0))
    slow, quick = both(compiled, build(net, variants))
    assert slow.log_evidence[4] == quick.log_evidence[4] == -np.inf
    assert_same(slow, quick)


def test_states_that_touch_one_finding_alone(compiled):
    """They have no step; their posteriors come from weights that the passes keep."""
    net = oracle.network(
        base=[-2.0, -1.0, -3.0, -1.5, -2.5, -0.5],
        findings_leak=[0.02, 0.05],
        link=[[0.6, 0.5, 0.4, 0.3, 0.2, 0.0], [0.0, 0.0, 0.0, 0.7, 0.3, 0.6]],
        risk_prior=[0.3, 0.2],
        risk_weight=[[0.0, 0.0, 0.0, 1.0, 0.5, 0.0], [0.0, 0.0, 0.0, 0.0, 1.2, 0.4]],
    )
    problem = build(net, [Evidence.of(net, present=["f0", "f1"])])
    assert problem.plan.private
    assert_same(*both(compiled, problem))


@pytest.mark.parametrize("seed", range(6))
def test_a_better_order_is_an_order(seed):
    """Every state once, nobody before what must come first, no more work than the greedy order, the same every time."""
    from repletion.inference.evidence import _structure, _there
    from repletion.inference.fast.order import better
    from repletion.inference.plan import Search

    net = oracle.random_network(
        seed, states=30, findings=9, risks=seed % 3, parents=12, requires=4, density=0.2 + 0.1 * (seed % 3)
    )
    search = Search(_structure(net, _there(net.link)))
    greedy = search.greedy(None)
    assert search.order(greedy.states) == greedy
    found = better(search, greedy, seed)
    assert found == better(search, greedy, seed)
    assert found.work <= greedy.work
    assert sorted(found.states) == sorted(search.swept)
    place = {state: k for k, state in enumerate(found.states)}
    assert all(place[a] < place[b] for a, b in (*net.parents, *net.requires) if {a, b} <= place.keys())


def test_numpy_takes_what_is_too_wide(compiled, monkeypatch):
    net = oracle.random_network(3)
    problem = build(net, [oracle.random_evidence(3, net)])
    monkeypatch.setattr(sweep, "_MOST_COMPILED", 1)

    def never(*_: object) -> None:
        raise AssertionError("the compiled passes were asked")

    assert_same(*both(never, problem))


def test_it_can_be_turned_on_and_off(monkeypatch):
    monkeypatch.setenv(fast.SETTING, "0")
    assert not fast.use_compiled()
    assert sweep.engine.compiled is None
    monkeypatch.setenv(fast.SETTING, "1")
    assert fast.use_compiled()
    assert sweep.engine.compiled is not None
    assert all(getattr(engine, name) is not None for name in engine.__slots__)
    fast.use_numpy()
    assert sweep.engine.compiled is None
    assert all(getattr(engine, name) is None for name in engine.__slots__)


def test_an_answer_is_the_same(compiled):
    net: Network = oracle.random_network(11, states=9, draws=4)
    evidence = oracle.random_evidence(11, net, states=False)
    before = sweep.engine.compiled
    try:
        fast.use_numpy()
        slow, rows = infer(net, evidence), infer_variants(net, [evidence] * 4, posteriors=2)
        sweep.use_sweep(compiled)
        assert np.abs(infer(net, evidence).probability - slow.probability).max() < 1e-13
        again = infer_variants(net, [evidence] * 4, posteriors=2)
    finally:
        sweep.use_sweep(before)
    assert np.abs(again.probability - rows.probability).max() < 1e-13
    assert np.abs(again.log_evidence - rows.log_evidence).max() < 1e-12


def test_without_a_folder_to_write_it_is_compiled_for_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server in a read-only container: numba has nowhere to keep what it compiles."""
    passes = pytest.importorskip("repletion.inference.fast.passes")
    asked: list[bool] = []

    def njit(*_arguments: object, cache: bool, **_settings: object) -> object:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda run: run

    monkeypatch.setattr(passes.numba, "njit", njit)
    assert passes._compiled() is passes.run
    assert asked == [True, False]


def numpy_then_compiled(ask):
    """What ``ask`` answers in numpy, and what it answers with everything compiled."""
    slow = ask()
    assert fast.use_compiled()
    try:
        return slow, ask()
    finally:
        fast.use_numpy()


@pytest.mark.parametrize("seed", range(12))
def test_open_questions_are_worth_the_same(seed):
    net = oracle.random_network(seed, states=6, risks=3, parents=seed % 4)
    evidence = oracle.random_evidence(seed, net)
    for f in (5, 6, 8, 9):
        evidence = evidence.with_finding(f, UNKNOWN)
    g = np.random.default_rng(seed)
    bands = g.dirichlet(np.ones(3), size=2).T[:, None, :]  # three bands of one finding
    pair = np.array([[x, y] for x in np.eye(2) for y in np.eye(2)])
    asked = [
        Question.yes_no(net, "f5", cost=0.1),
        Question(name="bands", findings=(9,), outcomes=bands),
        Question(name="panel", findings=(9, 8), outcomes=pair),
        Question.yes_no(net, "f6"),
    ]
    factors = [
        Factor(name=name, probability=p, shift_no=g.normal(0, 0.1, 6), shift_yes=g.normal(1, 1, 6), cost=0.2)
        for name, p in (("drug", 0.3), ("diet", 0.6))
    ][: seed % 3]

    def ask():
        return question_values(net, evidence, asked[: seed % 5], factors=factors, risks=[2, 0][: seed % 2])

    slow, quick = numpy_then_compiled(ask)
    assert slow.names == quick.names
    np.testing.assert_allclose(quick.gain, slow.gain, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(quick.score, slow.score, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(quick.outcome_probability, slow.outcome_probability, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(quick.outcome_posterior, slow.outcome_posterior, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("draws", [1, 2, 3, 12])
def test_ranges_are_the_same(draws):
    net = oracle.random_network(5, states=7, draws=draws, requires=2)
    net.base[-1, 3] = -np.inf  # impossible in one draw: no width
    told = infer(net, oracle.random_evidence(5, net, states=False))
    slow, quick = numpy_then_compiled(lambda: told.drawn_interval(0.9))
    np.testing.assert_allclose(quick, slow, rtol=1e-12, atol=1e-14)

"""What is reported about one person agrees with itself and with plain inference."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repletion.assessment import reasoning
from repletion.assessment.next_steps import next_steps
from repletion.assessment.reasoning import Reasoning, reason
from repletion.assessment.rows import Rows
from repletion.case.model import Case, Lab, Person, Understood
from repletion.evidence import observe
from repletion.inference import infer
from repletion.knowledge import load

SOME = (
    "eyelid_twitching",
    "muscle_cramps",
    "paresthesia",
    "fatigue",
    "perioral_paresthesia",
    "gait_disturbance",
    "palpitations",
)
FACTORS = ("proton_pump_inhibitors", "type_2_diabetes", "vegan_diet", "alcohol_use_disorder", "thiazide_diuretics")


def said(kind: str, name: str, present: bool = True) -> Understood:
    return Understood(text=name, where="text", kind=kind, id=name, label=name, present=present)  # type: ignore[arg-type]


def thought(case: Case, *, draws: int = 16) -> Reasoning:
    knowledge = load()
    return reason(
        knowledge,
        observe(case, knowledge),
        case.person,
        season="autumn",
        draws=draws,
        seed=1,
        level=0.9,
    )


@cache
def empty() -> Reasoning:
    return thought(Case(person=Person(age=50, sex="female")))


def test_nothing_said_gives_the_prior() -> None:
    moved = np.any([shift[0] != 0 for shift in empty().built.shifts.values()], axis=0)  # by age, which is known
    assert np.allclose(empty().posterior.probability[0][~moved], empty().prior[~moved], rtol=0.12)
    assert empty().none == (1.0, 1.0, 1.0)


statements = st.builds(
    lambda findings, factors: tuple(
        [said("finding", f, present) for f, present in findings.items()]
        + [said("factor", f, present) for f, present in factors.items()]
    ),
    st.dictionaries(st.sampled_from(SOME), st.booleans(), max_size=4),
    st.dictionaries(st.sampled_from(FACTORS), st.booleans(), max_size=3),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(statements)
def test_probabilities_lie_within_their_ranges_and_the_order_of_words_is_nothing(
    spoken: tuple[Understood, ...],
) -> None:
    person = Person(age=50, sex="female")
    one, other = (thought(Case(person=person, understood=words)) for words in (spoken, spoken[::-1]))
    p = one.posterior.probability[0]
    assert ((one.low >= 0) & (one.low <= p) & (p <= one.high) & (one.high <= 1)).all()
    assert np.allclose(p, other.posterior.probability[0], atol=1e-12)
    assert 0 <= one.none[1] <= one.none[0] <= one.none[2] <= 1
    assert ((one.at_work >= 0) & (one.at_work <= p + 1e-9)).all()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(statements)
def test_what_is_denied_never_raises_a_deficiency_when_nothing_else_is_said(spoken: tuple[Understood, ...]) -> None:
    knowledge = load()
    lowering = {
        (state.id, link.factor)
        for state in knowledge.states.values()
        for link in state.raised_by
        if (claim := knowledge.claims[link.claim]).value is not None and claim.unit == "ratio" and claim.value < 1
    }
    for _ in range(4):  # what lowers a state lowers its severe level and what it causes, so its denial may raise them
        lowering |= {
            (state.id, factor)
            for state in knowledge.states.values()
            for cause in (state.requires, *(link.state for link in state.caused_by))
            for name, factor in lowering
            if name == cause
        }
    denied = tuple(u for u in spoken if not u.present)
    after = thought(Case(person=Person(age=50, sex="female"), understood=denied), draws=0)
    for i, name in enumerate(after.network.states):
        if not any((name, u.id) in lowering for u in denied) and knowledge.states[name].kind in {
            "deficiency",
            "excess",
        }:
            assert after.posterior.probability[0, i] <= empty().posterior.probability[0, i] * (1 + 1e-6), name


def test_weights_are_changes_of_log_odds() -> None:
    words = (said("finding", "perioral_paresthesia"), said("factor", "proton_pump_inhibitors"))
    person = Person(age=66, sex="female")
    whole = thought(Case(person=person, understood=words), draws=0)
    for row, observation in enumerate(whole.evidence.observations):
        rest = tuple(u for u in words if u.id != observation.id)
        if observation.id in {u.id for u in words}:
            less = thought(Case(person=person, understood=rest), draws=0)
            for name in ("hypomagnesemia", "hypocalcemia", "hyperventilation_syndrome"):
                p, q = (r.posterior.probability[0, r.of(name)] for r in (whole, less))
                change = math.log(p / (1 - p)) - math.log(q / (1 - q))
                assert whole.weights[row, whole.of(name)] == pytest.approx(change, abs=1e-9)


def test_units_of_a_value_change_nothing_but_the_value_itself() -> None:
    lab = Lab(test="serum_magnesium", label="Mg", text="Mg", where="labs[0]", value=0.62, unit="mmol/L")
    low = thought(Case(person=Person(age=50, sex="female"), labs=(lab,)))
    assert low.posterior["hypomagnesemia"] > 10 * empty().posterior["hypomagnesemia"]


def test_the_next_test_for_tingling_and_cramps_looks_at_minerals_and_never_at_what_is_known() -> None:
    words = (
        said("finding", "perioral_paresthesia"),
        said("finding", "muscle_cramps"),
        said("factor", "thyroidectomy_history"),
    )
    case = Case(person=Person(age=45, sex="female"), understood=words)
    steps = next_steps(load(), thought(case), case.person, season="autumn", seed=1)
    assert {"serum_calcium", "ionized_calcium"} & {t.id for t in steps.tests[:2]}
    assert not {"perioral_paresthesia", "muscle_cramps", "paresthesia", "thyroidectomy_history"} & {
        q.id for q in steps.questions
    }
    assert all(a.gain >= b.gain for a, b in zip(steps.questions, steps.questions[1:], strict=False))
    lab = Lab(test="serum_calcium", label="Ca", text="Ca", where="labs[0]", value=2.35, unit="mmol/L")
    known = Case(person=case.person, understood=words, labs=(lab,))
    again = next_steps(load(), thought(known), case.person, season="autumn", seed=1)
    assert "serum_calcium" not in {t.id for t in again.tests}


def test_sole_causes_agree_with_what_is_at_work() -> None:
    words = (said("finding", "eyelid_twitching"), said("finding", "fatigue"))
    whole = thought(Case(person=Person(age=34, sex="female"), understood=words), draws=0)
    assert set(whole.sole_cause) == set(whole.unexplained) == {"eyelid_twitching", "fatigue"}
    shown = [i for i, state in enumerate(whole.network.states) if load().states[state].kind != "latent"]
    for row in whole.sole_cause.values():
        assert (row[shown] <= whole.at_work[shown] + 1e-9).all()  # a sole cause is at work
    lid = whole.sole_cause["eyelid_twitching"]
    assert lid[shown].sum() + whole.unexplained["eyelid_twitching"] <= 1 + 1e-9  # they exclude each other
    best = whole.network.states[int(lid.argmax())]
    assert best == "benign_eyelid_myokymia"


@pytest.mark.parametrize("words", ["eyelid twitching, tired, no cramps", "man 72, weakness, numb feet, Mg 0.6 mmol/L"])
def test_what_stands_alone_is_at_work_as_a_sweep_would_find(words: str) -> None:
    case = Case.parse(words, "text")
    evidence = observe(case, load())
    nodes = [name for o in evidence.observations for name in o.nodes]
    built = reasoning.builder_of(load(), 0, 1).build(
        case.person, season=None, known=evidence.factors(), findings=nodes, lasting=evidence.lasting()
    )
    network, told = built.network, reasoning.seen(built.network, evidence.observations)
    posterior = infer(network, told)
    present = [network.findings.index(o.id) for o in evidence.observations if o.kind == "finding" and o.present]
    alone = reasoning._alone(network, told, present)
    quick = reasoning._at_work_alone(network, told, posterior)
    rows = Rows(network)
    rows.add(told)
    for i in range(len(network.states)):
        rows.add(told, cut=(present, [i]), alone=True)
    swept = rows.answer(posteriors=1, widest=22, seed=1).log_evidence
    assert alone.sum() > 20
    assert np.allclose(quick[alone], np.clip(1 - np.exp(swept[1:] - swept[0]), 0, 1)[alone], atol=1e-9)
    assert swept[0] == pytest.approx(posterior.log_evidence[0], abs=1e-12)
    for i in (3, 70):
        link = network.link.copy()
        link[:, present, i] = 0.0
        apart = infer(replace(network, link=link), told).log_evidence[0]
        if not any(parent == i for parent, _ in network.parents):
            assert swept[1 + i] == pytest.approx(apart, abs=1e-12)


@pytest.mark.parametrize("known", [{}, {"proton_pump_inhibitors": 1.0, "vegan_diet": 0.0, "thiazide_diuretics": 0.6}])
def test_the_central_network_out_of_a_drawn_one_is_the_central_network(known: dict[str, float]) -> None:
    knowledge, seen_of = load(), ("muscle_cramps", "low_serum_potassium")
    person, season = Person(age=66, sex="female"), "autumn"
    about = {"season": season, "known": known, "lasting": {"muscle_cramps": 21.0}}
    drawn = reasoning.builder_of(knowledge, 16, 1).build(person, findings=seen_of, **about)  # type: ignore[arg-type]
    builder = reasoning.builder_of(knowledge, 0, 1)
    plain, taken = (builder.build(person, drawn=some, **about) for some in (None, drawn))  # type: ignore[arg-type]
    assert plain.shifts.keys() == taken.shifts.keys() >= {name for name, share in known.items() if share}
    assert all(np.array_equal(plain.shifts[name], moved) for name, moved in taken.shifts.items())
    for name in ("base", "risk_prior", "risk_weight", "parent_link", "leak", "link"):
        assert np.array_equal(getattr(plain.network, name), getattr(taken.network, name)), name
    assert taken.network.draws == 1

"""The network says what the knowledge says: prevalences, factors on normalised odds, links without double counting."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repletion.case.model import Person
from repletion.errors import KnowledgeError
from repletion.knowledge import Knowledge
from repletion.knowledge.models import (
    Claim,
    Factor,
    FactorLink,
    Finding,
    FindingLink,
    Rate,
    Rule,
    State,
    StateLink,
    When,
)
from repletion.network.build import Builder
from repletion.network.scale import expit


def claim(name: str, value: float, measure: str = "prevalence", unit: str = "percent", **more: object) -> Claim:
    return Claim(
        id=name,
        subject="x",
        predictor="y",
        measure=measure,  # type: ignore[arg-type]
        unit=unit,
        population="people",
        definition="as defined",
        source="s",
        locator="p. 1",
        basis="read",
        value=value,
        **more,  # type: ignore[arg-type]
    )


def rule(name: str, value: float) -> Rule:
    return Rule(id=name, value=value, unit="1", why="test", basis="assumed", source="s", locator="here")


RULES = {
    "shrink_observational": 0.7,
    "cap_log_odds": 3.0,
    "default_direction_odds_ratio": 1.5,
    "default_interval_log_odds": 0.7,
    "assumed_interval_log_odds": 1.1,
    "least_own_part": 0.05,
    "most_with_one_factor": 0.95,
    "least_telling": 0.0,
}


def toy() -> Knowledge:
    claims = [
        claim("low", 2.5),
        claim("low-women", 4.0),
        claim("severe", 0.1),
        claim("child", 1.0),
        claim("ppi", 8.0),
        claim("ppi-or", 1.71, "odds_ratio", "ratio", low=1.33, high=2.19),
        claim("diet-or", 0.5, "odds_ratio", "ratio"),
        claim("diet", 20.0),
        claim("causes", 74.0, "frequency_in_state"),
        claim("tingling-bg", 10.8, "background_rate"),
        claim("mouth-bg", 0.5, "background_rate"),
        claim("tingling-in-severe", 60.0, "frequency_in_state"),
        claim("lr-one", 1.0, "likelihood_ratio_positive", "ratio", low=0.7, high=1.5),
        claim("vague", 20.0),
        claim("tingling-in-vague", 30.0, "frequency_in_state"),
    ]

    def state(name: str, prior: tuple[Rate, ...], kind: str = "deficiency", **more: object) -> State:
        return State(
            id=name,
            label=name,
            lay=name,
            kind=kind,
            definition="d",
            summary="s",
            prior=prior,
            **more,  # type: ignore[arg-type]
        )

    states = [
        state(
            "low",
            (Rate(claim="low-women", when=When(sex="female")), Rate(claim="low")),
            raised_by=(FactorLink(factor="ppi", claim="ppi-or"), FactorLink(factor="good_diet", claim="diet-or")),
            findings=(FindingLink(finding="tingling", claim="lr-one"),),
        ),
        state(
            "severe",
            (Rate(claim="severe"),),
            requires="low",
            findings=(FindingLink(finding="tingling", claim="tingling-in-severe"),),
        ),
        state("child", (Rate(claim="child"),), caused_by=(StateLink(state="severe", claim="causes"),)),
        state(
            "vague",
            (Rate(claim="vague"),),
            kind="latent",
            findings=(FindingLink(finding="tingling", claim="tingling-in-vague"),),
        ),
    ]
    factors = [
        Factor(id="ppi", label="PPI", kind="medicine", prevalence=(Rate(claim="ppi"),)),
        Factor(id="good_diet", label="diet", kind="diet", prevalence=(Rate(claim="diet"),)),
    ]
    findings = [
        Finding(id="tingling", label="Tingling", kind="symptom", background=(Rate(claim="tingling-bg"),)),
        Finding(
            id="mouth",
            label="Round the mouth",
            kind="symptom",
            background=(Rate(claim="mouth-bg"),),
            is_a=("tingling",),
        ),
    ]
    return Knowledge(
        version="test",
        sources={},
        claims={c.id: c for c in claims},
        rules={name: rule(name, value) for name, value in RULES.items()},
        states={s.id: s for s in states},
        findings={f.id: f for f in findings},
        factors={f.id: f for f in factors},
        tests={},
        drugs={},
        red_flags={},
    )


KNOWLEDGE = toy()
BUILDER = Builder(KNOWLEDGE)


def base(state: str, known: dict[str, float], person: Person = Person()) -> float:  # noqa: B008 - frozen
    built = BUILDER.build(person, season=None, known=known, findings=())
    return float(built.network.base[0, built.network.states.index(state)])


def test_prevalence_is_the_prior_when_nothing_is_known() -> None:
    assert expit(base("low", {})) == pytest.approx(0.025)
    assert expit(base("low", {}, Person(sex="female"))) == pytest.approx(0.04)
    assert expit(base("low", {}, Person(sex="male"))) == pytest.approx(0.025)


@given(st.sampled_from(["ppi", "good_diet"]))
def test_people_with_and_without_a_factor_are_together_as_common_as_the_prevalence(factor: str) -> None:
    p = KNOWLEDGE.claims[{"ppi": "ppi", "good_diet": "diet"}[factor]].value / 100  # type: ignore[operator]
    without, having = (expit(base("low", {factor: share})) for share in (0.0, 1.0))
    assert (1 - p) * without + p * having == pytest.approx(0.025)


def test_a_factor_multiplies_the_odds_by_its_shrunk_ratio() -> None:
    assert base("low", {"ppi": 1.0}) - base("low", {"ppi": 0.0}) == pytest.approx(0.7 * math.log(1.71))


def test_absent_never_raises_and_present_never_lowers_what_a_factor_raises() -> None:
    assert base("low", {"ppi": 0.0}) < base("low", {}) < base("low", {"ppi": 1.0})
    assert base("low", {"good_diet": 1.0}) < base("low", {}) < base("low", {"good_diet": 0.0})


def test_a_soft_factor_of_average_share_changes_nothing() -> None:
    assert base("low", {"ppi": 0.08}) == pytest.approx(base("low", {}))


def test_frequencies_become_links_above_the_background() -> None:
    network = BUILDER.build(Person(), season=None, known={}, findings=("tingling",)).network
    severe, low = network.states.index("severe"), network.states.index("low")
    rate = 0.108
    assert network.link[0, 0, severe] == pytest.approx((0.6 - rate) / (1 - rate))
    assert network.link[0, 0, low] == 0.0  # a likelihood ratio of one is no link
    vague = network.states.index("vague")
    q = (0.3 - rate) / (1 - rate)
    assert network.link[0, 0, vague] == pytest.approx(q)
    # background = leak and what the states bring at their prevalence
    alone = 1 - network.leak[0, 0]
    brought = (1 - q * 0.2) * (1 - network.link[0, 0, severe] * 0.001)
    assert 1 - alone * brought == pytest.approx(rate)


def test_a_finding_that_a_known_factor_has_told_says_nothing_more() -> None:
    states = KNOWLEDGE.states | {
        "severe": msgspec.structs.replace(
            KNOWLEDGE.states["severe"],
            findings=(FindingLink(finding="tingling", claim="tingling-in-severe", told_by=("ppi",)),),
        )
    }
    builder = Builder(msgspec.structs.replace(KNOWLEDGE, states=states))

    def links(**known: float) -> list[float]:
        network = builder.build(Person(), season=None, known=known, findings=("tingling", "mouth")).network
        assert network.link[0, 0, network.states.index("vague")] > 0  # other states are left alone
        return [float(q) for q in network.link[0, :, network.states.index("severe")]]

    unknown = links()
    assert min(unknown) > 0
    assert links(ppi=0.0) == pytest.approx(unknown)
    assert links(ppi=0.25) == pytest.approx([0.75 * q for q in unknown])
    assert links(ppi=1.0) == [0.0, 0.0]  # the narrower finding with it


def test_a_narrower_finding_of_a_state_that_knows_the_wider_one_says_nothing_on_the_kind() -> None:
    network = BUILDER.build(Person(), season=None, known={}, findings=("mouth",)).network
    severe = network.states.index("severe")
    w = network.link[0, 0, severe] * (1 - 0.005) + 0.005
    assert w / 0.005 == pytest.approx(0.6 / 0.108)  # the same likelihood ratio as the wider finding


def test_what_causes_bring_is_not_counted_twice() -> None:
    network = BUILDER.build(Person(), season=None, known={}, findings=()).network
    child, severe = network.states.index("child"), network.states.index("severe")
    (pair,) = network.parents
    assert pair == (severe, child)
    q = network.parent_link[0, 0]
    assert 1 - (1 - expit(network.base[0, child])) * (1 - q * 0.001) == pytest.approx(0.01)
    assert network.requires == ((network.states.index("low"), severe),)


def test_a_cause_that_would_bring_more_than_there_is_gives_way() -> None:
    rare = msgspec.structs.replace(KNOWLEDGE.claims["child"], value=0.01)
    builder = Builder(msgspec.structs.replace(KNOWLEDGE, claims={**KNOWLEDGE.claims, "child": rare}))
    network = builder.build(Person(), season=None, known={}, findings=()).network
    assert network.parent_link[0, 0] * 0.001 == pytest.approx(0.95 * 0.0001)


def test_draws_centre_on_the_claim_and_reach_its_interval() -> None:
    builder = Builder(KNOWLEDGE, draws=400, seed=7)
    x = builder.scale.log_ratio("ppi-or")
    assert x[0] == math.log(1.71)
    low, high = np.quantile(np.exp(x[1:]), [0.025, 0.975])
    # the interval is asymmetric round the centre on the log scale; its width is kept
    assert high / low == pytest.approx(2.19 / 1.33, rel=0.03)
    again = Builder(KNOWLEDGE, draws=400, seed=7).scale.log_ratio("ppi-or")
    assert np.array_equal(x, again)
    assert not np.array_equal(x, Builder(KNOWLEDGE, draws=400, seed=8).scale.log_ratio("ppi-or"))


def test_a_threshold_is_not_a_probability() -> None:
    with pytest.raises(KnowledgeError, match="ppi-or"):
        BUILDER.scale.probability("ppi-or")

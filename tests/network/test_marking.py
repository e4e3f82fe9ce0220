"""Factors that move a laboratory value itself: the whole of it, the leak taking what its states do not."""

from __future__ import annotations

from math import exp, log

import msgspec
import numpy as np
import pytest

from repletion.case.model import Person
from repletion.knowledge import load
from repletion.knowledge.check import check
from repletion.knowledge.models import FactorLink
from repletion.network.build import Builder
from repletion.network.scale import expit, logit

WHO = Person(age=50, sex="female", country="US")
FINDINGS = ("high_homocysteine", "low_serum_potassium", "low_vitamin_c")


@pytest.fixture(scope="module")
def builder() -> Builder:
    return Builder(load())


def leak(builder: Builder, **known: float) -> np.ndarray:
    return builder.build(WHO, season=None, known=known, findings=FINDINGS).network.leak[0]


def odds(p: float) -> float:
    return p / (1 - p)


def whole(builder: Builder, name: str, **known: float) -> float:
    """Share of people with the finding, its states at their prevalence moved as the network moves them."""
    built = builder.build(WHO, season=None, known=known, findings=(name,))
    link = built.network.link[0, 0]
    total = np.array([builder.scale.probability(claim)[0] for claim in builder.stratum(WHO, None).priors])
    moved = expit(logit(total) + sum(shift[0] for shift in built.shifts.values()))
    return float(1 - (1 - built.network.leak[0, 0]) * np.prod(1 - link * moved))


@pytest.mark.parametrize(
    ("factor", "name", "claim"),
    [
        ("diabetes_mellitus", "low_hemoglobin", "SV-hb-diabetes"),
        ("chronic_kidney_disease", "low_hemoglobin", "SU-hb-ckd"),
        ("biguanides", "low_vitamin_b12", "RISK-018"),  # it raises states of low B12 too
    ],
)
def test_a_known_factor_moves_the_whole_value_by_its_shrunk_ratio(
    builder: Builder, factor: str, name: str, claim: str
) -> None:
    """Whatever part of it states bring; and people with and without it are together as many as there are."""
    ratio = exp(builder.knowledge.rule("shrink_observational") * log(builder.knowledge.claims[claim].value or 0))
    mean, having, lacking = (
        whole(builder, name),
        whole(builder, name, **{factor: 1.0}),
        whole(builder, name, **{factor: 0.0}),
    )
    assert odds(having) / odds(lacking) == pytest.approx(ratio)
    common = builder.factors.prevalence(factor, WHO)[0]
    assert common * having + (1 - common) * lacking == pytest.approx(mean)
    assert whole(builder, name, **{factor: common}) == pytest.approx(mean)


def test_the_network_of_before_is_not_written_on(builder: Builder) -> None:
    before = leak(builder)
    after = leak(builder, nicotine_dependence=1.0)
    assert after[0] > before[0]
    assert after[1] == before[1]  # its limit is the state of low potassium, which has no other cause
    assert (leak(builder) == before).all()


def test_an_absolute_share_is_used_in_full(builder: Builder) -> None:
    told = builder.knowledge.claims["PREV-175"].value or 0
    assert whole(builder, "low_pyridoxal_phosphate", oral_contraceptives=1.0) == pytest.approx(told / 100)


def test_factors_together_and_whole_networks(builder: Builder) -> None:
    alone = [
        log(odds(whole(builder, "low_vitamin_c", **{name: 1.0})))
        for name in ("nicotine_dependence", "low_vitamin_c_intake")
    ]
    both = log(odds(whole(builder, "low_vitamin_c", nicotine_dependence=1.0, low_vitamin_c_intake=1.0)))
    assert both == pytest.approx(sum(alone) - log(odds(whole(builder, "low_vitamin_c"))))
    every = builder.build(WHO, season=None, known={"nicotine_dependence": 1.0}).network
    place = every.findings.index("low_vitamin_c")
    assert every.leak[0, place] == pytest.approx(leak(builder, nicotine_dependence=1.0)[2])


@pytest.mark.parametrize("name", ["fatigue", "low_folate"])
def test_complaints_and_limits_that_are_a_state_may_not_have_factors(name: str) -> None:
    knowledge = load()
    link = FactorLink(factor="nicotine_dependence", claim="SU-hcy-smoking")
    finding = msgspec.structs.replace(knowledge.findings[name], raised_by=(link,))
    wrong = msgspec.structs.replace(knowledge, findings={**knowledge.findings, name: finding})
    found = [p for p in check(wrong) if p.level == "error" and p.where == f"findings/{name} raised_by"]
    assert len(found) == 1

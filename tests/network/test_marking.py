"""Factors that move a laboratory value itself: its leak, by the rule of the states, and nothing else."""

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

WHO = Person(age=50, sex="female", country="US")
FINDINGS = ("high_homocysteine", "low_serum_potassium", "low_vitamin_c")


@pytest.fixture(scope="module")
def builder() -> Builder:
    return Builder(load())


def leak(builder: Builder, **known: float) -> np.ndarray:
    return builder.build(WHO, season=None, known=known, findings=FINDINGS).network.leak[0]


def odds(p: float) -> float:
    return p / (1 - p)


def test_a_known_factor_moves_the_leak_by_normalized_odds(builder: Builder) -> None:
    """By hand: a ratio of 2.16 to the power of the shrinkage, over what it is on average at the factor's prevalence."""
    knowledge, before = builder.knowledge, leak(builder)
    ratio = exp(knowledge.rule("shrink_observational") * log(knowledge.claims["SU-hcy-smoking"].value or 0))
    common = builder.factors.prevalence("nicotine_dependence", WHO)[0]
    average = 1 + common * (ratio - 1)
    for share, times in ((1.0, ratio / average), (0.0, 1 / average), (0.4, (1 + 0.4 * (ratio - 1)) / average)):
        after = leak(builder, nicotine_dependence=share)
        assert odds(after[0]) == pytest.approx(odds(before[0]) * times)
        assert after[1] == before[1]  # its limit is the state of low potassium, which has no other cause
    assert leak(builder)[0] == before[0]  # what was kept between people is not written on


def test_an_absolute_share_is_used_in_full(builder: Builder) -> None:
    """Hardly any pregnant woman has a high homocysteine, whatever her sisters of that age have."""
    share = builder.scale.probability(builder.stratum(WHO, None).backgrounds["high_homocysteine"])[0]
    before = leak(builder)[0]
    told = (builder.knowledge.claims["SU-hcy-pregnancy"].value or 0) / 100
    assert odds(leak(builder, pregnancy=1.0)[0]) <= odds(before) * odds(told) / odds(share) * 1.01


def test_factors_together_and_whole_networks(builder: Builder) -> None:
    alone = [log(odds(leak(builder, **{name: 1.0})[2])) for name in ("nicotine_dependence", "low_vitamin_c_intake")]
    both = log(odds(leak(builder, nicotine_dependence=1.0, low_vitamin_c_intake=1.0)[2]))
    assert both - log(odds(leak(builder)[2])) == pytest.approx(sum(alone) - 2 * log(odds(leak(builder)[2])))
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

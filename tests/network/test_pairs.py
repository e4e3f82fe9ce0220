"""Factors that go together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prevalence import WHO, chance

from repletion.network.build import Builder
from repletion.network.effects import of_ratio
from repletion.network.pairs import Moved, beyond_chance, shared_out
from repletion.network.scale import expit, logit

SHARE = st.floats(0.02, 0.6)
ADDED = st.floats(-1.0, 1.0)


def answers(ratio: float, mean: float, common: float) -> tuple[float, float]:
    """Log-odds that no and yes add, for a factor of this log odds ratio."""
    effect = of_ratio(np.array([ratio]), np.array([mean]), np.array([common]))
    return float(effect.shift(0.0)[0]), float(effect.shift(1.0)[0])


@given(st.floats(0.005, 0.2), SHARE, SHARE, ADDED, ADDED, ADDED)
def test_what_is_put_back_makes_the_mean_what_chance_would_make_it(
    mean: float, first: float, second: float, one: float, two: float, together: float
) -> None:
    spread = of_ratio(np.array([together]), np.array([first]), np.array([second]))
    having, lacking = float(spread.having[0]), float(spread.lacking[0])
    prior = float(logit(mean))
    moved_one, moved_two = answers(one, mean, first), answers(two, mean, second)
    by = beyond_chance(prior, moved_one, moved_two, (second, having, lacking))

    def average(add: float, with_second: float, without: float) -> float:
        parts = [
            (second * with_second, 1, 1),
            (second * (1 - with_second), 0, 1),
            ((1 - second) * without, 1, 0),
            ((1 - second) * (1 - without), 0, 0),
        ]
        return sum(part * float(expit(prior + moved_one[a] + moved_two[b] + add)) for part, a, b in parts)

    wanted = average(0.0, first, first)
    assert average(by, having, lacking) == pytest.approx(wanted, rel=0.01)
    assert abs(average(by, having, lacking) - wanted) <= abs(average(0.0, having, lacking) - wanted) + 1e-12


def test_factors_apart_put_nothing_back() -> None:
    assert beyond_chance(-3.0, (-0.1, 0.8), (-0.2, 0.5), (0.3, 0.4, 0.4)) == pytest.approx(0.0, abs=1e-12)


def test_four_kinds_of_people_are_as_many_as_the_prevalence_says(builder: Builder) -> None:
    value = builder.knowledge.claims
    share = (value["SHARE-multivitamins"].value or 0) / 100
    low = (value["SHARE-low-vitamin-d-intake"].value or 0) / 100
    among = (value["GW-low-vitamin-d-intake-supplement"].value or 0) / 100
    rest = (low - share * among) / (1 - share)

    def kind(intake: float, pill: float) -> float:
        return chance(builder, "vitamin_d_deficiency", low_vitamin_d_intake=intake, multivitamins=pill)

    mean = share * (among * kind(1.0, 1.0) + (1 - among) * kind(0.0, 1.0))
    mean += (1 - share) * (rest * kind(1.0, 0.0) + (1 - rest) * kind(0.0, 0.0))
    assert mean == pytest.approx(chance(builder, "vitamin_d_deficiency"), rel=0.02)


def test_one_known_factor_is_moved_by_no_other(builder: Builder) -> None:
    built = builder.build(WHO, season=None, known={"multivitamins": 1.0}, findings=())
    i = builder.graph.index["vitamin_d_deficiency"]
    alone = builder.factors.weight("SV-017", built.prior_claims[i], "SHARE-multivitamins")
    without = builder.build(WHO, season=None, known={"multivitamins": 0.0}, findings=())
    moved = built.shifts["multivitamins"][0, i] - without.shifts["multivitamins"][0, i]
    assert moved == pytest.approx(float(alone[0]))


def test_who_belongs_to_one_group_is_told_of_the_others(builder: Builder) -> None:
    settled = {"african_ancestry": ("african_ancestry", 1.0), "dark_skin": ("african_ancestry", 1.0)}
    told = builder.factors._pairs.told(settled)
    assert told["hispanic_american"] == "african_ancestry"
    assert "hispanic_american" not in builder.factors._pairs.told({"dark_skin": ("dark_skin", 0.0)})


def test_what_is_put_back_falls_to_what_moved_the_state() -> None:
    assert shared_out(Moved(0, "a", "b", -0.2), {"a": 0.3, "b": 0.1}) == pytest.approx({"a": -0.15, "b": -0.05})
    assert shared_out(Moved(0, "a", "b", -0.2), {"a": 0.3}) == pytest.approx({"a": -0.2})
    assert shared_out(Moved(0, "a", "b", -0.2), {}) == {}

"""Groups of people, and shares that are what was counted."""

from __future__ import annotations

import numpy as np
import pytest
from prevalence import WHO, chance

from repletion.network.build import Builder
from repletion.network.effects import odds_of_risk, of_groups, of_ratio, of_share
from repletion.network.scale import expit, logit

ONE = np.ones(1)


def odds(p: float) -> float:
    return p / (1 - p)


def test_groups_and_the_rest_are_together_as_common_as_the_prevalence(builder: Builder) -> None:
    black = chance(builder, "vitamin_d_deficiency", african_ancestry=1.0)
    hispanic = chance(builder, "vitamin_d_deficiency", hispanic_american=1.0)
    neither = chance(builder, "vitamin_d_deficiency", hispanic_american=0.0, dark_skin=0.0)
    value = builder.knowledge.claims
    assert odds(black) / odds(neither) == pytest.approx(value["SV-022"].value)  # adjusted: in full
    assert odds(hispanic) / odds(neither) == pytest.approx(value["SV-023"].value)
    asian = chance(builder, "vitamin_d_deficiency", south_asian_ancestry=1.0)
    shrunk = (value["SV-014"].value or 0) ** builder.knowledge.rule("shrink_observational")  # crude
    assert odds(asian) / odds(neither) == pytest.approx(shrunk)


def test_not_of_one_group_says_nothing_once_another_is_known(builder: Builder) -> None:
    alone = chance(builder, "vitamin_d_deficiency", african_ancestry=1.0)
    both = chance(builder, "vitamin_d_deficiency", african_ancestry=1.0, hispanic_american=0.0)
    assert both == pytest.approx(alone)
    assert chance(builder, "vitamin_d_deficiency", hispanic_american=0.0) < chance(builder, "vitamin_d_deficiency")


def test_the_narrowest_group_counts(builder: Builder) -> None:
    asian = chance(builder, "vitamin_d_deficiency", dark_skin=1.0, south_asian_ancestry=1.0)
    assert asian == pytest.approx(chance(builder, "vitamin_d_deficiency", south_asian_ancestry=1.0))
    assert asian != pytest.approx(chance(builder, "vitamin_d_deficiency", dark_skin=1.0))


def test_what_a_question_would_say_is_what_its_answer_says(builder: Builder) -> None:
    moves = builder.moves(WHO, None)
    i = builder.graph.index["vitamin_d_deficiency"]
    for name in ("hispanic_american", "dark_skin", "obesity", "vitamin_d_products"):
        no, yes = moves.shifts(moves.place[name], len(builder.states))
        for share, promised in ((0.0, no), (1.0, yes)):
            built = builder.build(WHO, season=None, known={name: share}, findings=())
            assert built.shifts[name][0, i] == pytest.approx(promised[i])


def test_a_share_is_the_share_unless_the_prevalence_contradicts_it() -> None:
    effect = of_share(0.3 * ONE, 0.1 * ONE, 0.2 * ONE, 0.95)
    assert effect.having[0] == pytest.approx(0.3)
    assert 0.2 * 0.3 + 0.8 * effect.lacking[0] == pytest.approx(0.1)
    assert expit(logit(0.1) + effect.shift(1.0)[0]) == pytest.approx(0.3)
    assert effect.shift(0.2)[0] == pytest.approx(0.0)
    # six of ten of a fifth of all would be more than all who have the state
    assert of_share(0.6 * ONE, 0.1 * ONE, 0.2 * ONE, 0.95).having[0] == pytest.approx(0.95 * 0.1 / 0.2)


@pytest.mark.parametrize("ratio", [0.2, 1.0, 4.0, 300.0])
def test_ratios_keep_the_mean(ratio: float) -> None:
    effect = of_ratio(np.log(ratio) * ONE, 0.3 * ONE, 0.4 * ONE)
    assert 0.4 * effect.having[0] + 0.6 * effect.lacking[0] == pytest.approx(0.3)
    assert odds(effect.having[0]) / odds(effect.lacking[0]) == pytest.approx(ratio)


def test_a_risk_ratio_compares_risks_with_and_without() -> None:
    ratio = odds_of_risk(np.log(3.0) * ONE, 0.14 * ONE, 0.2 * ONE, 0.95)
    # 0.14 = 0.2 x 0.3 + 0.8 x 0.1
    assert np.exp(ratio[0]) == pytest.approx(odds(0.3) / odds(0.1))


def test_groups_by_hand() -> None:
    """A tenth with odds of 4 times, a fifth of twice those of the rest."""
    there, rest = of_groups([np.log(4.0) * ONE, np.log(2.0) * ONE], 0.1 * ONE, [0.1 * ONE, 0.2 * ONE])
    assert 0.1 * there[0] + 0.2 * there[1] + 0.7 * rest == pytest.approx(0.1)
    assert odds(there[0][0]) == pytest.approx(4 * odds(rest[0]))

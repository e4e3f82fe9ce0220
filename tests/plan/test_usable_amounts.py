"""What counts: absorption, forms of a limit, unknown composition."""

from __future__ import annotations

import numpy as np
import pytest

from repletion.case.model import Person
from repletion.foods import open_table
from repletion.knowledge.servings import servings
from repletion.plan.goals import goals_for, judged
from repletion.plan.larder import larder, usable_b12
from repletion.plan.safety import Effects


def test_vitamin_b12_of_one_meal_saturates() -> None:
    # Adams 1971: about 50 % of 1 ug, 20 % of 5 and just over 5 % of 25 are absorbed; the intake takes half for granted.
    assert usable_b12(1.0) == pytest.approx(2 * 0.51, abs=0.03)
    assert usable_b12(5.0) == pytest.approx(2 * 5 * 0.197, abs=0.05)
    assert usable_b12(25.0) == pytest.approx(2 * 25 * 0.055, abs=0.1)
    assert usable_b12(0.0) == 0.0 and usable_b12(0.5) <= 0.5


def test_spinach_hardly_counts_as_calcium() -> None:
    store = larder()
    code = next(s.code for s in servings().values() if s.name == "frozen spinach, cooked")
    row = store.at[code]
    plain = open_table().amounts(code)[store.place["calcium"]] * servings()[code].grams / 200
    assert store.goal[row, store.place["calcium"]] == pytest.approx(0.185 * plain)


def test_unknown_counts_nothing_for_a_goal_and_much_under_a_ceiling() -> None:
    store = larder()
    unknown = ~store.known
    assert (store.goal[unknown] == 0).all()
    assert (store.ceiling[unknown] >= 0).all() and store.ceiling[unknown].sum() > 0
    assert np.isfinite(store.ceiling).all()


def test_limits_count_the_form_they_were_set_for() -> None:
    goals = goals_for(Person(age=40, sex="female"), Effects(), authority="NASEM", energy=2000, way=None)
    columns = {(c.nutrient, c.kind): c.column for c in goals.ceilings}
    assert columns["vitamin_a", "UL"] == "retinol"
    assert columns["folate", "UL"] == "folic_acid"
    assert columns["magnesium", "UL"] == "magnesium_taken"
    assert columns["vitamin_e", "UL"] == "vitamin_e_added"
    assert columns["calcium", "UL"] == "calcium"


def test_a_nutrient_that_the_tables_hardly_know_is_not_judged() -> None:
    assert judged("calcium") and not judged("manganese") and not judged("pantothenic_acid")


def test_a_vegan_needs_more_iron_and_zinc() -> None:
    plain, vegan = (
        {
            g.nutrient: g.amount
            for g in goals_for(Person(age=40, sex="female"), Effects(), authority="NASEM", energy=2000, way=way).goals
        }
        for way in (None, "vegan")
    )
    assert vegan["iron"] == pytest.approx(1.8 * plain["iron"])
    assert vegan["zinc"] == pytest.approx(1.5 * plain["zinc"])


def test_what_is_not_stated_takes_the_larger_need_and_the_lower_limit() -> None:
    known = goals_for(Person(age=40, sex="female"), Effects(), authority="NASEM", energy=2000, way=None)
    unknown = goals_for(Person(), Effects(), authority="NASEM", energy=2000, way=None)
    need = {g.nutrient: g.amount for g in known.goals}
    assert all(g.amount >= need[g.nutrient] - 1e-9 for g in unknown.goals if g.nutrient in need)

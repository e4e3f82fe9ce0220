"""Rich sources are plain foods, by portions that people eat, for the person's way of eating."""

from __future__ import annotations

import pytest

from repletion.foods import open_table
from repletion.plan import rich_sources
from repletion.plan.sources import servings


def test_every_serving_is_in_the_food_table_and_of_a_sane_size() -> None:
    table = open_table()
    for serving in servings():
        assert table.food(serving.food).description
        assert 5 <= serving.grams <= 300
        assert serving.suits in {"vegan", "vegetarian", "fish", "meat"}


def test_spinach_is_no_calcium_food() -> None:
    assert "spinach" not in " ".join(s.serving.label for s in rich_sources("calcium", limit=50))
    assert "spinach" in " ".join(s.serving.label for s in rich_sources("magnesium", limit=10))


@pytest.mark.parametrize("nutrient", ["magnesium", "calcium", "potassium", "vitamin_b12", "vitamin_d", "iron"])
def test_a_vegan_is_never_offered_an_animal(nutrient: str) -> None:
    assert all(s.serving.suits == "vegan" for s in rich_sources(nutrient, way="vegan", limit=50))
    assert all(s.serving.suits in {"vegan", "vegetarian"} for s in rich_sources(nutrient, way="vegetarian", limit=50))


def test_amounts_are_those_of_the_table() -> None:
    (best,) = rich_sources("magnesium", limit=1)
    table = open_table()
    per_100 = float(table.amounts(best.serving.food)[table.index("magnesium")])
    assert best.amount == pytest.approx(per_100 * best.serving.grams / 100)


def test_what_is_to_be_avoided_is_left_out() -> None:
    assert not any("nuts" in s.serving.note for s in rich_sources("magnesium", avoid={"nuts": "allergy"}, limit=50))

"""Rich sources are plain foods, by portions that people eat, for the person's way of eating."""

from __future__ import annotations

import pytest

from repletion.foods import open_table
from repletion.knowledge import load
from repletion.plan import EVERYTHING, must_avoid, rich_sources, withheld
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


def test_no_food_is_named_that_is_rich_in_what_is_held() -> None:
    free = " ".join(s.serving.label for s in rich_sources("folate", limit=50))
    held = " ".join(s.serving.label for s in rich_sources("folate", held={"potassium", "vitamin_k"}, limit=50))
    assert "spinach" in free and "beans" in free
    assert "spinach" not in held and "beans" not in held
    assert "yeast" in free
    assert "yeast" not in " ".join(s.serving.label for s in rich_sources("folate", words=("yeast extract",), limit=50))


def test_amounts_are_those_of_the_table() -> None:
    (best,) = rich_sources("magnesium", limit=1)
    table = open_table()
    per_100 = float(table.amounts(best.serving.food)[table.index("magnesium")])
    assert best.amount == pytest.approx(per_100 * best.serving.grams / 100)


@pytest.mark.parametrize("group", ["nuts", "peanut", "milk", "fish", "shellfish", "egg", "soy", "gluten"])
def test_what_is_to_be_avoided_is_left_out(group: str) -> None:
    for nutrient in ("magnesium", "calcium", "vitamin_b12", "vitamin_d", "iron", "folate"):
        assert not any(group in s.serving.contains for s in rich_sources(nutrient, avoid={group}, limit=100))


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("peanut allergy", "peanut"),
        ("I am allergic to almonds and cats", "nuts"),
        ("severe shellfish allergy since childhood", "shellfish"),
        ("can't eat gluten", "gluten"),
        ("lactose intolerant", "milk"),
        ("egg and milk allergy", "egg"),
    ],
)
def test_allergies_are_heard(words: str, group: str) -> None:
    assert group in must_avoid([words], ())


def test_eating_something_is_no_allergy() -> None:
    assert must_avoid(["eats nuts and fish daily", "allergic to penicillin"], ()) == frozenset()
    assert must_avoid([], ["celiac_disease"]) == {"gluten"}


def test_minerals_are_withheld_where_they_harm() -> None:
    assert {"potassium", "magnesium", "phosphorus"} <= set(withheld(["chronic_kidney_disease"]))
    assert set(withheld(["ace_inhibitors"])) == {"potassium"}
    assert EVERYTHING in withheld(["anorexia_nervosa"]) and withheld([]) == {}


def test_every_withheld_factor_and_nutrient_exists() -> None:
    known = {n.slug for n in open_table().nutrients}
    for name in load().factors:
        for nutrient in withheld([name]):
            assert nutrient in known or nutrient == EVERYTHING
    assert set(withheld(load().factors)) >= {"potassium", "magnesium", "vitamin_k", "iron"}

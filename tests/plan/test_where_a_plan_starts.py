"""The starting day: what is not known is not invented, and what was typed is used."""

from __future__ import annotations

import pytest
from checked_plan import plan_of

from repletion.case import Case
from repletion.foods import open_table
from repletion.knowledge.servings import aliases, serving_of
from repletion.plan.meals import typed_day
from repletion.plan.station import prepare


@pytest.fixture(scope="module")
def vegan():
    return plan_of("vegan, 30, no diary", explain=False)


def test_no_vitamin_b12_is_invented_for_a_vegan_without_a_diary(vegan) -> None:
    row = next(row for row in vegan.nutrients if row.nutrient == "vitamin_b12")
    assert row.before < 0.3 * row.floor and row.met is False
    assert vegan.start.kind == "typical" and "fortified" in vegan.start.why


@pytest.mark.parametrize("nutrient", ["vitamin_b12", "vitamin_d"])
def test_what_only_fortified_food_brings_is_named_with_its_steps(vegan, nutrient: str) -> None:
    gap = next(gap for gap in vegan.unmet if gap.nutrient == nutrient)
    assert gap.reason == "no unfortified food reaches it" and gap.best < gap.bound
    assert "Fortified food first" in gap.steps[0] and gap.steps[-1].startswith("Last, and only as a question")
    assert "upper limit" in gap.steps[-1] or "no more than" in gap.steps[-1]
    assert "fish" not in " ".join(gap.steps).lower()
    if nutrient == "vitamin_d":
        assert "winter" in gap.text


def test_somebody_who_eats_meat_reaches_vitamin_b12_without_fortified_food() -> None:
    request = prepare(Case.parse("man 40"))
    assert request.session is not None
    goal = next(g for g in request.session.goals.goals if g.nutrient == "vitamin_b12")
    assert request.session.base.goal["vitamin_b12"] >= goal.amount


@pytest.mark.parametrize(
    ("text", "foods"),
    [
        ("woman 35, breakfast oatmeal, lunch cheese sandwich, dinner pasta with tomato sauce, always tired", 3),
        (
            "text: I eat oatmeal for breakfast, a sandwich for lunch and pizza for dinner. Tired.\nperson: {age: 30}\n",
            3,
        ),
        ("diet: {breakfast: oatmeal, lunch: cheese sandwich, dinner: chicken and rice}\nperson: {age: 30}\n", 3),
        ("man 50. For breakfast I have eggs, toast, coffee. Lunch is usually a tuna sandwich.", 4),
    ],
)
def test_meals_named_in_words_are_the_day(text: str, foods: int) -> None:
    request = prepare(Case.parse(text))
    assert request.start is not None and "meals you named" in request.why
    if request.start.kind == "diary":
        assert len(request.start.foods) == foods
    else:
        assert "rest of the day" in request.why and len(request.start.foods) > foods
    named = " ".join(food.name.lower() for food in request.start.foods)
    assert "sandwich" in named or "sandwich" not in text
    assert not any("not understood" in issue.message and "lunch" in issue.message for issue in request.issues)


@pytest.mark.parametrize(
    "text", ["woman 40, nausea after dinner for 3 weeks", "man 30, headache at breakfast, itching", "vegan, 30"]
)
def test_a_meal_in_passing_is_no_day(text: str) -> None:
    assert typed_day(Case.parse(text)).diary == ""


def test_a_diary_goes_before_meals_in_words() -> None:
    case = Case.parse("woman 35, breakfast oatmeal, lunch cheese sandwich, dinner pasta with tomato sauce")
    diary = "2 glasses milk\n6 slices white bread\n1 cup rice\n1 banana\n100 g chicken breast\n3 tablespoons olive oil"
    request = prepare(case, diary=diary)
    assert request.start is not None and not any("sandwich" in food.name for food in request.start.foods)


def test_a_food_of_no_known_group_leaves_the_table_as_it_is() -> None:
    diary = "Cream substitute, powdered 15 g\n1 cup rice\n2 bananas\n200 g chicken breast\n200 g bread\n40 g olive oil"
    request = prepare(Case.parse("woman 40"), diary=diary)
    assert request.start is not None and request.session is not None
    assert any(not food.group for food in request.start.foods)
    assert sum(item.new for item in request.session.instance.items) > 200


def test_a_food_without_a_serving_of_its_own_is_eaten_in_the_portion_that_stands_for_it() -> None:
    food, alias = next(
        (food, alias)
        for food, alias in sorted(aliases().items())
        if alias.basis == "picked" and food.startswith("fndds")
    )
    name = open_table().food(food).description
    diary = f"{name} 200 g\n6 slices white bread\n1 cup rice\n1 banana\n200 g chicken breast\n3 tablespoons olive oil"
    request = prepare(Case.parse("woman 40"), diary=diary)
    assert request.start is not None and request.session is not None
    eaten = next(one for one in request.start.foods if one.code == food)
    assert eaten.serving == serving_of(food) and eaten.portion == eaten.serving.grams
    assert alias.serving not in {item.code for item in request.session.instance.items}

"""Iodine and oxalate: cited figures for the commonest foods, unknown for the rest."""

from __future__ import annotations

import pytest

from repletion.case import Case
from repletion.case.model import Person
from repletion.knowledge import load
from repletion.knowledge.servings import servings
from repletion.plan.rich import rich_in
from repletion.plan.station import prepare
from repletion.plan.traces import found, rich, total, traces


def code(name: str) -> str:
    return next(serving.code for serving in servings().values() if serving.name == name)


def test_every_figure_has_a_source_a_place_and_a_serving() -> None:
    used = {row for rows in found().values() for row in rows.values()}
    for row in traces():
        assert row.source in load().sources and row.locator and row.low <= row.amount <= row.high
        assert row in used, row.locator
    assert len(found()["iodine"]) >= 90


def test_a_food_without_a_figure_is_unknown_and_not_zero() -> None:
    day = total("iodine", [(code("2% milk"), 200.0), (code("boiled egg"), 50.0), (code("kiwi"), 70.0)])
    assert day.amount == pytest.approx(200 * 0.30 + 50 * 0.52) and (day.known, day.foods) == (2, 3)
    assert code("egg yolk, cooked") not in found()["iodine"]  # white and yolk are not the whole egg


def test_foods_rich_in_iodine_and_how_much_of_them_is_needed() -> None:
    answer = rich_in("iodine", person=Person(age=30, sex="female"))
    assert (answer.goal, answer.unit) == (150, "ug") and answer.foods[0].food.startswith("haddock")
    assert not any("seaweed" in row.food for row in answer.foods)
    milk = next(row for row in answer.foods if row.food == "whole milk")
    assert milk.servings_needed == 2.5
    vegan = rich_in("iodine", person=Person(age=30, sex="female"), pattern=("vegan",))
    assert all(row.amount < 5 for row in vegan.foods)


def test_with_kidney_stones_nothing_with_much_oxalate_is_suggested() -> None:
    assert "almonds" in rich("oxalate", 50) and "pistachios, unsalted" not in rich("oxalate", 50)
    new = {item.name for item in prepare(Case.parse("man 47, kidney stones")).session.instance.items if item.new}
    assert new and not new & (rich("oxalate", 50) | {"tofu", "edamame", "lentils, cooked from dried"})
    assert "pistachios, unsalted" in {item.name for item in prepare(Case.parse("man 47")).session.instance.items}


@pytest.mark.parametrize(
    ("text", "pattern", "words"),
    [
        ("woman 30 pregnant", (), ("220 µg a day", "for the child", "maternity team")),
        ("woman 45", ("vegan",), ("150 µg a day", "iodized salt", "far too much")),
    ],
)
def test_what_is_known_of_iodine_is_said_where_it_matters(text, pattern, words) -> None:
    from repletion.plan.notes import iodine_of

    request = prepare(Case.parse(text), pattern=pattern)
    (note,) = iodine_of(request, request.session, ())
    assert all(word in note for word in words)
    plain = prepare(Case.parse("man 40"))
    assert not iodine_of(plain, plain.session, ())

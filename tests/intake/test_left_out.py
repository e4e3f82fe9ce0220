"""What a line says was left out is not eaten, and an amount with two decimals is no time of day."""

from __future__ import annotations

import pytest

from repletion.intake.diary import read_diary


@pytest.mark.parametrize(
    ("line", "food", "grams"),
    [
        ("salad without dressing", "Lettuce, salad", None),
        ("toast, no butter", "Bread, white, toasted", None),
        ("tea no sugar", "Tea, hot, leaf, black", None),
        ("coffee no milk", "Coffee, brewed", None),
        ("burger without the bun", "Hamburger", None),
        ("chicken without skin 150 g", "Chicken", 150.0),
        ("200 g yoghurt no added sugar", "Yogurt", 200.0),
        ("coke no sugar", "Soft drink, cola, reduced sugar", None),
        ("1.50 kg potatoes", "Potato", 1500.0),
        ("2.00 cups milk", "Milk", 488.0),
        ("12.50 g butter", "Butter", 12.5),
        ("8.30 toast", "Bread, white, toasted", None),
        ("rice 75g (dry weight)", "Rice, white, long-grain, regular, raw", 75.0),
    ],
)
def test_one_food_and_nothing_that_was_left_out(line: str, food: str, grams: float | None) -> None:
    (read,) = read_diary(line).lines
    assert read.food is not None and read.food.description.startswith(food), read
    if grams is not None:
        assert read.grams == pytest.approx(grams, rel=0.01)


def test_what_was_left_out_is_said() -> None:
    diary = read_diary("salad without dressing")
    assert any("without dressing" in issue.message for issue in diary.issues)
    (read,) = read_diary("lunch: no bread").lines
    assert read.status == "no_food"

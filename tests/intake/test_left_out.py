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


@pytest.mark.parametrize(
    ("line", "micrograms"),
    [
        ("vitamin D 50,000 IU", 1250.0),
        ("vitamin D 1,000 IU", 25.0),
        ("vitamin D3 50.000 IU", 1250.0),
        ("vitamin D 3 400 IU", 10.0),
        ("vitamin D 25 mcg", 25.0),
    ],
)
def test_a_dose_with_a_thousands_mark(line: str, micrograms: float) -> None:
    (read,) = read_diary(line).lines
    assert [(dose.nutrient, dose.amount) for dose in read.doses] == [("vitamin_d", pytest.approx(micrograms))]


def test_what_cannot_be_eaten_decides_no_total() -> None:
    table = "Food,Amount,Unit\nBanana,1000000,g\nChicken,-100,g\nApple,100,g\n"
    assert [line.status for line in read_diary(table).lines] == ["not_understood", "not_understood", "matched"]

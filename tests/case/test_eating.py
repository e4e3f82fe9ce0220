"""A diet of a few foods, or without whole groups of foods, is read from how people put it."""

from __future__ import annotations

import pytest

from repletion import Case
from repletion.case.eating import told


@pytest.mark.parametrize(
    ("diet", "expected"),
    [
        ("exclusively cow's milk with no solid food", {"very_narrow_diet"}),
        ("only 50-60 oz of milk and 25 servings of pudding a day", {"very_narrow_diet"}),
        ("consisting mainly of tinned soup and dried noodles", {"very_narrow_diet"}),
        (
            "limited to pasta, avoiding red meat, fish, milk and eggs",
            {"very_narrow_diet", "vegan_diet", "low_iodine_intake", "low_calcium_intake"},
        ),
        ("mainly chapattis with very small amounts of fruit", {"very_narrow_diet"}),
        ("excludes nuts, dairy products, eggs and fish", {"low_iodine_intake", "low_calcium_intake"}),
        ("did not include meat and eggs", {"vegetarian_diet"}),
        ("dairy-free", {"low_calcium_intake"}),
        ("mostly rice, vegetables and chicken", set()),
        ("mainly Mediterranean with vegetables and fish", set()),
        ("eats only organic food", set()),
        ("only eats at night", set()),
        ("used to live on noodles", set()),
    ],
)
def test_what_a_diet_says(diet: str, expected: set[str]) -> None:
    assert set(told(diet, "diet")) == expected


def test_running_text_needs_a_word_of_eating() -> None:
    assert set(told("I have lived on toast and soup for a year.", "text")) == {"very_narrow_diet"}
    assert told("My eyelid twitches, I only had coffee.", "text") == {}
    assert told("I drink only tea and water.", "text") == {}


def test_the_case_names_the_factor_and_leaves_no_hint() -> None:
    case = Case.from_mapping({"diet": "virtually only potato-containing foods"})
    assert [u.id for u in case.understood] == ["very_narrow_diet"]
    assert not case.issues

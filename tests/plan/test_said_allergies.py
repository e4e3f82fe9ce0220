"""What people say in passing that they cannot eat is left out; an allergy that was not understood stops the plan."""

from __future__ import annotations

import pytest

from repletion.case.model import Case
from repletion.knowledge.servings import servings
from repletion.plan.exclusions import Exclusions, exclusions_for
from repletion.plan.station import plan_case


def left_out(text: str) -> Exclusions:
    return exclusions_for(Case.parse(text, "text"), (), way=None)


@pytest.mark.parametrize(
    ("text", "allergens"),
    [
        ("woman 33, allergies: nuts, eggs", {"tree_nut", "peanut", "egg"}),
        ("woman 33, no nuts please", {"tree_nut", "peanut"}),
        ("I carry an EpiPen for nuts", {"tree_nut", "peanut"}),
        ("peanuts make my mouth itch", {"tree_nut", "peanut"}),
        ("milk gives me hives", {"milk", "lactose"}),
        ("gluten makes me ill", {"gluten", "wheat"}),
        ("man 50, no dairy", {"milk", "lactose"}),
        ("sesame brings me out in a rash", {"sesame"}),
        ("allergic to mustard and celery", {"mustard", "celery"}),
        ("I eat nuts every day, no fever", set()),
        ("not allergic to anything", set()),
        ("allergic to cats and pollen, sensitive to light", set()),
        ("allergic to amoxicillin, eyelid twitch", set()),
        ("fat free milk every day", set()),
        ("no energy, no fever", set()),
    ],
)
def test_an_allergen_said_in_passing(text: str, allergens: set[str]) -> None:
    found = left_out(text)
    assert found.allergens == allergens
    assert not found.unclear


@pytest.mark.parametrize(
    ("text", "word"), [("I react to strawberries", "strawberr"), ("allergic to kiwi, tired", "kiwi")]
)
def test_a_single_food_is_left_out(text: str, word: str) -> None:
    found = left_out(text)
    assert not found.unclear
    named = [one for one in servings().values() if word in one.name]
    assert named
    assert not any(found.allows(one) for one in named)


def test_an_allergy_that_was_not_understood_stops_the_plan() -> None:
    assert left_out("woman 33, allergic to xyzzyfruit").unclear == ("xyzzyfruit",)
    plan = plan_case(Case.parse("woman 33, allergic to xyzzyfruit", "text"))
    assert not plan.changes
    assert any("xyzzyfruit" in issue.message for issue in plan.issues)

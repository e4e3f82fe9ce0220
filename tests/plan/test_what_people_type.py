"""Exclusions, patterns, diaries that are odd: clear, safe, nothing lost."""

from __future__ import annotations

import pytest
from checked_plan import plan_of

from repletion.case import Case
from repletion.knowledge.servings import servings
from repletion.plan.station import prepare
from repletion.plan.words import household

EATER = "woman 40"


def offered(text: str = EATER, **options) -> list:
    session = prepare(Case.parse(text), **options).session
    assert session is not None
    return [item.serving for item in session.instance.items if item.high > 0 and item.serving is not None]


@pytest.mark.parametrize(
    ("word", "allergen"),
    [
        ("peanut", "peanut"),
        ("nuts", "tree_nut"),
        ("dairy", "milk"),
        ("eggs", "egg"),
        ("prawns", "shellfish"),
        ("soya", "soy"),
        ("gluten", "gluten"),
        ("sesame", "sesame"),
        ("celery", "celery"),
        ("pork", "pork"),
    ],
)
def test_only_foods_known_to_be_free_of_it_are_offered(word: str, allergen: str) -> None:
    foods = offered(without=[word])
    assert foods and all(food.holds(allergen) == "no" for food in foods)
    assert any(food.holds(allergen) == "unknown" for food in servings().values()) or allergen == "pork"


@pytest.mark.parametrize("way", ["vegan", "vegetarian", "pescatarian", "halal", "kosher"])
def test_a_way_of_eating_is_kept_by_every_food(way: str) -> None:
    foods = offered(pattern=[way])
    assert foods and all(food.suits(way) == "yes" for food in foods)


def test_an_allergy_in_the_case_is_heard_and_its_cousins_go_too() -> None:
    foods = offered("woman 40, allergic to peanuts")
    assert all(food.holds("peanut") == "no" and food.holds("tree_nut") == "no" for food in foods)


def test_a_small_budget_is_kept_by_every_new_food() -> None:
    everything, cheap = offered(), offered(price=1)
    new = {food.code for food in everything if food.price_tier > 1} - {food.code for food in cheap}
    assert new and len(cheap) > 100 and sum(food.price_tier > 1 for food in cheap) < 10  # what is eaten anyway may grow


def test_a_single_food_can_be_left_out() -> None:
    assert any("banana" in food.name for food in servings().values())
    assert not any("banana" in food.name for food in offered(without=["banana"]))


@pytest.mark.parametrize("word", ["florbish", "penut", "xqz", "everything"])
def test_an_unknown_word_stops_the_plan_and_says_so(word: str) -> None:
    plan = plan_of(EATER, without=[word])
    assert plan.status == "withheld" and not plan.changes
    issue = next(issue for issue in plan.issues if issue.where == "without")
    assert word in issue.message and issue.remedy
    if word == "penut":
        assert "peanut" in issue.remedy


def test_an_unknown_pattern_stops_the_plan() -> None:
    assert plan_of(EATER, pattern=["brethairian"]).status == "withheld"


def test_what_does_not_suit_is_taken_out_of_the_day_and_named() -> None:
    diary = "1 glass milk\n200 g steak\n2 slices white bread\n1 cup rice\n1 apple\n1 cup black beans"
    diary += "\n2 tablespoons olive oil"
    request = prepare(Case.parse(EATER), diary=diary, pattern=["vegan"])
    assert request.start is not None
    out = {food.name.lower() for food in request.start.foods if food.forbidden}
    assert any("milk" in name for name in out) and any("steak" in name for name in out)
    assert not any("beans" in name or "apple" in name for name in out)


def test_leaving_out_beats_keeping() -> None:
    diary = "2 glasses milk\n6 slices white bread\n1 cup rice\n1 banana\n100 g chicken breast\n3 tablespoons olive oil"
    request = prepare(Case.parse(EATER), diary=diary, keep=["milk", "unicorn"], without=["dairy"])
    messages = " ".join(issue.message for issue in request.issues)
    assert "leaving out comes first" in messages and "unicorn" in messages


def test_everything_left_out_is_said_and_not_hidden() -> None:
    words = "meat fish seafood milk egg beans vegetables fruit grains nuts soy sesame juice bread"
    without = tuple(words.split())
    plan = plan_of(EATER, without=without)
    assert plan.status in ("impossible", "partly", "withheld")
    assert plan.conflicts or plan.unmet or plan.care
    assert not [
        change for change in plan.changes if change.kind == "new" and change.group in ("fish", "fruit", "grain")
    ]


@pytest.mark.parametrize(
    ("diary", "words"),
    [
        ("", "no diary"),
        ("nothing\n-", "could be read"),
        ("vitamin D 1000 IU\nmagnesium citrate 200 mg", "only supplements"),
        ("40 boiled eggs\n3 kg chocolate cake\n2 l olive oil", "far more than"),
        ("1 apple", "far less than"),
    ],
)
def test_odd_diaries_start_from_a_typical_day_and_say_why(diary: str, words: str) -> None:
    request = prepare(Case.parse(EATER), diary=diary)
    assert request.start is not None and request.start.kind == "typical"
    assert words in request.why
    if "vitamin D" in diary:
        assert request.start.supplements["vitamin_d"] == pytest.approx(25)


@pytest.mark.parametrize(
    "diary",
    [
        "bread -200 g\nrice nan g\n1e9 apples",  # impossible amounts
        "0 g rice\n0 apples",
        "9 kg white bread",
        "1 kg butter\n500 g olive oil\n10 slices bread",  # 9,000 kcal and more
        "\x00\x01",
    ],
)
def test_an_impossible_day_neither_stops_the_plan_nor_becomes_it(diary: str) -> None:
    request = prepare(Case.parse(EATER), diary=diary)
    assert request.session is not None and request.start is not None
    assert request.start.kind == "typical" and 1500 < request.start.energy < 3000
    assert request.why and (request.issues or "slip" in request.why)


def test_wishes_that_contradict_each_other_are_named_and_a_plan_still_stands() -> None:
    everyday = ("halal", "kosher", "gluten-free", "vegan")
    plan = plan_of(EATER, pattern=everyday, without=("soy", "nuts", "beans", "vegetables"))
    assert plan.status in ("partly", "impossible") and plan.unmet and (plan.conflicts or plan.relaxations)
    raised = [servings()[change.code] for change in plan.changes if change.grams > 0]
    assert all(food.suits("vegan") == "yes" and food.holds("soy") == "no" for food in raised)


def test_a_plan_of_almost_nothing_is_still_a_plan() -> None:
    plan = plan_of(EATER, most_new=0, most_change=0.5, explain=False)
    assert sum(abs(c.servings_to - c.servings_from) for c in plan.changes) <= 0.5 and plan.unmet


def test_lines_that_were_not_read_are_kept() -> None:
    diary = "2 slices white bread\nsome blorptang\n1 cup rice\n200 g chicken breast"
    diary += "\n2 glasses milk\n2 tablespoons olive oil\n1 banana"
    request = prepare(Case.parse(EATER), diary=diary)
    assert request.start is not None and request.start.unread == ("some blorptang",)
    assert any("blorptang" in issue.message for issue in request.issues)


@pytest.mark.parametrize(
    ("portion", "times", "words"),
    [
        ("1 glass", 0.5, "½ glass"),
        ("1 cup", 1.5, "1½ cups"),
        ("half a cup", 1.0, "½ cup"),
        ("half a cup", 2.0, "1 cup"),
        ("2 tablespoons", 1.5, "3 tablespoons"),
        ("1 slice", 2.0, "2 slices"),
        ("a few squares", 0.5, "half of a few squares"),
    ],
)
def test_portions_are_said_as_a_kitchen_says_them(portion: str, times: float, words: str) -> None:
    assert household(portion, times) == words

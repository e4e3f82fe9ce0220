"""The everyday servings: every code in the food table, diets and allergens as the words say, sizes people eat."""

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from repletion.foods import open_table
from repletion.knowledge.servings import (
    ALLERGENS,
    GROUPS,
    Serving,
    problems,
    servings,
)

TABLE = open_table()
SERVINGS = servings()
ALL = list(SERVINGS.values())
ROOT = Path(__file__).parents[2]
PLANNED = (
    *("energy", "protein", "fiber", "calcium", "iron", "magnesium", "phosphorus", "potassium", "sodium", "zinc"),
    *("copper", "manganese", "selenium", "vitamin_a", "vitamin_c", "vitamin_d", "vitamin_e", "vitamin_k", "thiamin"),
    *("riboflavin", "niacin", "vitamin_b6", "folate", "vitamin_b12", "choline"),
)


def amount(serving: Serving, nutrient: str) -> float:
    """Per 100 g; NaN where the table has none."""
    return float(TABLE.amounts(serving.code)[TABLE.index(nutrient)])


def per_serving(serving: Serving, nutrient: str) -> float:
    value = amount(serving, nutrient) * serving.grams / 100
    return 0.0 if math.isnan(value) else value


def described(serving: Serving) -> str:
    return TABLE.food(serving.code).description


def having(pattern: str, unless: str = r"(?!)") -> list[Serving]:
    """Servings whose table description has a word, and not one of ``unless``."""
    return [s for s in ALL if re.search(pattern, described(s), re.I) and not re.search(unless, described(s), re.I)]


def wrong(found: list[Serving]) -> list[str]:
    return [f"{s.code} {s.name} ({described(s)})" for s in found]


def test_there_are_enough_and_of_every_group():
    assert len(ALL) >= 1500
    assert {serving.group for serving in ALL} == set(GROUPS)
    for group in ("grain", "vegetable", "fruit", "fish", "sweet", "drink", "mixed_dish"):
        assert sum(s.group == group for s in ALL) >= 80, group


def test_nothing_contradicts_itself_and_every_code_is_in_the_food_table():
    assert problems(SERVINGS, TABLE.ids) == []


def test_the_shipped_files_are_those_of_the_rules():
    command = [sys.executable, str(ROOT / "scripts/build_servings.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# -- ways of eating --------------------------------------------------------------------------------------------

FLESH = (
    r"\b(beef|pork|ham|bacon|veal|lamb|mutton|venison|chicken|turkey|duck|goose|meat|sausage|frankfurter|bologna|salami|"
    r"liver|fish|tuna|salmon|cod|herring|sardines?|anchov\w+|shrimp|prawns?|crab|lobster|clams?|oysters?|mussels?|"
    r"scallops?|squid|lard|gelatin|marshmallows?)\b"
)
NO_FLESH = (
    r"duck (egg|sauce)|meatless|without meat|meat substitute|no meat|imitation|oyster|crackers, oyster|mushrooms|"
    r"just cheese|with or without"
)
ANIMAL = r"\b(milk|cheese|cream|butter|buttermilk|yogurt|whey|eggs?|honey|mayonnaise|omelet|custard|ghee)\b"
NO_ANIMAL = (
    r"(peanut|almond|cashew|nut|fruit) butter|curd cheese|(soy|almond|rice|coconut) milk|non-?dairy|"
    r"cream of (wheat|rye|rice)|rice, cream of|honey ?dew|cream soda|no eggs?|vegan|cookie|"
    r"butter beans|egg rolls?|creamer, soy|tofu|honey roasted|coconut milk|, no butter|made with water|no added"
)


def test_nothing_vegetarian_has_meat_or_fish_in_its_words():
    assert not wrong([s for s in having(FLESH, NO_FLESH) if "yes" in (s.vegan, s.vegetarian)])


def test_nothing_vegan_has_milk_egg_or_honey_in_its_words_or_cholesterol():
    assert not wrong([s for s in having(ANIMAL, NO_ANIMAL) if s.vegan == "yes"])
    assert not wrong([s for s in ALL if s.vegan == "yes" and amount(s, "cholesterol") > 0])


def test_vitamin_b12_of_vegan_food_was_added_or_made_by_microbes():
    fermented = r"seaweed|tempeh|miso|natto|beer|wine|tofu|mushroom|yeast|sauerkraut|energy drink|sushi"
    found = [s for s in ALL if s.vegan == "yes" and per_serving(s, "vitamin_b12") > 0.1 and "fortified" not in s.tags]
    assert not wrong([s for s in found if not re.search(fermented, described(s), re.I)])


def test_groups_of_flesh_suit_no_vegetarian():
    flesh = ("fish", "shellfish", "poultry", "red_meat", "processed_meat", "offal")
    assert not wrong([s for s in ALL if s.group in flesh and (s.vegan, s.vegetarian) != ("no", "no")])
    assert all(s.pescatarian == "no" for s in ALL if s.group in flesh[2:])
    assert all(s.pescatarian == "yes" for s in ALL if s.group in flesh[:2])


def test_halal_and_kosher_never_clear_what_they_cannot():
    assert not [s for s in ALL if s.contains_alcohol == "yes" and s.halal != "no"]
    assert not [s for s in ALL if s.contains_pork == "yes" and (s.halal, s.kosher) != ("no", "no")]
    assert not [s for s in ALL if s.group in ("poultry", "red_meat", "offal") and "yes" in (s.halal, s.kosher)]
    assert not [s for s in ALL if s.contains_shellfish == "yes" and s.kosher != "no"]


# -- allergens -------------------------------------------------------------------------------------------------

WORDS = {
    "milk": (
        r"\b(milk|cheese|cream|yogurt|buttermilk|butter)\b",
        r"(soy|almond|rice|coconut) milk|non-?dairy|(peanut|almond|cashew|nut|fruit|honey) butter|"
        r"cream of (wheat|rye|rice)|rice, cream of|cream soda|butter beans|butter replacement|"
        r"head cheese|no (milk|butter|cheese)|"
        r"butter flavored|crackers, butter|coconut|creamer, soy|with or without|curd cheese|margarine|made with tofu|"
        r"without (milk|butter|cheese)|cream-style|cream style",
    ),
    "egg": (
        r"\b(eggs?|omelet|mayonnaise|meringues?|quiche)\b",
        r"egg rolls?|no eggs?|made with tofu|mayonnaise-type|vegan|Easter",
    ),
    "wheat": (
        r"\b(wheat|bread|roll|bagel|pita|pasta|macaroni|spaghetti|lasagna|couscous|bulgur|pizza|pretzels?|croissant|"
        r"cake|pie|cookie|doughnut|waffle|pancakes?|sandwich)\b",
        r"gluten.?free|buckwheat|cornbread|spaghetti,|squash|rice cake|popcorn cake|cream of|bread, rice|egg rolls?|"
        r"sauce|shepherd|crab cake|fish cake|cake or patty|bean cake|casabe|roll with meat|oil|sushi|syrup|sour cream|"
        r"ice cream|pie filling|rice noodle|ball or cake|cabbage rolls|sandwich spread|gyro|meringue|breakfast",
    ),
    "peanut": (r"\bpeanuts?\b", r"without peanuts|not almonds or peanuts"),
    "tree_nut": (r"\b(almonds?|cashews?|walnuts?|pecans?|hazelnuts?|pistachio|macadamia)\b", r"not almonds"),
    "soy": (r"\b(soybeans?|tofu|miso|edamame|soy sauce|soy milk)\b", r"vegetables, tempura"),
    "fish": (r"\b(tuna|salmon|cod|herring|sardines?|anchovy|mackerel|trout|haddock)\b", r"not tuna"),
    "shellfish": (
        r"\b(shrimp|crab|lobster|clams?|oysters?|mussels?|scallops?|squid)\b",
        r"crackers|mushroom|and/or|or seafood|not tuna",
    ),
    "sesame": (r"\b(sesame|tahini)\b", r"(?!)"),
    "alcohol": (r"\b(wine|whiskey|gin|vodka|rum|tequila|beer)\b", r"nonalcoholic|root beer"),
}


@pytest.mark.parametrize("allergen", WORDS)
def test_what_the_description_names_is_never_absent(allergen):
    pattern, unless = WORDS[allergen]
    found = having(pattern, unless)
    assert len(found) >= 3
    assert not wrong([s for s in found if s.holds(allergen) == "no"])


def test_plain_food_is_cleared_and_mixed_food_is_not():
    for code in ("fndds:63101000", "fndds:56205008", "fndds:75211020", "fndds:41302080", "fndds:24122131"):
        assert {SERVINGS[code].holds(allergen) for allergen in ALLERGENS} == {"no"}, code
    for serving in ALL:
        if serving.kind in ("mixed", "soup", "veg_dish", "cake", "bar", "processed_meat"):
            assert "unknown" in {serving.holds(allergen) for allergen in ALLERGENS}, serving.name
        if serving.kind == "bread":
            assert (serving.contains_wheat, serving.contains_gluten) == ("yes", "yes")
        if serving.kind in ("milk", "yogurt", "cheese_hard", "cheese_soft", "cheese_fresh", "butter"):
            assert serving.contains_milk == "yes"


def test_gluten_free_food_is_gluten_free():
    assert len(having("gluten.?free")) >= 4
    assert not wrong([s for s in having("gluten.?free") if "yes" in (s.contains_gluten, s.contains_wheat)])


# -- sizes -----------------------------------------------------------------------------------------------------

SIZES = {  # group: fewest and most grams of a serving
    "grain": (5, 275),
    "fruit": (20, 300),
    "vegetable": (5, 260),
    "green_leafy": (2, 160),
    "nut_seed": (8, 65),
    "cheese": (4, 160),
    "dairy": (28, 260),
    "egg": (15, 200),
    "fish": (10, 150),
    "shellfish": (50, 150),
    "poultry": (80, 170),
    "red_meat": (60, 150),
    "processed_meat": (6, 120),
    "fat_oil": (4, 65),
    "condiment": (4, 150),
    "sweet": (3, 250),
    "snack": (5, 120),
    "soup": (200, 270),
    "mixed_dish": (40, 430),
    "alcohol": (30, 360),
}


def test_portions_are_such_as_people_eat():
    for serving in ALL:
        low, high = SIZES.get(serving.group, (10, 360))
        assert low <= serving.grams <= high, (serving.code, serving.name, serving.grams)
        assert serving.household[0].islower() or serving.household[0].isdigit(), serving.household
    assert sum(s.measure != "assumed" for s in ALL) >= 1200


def test_the_most_of_one_food_leaves_room_for_others():
    found = {s.name: per_serving(s, "energy") * s.max for s in ALL}
    assert {name: round(kcal) for name, kcal in found.items() if kcal > 1150} == {}
    assert per_serving(SERVINGS["fndds:63101000"], "energy") > 50


def test_no_serving_is_absurd_in_iron_or_sodium():
    assert not wrong([s for s in ALL if per_serving(s, "sodium") > 2600])
    assert not wrong([s for s in ALL if per_serving(s, "iron") > 12 and "fortified" not in s.tags])


def test_composition_is_known_for_two_thirds_of_what_is_planned():
    places = [TABLE.index(nutrient) for nutrient in PLANNED]
    assert len(places) == 25
    for serving in ALL:
        missing = sum(math.isnan(value) for value in TABLE.amounts(serving.code)[places])
        assert missing * 3 <= len(places), (serving.code, serving.name, missing)


# -- what does not belong --------------------------------------------------------------------------------------


def test_no_spices_powders_flours_raw_meat_or_infant_food():
    pattern = (
        r"\b(infant|baby ?food|toddler|formula|human milk|^spices|baking (powder|soda)|not reconstituted|bouillon cube|"
        r"brains|head, cooked|feet|chitterlings|opossum|armadillo|beaver|as ingredient)\b|^(wheat )?flour|, flour$"
    )
    assert not wrong(having(pattern, r"^(tortilla|taco shell)"))
    raw = [
        s
        for s in having(r"\braw\b", "from raw")
        if s.group in ("poultry", "red_meat", "processed_meat", "offal", "egg")
    ]
    assert not wrong(raw)


def test_names_are_plain():
    brands = r"kellogg|mcdonald|nesquik|burger king|cheerios|quaker|general mills|coca|pepsi|heinz|danone|NFS|NS as to"
    for serving in ALL:
        assert len(serving.name) <= 60, serving.name
        assert not re.search(brands, f"{serving.name} {serving.british}", re.I), serving.name
        assert serving.british.casefold() != serving.name.casefold()


# -- tags ------------------------------------------------------------------------------------------------------


def test_what_was_fortified_is_tagged():
    added = [s for s in ALL if amount(s, "vitamin_b12_added") > 0 or amount(s, "folic_acid") >= 10]
    assert len(added) > 200
    assert not wrong([s for s in added if "fortified" not in s.tags])


@pytest.mark.parametrize(
    ("tag", "pattern", "unless"),
    [
        ("liver", r"\blivers?\b", "cod liver|oil, cod"),
        ("grapefruit", r"grapefruit", "(?!)"),
        ("high_mercury_fish", r"swordfish|shark|tilefish|king mackerel|mackerel, king", "(?!)"),
        ("raw_fish", r"(oysters|clams|salmon|tuna).*\braw\b", "(?!)"),
        ("licorice", r"licorice", "(?!)"),
        ("soft_cheese", r"\b(brie|camembert|blue or roquefort)\b", "dressing"),
        ("raw_sprouts", r"sprouts.*\b(raw|NFS)\b|alfalfa", "brussels"),
        ("caffeine", r"coffee|espresso|energy drink|tea, hot, leaf", "decaf|substitute|coffee cake|creamer"),
    ],
)
def test_what_matters_for_a_medicine_or_a_pregnancy_is_tagged(tag, pattern, unless):
    found = having(pattern, unless)
    assert found
    assert not wrong([s for s in found if tag not in s.tags])


def test_every_liver_is_rich_in_vitamin_a_or_small():
    livers = [s for s in ALL if "liver" in s.tags]
    assert sum("high_vitamin_a" in s.tags for s in livers) >= 4

"""Lines as different people type them: lists, headings, amounts said last, older names of foods, doses said twice."""

from __future__ import annotations

import pytest

from repletion.foods import search
from repletion.intake.diary import read_diary
from repletion.intake.matching import find_food
from repletion.intake.totals import totals


def foods(text: str) -> list[str]:
    return [line.food.description for line in read_diary(text).lines if line.food is not None]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("fish fingers x 4, oven chips, mushy peas", ["Fish, fish sticks", "Potato, french fries", "Green peas"]),
        ("bowl of porridge w/ golden syrup", ["Oatmeal", "Syrup"]),
        ("Gatorade 20 oz, protein bar", ["Sports drink", "Nutrition bar"]),
        ("Coffee, 12 oz, with half and half", ["Coffee, brewed", "Cream, half and half"]),
        ("Chicken breast, grilled, no skin", ["Chicken breast"]),
        ("Turkey sandwich on whole wheat with mayo, lettuce and tomato", ["Turkey submarine sandwich"]),
        ("white onions, 1/4 cup chopped", ["Onions, raw"]),
        ("2 idli with sambar and coconut chutney", ["Cake or pancake made with rice flour", "Sambar", "Coconut"]),
    ],
)
def test_a_list_on_one_line(line, expected):
    found = foods(line)
    assert len(found) == len(expected)
    assert all(food.startswith(start) for food, start in zip(found, expected, strict=True))


def test_what_is_unknown_in_a_list_is_all_that_is_lost():
    lines = read_diary("zzyzx qqrst, 2 boiled eggs, toast").lines
    assert [line.status for line in lines].count("not_understood") == 1
    assert len([line for line in lines if line.food is not None]) == 2


@pytest.mark.parametrize(
    ("line", "meal"),
    [
        ("Mid-morning: Kind bar", "Mid-morning"),
        ("Tea: sardines on toast", "Tea"),
        ("after school: crisps", "after school"),
        ("Lunch—soup", "Lunch"),
        ("Brekkie: 2 eggs", "Brekkie"),
    ],
)
def test_headings_of_meals(line, meal):
    lines = read_diary(line).lines
    assert {each.meal for each in lines} == {meal}
    assert all(each.food is not None for each in lines)


def test_a_food_before_a_colon_is_no_heading():
    (line,) = read_diary("crackers: 6").lines
    assert line.food is not None and line.food.description.startswith("Crackers")


@pytest.mark.parametrize(
    ("line", "share_of"),
    [
        ("banana (half)", ("1 banana", 0.5)),
        ("falafel x5", ("1 falafel", 5)),
        ("1/2 - 3/4 cup peas", ("1 cup peas", 0.625)),
    ],
)
def test_amounts_said_last_or_as_a_range(line, share_of):
    one, share = share_of
    (said,), (single,) = read_diary(line).lines, read_diary(one).lines
    assert said.grams == pytest.approx(single.grams * share, rel=0.01)


def test_a_pint_says_which_pint():
    british, american = read_diary("1 pint of bitter"), read_diary("1 pint orange juice")
    assert british.lines[0].grams > 560 and american.lines[0].grams < 510
    assert any("568" in issue.message for issue in british.issues)
    assert any("568" in issue.message for issue in american.issues)
    (stated,) = read_diary("1 UK pint orange juice").lines
    assert stated.grams > 560


@pytest.mark.parametrize(
    ("line", "amounts"),
    [
        ("iron 65 mg (ferrous sulfate 325 mg)", {"iron": 65}),
        ("magnesium citrate 1000 mg (160 mg elemental)", {"magnesium": 160}),
        ("vitamin B-12 500mcg sublingual", {"vitamin_b12": 500}),
        ("calcium + vitamin D 600 mg/400 IU", {"calcium": 600, "vitamin_d": 10}),
    ],
)
def test_doses_said_twice_or_in_pairs(line, amounts):
    doses = {dose.nutrient: dose.amount for each in read_diary(line).lines for dose in each.doses}
    assert doses == {slug: pytest.approx(amount) for slug, amount in amounts.items()}


@pytest.mark.parametrize("line", ["Centrum Silver 1 tablet", "Floradix 10 ml", "2 x Adcal D3", "Berocca"])
def test_products_add_the_unknown(line):
    (taken,) = read_diary(line).lines
    assert taken.status == "supplement" and taken.doses
    assert all(dose.amount is None for dose in taken.doses)


@pytest.mark.parametrize(
    ("older", "present"),
    [
        ("Milk, cow's, fluid, other than whole, NS as to 2%, 1%, or skim (formerly NS)", "Milk, reduced fat (2%)"),
        ("Milk, almond, ready-to-drink", "Almond milk, sweetened"),
        ("Fish, NS as to type, breaded or floured, fried", "Fish, NS as to type, coated, fried, made with oil"),
        ("Beans, dry, cooked, NS as to type and as to fat added in cooking", "Beans, NFS"),
        ("Chickpeas, dry, cooked, NS as to fat added in cooking", "Chickpeas, from dried, no added fat"),
        ("Coleslaw, with dressing", "Cabbage salad or coleslaw, made with coleslaw dressing"),
        ("White potato chips, restructured, flavored", "Potato chips, restructured, flavored"),
        (
            "Cheeseburger, 1/4 lb meat, with tomato and/or catsup, on bun",
            "Cheeseburger, from fast food, 1 medium patty",
        ),
        ("Soft drink, cola-type, decaffeinated, sugar-free", "Soft drink, cola, decaffeinated, diet"),
        ("Gelatin dessert, dietetic, sweetened with low calorie sweetener", "Gelatin dessert, sugar free"),
        ("Water as an ingredient", "Water, tap"),
    ],
)
def test_names_of_an_older_release(older, present):
    best = find_food(older)[0]
    assert best.food.description == present
    assert best.score > 90


def test_a_known_product_is_not_replaced_by_its_kind():
    best = find_food("Cereal (Post Great Grains Double Pecan Whole Grain Cereal)")[0]
    assert "GREAT GRAINS" in best.food.description.upper()


@pytest.mark.parametrize(
    ("query", "start"),
    [
        ("white onions", "Onions, raw"),
        ("garden salad", "Lettuce, salad"),
        ("veggie patty", "Vegetarian burger"),
        ("oat flakes", "Oats"),
        ("tea, hot or iced", "Tea, hot"),
        ("curd", "Yogurt"),
        ("chickpeas, dry, cooked", "Chickpeas, from dried"),
    ],
)
def test_words_that_meant_something_else(query, start):
    assert search(query, limit=1)[0].food.description.startswith(start)


def test_salt_to_taste_weakens_sodium_and_hardly_anything_else():
    found = {
        each.nutrient: each for each in totals(read_diary("300 g chicken breast\n200 g cooked rice\nsalt to taste"))
    }
    assert found["sodium"].status == "partial" and found["sodium"].coverage < 0.9
    assert found["magnesium"].coverage > 0.98


@pytest.mark.parametrize(("food", "most"), [("cinnamon", 5), ("vanilla extract", 6), ("baking powder", 6)])
def test_a_seasoning_without_amount_is_a_spoon_not_a_cup(food, most):
    (line,) = read_diary(food).lines
    assert line.grams < most


def test_salt_without_amount_is_unknown():
    (line,) = read_diary("salt").lines
    assert line.status == "unmeasured" and line.grams is None


def test_a_glass_of_wine_is_no_tumbler():
    (wine,) = read_diary("glass of red wine").lines
    (milk,) = read_diary("glass of milk").lines
    assert 120 < wine.grams < 185 < milk.grams


def test_an_app_row_is_one_food():
    text = 'food,amount,unit\n"Apples, raw, with skin",1,"medium (3"" dia)"\n'
    (line,) = read_diary(text, format="csv").lines
    assert line.food is not None and line.food.description.startswith("Apple")

"""Safety rules are data: each is cited, each acts, and what they bar is never offered."""

from __future__ import annotations

import pytest
from checked_plan import plan_of

import repletion
from repletion.case import Case
from repletion.knowledge import load
from repletion.knowledge.servings import GROUPS, TAGS, servings
from repletion.plan.data import energy_needs, groups, needs, never, remedies, rules, safety, typical
from repletion.plan.notes import clashes_of
from repletion.plan.safety import effects_for
from repletion.plan.station import prepare
from repletion.plan.traces import found


def request(text: str, **options):
    return prepare(Case.parse(text), **options)


def offered(text: str, **options) -> list:
    session = request(text, **options).session
    assert session is not None
    return [item.serving for item in session.instance.items if item.high > 0 and item.serving is not None]


def test_every_rule_is_cited_and_names_what_exists() -> None:
    knowledge = load()
    known = {*knowledge.factors, *knowledge.states}
    classes = {drug.drug_class for drug in knowledge.drugs.values()}
    from repletion.foods import open_table

    columns = {nutrient.slug for nutrient in open_table().nutrients}
    ids = [rule.id for rule in safety()]
    assert len(ids) == len(set(ids)) >= 40
    for rule in safety():
        assert rule.source in knowledge.sources and rule.locator, rule.id
        assert set(rule.factors) <= known, (rule.id, set(rule.factors) - known)
        assert set(rule.states) <= set(knowledge.states), rule.id
        assert set(rule.findings) <= set(knowledge.findings), rule.id
        assert set(rule.drug_classes) <= classes, (rule.id, set(rule.drug_classes) - classes)
        assert {*rule.high, *rule.low} <= set(knowledge.tests), rule.id
        assert {*rule.cap, *rule.band, *rule.no_goal} <= columns, rule.id
        assert set(rule.avoid_groups) <= set(GROUPS), rule.id
        assert set(rule.avoid_trace) <= set(found()), rule.id
        assert rule.withhold or rule.note or rule.everyone, rule.id
    for entry in (*remedies().values(), *energy_needs(), *never().absorption, *rules().values()):
        assert entry.source in knowledge.sources, entry


def test_groups_needs_and_the_typical_day_name_what_exists() -> None:
    assert set(groups()) == set(GROUPS)
    assert set(needs()) >= {"calcium", "iron", "vitamin_b12", "magnesium", "fiber"}
    assert all(set(row.codes) <= set(servings()) for row in typical())
    assert set(TAGS) & set(never().tags)


@pytest.mark.parametrize(
    ("words", "nutrient"),
    [
        ("chronic kidney disease stage 4", "potassium"),
        ("chronic kidney disease", "magnesium"),
        ("chronic kidney disease", "phosphorus"),
        ("takes lisinopril", "potassium"),
        ("takes losartan", "potassium"),
        ("takes spironolactone", "potassium"),
        ("takes trimethoprim", "potassium"),
        ("takes tacrolimus", "potassium"),
        ("potassium 5.9 mmol/L", "potassium"),
        ("sarcoidosis", "calcium"),
        ("sarcoidosis", "vitamin_d"),
        ("primary hyperparathyroidism", "calcium"),
        ("hypercalcemia", "vitamin_d"),
        ("hemochromatosis", "iron"),
        ("takes warfarin", "vitamin_k"),
        ("Wilson disease", "copper"),
    ],
)
def test_what_must_not_be_pushed_is_no_goal_and_is_held(words: str, nutrient: str) -> None:
    effects = effects_for(Case.parse(f"man 60, {words}"), load())
    assert nutrient in effects.no_goal
    assert nutrient in effects.cap or nutrient in effects.band
    session = request(f"man 60, {words}").session
    if session is not None:
        assert nutrient not in {goal.nutrient for goal in session.goals.goals}


@pytest.mark.parametrize(
    "words",
    [
        "anorexia nervosa",
        "bulimia",
        "I make myself sick after meals",
        "I am starving myself",
        "on dialysis",
        "phenylketonuria",
        "malnutrition",
    ],
)
def test_care_takes_the_place_of_a_plan(words: str) -> None:
    plan = plan_of(f"woman 24, {words}")
    assert plan.status == "withheld" and plan.care
    assert not plan.changes and not plan.nutrients and not plan.alternatives


def test_underweight_and_childhood_get_care_and_no_plan() -> None:
    person = {"age": 24, "sex": "female", "height_cm": 170, "weight_kg": 45}
    thin = repletion.plan(Case.from_mapping({"person": person}))
    child = plan_of("boy 9, tired")
    assert thin.status == child.status == "withheld"
    assert "weight" in thin.care[0] and "adults" in " ".join(child.care)


def test_a_red_flag_comes_before_any_plan() -> None:
    plan = plan_of("man 60, my face droops on one side since this morning")
    assert plan.triage.urgency == "emergency" and plan.status == "withheld" and not plan.changes


def test_pregnancy_leaves_out_what_could_harm() -> None:
    foods = offered("woman 30 pregnant")
    bad = {"liver", "high_vitamin_a", "high_mercury_fish", "raw_fish", "soft_cheese", "unpasteurized", "raw_sprouts"}
    assert foods and not any(bad & set(food.tags) for food in foods)
    assert not any(food.group in ("offal", "alcohol", "processed_meat", "fish") for food in foods)


@pytest.mark.parametrize(
    ("words", "food", "label"),
    [
        ("woman 30 pregnant", "100 g salami", "pregnancy"),
        ("woman 30 pregnant", "1 glass eggnog", "pregnancy"),
        ("man 60, takes simvastatin", "1 grapefruit", "grapefruit"),
        ("man 60, takes phenelzine", "50 g blue cheese", "monoamine"),
    ],
)
def test_a_food_of_the_diary_that_clashes_with_a_rule_is_named(words: str, food: str, label: str) -> None:
    diary = f"{food}\n6 slices white bread\n1 cup rice\n2 bananas\n200 g chicken breast\n3 tablespoons olive oil"
    session = request(words, diary=diary).session
    clashes = clashes_of(session.start, session.effects)
    assert any(label in name.lower() and foods for name, foods in clashes.items()), clashes


def test_a_clash_is_said_beside_the_plan() -> None:
    diary = "1 grapefruit\n6 slices white bread\n1 cup rice\n2 bananas\n200 g chicken breast\n3 tablespoons olive oil"
    plan = plan_of("man 60, takes simvastatin", diary=diary, explain=False)
    assert any(note.startswith("Already in your day") and "grapefruit" in note for note in plan.notes), plan.notes


def test_a_child_named_without_an_age_gets_no_plan_and_is_asked_for_it() -> None:
    plan = plan_of("my daughter is tired and eats little")
    assert plan.status == "withheld" and "give the age" in " ".join(plan.care)


def test_nobody_is_offered_what_is_safe_only_in_small_amounts() -> None:
    for food in offered("man 40"):
        assert not set(never().tags) & set(food.tags)
        assert groups()[food.group].add == "yes"


@pytest.mark.parametrize(("words", "tag"), [("takes phenelzine", "tyramine_rich"), ("takes simvastatin", "grapefruit")])
def test_foods_that_clash_with_a_medicine_are_left_out(words: str, tag: str) -> None:
    assert any(tag in food.tags for food in servings().values())
    assert not any(tag in food.tags or tag in food.name for food in offered(f"man 60, {words}"))


def test_no_supplement_is_named_where_it_could_harm() -> None:
    barred = effects_for(Case.parse("man 70, chronic kidney disease, takes spironolactone"), load()).no_supplement
    assert {"potassium", "magnesium", "vitamin_d", "calcium"} <= set(barred)
    everyone = effects_for(Case.parse("woman 30"), load()).no_supplement
    assert {"potassium", "vitamin_b6", "vitamin_a"} <= set(everyone)
    assert not remedies()["potassium"].supplement and not remedies()["folate"].supplement
    assert "B12" in remedies()["folate"].first

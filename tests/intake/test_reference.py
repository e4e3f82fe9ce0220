"""The tables, and the right row for one person."""

import msgspec
import pytest

from repletion.case.model import Person
from repletion.errors import KnowledgeError, UnknownName
from repletion.intake import tables
from repletion.intake.reference import nutrients, reference_for

STAGES = 22


def nasem():
    return [row for rows in tables.rows_by_nutrient("NASEM").values() for row in rows]


def values(measure, unit=None):
    return {
        (r.nutrient, r.life_stage, r.unit): r.value for r in nasem() if r.measure == measure and r.value is not None
    }


def test_recommended_amount_follows_from_average_and_spread():
    rda, checked = values("RDA"), 0
    for (nutrient, stage, unit), ear in values("EAR").items():
        spread = tables.spreads().get(nutrient)
        if spread is None or spread.cv_percent is None or nutrient == "iodine" or unit == "g/kg/d":
            continue
        checked += 1
        assert rda[nutrient, stage, unit] == pytest.approx(ear * (1 + 2 * spread.cv_percent / 100), rel=0.1), (
            nutrient,
            stage,
        )
    assert checked > 250


def test_average_below_recommended_below_limit_except_magnesium():
    rda, ai, ul = values("RDA"), values("AI"), values("UL")
    assert all(ear < rda[key] for key, ear in values("EAR").items())
    over = {
        key for key, limit in ul.items() for goal in (rda.get(key, ai.get(key)),) if goal is not None and goal > limit
    }
    assert {key[0] for key in over} == {"magnesium"}
    assert len(over) == 11


def test_every_nutrient_has_one_goal_in_every_stage():
    goals = {**values("RDA"), **values("AI")}
    assert not values("RDA").keys() & values("AI").keys()
    stages = {row.life_stage for row in nasem()}
    assert len(stages) == STAGES
    for nutrient in set(nutrients("NASEM")) - {"boron", "nickel", "vanadium", "fat", "fiber"}:
        assert {stage for name, stage, _ in goals if name == nutrient} == stages, nutrient
    assert len(nutrients("NASEM")) == 39


def test_check_refuses_doubles_gaps_and_contradictions():
    rows = [r for r in nasem() if r.nutrient == "magnesium" and r.measure == "EAR"]
    with pytest.raises(KnowledgeError, match="twice"):
        tables.check([*rows, rows[0]], "x")
    with pytest.raises(KnowledgeError, match="gap"):
        tables.check([r for r in rows if r.life_stage != "male_31_50"], "x")
    with pytest.raises(KnowledgeError, match="status"):
        tables.check([msgspec.structs.replace(rows[0], value=None)], "x")


@pytest.mark.parametrize(
    ("nutrient", "person", "field", "value"),
    [
        ("potassium", Person(age=40, sex="male"), "ai", 3400),
        ("magnesium", Person(age=40, sex="female"), "ear", 265),
        ("magnesium", Person(age=30.99, sex="female"), "ear", 255),
        ("magnesium", Person(age=31, sex="female"), "ear", 265),
        ("calcium", Person(age=16, sex="female", pregnant=True), "ear", 1100),
        ("vitamin_c", Person(age=40, sex="female", smoker=True), "rda", 110),
        ("protein", Person(age=40, sex="male", weight_kg=100), "ear", 66),
        ("iron", Person(age=60, sex="female", postmenopausal=True), "ear", 5),
        ("copper", Person(age=40, sex="male"), "rda", 900),
    ],
)
def test_row_for_a_person(nutrient, person, field, value):
    assert getattr(reference_for(nutrient, person), field) == pytest.approx(value)


def test_sodium_has_reduction_level_and_no_upper_limit():
    found = reference_for("sodium", Person(age=40, sex="male"))
    assert (found.cdrr, found.ul, found.ul_status) == (2300, None, "not determined")


def test_efsa_increment_phytate_and_menopause():
    pregnant = Person(age=30, sex="female", pregnant=True)
    zinc = reference_for("zinc", pregnant, "EFSA")
    assert (zinc.ear, zinc.rda, zinc.basis) == (pytest.approx(7.6 + 1.3), pytest.approx(9.3 + 1.6), "assumed")
    assert reference_for("zinc", Person(age=30, sex="male"), "EFSA", phytate_mg=1200).ear == 12.7
    with pytest.raises(UnknownName, match="300, 600, 900, 1200"):
        reference_for("zinc", pregnant, "EFSA", phytate_mg=500)
    assert reference_for("iron", Person(age=50, sex="female", postmenopausal=True), "EFSA").rda == 11
    assert reference_for("iron", Person(age=50, sex="female"), "EFSA").ranges["rda"] == (11, 16)
    assert reference_for("folate", pregnant, "EFSA").ear is None  # an AI of its own: never the other women's AR


def test_what_is_not_stated_ranges():
    found = reference_for("magnesium", Person(age=40))
    assert found.ear is None and found.ranges["ear"] == (265, 350) and found.issues
    assert len(found.alternatives) == 2
    assert any("age" in i.message for i in reference_for("magnesium", Person(sex="female")).issues)


def test_edges_are_said():
    young = reference_for("iron", Person(age=12, sex="female", pregnant=True))
    assert young.life_stage == "pregnant_14_18" and any("12" in i.message for i in young.issues)
    old = reference_for("iron", Person(age=55, sex="female", lactating=True))
    assert old.life_stage == "lactating_31_50" and old.basis == "assumed"
    assert reference_for("iron", Person(age=30, sex="male", pregnant=True)).issues
    assert not reference_for("calcium", Person(age=8, sex="male"), "EFSA").exists
    with pytest.raises(UnknownName, match="magnesium"):
        reference_for("magnesum", Person(age=40, sex="male"))


@pytest.mark.parametrize("caution", ["chronic_kidney_disease", "ace_inhibitors", "arb", "potassium_sparing_diuretics"])
def test_potassium_is_no_goal_where_it_is_dangerous(caution):
    found = reference_for("potassium", Person(age=60, sex="male"), cautions=[caution])
    assert found.ai is None and "not a goal" in (found.suppressed or "")

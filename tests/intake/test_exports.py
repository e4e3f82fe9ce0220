"""Exports of diary apps and recall programs: what is in the table counts from there, the rest as exported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import repletion
from repletion.intake.brought import number, nutrient_columns
from repletion.intake.diary import Diary, read_diary
from repletion.intake.totals import totals

sys.path.insert(0, str(Path(__file__).parent))
import exports


def of(diary: Diary, nutrient: str):
    return next(total for total in totals(diary) if total.nutrient == nutrient)


@pytest.mark.parametrize("label", exports.ALL)
def test_each_export_is_recognised_by_its_columns(label):
    diary = read_diary(exports.ALL[label])
    assert any(f"export of {label}." in issue.message for issue in diary.issues)
    assert not [issue for issue in diary.issues if issue.level == "error"]


def test_cronometer_servings():
    diary = read_diary(exports.CRONOMETER)
    assert [line.status for line in diary.lines] == ["matched", "brought", "matched", "matched"]
    assert [line.line for line in diary.lines] == [2, 3, 4, 5]
    assert diary.days == ("2026-03-13", "2026-03-14")
    wrap = diary.lines[1]
    assert wrap.food is None and wrap.brought["energy"] == 1204.1
    assert wrap.brought["vitamin_d"] == pytest.approx(1.0)  # 40 IU
    assert "vitamin_a" not in wrap.brought  # IU of vitamin A are no fixed weight
    assert "Vitamin A (IU)" in diary.columns
    assert of(diary, "zinc").coverage < 1 and of(diary, "zinc").status == "partial"
    assert of(diary, "energy").coverage == 1


def test_days_and_meals_without_foods_are_taken_as_exported_and_missing_is_not_zero():
    diary = read_diary(exports.CRONOMETER_DAYS)
    assert diary.days == ("2026-02-02", "2026-02-03")
    assert of(diary, "energy").amount == 2000
    magnesium = of(diary, "magnesium")
    assert magnesium.status == "partial" and 0.4 < magnesium.coverage < 0.6
    assert of(diary, "zinc").amount is None

    diary = read_diary(exports.MYFITNESSPAL)
    assert [(line.meal, line.brought["energy"]) for line in diary.lines] == [
        ("Breakfast", 400), ("Lunch", 1050), ("Dinner", 700)
    ]  # fmt: skip
    assert {"Vitamin A", "Vitamin C", "Calcium", "Iron"} <= set(diary.columns)  # percent of a daily value
    assert of(diary, "iron").amount is None
    assert "saturated_fat" not in diary.lines[1].brought


def test_codes_of_the_survey_table_name_the_food():
    for text in (exports.ASA24, exports.NHANES):
        diary = read_diary(text)
        assert [line.status for line in diary.lines] == ["matched", "brought", "matched"]
        assert [line.grams for line in diary.lines] == [480, 100, 126]
        assert diary.lines[0].food.id == "fndds:92101000" and diary.lines[2].food.id == "fndds:63107010"
        assert "vitamin_d" not in diary.lines[1].brought and diary.lines[1].brought["magnesium"] == 20
    assert [line.meal for line in read_diary(exports.NHANES).lines] == ["Breakfast", "Lunch", "Dinner"]
    assert read_diary(exports.NHANES.replace("DR1", "DR2")).days == ("2",)


def test_intake24_goes_by_recall_and_weight():
    diary = read_diary(exports.INTAKE24)
    assert diary.days == ("2026-04-01", "2026-04-03")
    assert [(line.status, line.grams) for line in diary.lines] == [("matched", 110), ("brought", 80), ("matched", 200)]


def test_decimal_commas_and_kilojoules():
    diary = read_diary(exports.GERMAN)
    assert diary.lines[0].brought == {"energy": pytest.approx(250), "protein": 12.5}
    assert diary.lines[1].grams == 244


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [("1,050", ",", 1050), ("1,050", ";", 1.05), ("1.234,5", ";", 1234.5), ("1,234.5", ",", 1234.5),
     ("12,5", ",", 12.5), ("1.2.3", ",", None), ("-3", ",", None), ("1e9", ",", None),
     ("9999999999", ",", None), ("inf", ",", None)],
)  # fmt: skip
def test_numbers(text, mark, value):
    assert number(text, mark) == value


def test_a_column_without_a_unit_counts_only_where_the_export_is_known():
    assert nutrient_columns(["food", "Calcium", "Iron (mg)", "Zinc (%)", "Iron (mg)"]) == {2: ("iron", 1.0)}


def test_the_rows_of_other_people_are_reported_and_not_mixed_in():
    diary = read_diary(exports.NHANES + "70002,1,1,92101000,999,1,1,1,1,1,0\n")
    assert 999 not in [line.grams for line in diary.lines]
    assert any(issue.level == "error" and "2 people" in issue.message for issue in diary.issues)


def test_a_guessed_portion_gives_way_to_the_energy_that_came_along():
    text = 'Day,Group,Food Name,Amount,Energy (kcal)\n1,Lunch,"Milk, whole",,305\n'
    (line,) = read_diary(text).lines
    assert line.status == "matched" and line.grams == pytest.approx(500, rel=0.02)


def test_assess_reads_an_export_as_a_diary():
    case = repletion.Case.parse("tired for 3 weeks, woman 34", "text")
    answer = repletion.assess(case, diary=exports.MYFITNESSPAL)
    protein = next(row for row in answer.intake if row.nutrient == "protein")
    assert protein.amount == pytest.approx(50)
    assert not [row for row in answer.intake if row.nutrient == "zinc" and row.amount is not None]

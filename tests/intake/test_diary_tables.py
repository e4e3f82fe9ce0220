"""Diaries as tables: shifted columns, delimiters, app exports."""

from __future__ import annotations

import pytest

from repletion.intake.diary import DiaryError, read_diary


def test_own_format_with_semicolons_and_decimal_comma():
    text = "\ufeffDate;Meal;Food;Amount;Unit\n2024-01-01;Lunch;Bread, white;2;slice\n2024-01-02;Snack;milk;0,5;l\n"
    diary = read_diary(text)
    assert diary.days == ("2024-01-01", "2024-01-02")
    assert [line.grams for line in diary.lines] == pytest.approx([56, 516], abs=2)
    assert [line.line for line in diary.lines] == [2, 3]


def test_rows_that_do_not_fit_are_reported_and_never_shifted():
    rows = ['1,"Milk, whole",1 cup,149', "1,Egg, boiled,2 large,140", "1,Bread", "1,Apple,1 medium,95"]
    text = "\n".join(["Day,Food Name,Amount,Energy (kcal)", *rows])
    diary = read_diary(text)
    assert [line.status for line in diary.lines] == ["matched", "not_understood", "not_understood", "matched"]
    assert [issue.where for issue in diary.issues if issue.level == "error"] == ["diary line 3", "diary line 4"]
    assert diary.lines[3].food.description == "Apple, raw"


def test_app_export_of_seventy_columns():
    nutrients = [f"Nutrient {number} (mg)" for number in range(66)]
    header = ",".join(["Day", "Time", "Group", "Food Name", "Amount", *nutrients, "Category"])
    row = ",".join(["2024-05-01", "08:30", "Breakfast", '"Oats, Rolled, Dry"', "40.00 g", *["9999"] * 66, "Cereals"])
    diary = read_diary(f"{header}\n{row}\n")
    (line,) = diary.lines
    assert (line.day, line.meal, line.grams) == ("2024-05-01", "Breakfast", 40)
    assert "Nutrient 0 (mg)" in diary.columns
    assert any("columns were not used" in issue.message for issue in diary.issues)


def test_tabs_and_title_above_the_header():
    diary = read_diary("My food diary\nday\tfood\tamount\n1\tbanana\t1 medium\n1\tvitamin D\t1000 IU\n")
    assert [line.status for line in diary.lines] == ["matched", "supplement"]


def test_list_of_mappings_as_in_a_case():
    diary = read_diary(
        [{"food": "white bread toast", "amount": "2 slice"}, {"food": "black coffee", "amount": "5 cup"}, {}]
    )
    assert diary.lines[0].grams == pytest.approx(56, abs=10)
    assert diary.lines[1].grams == pytest.approx(1200, abs=30)
    assert diary.lines[2].status == "not_understood"


def test_csv_without_a_food_column():
    with pytest.raises(DiaryError, match="food"):
        read_diary("a,b\n1,2\n", format="csv")

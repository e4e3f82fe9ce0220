"""A diary as people write it, against truths worked out by hand."""

from __future__ import annotations

import contextlib
import csv
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repletion.foods import open_table
from repletion.intake.diary import Diary, DiaryError, decode, read_diary, read_diary_file
from repletion.intake.lines import in_base, read_amount, split_line
from repletion.intake.totals import by_occasion, day_matrix, intake_as_dict, totals
from repletion.intake.wording import Unit

FORTY = Path(__file__).parents[1] / "data" / "diary_forty_lines.csv"


def total(diary: Diary, slug: str):
    return next(each for each in totals(diary) if each.nutrient == slug)


@pytest.mark.parametrize(
    "row", list(csv.DictReader(FORTY.read_text("utf-8").splitlines())), ids=lambda row: row["text"]
)
def test_forty_lines_weigh_what_they_should(row):
    (line,) = read_diary(row["text"]).lines
    assert line.grams == pytest.approx(float(row["grams"]), abs=float(row["tolerance"]))
    assert line.low <= line.grams <= line.high
    if row["food_id"]:
        assert line.food.id == row["food_id"]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("1 1/2 cups", 1.5, 1.5, "cup"),
        ("2–3 slices", 2, 3, "slice"),
        ("1,5 dl", 1.5, 1.5, "deciliter"),
        ("1,000 mg", 1000, 1000, "milligram"),
        ("half a cup", 0.5, 0.5, "cup"),
        ("a few", 2, 4, None),
        ("¾ pint", 0.75, 0.75, "pint"),
        ("2 x 330 ml", 660, 660, "milliliter"),
        ("12 fl. oz.", 12, 12, "fluid_ounce"),
    ],
)
def test_amounts(text, low, high, unit):
    amount = read_amount(text)
    assert (amount.low, amount.high) == (low, high)
    assert (amount.unit.name if amount.unit else None) == unit


def test_what_is_no_amount():
    for text in ("cupcake", "2% milk", "", "soup of the day", "0/0", "1/0"):
        assert read_amount(text) is None


def test_units_are_the_legal_ones():
    assert in_base(Unit("mass", "ounce")) == pytest.approx(28.349523125)
    assert in_base(Unit("volume", "cup")) == pytest.approx(236.5882365)


def test_percent_and_names_with_numbers_are_not_amounts():
    assert split_line("2% milk").amount is None
    assert split_line("7up 330 ml").food == "7up"


def test_compound_lines_come_apart_and_dishes_stay_whole():
    apart = read_diary("toast with butter and jam")
    assert [line.text for line in apart.lines] == ["toast", "butter", "jam"]
    (whole,) = read_diary("macaroni and cheese").lines
    assert "acaroni" in whole.food.description
    tea = read_diary("tea with milk and 2 sugars").lines
    assert len(tea) == 3
    # Milk in tea is what goes into a drink, not a glass of it.
    assert tea[1].grams < 60
    assert tea[2].grams == pytest.approx(8.4, abs=0.5)
    counted = read_diary("2 eggs, 2 slices toast and 1 tbsp butter").lines
    assert [line.status for line in counted] == ["matched"] * 3


def test_headings_set_day_and_meal():
    diary = read_diary("## day 1\nBreakfast:\n08:00 2 eggs\nLunch: 1 cup rice\nDay 2\n* nothing\n3. 1 apple\n")
    assert diary.days == ("day 1", "Day 2")
    assert [(line.meal, line.status, line.line) for line in diary.lines] == [
        ("Breakfast", "matched", 3),
        ("Lunch", "matched", 4),
        ("", "no_food", 6),
        ("", "matched", 7),
    ]


def test_nothing_typed_is_dropped():
    diary = read_diary("2 eggs\nqwrtzx flimflam\nsalt to taste\n12345\n")
    assert {line.line for line in diary.lines} == {1, 2, 3, 4}
    bad = [line for line in diary.lines if line.status == "not_understood"]
    assert [line.line for line in bad] == [2, 4]
    for line in bad:
        assert any(f"line {line.line}" in issue.where and issue.remedy for issue in diary.issues)


def test_to_taste_is_unknown_and_not_zero():
    diary = read_diary("100 g white bread\nsalt to taste")
    assert diary.lines[1].grams is None
    assert total(diary, "sodium").status == "partial"
    assert total(diary, "sodium").coverage < 1
    assert total(read_diary("100 g white bread"), "sodium").status == "complete"


def test_missing_is_not_zero():
    table = open_table()
    column = table.index("vitamin_d")
    rows = table._db.execute("SELECT id, description FROM food WHERE id LIKE 'sr28:%'")
    food = next(name for code, name in rows if math.isnan(table.amounts(code)[column]) and "," in name)
    diary = read_diary([{"food": food, "amount": "100 g"}])
    assert diary.lines[0].food.description == food
    found = total(diary, "vitamin_d")
    assert (found.status, found.amount, found.per_day) == ("unknown", None, ())
    matrix = day_matrix(diary)
    assert math.isnan(matrix.amounts[0, matrix.nutrients.index("vitamin_d")])
    mixed = total(read_diary([{"food": food, "amount": "100 g"}, "100 g salmon"]), "vitamin_d")
    assert mixed.status == "partial"
    assert 0 < mixed.coverage < 1


def test_totals_are_means_per_day():
    diary = read_diary("Day 1\n100 g white bread\nDay 2\n300 g white bread\n")
    one = open_table().amounts("fndds:51101000")[open_table().index("magnesium")]
    found = total(diary, "magnesium")
    assert found.per_day == pytest.approx((one, 3 * one))
    assert found.amount == pytest.approx(2 * one)
    assert found.coverage == pytest.approx(1)


def test_occasions_are_kept():
    diary = read_diary("Breakfast:\n100 ml milk\nDinner:\n200 ml milk\n")
    found = by_occasion(diary, "vitamin_b12")
    assert found["1", "Dinner"] == pytest.approx(2 * found["1", "Breakfast"])


def test_a_thin_day_is_said_to_look_incomplete():
    assert any("incomplete" in issue.message for issue in read_diary("1 apple").issues)
    assert not any("incomplete" in issue.message for issue in read_diary("500 g white bread").issues)


def test_whole_file_problems(tmp_path):
    for name, data in {"a.txt": b"\0\1\2", "b.pdf": b"%PDF-1.4"}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DiaryError, match="text"):
            read_diary_file(tmp_path / name)
    (tmp_path / "big.txt").write_bytes(b"2 eggs\n" * 1_000_000)
    with pytest.raises(DiaryError, match="too many"):
        read_diary_file(tmp_path / "big.txt")
    with pytest.raises(DiaryError, match="cannot be read"):
        read_diary_file(tmp_path / "none.txt")
    assert decode("crème fraîche".encode("cp1252")) == "crème fraîche"
    assert read_diary("").lines == ()


def test_json_pieces_are_plain():
    import json

    plain = intake_as_dict(read_diary("2 eggs\nvitamin D 1000 IU\nqwrtzx flimflam"))
    again = json.loads(json.dumps(plain, allow_nan=False))
    assert [line["status"] for line in again["lines"]] == ["matched", "supplement", "not_understood"]
    assert {"nutrient", "amount", "unit", "coverage"} <= set(again["totals"][0])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120) | st.text(alphabet='12½/x-, .()gmlcup&and\n:#%;\t"', max_size=60))
def test_any_text_is_read(text):
    diary = read_diary(text)
    json_ready = intake_as_dict(diary)
    assert len(json_ready["lines"]) == len(diary.lines)
    for line in diary.lines:
        assert line.grams is None or (line.grams >= 0 and math.isfinite(line.grams))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(DiaryError):
        read_diary(decode(data))


def test_importing_the_diary_is_light():
    code = "import sys, repletion.intake.diary\nprint({'pint', 'lark', 'numpy', 'sqlite3'} & sys.modules.keys())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "set()"

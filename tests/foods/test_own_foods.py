"""Releases taken into a person's own food table: the right numbers, missing stays missing, no row shifted."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import made_releases as made
import pytest
from click.testing import CliRunner

from repletion.cli import app
from repletion.foods import open_table, search
from repletion.foods.barcode import barcode, barcode_in, check_digit
from repletion.foods.own import SETTING, OwnTable
from repletion.foods.releases import Progress, ReleaseError, take
from repletion.foods.releases.stream import opened, table
from repletion.foods.table import TABLE, FoodTable
from repletion.intake.diary import read_diary
from repletion.intake.matching import find_food

ALMONDS = {"energy": 560.0, "protein": 20.1, "magnesium": 258.0, "vitamin_b12": 0.0}
BAR = {"energy": 239.0057, "protein": 8.0, "sodium": 320.0, "vitamin_d": 2.0}


def held(file: Path, food_id: str) -> dict[str, float]:
    """Amounts that are known."""
    foods = FoodTable(TABLE, OwnTable(file))
    pairs = zip(foods.nutrients, foods.amounts(food_id), strict=True)
    return {nutrient.slug: float(value) for nutrient, value in pairs if not math.isnan(value)}


@pytest.fixture(scope="module")
def off(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("off")
    take(made.off_lines(folder / "products.jsonl.gz"), folder / "own.sqlite")
    return folder / "own.sqlite"


@pytest.fixture
def in_use(off: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The table in use for search, show and diaries."""
    monkeypatch.setenv(SETTING, str(off))
    for cached in (open_table, find_food):
        cached.cache_clear()
    yield off
    monkeypatch.undo()
    for cached in (open_table, find_food):
        cached.cache_clear()


@pytest.mark.parametrize(("code", "whole"), [
    ("4006381333931", "04006381333931"), ("036000291452", "00036000291452"), ("96385074", "00000096385074"),
    ("10012345000017", "10012345000017"), ("04252614", "00042100005264"),
    ("4006381333932", None), ("400638133393", None), ("", None), ("0" * 8, None), ("４００６３８１３３３９３１", None),
])  # fmt: skip
def test_check_digits(code: str, whole: str | None) -> None:
    assert barcode(code) == whole


def test_every_slip_of_one_digit_and_most_swaps_are_seen() -> None:
    code = made.BISCUIT
    slips = {code[:i] + d + code[i + 1 :] for i in range(13) for d in "0123456789"} - {code}
    assert not any(barcode(slip) for slip in slips)
    assert barcode_in(f"150 g {code}") == (code, "150 g")
    assert barcode_in("1,234,567,890,123 g") is None
    assert check_digit("629104150021") == 3  # the example of GS1's own page


def test_open_food_facts_lines(off: Path) -> None:
    assert held(off, f"off:{made.BISCUIT}") == pytest.approx(
        {"energy": 471, "protein": 7.8, "fat": 21.5, "saturated_fat": 2.4, "carbohydrate": 60, "sugars": 18,
         "fiber": 7.6, "sodium": 220, "iron": 2.8, "vitamin_d": 5}
    )  # fmt: skip
    # kJ to kcal, grams to micrograms, an estimate of Open Food Facts is no label value
    assert held(off, f"off:{made.DRINK}") == pytest.approx(
        {"energy": 192 / 4.184, "fat": 1.5, "calcium": 120, "vitamin_b12": 0.38}, rel=1e-5
    )
    foods = FoodTable(TABLE, OwnTable(off))
    assert foods.food(f"off:{made.DRINK}").description == "Oat drink (Hill & Vale)"
    assert [(p.unit, p.amount, p.grams, p.is_default) for p in foods.portions(f"off:{made.BISCUIT}")] == [
        ("serving", 1.0, 30.0, True), ("biscuit", 2.0, 30.0, False)]  # fmt: skip
    notes = " ".join(foods.notes(f"off:{made.BISCUIT}"))
    assert "ODbL" in notes
    assert "en:nutrition-value-very-high-for-category-fiber" in notes
    assert any("100 mL" in note for note in foods.notes(f"off:{made.DRINK}"))


def test_wrong_rows_are_named_with_their_line_and_nothing_else_is_lost(tmp_path: Path) -> None:
    taken = take(made.off_lines(tmp_path / "p.jsonl.gz"), tmp_path / "own.sqlite")
    assert (taken.read, taken.taken) == (8, 4)
    told = [(issue.where, issue.message) for issue in taken.issues]
    assert [where for where, _ in told] == ["p.jsonl.gz line 3", "p.jsonl.gz line 4", *["p.jsonl.gz line 7"] * 2]
    assert any("12 g in 100 g cannot be" in message for _, message in told)
    assert held(tmp_path / "own.sqlite", "off:2000000000015") == {"protein": 5.0}
    assert taken.left_out == {"no name": 1, "no nutrition values": 1}


def test_the_table_of_open_food_facts_gives_the_same_numbers(tmp_path: Path, off: Path) -> None:
    taken = take(made.off_table(tmp_path / "products.csv.gz"), tmp_path / "own.sqlite")
    assert held(tmp_path / "own.sqlite", f"off:{made.BISCUIT}") == held(off, f"off:{made.BISCUIT}")
    own = OwnTable(tmp_path / "own.sqlite").row(f"off:{made.BISCUIT}")
    assert own is not None
    assert own.description == '12" Oat biscuits'  # a quotation mark is a character like any other
    assert ("products.csv.gz line 4", "the row was left out: 23 cells where the header has 22") in [
        (issue.where, issue.message) for issue in taken.issues
    ]


@pytest.mark.parametrize("kind", ["FoundationFoods", "SRLegacyFoods", "SurveyFoods", "BrandedFoods"])
def test_food_data_central_json(tmp_path: Path, kind: str) -> None:
    taken = take(made.fdc_json(tmp_path / "release.json", kind), tmp_path / "own.sqlite")
    assert (taken.read, taken.taken, len(taken.issues)) == (4, 3, 2)
    assert held(tmp_path / "own.sqlite", "fdc:1") == pytest.approx(ALMONDS)  # specific factors before general ones
    assert held(tmp_path / "own.sqlite", "fdc:2") == pytest.approx(BAR)  # IU of vitamin D, never of vitamin A
    assert held(tmp_path / "own.sqlite", "fdc:3") == {"protein": 3.0}
    own = OwnTable(tmp_path / "own.sqlite")
    assert own.with_barcode("0036000291452") == own.row("fdc:2")  # the UPC-A as an EAN-13


@pytest.mark.parametrize("by_number", [False, True])
def test_food_data_central_tables(tmp_path: Path, by_number: bool) -> None:
    taken = take(made.fdc_tables(tmp_path / "release.zip", by_number=by_number), tmp_path / "own.sqlite")
    assert taken.taken == 2
    assert held(tmp_path / "own.sqlite", "fdc:1") == pytest.approx(ALMONDS)  # its rows stand apart in the file
    assert held(tmp_path / "own.sqlite", "fdc:2") == pytest.approx(BAR)
    assert [issue.where for issue in taken.issues] == ["food_nutrient.csv line 3", "food_nutrient.csv line 5"]
    foods = FoodTable(TABLE, OwnTable(tmp_path / "own.sqlite"))
    assert foods.portions("fdc:1")[0].grams == 140
    assert foods.food("fdc:1").category == "Nut and Seed Products"
    assert not list(tmp_path.glob(".foods-*"))  # what was put together on the disk is gone


def test_quotation_marks_cost_their_own_line_only(tmp_path: Path) -> None:
    rows = ["a,b", '1,"two', 'lines"', '2,"never closed', "3,three", '4,"a ""quoted"" word"', "5,five,more", "6,six"]
    (tmp_path / "t.csv").write_text("\n".join(rows), encoding="utf-8")
    stream = opened(tmp_path / "t.csv")
    read = list(table(stream))
    stream.close()
    assert [cells for _, cells in read if isinstance(cells, list)] == [
        ["a", "b"], ["1", "two\nlines"], ["3", "three"], ["4", 'a "quoted" word'], ["6", "six"]]  # fmt: skip
    assert [number for number, cells in read if isinstance(cells, str)] == [4, 7]


def test_taking_in_again_replaces_and_only_what_is_asked_for(tmp_path: Path) -> None:
    file, into = made.off_lines(tmp_path / "p.jsonl.gz"), tmp_path / "own.sqlite"
    first = take(file, into, only=[made.DRINK])
    assert (first.taken, first.left_out["not asked for"]) == (1, 5)
    version = OwnTable(into).version
    again = take(file, into)
    assert (again.taken, again.replaced) == (4, 1)
    own = OwnTable(into)
    assert own.count == 4
    assert own.version != version
    assert len(own.matching(["oat", "drink"])) == 1
    with pytest.raises(ReleaseError, match="check digit"):
        take(file, into, only=[made.WRONG_DIGIT])


def test_an_import_that_is_stopped_leaves_everything_as_it_was(tmp_path: Path) -> None:
    def stop(at: Progress) -> None:
        if at.share >= 1:
            raise KeyboardInterrupt

    file, into = made.off_lines(tmp_path / "p.jsonl.gz"), tmp_path / "own.sqlite"
    with pytest.raises(KeyboardInterrupt):
        take(file, into, tell=stop)
    assert not into.exists()
    take(made.fdc_json(tmp_path / "r.json"), into)
    before = sqlite3.connect(into).execute("SELECT id, words FROM food").fetchall()
    with pytest.raises(KeyboardInterrupt):
        take(file, into, tell=stop)
    assert sqlite3.connect(into).execute("SELECT id, words FROM food").fetchall() == before


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"%PDF-1.7", b"a,b\n1,2\n", b'{"hints": []}', b"\x1f\x8bbroken"])
def test_what_is_no_release_is_named_and_makes_no_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    try:
        taken = take(tmp_path / "x", tmp_path / "own.sqlite")
    except ReleaseError as error:
        assert "x" in str(error)
    else:
        assert taken.taken == 0
    assert not (tmp_path / "own.sqlite").exists()


def test_a_file_that_breaks_off_is_refused_whole(tmp_path: Path) -> None:
    whole = made.off_lines(
        tmp_path / "p.jsonl.gz", [made.off_product(made.BISCUIT, f"Biscuit {n}") for n in range(500)]
    )
    (tmp_path / "cut.jsonl.gz").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(ReleaseError, match="breaks off"):
        take(tmp_path / "cut.jsonl.gz", tmp_path / "own.sqlite")
    assert not (tmp_path / "own.sqlite").exists()
    (tmp_path / "other.sqlite").write_bytes(b"no database of ours, and longer than a header " * 30)
    with pytest.raises(ReleaseError, match="--into"):
        take(whole, tmp_path / "other.sqlite")
    assert (tmp_path / "other.sqlite").read_bytes().startswith(b"no database of ours")


def test_search_finds_ones_own_products_behind_plain_foods(in_use: Path) -> None:
    assert search("milk")[0].food.id.startswith("fndds:")
    assert search("banana", limit=1)[0].score == 100
    assert search("Millstone oat biscuits", limit=1)[0].food.id == f"off:{made.BISCUIT}"
    assert search(made.DRINK)[0].food.description == "Oat drink (Hill & Vale)"
    assert "+own." in open_table().version


def test_a_barcode_in_a_diary(in_use: Path) -> None:
    lines = [f"4 biscuits {made.BISCUIT}", f"{made.DRINK}, 250 ml", f"{made.BISCUIT} x 60 g", made.BISCUIT,
             "Millstone oat biscuits 45 g"]  # fmt: skip
    read = read_diary("\n".join(lines))
    assert [(line.food.id if line.food else "", line.grams) for line in read.lines] == [
        (f"off:{made.BISCUIT}", 60.0), (f"off:{made.DRINK}", 250.0), (f"off:{made.BISCUIT}", 60.0),
        (f"off:{made.BISCUIT}", 30.0), (f"off:{made.BISCUIT}", 45.0)]  # fmt: skip
    unknown = read_diary(f"{made.WRONG_DIGIT} 30 g\n9780201379624 20 g\n100 g cheddar cheese 9780201379624")
    assert [line.status for line in unknown.lines] == ["not_understood", "not_understood", "matched"]
    told = [issue.message for issue in unknown.issues]
    assert "last digit does not fit" in told[0]
    assert "is in your own food table" in told[1]


def test_a_product_of_ones_own_is_eaten_and_its_allergens_are_unknown(in_use: Path) -> None:
    """Nobody knows its allergens: a plan counts it where it was eaten, doubts it, and has no serving to suggest."""
    from repletion.plan.exclusions import Exclusions
    from repletion.plan.start import from_diary

    start = from_diary(read_diary(f"{made.BISCUIT} 60 g"), Exclusions(allergens=frozenset({"peanut"})))
    (eaten,) = start.foods
    assert (eaten.code, eaten.grams, eaten.serving) == (f"off:{made.BISCUIT}", 60.0, None)
    assert Exclusions(allergens=frozenset({"peanut"})).doubts(eaten.serving)


def test_the_commands(tmp_path: Path, in_use: Path) -> None:
    run = CliRunner().invoke
    file = made.off_lines(tmp_path / "p.jsonl.gz")
    into = ["--into", str(tmp_path / "mine.sqlite")]
    told = run(app, ["foods", "import", str(file), *into])
    assert told.exit_code == 0, told.output
    assert "4 foods taken of 8 read" in told.output
    assert "ODbL" in told.output
    assert "p.jsonl.gz line 3" in told.output
    told = run(app, ["foods", "import", str(file), *into, "--format", "json"])
    assert json.loads(told.stdout)["replaced"] == 4
    listed = run(app, ["foods", "search", "Millstone", "oat", "biscuits"])
    assert "Open Food Facts contributors" in listed.output  # the licence asks for it wherever its data is shown
    assert "contributors" not in run(app, ["foods", "search", "banana"]).output
    shown = run(app, ["foods", "show", made.BISCUIT])
    assert "Oat biscuits (Millstone)" in shown.output
    assert "Open Food Facts contributors" in shown.output
    mine = run(app, ["foods", "own", "--file", str(tmp_path / "mine.sqlite")])
    assert "4 foods of your own" in mine.output
    missing = run(app, ["foods", "import", str(tmp_path / "nowhere.zip")])
    assert missing.exit_code != 0
    assert "There is no file" in missing.output and "nowhere.zip" in missing.output

"""Files and records made to harm: bombs, cut-off packings, depth, foreign parts.  Each ends in words, soon."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import time
import zipfile
import zlib
from pathlib import Path

import msgspec
import pytest

from repletion.case.document import CaseError, looks_like, parse
from repletion.foods.releases.model import ReleaseError
from repletion.foods.releases.take import take
from repletion.keeping import Keeper, KeepError, Kept
from repletion.keeping.copying import restore
from repletion.keeping.export import write
from repletion.keeping.lock import Seal

LINE = b'{"code":"3017620422003","product_name":"x","nutriments":{"magnesium_100g":0.1}}\n'
OPENS = b'{"FoundationFoods":['
NUTRIENTS = "id,unit_name,nutrient_nbr\n2,MG,304\n"
FOODS = "fdc_id,description,data_type,food_category_id\n"


def seconds(work, *args: object) -> float:
    began = time.process_time()
    work(*args)
    return time.process_time() - began


def packed(names: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in names.items():
            pack.writestr(name, text)
    return out.getvalue()


def marked(data: bytes, *, flag: int = 0, method: int | None = None) -> bytes:
    """A zip whose first member says that it is encrypted, or packed by ``method``."""
    made = bytearray(data)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.find(sign) + at
        made[place] |= flag
        if method is not None:
            made[place + 2] = method
    return bytes(made)


def bent(data: bytes, start: int) -> bytes:
    return data[:start] + bytes(byte ^ 0xFF for byte in data[start : start + 30]) + data[start + 30 :]


ONE = packed({"a.json": '{"FoundationFoods":[' + '{"fdcId":1},' * 3000 + "{}]}"})
RELEASES = {
    "broken from its beginning": gzip.compress(LINE)[:10] + b"\xff" * 50,
    "cut off": gzip.compress(LINE * 1000)[:60],
    "cut off in JSON": gzip.compress(OPENS + b'{"fdcId":1},' * 20_000)[:200],
    "an endless text": gzip.compress(OPENS + b'{"description":"' + b"0" * 4_000_000),
    "deep": gzip.compress(OPENS + b"[" * 2_000_000),
    "a passphrase": marked(ONE, flag=1),
    "an unknown packing": marked(ONE, method=99),
    "a bent packing": bent(ONE, 45),
}


@pytest.mark.parametrize("name", RELEASES)
def test_a_release_that_is_a_bomb_or_damaged_is_refused_in_words(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repletion.foods.releases.stream.LONGEST_LINE", 3_000_000)
    file = tmp_path / "release"
    file.write_bytes(RELEASES[name])
    began = time.process_time()
    with pytest.raises(ReleaseError, match=r"breaks off or is damaged|no FoodData Central release"):
        take(file, tmp_path / "foods.sqlite")
    assert time.process_time() - began < 3
    assert [left.name for left in tmp_path.iterdir()] == ["release"]


@pytest.mark.parametrize(
    "food", ['{"fdcId":' + "9" * 9000 + "}", '{"fdcId":1e400}', '{"fdcId":-1}', "7", '{"fdcId":true}']
)
def test_a_number_that_nothing_has_is_named(food: str, tmp_path: Path) -> None:
    file = tmp_path / "foods.json"
    file.write_bytes(OPENS + food.encode() + b"]}")
    report = take(file, tmp_path / "foods.sqlite")
    assert report.taken == 0
    assert report.issues


def test_members_of_a_zip_reach_no_place_and_ids_have_an_end(tmp_path: Path) -> None:
    file = tmp_path / "in" / "release.zip"
    file.parent.mkdir()
    big = "9" * 30
    file.write_bytes(
        packed({
            "../../food.csv": f"{FOODS}{big},x,foundation_food,1\n", "/nutrient.csv": NUTRIENTS,
            "../food_nutrient.csv": f"fdc_id,nutrient_id,amount\n{big},2,5\n1,2,5\n",
        })
    )  # fmt: skip
    report = take(file, file.parent / "foods.sqlite")
    assert any("is no fdc_id" in issue.message for issue in report.issues)
    assert [left.name for left in tmp_path.iterdir()] == ["in"]


def test_empty_lines_take_their_number_and_not_its_square() -> None:
    assert seconds(looks_like, "x" + "\n" * 400_000 + "x") < 1
    assert seconds(looks_like, "x" + "\t\n" * 200_000 + "x") < 1
    assert looks_like("\n\n  labs:\n  - x") == "yaml"


@pytest.mark.parametrize(
    "text",
    [
        "text: !!python/object/apply:os.system ['touch x']", "text: !!python/name:os.system",
        "a: &a [x, x]\nb: &b [*a, *a]\n" + "c: [" + "*b, " * 60 + "]",
        "person: " + "[" * 200 + "]" * 200,
    ],
)  # fmt: skip
def test_a_tag_is_no_instruction_and_aliases_have_an_end(text: str) -> None:
    with pytest.raises(CaseError):
        parse(text, "yaml")


@pytest.mark.parametrize("unit", [" ", "1", ",", "1,", "1.", "́", "á", "- ", "(", "no ", "1/", "\t", "’", "since "])
def test_the_reading_of_a_long_line_is_soon_done(unit: str) -> None:
    from repletion.case import Case
    from repletion.intake.diary import read_diary

    line = "tired " + unit * (20_000 // len(unit)) + " x"
    assert seconds(Case.parse, line, "text") < 1.5
    assert seconds(read_diary, line) < 1.5


def test_a_record_that_unpacks_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repletion.keeping.lock.LARGEST_RECORD", 200_000)
    bomb = zlib.compress(b'"' + b"0" * 200_000 + b'"')
    for record in (bomb, zlib.compress(b'"x"')[:-3], b"", zlib.compress(b"[" * 100_000)):
        with pytest.raises(KeepError, match="damaged"):
            Seal(None).open(record, "row")
    assert Seal(None).open(zlib.compress(b'"x"'), "row") == "x"


@pytest.fixture
def kept() -> Kept:
    answer = {"triage": {"urgency": "self_care", "reasons": []}}
    return Kept(id="", name="x", version=0, saved="", versions={}, answer=answer, case={})


def test_a_backup_that_would_act_by_itself_is_refused(tmp_path: Path, kept: Kept) -> None:
    """A trigger in it would undo what is kept later, after it was confirmed."""
    with Keeper.open(tmp_path / "kept.sqlite", create=True) as keeper:
        keeper.add(kept)
        keeper.backup(tmp_path / "backup.sqlite")
    db = sqlite3.connect(tmp_path / "backup.sqlite")
    db.execute("CREATE TRIGGER undo AFTER INSERT ON entry BEGIN DELETE FROM entry; END")
    db.commit()
    db.close()
    before = (tmp_path / "kept.sqlite").read_bytes()
    with pytest.raises(KeepError):
        restore(tmp_path / "backup.sqlite", tmp_path / "kept.sqlite", replace=True)
    assert (tmp_path / "kept.sqlite").read_bytes() == before
    with pytest.raises(KeepError, match="trigger"):
        Keeper.open(tmp_path / "backup.sqlite")


@pytest.mark.parametrize("body", [b'"x"', b"[]", b'{"case": "0"}', b'{"case": {}, "answer": [], "versions": {}}'])
def test_a_record_of_another_shape_is_said_to_be_damaged(body: bytes, tmp_path: Path, kept: Kept) -> None:
    with Keeper.open(tmp_path / "kept.sqlite", create=True) as keeper:
        keeper.add(kept)
    db = sqlite3.connect(tmp_path / "kept.sqlite")
    db.execute("UPDATE entry SET record = ?", (zlib.compress(body),))
    db.commit()
    db.close()
    with Keeper.open(tmp_path / "kept.sqlite") as keeper, pytest.raises(KeepError, match="damaged"):
        keeper.all()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\n=", "＝", "＠"])
def test_no_cell_of_a_table_is_a_formula(start: str, kept: Kept) -> None:
    words = f"{start}HYPERLINK(1)"
    answer = {**kept.answer, "explanations": [{"id": words, "label": words}]}
    table = write([msgspec.structs.replace(kept, id="0" * 8, name=words, answer=answer, diary={words: words})], "csv")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert sum("HYPERLINK" in cell for cell in cells) >= 4
    assert not [cell for cell in cells if cell.lstrip(" \n")[:1] in set("=+-@\t＝＠")]


def test_numbers_that_measure_nothing_are_unknown() -> None:
    from repletion.case import Case

    text = '{"person": {"age": NaN, "weight_kg": 1e999}, "labs": [{"test": "potassium", "value": Infinity}]}'
    case = Case.from_mapping(json.loads(text))
    assert case.person.age is None
    assert case.issues

"""The built table: provenance, units, portions, and values missing kept apart from zero."""

import csv
import hashlib
import math
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from repletion.errors import KnowledgeError, UnknownName
from repletion.foods import open_table
from repletion.foods.lexicon import DATA
from repletion.foods.table import TABLE, FoodTable

TABLE_ = open_table()
ROOT = Path(__file__).parents[2]


def amount(food: str, nutrient: str) -> float:
    return float(TABLE_.amounts(food)[TABLE_.index(nutrient)])


def test_the_shipped_file_is_small():
    assert TABLE.stat().st_size < 6_000_000


def test_every_food_names_its_release_and_code():
    with closing(sqlite3.connect(TABLE)) as database:
        counts = dict(
            database.execute("SELECT substr(id, 1, instr(id, ':') - 1) AS release, count(*) FROM food GROUP BY release")
        )
        sources = list(database.execute("SELECT * FROM source"))
        nameless = database.execute("SELECT count(*) FROM food WHERE description = '' OR category IS NULL").fetchone()
    assert counts == {"fndds": 7083, "sr28": 8789}
    food = TABLE_.food("sr28:09040")
    assert (food.description, food.source, food.code) == ("Bananas, raw", "SR28", "09040")
    assert TABLE_.food("fndds:11111000").source == "FNDDS 2017-2018"
    assert all(label and "USDA" in citation for _, label, citation in sources)
    assert nameless == (0,)


@pytest.mark.parametrize(
    ("food", "nutrient", "expected"),
    [
        ("sr28:09040", "magnesium", 27),
        ("sr28:09040", "potassium", 358),
        ("sr28:12014", "magnesium", 592),
        ("sr28:01077", "vitamin_d", 1.3),
        ("sr28:01123", "vitamin_b12", 0.89),
        ("sr28:15084", "vitamin_d", 13.7),
        ("sr28:16014", "folate_total", 444),
        ("fndds:11111000", "calcium", 123),
        ("fndds:11111000", "vitamin_b12", 0.54),
        ("fndds:11111000", "caffeine", 0),
        ("fndds:11111000", "copper", 0.001),
    ],
)
def test_values_are_those_of_the_release(food, nutrient, expected):
    assert amount(food, nutrient) == pytest.approx(expected, rel=1e-6)


def test_missing_is_not_zero():
    assert math.isnan(amount("sr28:15076", "vitamin_d"))  # wild salmon: SR28 holds no value
    assert amount("sr28:09040", "vitamin_d") == 0.0  # banana: SR28 holds a zero
    assert math.isnan(amount("fndds:11111000", "manganese"))  # FNDDS has no such column
    assert math.isnan(amount("fndds:11111000", "pantothenic_acid"))


def test_fndds_is_complete_apart_from_two_nutrients():
    absent = {"manganese", "pantothenic_acid"}
    amounts = TABLE_.amounts("fndds:27211200")
    assert {n.slug for n, v in zip(TABLE_.nutrients, amounts, strict=True) if math.isnan(v)} == absent


def test_nutrients_carry_units_and_tags():
    by_slug = {nutrient.slug: nutrient for nutrient in TABLE_.nutrients}
    assert (by_slug["copper"].unit, by_slug["vitamin_d"].unit, by_slug["energy"].unit) == ("mg", "ug", "kcal")
    assert by_slug["magnesium"].infoods == "MG"
    with (DATA / "nutrients.csv").open(encoding="utf-8") as handle:
        listed = [row["slug"] for row in csv.DictReader(handle)]
    assert listed == [nutrient.slug for nutrient in TABLE_.nutrients]
    assert len(listed) >= 40


def test_energy_agrees_with_its_sources():
    """Atwater's factors give the energy of a plain food to within a few per cent: columns are not shifted."""
    for food in ("fndds:11111000", "fndds:27211200", "sr28:09040", "fndds:51101000"):
        protein, fat, carbohydrate = (amount(food, slug) for slug in ("protein", "fat", "carbohydrate"))
        assert amount(food, "energy") == pytest.approx(4 * protein + 9 * fat + 4 * carbohydrate, rel=0.1)


def portion(food: str, description: str):
    (found,) = [p for p in TABLE_.portions(food) if p.description == description]
    return found


def test_portions():
    cup = portion("fndds:11111000", "1 cup")
    assert (cup.amount, cup.unit, cup.grams, cup.is_default) == (1.0, "cup", 244.0, False)
    default = portion("fndds:63107010", "quantity not specified")
    assert (default.unit, default.grams, default.is_default) == ("serving", 126.0, True)
    assert portion("fndds:63107010", "1 banana").grams == 126.0
    assert portion("sr28:01001", "1 tbsp").unit == "tablespoon"
    pat = [p for p in TABLE_.portions("sr28:01001") if p.unit == "pat"]
    assert pat[0].grams == 5.0
    spinach = next(p for p in TABLE_.portions("sr28:11458") if p.unit == "cup")
    assert spinach.grams == 180.0


def test_grams_go_with_the_stated_amount():
    """SR28 weighs `amount` times the measure: four crackers, half a cup."""
    many = [p for p in TABLE_.portions("sr28:18229") if p.amount != 1]  # saltines: "5 crackers"
    assert many
    assert all(p.description.startswith(f"{p.amount:g} ") and 1 < p.grams / p.amount < 60 for p in many)


def test_no_portion_without_weight():
    with closing(sqlite3.connect(TABLE)) as database:
        ids = [row[0] for row in database.execute("SELECT id FROM food WHERE place % 13 = 0")]
    portions = [p for food in ids for p in TABLE_.portions(food)]
    assert len(portions) > 3000
    assert all(p.grams > 0 and p.amount > 0 and p.unit and p.description for p in portions)
    assert sum(p.is_default for p in portions) > 500


def test_unknown_names_come_with_the_nearest():
    with pytest.raises(UnknownName, match="sr28:09040"):
        TABLE_.food("sr28:9040")
    with pytest.raises(UnknownName, match="magnesium"):
        TABLE_.index("magnesum")


def test_a_wrong_file_is_refused(tmp_path):
    with pytest.raises(KnowledgeError, match=r"nothing\.sqlite"):
        FoodTable(tmp_path / "nothing.sqlite")
    wrong = tmp_path / "wrong.sqlite"
    wrong.write_bytes(b"no database" * 100)
    with pytest.raises(KnowledgeError, match=r"wrong\.sqlite"):
        FoodTable(wrong)


FILES = {
    "fndds-foods": "food_code,main_food_description,additional_food_description,wweia_category_number,"
    'wweia_category_description\n11111000,"Milk, whole",leche fresca,1002,"Milk, whole"\n',
    "fndds-portions": "food_code,subcode,subcode_description,seq_num,portion_description,portion_weight_g\n"
    "11111000,,,1,1 cup,244\n11111000,,,2,1 pail,0\n11111000,,,3,1 bucket,-9\n"
    "11111000,,,4,Quantity not specified,244\n",
    "sr28-food-des": "ndb_no,fdgrp_cd,long_desc,shrt_desc,comname\n"
    '15076,1500,"Fish, salmon, Atlantic, wild, raw",SALMON,URMIS #3\n',
    "sr28-nut-data": "ndb_no,nutr_no,nutr_val\n15076,304,29\n15076,262,0\n",
    "sr28-weight": "ndb_no,seq,amount,msre_desc,gm_wgt,num_data_pts,std_dev\n15076,1,0.5,fillet,198,,\n",
    "sr28-fd-group": "fdgrp_cd,fdgrp_desc\n1500,Finfish and Shellfish Products\n",
}


def build(folder: Path, output: Path) -> str:
    with (DATA / "nutrients.csv").open(encoding="utf-8") as handle:
        columns = [row["fndds_column"] for row in csv.DictReader(handle) if row["fndds_column"]]
    values = {"magnesium_mg": "12", "vitamin_d_d2_d3_ug": "1.1"}
    FILES["fndds-nutrients"] = (
        f"food_code,{','.join(columns)}\n11111000,{','.join(values.get(column, '0') for column in columns)}\n"
    )
    command = [sys.executable, str(ROOT / "scripts/build_foods.py"), "--output", str(output)]
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        command += [f"--{name}", str(folder / f"{name}.csv")]
    subprocess.run(command, check=True, capture_output=True)
    return hashlib.sha256(output.read_bytes()).hexdigest()


def test_the_builder_is_deterministic_and_keeps_what_is_missing(tmp_path):
    first, second = (build(tmp_path, tmp_path / f"{name}.sqlite") for name in ("a", "b"))
    assert first == second
    table = FoodTable(tmp_path / "a.sqlite")
    salmon = table.amounts("sr28:15076")
    assert salmon[table.index("magnesium")] == 29
    assert salmon[table.index("caffeine")] == 0
    assert math.isnan(salmon[table.index("vitamin_d")])
    assert [(p.description, p.grams, p.is_default) for p in table.portions("fndds:11111000")] == [
        ("1 cup", 244.0, False),
        ("quantity not specified", 244.0, True),
    ]
    (fillet,) = table.portions("sr28:15076")
    assert (fillet.description, fillet.amount, fillet.unit, fillet.grams) == ("0.5 fillet", 0.5, "fillet", 198.0)
    assert len(table.version) == 16


def test_the_licence_names_both_releases():
    text = (ROOT / "LICENSES/usda.md").read_text(encoding="utf-8")
    assert all(name in text for name in ("FNDDS 2017-2018", "SR28", "public domain"))

"""How servings are read, checked and built, and the typical days of people without a diary."""

import csv
import importlib.util
import math
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from repletion.errors import KnowledgeError
from repletion.foods import open_table
from repletion.knowledge import load
from repletion.knowledge.base import DATA
from repletion.knowledge.servings import (
    Serving,
    alias_problems,
    aliases,
    columns,
    pattern_problems,
    problems,
    read_servings,
    row,
    serving_of,
    servings,
    typical_patterns,
)

TABLE = open_table()
SERVINGS = servings()
ROOT = Path(__file__).parents[2]


def energy(serving: Serving) -> float:
    """kcal of a serving; unknown as none."""
    value = float(TABLE.amounts(serving.code)[TABLE.index("energy")]) * serving.grams / 100
    return 0.0 if math.isnan(value) else value


def test_contradictions_are_found():
    apple = SERVINGS["fndds:63101000"]

    def found(**changes: object) -> str:
        changed = msgspec.structs.replace(apple, **changes)
        return " ".join(p.message for p in problems({changed.code: changed}, TABLE.ids))

    assert found() == ""
    assert "vegan" in found(contains_milk="yes")
    assert "gluten" in found(contains_wheat="yes", vegan="no")
    assert "halves" in found(max=0.3)
    assert "halves" in found(min=2.0, max=1.0)
    assert "no such food" in found(code="fndds:1")
    assert "vegetarian" in found(vegetarian="no", pescatarian="yes")
    assert "halal" in found(contains_alcohol="yes")
    twin = msgspec.structs.replace(apple, code="fndds:63107010")
    assert "name" in problems({"a": apple, "b": twin}, TABLE.ids)[0].message


def test_a_broken_file_is_refused(tmp_path):
    header = ",".join(columns())
    cells = row(SERVINGS["fndds:63101000"])
    line = ",".join(cells[column] for column in columns())
    path = tmp_path / "fruit.csv"
    path.write_text(f"{header}\n{line}\n", encoding="utf-8")
    assert read_servings(tmp_path)["fndds:63101000"] == SERVINGS["fndds:63101000"]
    path.write_text(f"{header}\n{line}\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="twice"):
        read_servings(tmp_path)
    path.write_text(f"{header}\n{line.replace(',yes,', ',perhaps,', 1)}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="line 2"):
        read_servings(tmp_path)
    path.rename(tmp_path / "grain.csv")
    (tmp_path / "grain.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="group"):
        read_servings(tmp_path)


def builder():
    spec = importlib.util.spec_from_file_location("build_servings", ROOT / "scripts/build_servings.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picks_say_overrules_words_and_kind():
    build = builder()
    kind = {"yes": "wheat", "unknown": "soy|milk", "no": ""}
    nothing = {"yes": "", "no": "", "unknown": ""}
    plain = build.allergens(nothing, kind, "Something with cheese")
    assert (plain["wheat"], plain["gluten"], plain["soy"], plain["milk"], plain["peanut"]) == (
        *("yes", "yes", "unknown", "yes", "no"),
    )
    assert plain["lactose"] == "unknown"  # milk without word of lactose
    said = build.allergens({**nothing, "no": "milk|lactose", "unknown": "peanut"}, kind, "Something with cheese")
    assert (said["milk"], said["lactose"], said["peanut"]) == ("no", "no", "unknown")


def test_household_weights_are_the_tables():
    build = builder()
    portions = TABLE.portions("fndds:11111000")
    assert build.weight_of(portions, 0.5, "cup") == 122
    assert build.weight_of(portions, 1, "barrel") is None
    assert SERVINGS["fndds:63101000"].household == "1 medium apple"
    assert (SERVINGS["fndds:63101000"].grams, SERVINGS["fndds:63101000"].measure) == (200, "fndds")


# -- typical days ----------------------------------------------------------------------------------------------


def test_typical_days_are_cited_and_plausible():
    patterns = typical_patterns()
    assert pattern_problems(patterns, load().sources) == []
    broken = msgspec.structs.replace(patterns[0], low=9.0, source="nobody")
    assert len(pattern_problems([broken, broken], load().sources)) == 5
    for name in ("omnivore", "vegetarian", "pescatarian", "vegan"):
        own = {p.group: p.servings for p in patterns if p.pattern == name}
        total = 0.0
        for group, number in own.items():
            middle = sorted(energy(s) for s in SERVINGS.values() if s.group == group and s.suits(name) == "yes")
            assert middle, (name, group)
            total += number * middle[len(middle) // 2]
        assert 1200 < total < 2600, (name, total)
    vegan = {p.group for p in patterns if p.pattern == "vegan"}
    assert not vegan & {"dairy", "cheese", "egg", "fish", "shellfish", "poultry", "red_meat", "processed_meat"}


# -- foods that are no serving of their own --------------------------------------------------------------------


def test_foods_lead_to_the_serving_that_stands_for_them():
    assert list(alias_problems(aliases().values(), SERVINGS, TABLE.ids)) == []
    broken = msgspec.structs.replace(aliases()["fndds:11100000"], food="fndds:63101000", serving="fndds:1")
    assert len(list(alias_problems([broken], SERVINGS, TABLE.ids))) == 2
    found = {food: serving_of(food) for food in ("fndds:11100000", "fndds:63101000", "sr28:02047", "fndds:51101010")}
    names = {food: serving.name if serving else None for food, serving in found.items()}
    assert names == {
        "fndds:11100000": "2% milk",
        "fndds:63101000": "apple",
        "sr28:02047": None,  # salt
        "fndds:51101010": "white bread",
    }


def test_the_shipped_aliases_are_those_of_the_rules():
    command = [sys.executable, str(ROOT / "scripts/build_serving_aliases.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_a_bare_word_in_a_diary_means_is_mostly_a_serving():
    with (DATA / "foods/defaults.csv").open(encoding="utf-8", newline="") as handle:
        meant = [row_["food"] for row_ in csv.DictReader(handle) if row_["food"]]
    assert len(meant) > 2000
    assert sum(serving_of(food) is not None for food in meant) / len(meant) > 0.85

"""USDA FoodData Central as CSV tables in a zip or a folder: joined on disk, a row at a time.

``food_nutrient.csv`` names the nutrient by its id, in the survey's release by its number; both are found through
``nutrient.csv``.  Amounts are put together in a database beside the target, since no order of the rows is promised.
"""

from __future__ import annotations

import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from repletion.foods.releases.columns import columns
from repletion.foods.releases.food_data_central import finished, portion_of
from repletion.foods.releases.model import Product, ReleaseError, Taken
from repletion.foods.releases.open_food_facts import text
from repletion.foods.releases.stream import Stream, member, opened, table

KINDS = {
    "foundation_food": "Foundation",
    "sr_legacy_food": "SR Legacy",
    "survey_fndds_food": "Survey (FNDDS)",
    "branded_food": "Branded",
}
NEEDED = ("food.csv", "food_nutrient.csv", "nutrient.csv")
_LONGEST_ID = 19
"""Digits from which on an id is none: a database holds no larger number."""
Beat = Callable[[float], None]


class Tables:
    """The CSV files of a release by name, wherever in the zip or folder they lie."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            self._names = {file.name: file.name for file in path.glob("*.csv")}
        else:
            with zipfile.ZipFile(path) as pack:
                self._names = {Path(name).name: name for name in pack.namelist() if name.endswith(".csv")}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def open(self, name: str) -> Stream:
        """One of them."""
        return opened(self.path / name) if self.path.is_dir() else member(self.path, self._names[name])

    def size(self, name: str) -> int:
        """Bytes, unpacked."""
        if self.path.is_dir():
            return (self.path / name).stat().st_size
        with zipfile.ZipFile(self.path) as pack:
            return pack.getinfo(self._names[name]).file_size


def _rows(tables: Tables, name: str, wanted: tuple[str, ...], report: Taken) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The wanted cells of each row with its line number ("" for a column that is not there); wrong rows are named."""
    if name not in tables:
        return
    stream = tables.open(name)
    try:
        rows = table(stream)
        _, header = next(rows, (1, ""))
        if not isinstance(header, list):
            raise ReleaseError(f"{report.file.name}: {name} has no header.")
        places = [header.index(column) if column in header else None for column in wanted]
        for number, cells in rows:
            if isinstance(cells, str):
                report.wrong(f"{name} line {number}", f"the row was left out: {cells}")
            else:
                yield number, tuple("" if place is None else cells[place] for place in places)
    finally:
        stream.close()


def from_tables(path: Path, into: Path, report: Taken, wanted: Callable[[str], bool], beat: Beat) -> Iterator[Product]:
    """Foods of a release.  ``beat`` hears the share of the reading.  Raises :class:`ReleaseError`."""
    tables = Tables(path)
    if missing := [name for name in NEEDED if name not in tables]:
        raise ReleaseError(f"{path.name} is no FoodData Central release: {', '.join(missing)} is not in it.")
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".foods-") as folder:
        beside = sqlite3.connect(Path(folder) / "beside.sqlite", isolation_level=None)
        try:
            beside.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;")
            _gather_amounts(tables, beside, report, beat)
            _gather_labels(tables, beside, report)
            yield from _foods(tables, beside, report, wanted, beat)
        finally:
            beside.close()


def _gather_amounts(tables: Tables, beside: sqlite3.Connection, report: Taken, beat: Beat) -> None:
    known = columns("fdc")
    numbers: dict[str, tuple[str, str]] = {}
    by_number: dict[str, tuple[str, str]] = {}
    for _, (own, unit, number) in _rows(tables, "nutrient.csv", ("id", "unit_name", "nutrient_nbr"), report):
        plain = number.removesuffix(".0")
        if plain in known:
            numbers[own] = by_number[plain] = (plain, unit)
    beside.execute("CREATE TABLE amount (food INTEGER PRIMARY KEY, held BLOB)")
    beside.execute("BEGIN")
    group = ""
    held: dict[str, tuple[str, str]] = {}
    size = max(1, tables.size("food_nutrient.csv"))
    done = 0
    wanted = ("fdc_id", "nutrient_id", "amount")
    for line, (food, nutrient, amount) in _rows(tables, "food_nutrient.csv", wanted, report):
        done += len(food) + len(nutrient) + len(amount) + 40  # about a row of the release
        if line % 50_000 == 0:
            beat(0.8 * min(1.0, done / size))
        meant = numbers.get(nutrient) or by_number.get(nutrient)
        if meant is None or not amount:
            continue
        if food != group:
            _keep(beside, group, held)
            group, held = food, {}
        held[meant[0]] = (amount, meant[1])
    _keep(beside, group, held)
    beside.execute("COMMIT")


def _keep(beside: sqlite3.Connection, food: str, held: dict[str, tuple[str, str]]) -> None:
    if not held or not (food.isdecimal() and len(food) < _LONGEST_ID):
        return
    row = beside.execute("SELECT held FROM amount WHERE food = ?", (int(food),)).fetchone()
    before: dict[str, tuple[str, str]] = msgspec.json.decode(row[0], type=dict[str, tuple[str, str]]) if row else {}
    beside.execute("INSERT OR REPLACE INTO amount VALUES (?, ?)", (int(food), msgspec.json.encode(before | held)))


def _gather_labels(tables: Tables, beside: sqlite3.Connection, report: Taken) -> None:
    """Brands, servings, portions and categories, by food."""
    beside.execute("CREATE TABLE label (food TEXT, brand TEXT, gtin TEXT, size TEXT, unit TEXT, said TEXT, class TEXT)")
    beside.execute("CREATE TABLE portion (food TEXT, amount TEXT, unit TEXT, more TEXT, described TEXT, grams TEXT)")
    units = {own: name for _, (own, name) in _rows(tables, "measure_unit.csv", ("id", "name"), report)}
    beside.execute("BEGIN")
    for _, row in _rows(tables, "branded_food.csv", (
        "fdc_id", "brand_owner", "brand_name", "gtin_upc", "serving_size", "serving_size_unit",
        "household_serving_fulltext", "branded_food_category",
    ), report):  # fmt: skip
        beside.execute("INSERT INTO label VALUES (?, ?, ?, ?, ?, ?, ?)", (row[0], row[2] or row[1], *row[3:]))
    wanted = ("fdc_id", "amount", "measure_unit_id", "modifier", "portion_description", "gram_weight")
    for _, (food, amount, unit, modifier, described, grams) in _rows(tables, "food_portion.csv", wanted, report):
        known = (food, amount, units.get(unit, ""), "" if modifier.isdecimal() else modifier, described, grams)
        beside.execute("INSERT INTO portion VALUES (?, ?, ?, ?, ?, ?)", known)
    beside.execute("COMMIT")
    beside.execute("CREATE INDEX label_food ON label (food)")
    beside.execute("CREATE INDEX portion_food ON portion (food)")


def _categories(tables: Tables, report: Taken) -> tuple[dict[str, str], dict[str, str]]:
    """Names of categories by id, and of the survey's categories by food."""
    names = {own: said for _, (own, said) in _rows(tables, "food_category.csv", ("id", "description"), report)}
    wweia: dict[str, str] = {}
    for key in ("wweia_food_category", "wweia_food_category_code"):
        wanted = (key, "wweia_food_category_description")
        wweia |= {own: said for _, (own, said) in _rows(tables, "wweia_food_category.csv", wanted, report) if own}
    surveyed: dict[str, str] = {}
    for key in ("wweia_category_number", "wweia_category_code"):
        for _, (food, own) in _rows(tables, "survey_fndds_food.csv", ("fdc_id", key), report):
            if own:
                surveyed[food] = wweia.get(own, "")
    return names, surveyed


def _foods(
    tables: Tables, beside: sqlite3.Connection, report: Taken, wanted: Callable[[str], bool], beat: Beat
) -> Iterator[Product]:
    units = {row.field: row.unit for row in columns("fdc").values()}
    names, surveyed = _categories(tables, report)
    cells = ("fdc_id", "data_type", "description", "food_category_id")
    for number, (food, kind, description, category) in _rows(tables, "food.csv", cells, report):
        where = f"food.csv line {number}"
        if kind not in KINDS:
            report.left_out[f"a sample, no food ({kind[:40]})"] += 1
            continue
        report.read += 1
        if not food.isdecimal() or len(food) >= _LONGEST_ID:
            report.wrong(where, f"“{food[:30]}” is no fdc_id")
            continue
        if report.read % 2000 == 0:
            beat(0.8 + 0.2 * min(1.0, report.read / 2_000_000))
        label = beside.execute("SELECT * FROM label WHERE food = ?", (food,)).fetchone() or ("",) * 7
        if not wanted(label[2]):
            report.left_out["not asked for"] += 1
            continue
        row = beside.execute("SELECT held FROM amount WHERE food = ?", (int(food),)).fetchone()
        held = msgspec.json.decode(row[0], type=dict[str, tuple[str, str]]) if row else {}
        product = Product(
            f"fdc:{food}",
            text(description),
            brand=text(label[1], 80),
            category=text(label[6], 80) or surveyed.get(food) or names.get(category, ""),
            portions=[
                portion
                for parts in beside.execute(
                    "SELECT amount, unit, more, described, grams FROM portion WHERE food = ?", (food,)
                )
                if (portion := portion_of(*parts))
            ],
        )
        given: dict[str, tuple[object, str]] = {key: (value, unit or units[key]) for key, (value, unit) in held.items()}
        found = finished(product, given, (text(label[2], 30), label[3], label[4], label[5]), where, report)
        if found is not None:
            yield found

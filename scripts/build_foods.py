"""Build the food table from release files of USDA FNDDS 2017-2018 and USDA SR28.

The release files (comma-separated with a header line, plain or gzip) are named on the command line and are not
part of this repository; the table is.  The same files give the same bytes.

    python scripts/build_foods.py --fndds-foods F --fndds-nutrients F --fndds-portions F \\
        --sr28-food-des F --sr28-nut-data F --sr28-weight F --sr28-fd-group F --output foods.sqlite
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import re
import sqlite3
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from repletion.foods.measuring import counted, unit_word
from repletion.foods.table import _PORTION, FORMAT
from repletion.foods.tokens import segments, tokens

DATA = Path(__file__).resolve().parent.parent / "src/repletion/knowledge/data/foods"
SOURCES = {
    "fndds": (
        "FNDDS 2017-2018",
        "USDA Agricultural Research Service, Food Surveys Research Group. Food and Nutrient Database for Dietary"
        " Studies 2017-2018. 2020.",
    ),
    "sr28": (
        "SR28",
        "USDA Agricultural Research Service, Nutrient Data Laboratory. USDA National Nutrient Database for Standard"
        " Reference, Release 28. 2015, revised May 2016.",
    ),
}
# Groups that are seldom what a person means who types a plain food name.
SPECIAL_GROUPS = (
    "baby",
    "infant",
    "american indian",
    "restaurant",
    "fast foods",
    "formula",
    "human milk",
    "not included",
)
# Remarks in SR28's common names that are no names.
REMARK = re.compile(r"URMIS|USDA|WIC program|school lunch|Commodity|^\s*$", re.IGNORECASE)


class Measure(NamedTuple):
    """A portion as stored: phrase with ``#`` for its number, unit word, number, grams, default or not."""

    phrase: str
    unit: str
    amount: float
    grams: float
    default: bool


@dataclass
class Record:
    """A food on its way into the table."""

    id: str
    description: str
    names: list[str]
    category: str
    values: np.ndarray
    portions: list[Measure] = field(default_factory=list)

    @property
    def plainness(self) -> tuple[float, str]:
        """Sort key: what a person more likely means by a bare word comes first."""
        words = tokens(self.description)
        rank = len(words) - 3 * ("nfs" in words or "raw" in words)
        rank += 4 * self.id.startswith("sr28") + 4 * len(
            re.findall(r"\b[A-Z]{3,}\b", self.description.replace("NFS", ""))
        )
        rank += 12 * any(group in self.category.lower() for group in SPECIAL_GROUPS)
        rank += 12 * (words[:1] == ["babyfood"])
        return rank, self.id


def read(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file, gzip or plain."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def number(text: str | None) -> float:
    """A figure of the release; NaN where the cell is empty (missing is not zero)."""
    return float(text) if text not in (None, "") else float("nan")


def measure(phrase: str, grams: float, *, amount: float | None = None) -> Measure:
    """A portion from its words; a leading number in the words is its amount when none is given."""
    default = phrase.lower() == "quantity not specified"
    if default:
        return Measure("quantity not specified", "serving", 1.0, grams, True)
    if amount is None:
        amount, phrase = counted(phrase)
        if amount is None:
            return Measure(phrase, unit_word(phrase), 1.0, grams, False)
    return Measure(f"# {phrase}", unit_word(phrase), amount, grams, False)


def fndds(args: argparse.Namespace, columns: list[str]) -> Iterator[Record]:
    """All foods of FNDDS with names, composition and portions."""
    values = {
        row["food_code"]: np.array([number(row[c]) if c else np.nan for c in columns], dtype="<f4")
        for row in read(args.fndds_nutrients)
    }
    plain: dict[str, list[Measure]] = defaultdict(list)
    branded: dict[str, list[Measure]] = defaultdict(list)
    brands: dict[str, dict[str, None]] = defaultdict(dict)
    for row in read(args.fndds_portions):
        if brand := row["subcode_description"]:
            brands[row["food_code"]][brand] = None
        grams = number(row["portion_weight_g"])
        if not grams > 0:  # 0 and -9 say that none is defined
            continue
        target = branded if brand else plain
        target[row["food_code"]].append(measure(row["portion_description"], grams))
    for row in read(args.fndds_foods):
        code = row["food_code"]
        names = [name.strip() for name in row["additional_food_description"].split(";")] + list(brands[code])
        yield Record(
            f"fndds:{code}",
            row["main_food_description"],
            [name for name in names if name],
            row["wweia_category_description"],
            values[code],
            list(dict.fromkeys(plain[code] or branded[code])),
        )


def sr28(args: argparse.Namespace, numbers: list[str]) -> Iterator[Record]:
    """All foods of SR28; a nutrient without a row is not known."""
    place = {nutrient: index for index, nutrient in enumerate(numbers)}
    values: dict[str, np.ndarray] = defaultdict(lambda: np.full(len(numbers), np.nan, dtype="<f4"))
    for row in read(args.sr28_nut_data):
        if (index := place.get(row["nutr_no"])) is not None:
            values[row["ndb_no"]][index] = number(row["nutr_val"])
    weights: dict[str, list[Measure]] = defaultdict(list)
    for row in read(args.sr28_weight):
        grams, amount = number(row["gm_wgt"]), number(row["amount"])
        if grams > 0 and amount > 0:
            weights[row["ndb_no"]].append(measure(row["msre_desc"], grams, amount=amount))
    groups = {row["fdgrp_cd"]: row["fdgrp_desc"] for row in read(args.sr28_fd_group)}
    for row in read(args.sr28_food_des):
        code = row["ndb_no"]
        names = [name.strip() for name in re.split(r"[;,]", row["comname"]) if not REMARK.search(name)]
        yield Record(f"sr28:{code}", row["long_desc"], names, groups[row["fdgrp_cd"]], values[code], weights[code])


def write(path: Path, records: list[Record], nutrients: list[dict[str, str]]) -> str:
    """Write the table and return its version, a digest of everything that is in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    records.sort(key=lambda record: record.plainness)
    phrases = Counter((m.phrase, m.unit) for record in records for m in record.portions)
    phrase_place = {key: place for place, key in enumerate(sorted(phrases, key=lambda key: (-phrases[key], key)))}
    categories = {name: place for place, name in enumerate(sorted({record.category for record in records}))}
    matrix = np.stack([record.values for record in records])
    digest = hashlib.sha256()
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        """
        PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE source (prefix TEXT PRIMARY KEY, label TEXT, citation TEXT) WITHOUT ROWID;
        CREATE TABLE category (id INTEGER PRIMARY KEY, label TEXT);
        CREATE TABLE measure (place INTEGER PRIMARY KEY, description TEXT, unit TEXT);
        CREATE TABLE nutrient (place INTEGER PRIMARY KEY, slug TEXT, label TEXT, unit TEXT, infoods TEXT, amounts BLOB);
        CREATE TABLE food (place INTEGER PRIMARY KEY, id TEXT, description TEXT, words TEXT, other_words TEXT,
                           category INTEGER, portions BLOB);
        CREATE TABLE vocabulary (word TEXT PRIMARY KEY, foods INTEGER) WITHOUT ROWID;
        CREATE VIRTUAL TABLE food_index USING fts5(words, content='', columnsize=0, detail='none');
        BEGIN;
        """
    )
    database.executemany("INSERT INTO source VALUES (?, ?, ?)", [(key, *value) for key, value in SOURCES.items()])
    database.executemany("INSERT INTO category VALUES (?, ?)", [(place, name) for name, place in categories.items()])
    database.executemany("INSERT INTO measure VALUES (?, ?, ?)", [(p, *key) for key, p in phrase_place.items()])
    for place, nutrient in enumerate(nutrients):
        column = np.ascontiguousarray(matrix[:, place]).tobytes()
        digest.update(column)
        database.execute(
            "INSERT INTO nutrient VALUES (?, ?, ?, ?, ?, ?)",
            (place, *(nutrient[key] for key in ("slug", "label", "unit", "infoods_tag")), zlib.compress(column, 9)),
        )
    words: Counter[str] = Counter()
    for place, record in enumerate(records, start=1):
        packed = b"".join(
            _PORTION.pack(phrase_place[m.phrase, m.unit], m.amount, m.grams, m.default) for m in record.portions
        )
        described = segments(record.description)
        others = ", ".join(part for name in record.names if (part := " ".join(tokens(name))))
        row = (place, record.id, record.description, described, others, categories[record.category], packed)
        digest.update(repr(row).encode())
        database.execute("INSERT INTO food VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        database.execute("INSERT INTO food_index (rowid, words) VALUES (?, ?)", (place, f"{described} {others}"))
        words.update(set(f"{described} {others}".replace(",", "").split()))
    database.executemany("INSERT INTO vocabulary VALUES (?, ?)", sorted(words.items()))
    version = digest.hexdigest()[:16]
    meta = {"format": FORMAT, "version": version, "foods": str(len(records)), "per": "100 g edible portion"}
    database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
    database.executescript(
        "CREATE UNIQUE INDEX food_id ON food (id);INSERT INTO food_index (food_index) VALUES ('optimize');"
    )
    database.commit()
    database.execute("VACUUM")
    database.close()
    return version


def main() -> int:
    """Read the release files, write the table, say what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("fndds-foods", "fndds-nutrients", "fndds-portions"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="F")
    for name in ("sr28-food-des", "sr28-nut-data", "sr28-weight", "sr28-fd-group"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="F")
    parser.add_argument("--output", type=Path, required=True, metavar="F")
    args = parser.parse_args()
    nutrients = list(read(DATA / "nutrients.csv"))
    records = list(fndds(args, [nutrient["fndds_column"] for nutrient in nutrients]))
    records += sr28(args, [nutrient["sr28_number"] for nutrient in nutrients])
    version = write(args.output, records, nutrients)
    print(f"{args.output.name}: {len(records)} foods, {args.output.stat().st_size / 1e6:.2f} MB, version {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

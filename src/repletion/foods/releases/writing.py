"""The file of a person's own foods, written in one transaction: an import that ends early leaves it as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from pathlib import Path
from types import TracebackType

from repletion.foods.own import FORMAT
from repletion.foods.releases.model import Product, ReleaseError, Taken
from repletion.foods.table import open_shipped
from repletion.foods.tokens import segments

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (id INTEGER PRIMARY KEY, label TEXT, licence TEXT, attribution TEXT, file TEXT, day TEXT,
                     foods INTEGER);
CREATE TABLE food (place INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, description TEXT NOT NULL, brand TEXT NOT NULL,
                   category TEXT NOT NULL, source INTEGER NOT NULL REFERENCES source (id), barcode TEXT NOT NULL,
                   words TEXT NOT NULL, amounts BLOB NOT NULL, portions TEXT NOT NULL, flags TEXT NOT NULL);
CREATE INDEX food_barcode ON food (barcode) WHERE barcode <> '';
CREATE VIRTUAL TABLE food_index USING fts5(words, content='', columnsize=0, detail='none');
"""


class Writer:
    """Writes the products of one import; used as a context, which keeps all or nothing.

    Raises :class:`ReleaseError` when the file is none of ours or cannot be written.
    """

    def __init__(self, report: Taken, day: dt.date) -> None:
        self.report, self.day = report, day
        self._made = not report.into.exists()

    def __enter__(self) -> Writer:
        into = self.report.into
        try:
            into.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(into, isolation_level=None)
            self._db.execute("BEGIN IMMEDIATE")
            if not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in _SCHEMA.split(";\n"):
                    if statement.strip():
                        self._db.execute(statement)
                slugs = " ".join(nutrient.slug for nutrient in open_shipped().nutrients)
                self._db.executemany("INSERT INTO meta VALUES (?, ?)", [("format", FORMAT), ("nutrients", slugs)])
            meta = dict(self._db.execute("SELECT key, value FROM meta"))
        except (OSError, sqlite3.Error) as error:
            self._leave()
            raise ReleaseError(f"{into} cannot be used for your foods: {error}. Name another with --into.") from None
        if meta.get("format") != FORMAT:
            self._leave()
            raise ReleaseError(f"{into} is another kind of file. Name another with --into.")
        self._slugs = meta["nutrients"].split()
        source = self.report.source
        self._source = self._db.execute(
            "INSERT INTO source (label, licence, attribution, file, day, foods) VALUES (?, ?, ?, ?, ?, 0)",
            (source.label, source.licence, source.attribution, self.report.file.name, self.day.isoformat()),
        ).lastrowid
        self._version = meta.get("version", "")
        return self

    def put(self, product: Product) -> None:
        """Keep a product; one with the same id is replaced."""
        import numpy as np

        words = segments(product.description)
        if brand := " ".join(segments(product.brand).replace(",", "").split()):
            words = f"{words}, {brand}" if words else brand
        amounts = np.array([product.amounts.get(slug, np.nan) for slug in self._slugs], dtype="<f4").tobytes()
        portions = [[p.description, p.amount, p.unit, p.grams, p.is_default] for p in product.portions[:20]]
        before = self._db.execute("SELECT place, words FROM food WHERE id = ?", (product.id,)).fetchone()
        if before:
            self._db.execute("INSERT INTO food_index (food_index, rowid, words) VALUES ('delete', ?, ?)", before)
            self._db.execute("DELETE FROM food WHERE place = ?", (before[0],))
            self.report.replaced += 1
        place = self._db.execute(
            "INSERT INTO food (id, description, brand, category, source, barcode, words, amounts, portions, flags)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (product.id, product.description, product.brand, product.category, self._source, product.barcode, words,
             amounts, json.dumps(portions, ensure_ascii=False), json.dumps(product.flags, ensure_ascii=False)),
        ).lastrowid  # fmt: skip
        self._db.execute("INSERT INTO food_index (rowid, words) VALUES (?, ?)", (place, words))
        self.report.taken += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self.report.taken:
            told = f"{self._version} {self.report.file.name} {self.report.taken} {self.day}"
            version = hashlib.sha256(told.encode()).hexdigest()[:8]
            self._db.execute("UPDATE source SET foods = ? WHERE id = ?", (self.report.taken, self._source))
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (version,))
            self._db.execute("COMMIT")
            self._db.close()
            return
        self._leave()
        if isinstance(error, sqlite3.Error):
            raise ReleaseError(f"{self.report.into} could not be written: {error}. It is as it was before.") from None

    def _leave(self) -> None:
        """Take everything back; a file that was made for this import goes."""
        if hasattr(self, "_db"):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._db.close()
        if self._made:
            _remove(self.report.into)


def _remove(path: Path) -> None:
    for file in (path, path.with_name(f"{path.name}-journal")):
        file.unlink(missing_ok=True)

"""A person's own food table: products of releases that they have taken in, in one SQLite file beside the shipped table.

The file is made only when asked for (``repletion foods import``).  It is opened read-only here; what writes it is
:mod:`repletion.foods.releases`.
"""

from __future__ import annotations

import json
import os
import weakref
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from repletion.errors import KnowledgeError
from repletion.foods.barcode import barcode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "foods.sqlite"
SETTING = "REPLETION_FOODS"
"""Environment variable that names the file; an empty one says that there is none."""
FORMAT = "own-1"
PREFIXES = ("off:", "fdc:")
# Rows of the index that are looked at for one query, and how many of them are judged closely.
LOOKED_AT = 4000
JUDGED = 200


class Source(msgspec.Struct, frozen=True):
    """Where products come from, with their licence and the line shown with them; ``file`` and ``on`` of the import."""

    label: str
    licence: str
    attribution: str
    file: str
    on: str
    foods: int


class Row(msgspec.Struct, frozen=True):
    """One product as it lies in the file."""

    place: int
    id: str
    description: str
    brand: str
    category: str
    source: int
    barcode: str
    words: str
    flags: tuple[str, ...]

    @property
    def name(self) -> str:
        """The description with the brand behind it, unless it is in it."""
        known = not self.brand or self.brand.casefold() in self.description.casefold()
        return self.description if known else f"{self.description} ({self.brand})"


def usual_place() -> Path:
    """The file in the platform's folder for a person's data.  Nothing is created."""
    from platformdirs import user_data_path

    return user_data_path("repletion", appauthor=False) / NAME


def place_in_use() -> Path | None:
    """The file that is read beside the shipped table: the one of the setting, else the usual one, if it is there."""
    named = os.environ.get(SETTING)
    if named is not None:
        path = Path(named) if named else None
    else:
        path = usual_place()
    return path if path is not None and path.is_file() else None


class OwnTable:
    """Read-only access to one file.  Raises :class:`KnowledgeError` when it is none of ours."""

    def __init__(self, path: Path) -> None:
        import sqlite3

        self.path = path
        try:
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            meta = dict(self._db.execute("SELECT key, value FROM meta"))
        except sqlite3.DatabaseError as error:
            raise KnowledgeError(
                f"{path} is no food table of your own ({error}). Name another with {SETTING}, or remove the file."
            ) from error
        if meta.get("format") != FORMAT:
            raise KnowledgeError(
                f"{path} has the format {meta.get('format')}, this version reads {FORMAT}. Import the releases again."
            )
        self.version: str = meta.get("version", "")
        self._columns: list[str] = meta["nutrients"].split()

    @cached_property
    def sources(self) -> dict[int, Source]:
        """Every import, by its number."""
        rows = self._db.execute("SELECT id, label, licence, attribution, file, day, foods FROM source ORDER BY id")
        return {row[0]: Source(*row[1:]) for row in rows}

    def row(self, food_id: str) -> Row | None:
        """The product with this id."""
        return self._one("id = ?", food_id)

    def at(self, place: int) -> Row:
        """The product at this row."""
        found = self._one("place = ?", place)
        assert found is not None
        return found

    def with_barcode(self, code: str) -> Row | None:
        """The product with this barcode, the newest taken in where there are several; None also for a wrong digit."""
        known = barcode(code)
        return self._one("barcode = ?", known) if known else None

    def _one(self, where: str, value: object) -> Row | None:
        query = f"SELECT {_FIELDS} FROM food WHERE {where} ORDER BY place DESC LIMIT 1"  # noqa: S608 - our own words
        row = self._db.execute(query, (value,)).fetchone()
        return _read(row) if row else None

    def matching(self, words: list[str]) -> list[Row]:
        """Products whose name or brand has all of the words, short names first."""
        expression = " AND ".join(f'"{word}"' for word in words)
        rows = self._db.execute(
            f"SELECT {_FIELDS} FROM food WHERE place IN"  # noqa: S608 - our own words
            " (SELECT rowid FROM food_index WHERE food_index MATCH ? LIMIT ?) ORDER BY length(words), place LIMIT ?",
            (expression, LOOKED_AT, JUDGED),
        )
        return [_read(row) for row in rows]

    def amounts(self, food_id: str, order: list[str]) -> NDArray[np.float64]:
        """Amounts per 100 g in the order of the given nutrients, shape (nutrients,); NaN where not known."""
        import numpy as np

        (blob,) = self._db.execute("SELECT amounts FROM food WHERE id = ?", (food_id,)).fetchone()
        held = dict(zip(self._columns, np.frombuffer(blob, dtype="<f4"), strict=True))
        return np.array([float(str(held[slug])) if slug in held else np.nan for slug in order], dtype=np.float64)

    def portions(self, food_id: str) -> list[list[object]]:
        """Description, amount, unit, grams and whether it is the usual serving, of each portion."""
        (packed,) = self._db.execute("SELECT portions FROM food WHERE id = ?", (food_id,)).fetchone()
        found: list[list[object]] = json.loads(packed)
        return found

    def nearest(self, food_id: str) -> list[str]:
        """Ids that begin alike."""
        rows = self._db.execute("SELECT id FROM food WHERE id >= ? ORDER BY id LIMIT 3", (food_id[:8],))
        return [name for (name,) in rows]

    @cached_property
    def count(self) -> int:
        """Number of products."""
        (number,) = self._db.execute("SELECT count(*) FROM food").fetchone()
        return int(number)


_FIELDS = "place, id, description, brand, category, source, barcode, words, flags"


def _read(row: tuple[Any, ...]) -> Row:
    place, food_id, description, brand, category, source, code, words, flags = row
    return Row(place, food_id, description, brand, category, source, code, words, tuple(json.loads(flags)))


def open_own(path: Path | None = None) -> OwnTable | None:
    """The table at ``path``, or the one in use, or None.  Raises :class:`KnowledgeError`."""
    path = path or place_in_use()
    return OwnTable(path) if path else None

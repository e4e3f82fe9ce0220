"""The food table: composition per 100 g and household portions of 15,872 foods, opened read-only.

Figures: USDA FNDDS 2017-2018 and USDA SR28, public domain (``LICENSES/usda.md``); every food carries its
release and code.  Built by ``scripts/build_foods.py``.  A value that the release does not hold is NaN, never
zero.
"""

from __future__ import annotations

import struct
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from repletion.errors import KnowledgeError, UnknownName
from repletion.foods.own import PREFIXES, OwnTable, Row, open_own

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TABLE = Path(__file__).parent / "data" / "foods.sqlite"
FORMAT = "1"
_PORTION = struct.Struct("<Hff?")


class Food(msgspec.Struct, frozen=True):
    """One food.  ``id`` is ``fndds:`` or ``sr28:``, in one's own table ``off:`` or ``fdc:``, and the release's code."""

    id: str
    description: str
    source: str
    code: str
    category: str


class Portion(msgspec.Struct, frozen=True):
    """A household measure: ``amount`` times ``unit`` of the food weigh ``grams``.

    ``unit`` is a lower-case measure word (``cup``, ``slice``, ``fl oz``, ``medium``, ``serving``, ...).
    ``is_default``: what the release assumes when somebody names the food and no quantity (FNDDS only).
    """

    description: str
    amount: float
    unit: str
    grams: float
    is_default: bool


class Nutrient(msgspec.Struct, frozen=True):
    """A column of the table: amounts are in ``unit`` per 100 g.  ``infoods`` is "" where no tag exists."""

    slug: str
    label: str
    unit: str
    infoods: str


class FoodTable:
    """Read-only access to one built table; safe to share between threads that take turns.

    ``own``: a person's own foods beside it, or None.  What is asked by id is answered from either; a place below zero
    is a row of ``own``.
    """

    def __init__(self, path: Path, own: OwnTable | None = None) -> None:
        import sqlite3
        import weakref

        if not path.is_file():
            raise KnowledgeError(f"no food table at {path.name}: build it with scripts/build_foods.py")
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        weakref.finalize(self, self._db.close)
        try:
            meta = dict(self._db.execute("SELECT key, value FROM meta"))
        except sqlite3.DatabaseError as error:
            raise KnowledgeError(f"{path.name} is not a food table: {error}") from error
        if meta.get("format") != FORMAT:
            raise KnowledgeError(f"{path.name} has format {meta.get('format')}, this version reads {FORMAT}")
        self.own = own
        self.version: str = meta["version"] + (f"+own.{own.version}" if own else "")

    @cached_property
    def nutrients(self) -> tuple[Nutrient, ...]:
        """The columns of :meth:`amounts`, in order."""
        rows = self._db.execute("SELECT slug, label, unit, infoods FROM nutrient ORDER BY place")
        return tuple(Nutrient(*row) for row in rows)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {nutrient.slug: place for place, nutrient in enumerate(self.nutrients)}

    def index(self, slug: str) -> int:
        """Column of a nutrient in :meth:`amounts`.  Raises :class:`UnknownName` with the nearest slugs."""
        try:
            return self._places[slug]
        except KeyError:
            raise UnknownName(f"no nutrient {slug!r} in the food table{_nearest(slug, self._places)}") from None

    def own_row(self, food_id: str) -> Row | None:
        """The product of one's own table with this id, or None when the id is of the shipped table.

        Raises :class:`UnknownName` when the id is of one's own kind and not there.
        """
        if not food_id.startswith(PREFIXES):
            return None
        row = self.own.row(food_id) if self.own else None
        if row is None:
            near = f"; nearest: {', '.join(self.own.nearest(food_id))}" if self.own else ""
            raise UnknownName(f"no food {food_id!r} in your own food table{near or ': import it (foods import)'}")
        return row

    def _row(self, food_id: str) -> int:
        row = self._db.execute("SELECT place FROM food WHERE id = ?", (food_id,)).fetchone()
        if row is None:
            known = (found for (found,) in self._db.execute("SELECT id FROM food"))
            raise UnknownName(f"no food {food_id!r} in the food table{_nearest(food_id, known)}")
        return int(row[0])

    def food(self, food_id: str) -> Food:
        """The food with this id.  Raises :class:`UnknownName` with the nearest ids."""
        row = self.own_row(food_id)
        return self.foods_at([-row.place if row else self._row(food_id)])[0]

    def foods_at(self, places: list[int]) -> list[Food]:
        """Foods by their row number, in the order asked."""
        return [self._food(place) for place in places]

    def _food(self, place: int) -> Food:
        if place < 0:
            assert self.own is not None
            own = self.own.at(-place)
            return Food(own.id, own.name, self.own.sources[own.source].label, own.id.partition(":")[2], own.category)
        row = self._db.execute(
            "SELECT food.id, description, source.label, category.label FROM food"
            " JOIN source ON source.prefix = substr(food.id, 1, instr(food.id, ':') - 1)"
            " JOIN category ON category.id = food.category WHERE food.place = ?",
            (place,),
        ).fetchone()
        return Food(row[0], row[1], row[2], row[0].partition(":")[2], row[3])

    @cached_property
    def _matrix(self) -> NDArray[np.float32]:
        import zlib

        import numpy as np

        rows = self._db.execute("SELECT amounts FROM nutrient ORDER BY place")
        columns = [np.frombuffer(zlib.decompress(blob), dtype="<f4") for (blob,) in rows]
        return np.ascontiguousarray(np.stack(columns, axis=1))

    def amounts(self, food_id: str) -> NDArray[np.float64]:
        """Amounts per 100 g in the order of :attr:`nutrients`, shape (nutrients,); NaN where not known.

        Stored as 32-bit floats, so seven digits of the release's figure are kept.
        """
        import numpy as np

        if self.own_row(food_id):
            assert self.own is not None
            return self.own.amounts(food_id, [nutrient.slug for nutrient in self.nutrients])
        row = self._matrix[self._row(food_id) - 1]
        # Through the shortest decimal text, so that 0.1 in the release is 0.1 here.
        return np.array([float(str(value)) for value in row], dtype=np.float64)

    def richest(self) -> dict[str, float]:
        """The greatest amount of each nutrient in 100 g of any food of the shipped table."""
        import numpy as np

        most = np.nanmax(self._matrix, axis=0)
        return {nutrient.slug: float(value) for nutrient, value in zip(self.nutrients, most, strict=True)}

    @cached_property
    def _phrases(self) -> list[tuple[str, str]]:
        return list(self._db.execute("SELECT description, unit FROM measure ORDER BY place"))

    def portions(self, food_id: str) -> tuple[Portion, ...]:
        """Household portions in the release's order; empty when it has none."""
        if self.own_row(food_id):
            assert self.own is not None
            return tuple(Portion(*row) for row in self.own.portions(food_id))  # type: ignore[arg-type]
        (blob,) = self._db.execute("SELECT portions FROM food WHERE place = ?", (self._row(food_id),)).fetchone()
        return tuple(
            Portion(*self._describe(place, amount), grams=float(f"{grams:.6g}"), is_default=default)
            for place, amount, grams, default in _PORTION.iter_unpack(blob)
        )

    def notes(self, food_id: str) -> tuple[str, ...]:
        """What is shown with a product of one's own table: whose data it is, the licence, what is doubted about it."""
        row = self.own_row(food_id)
        if row is None or self.own is None:
            return ()
        source = self.own.sources[row.source]
        return (f"{source.attribution} {source.licence}. {source.file}, taken in on {source.on}.", *row.flags)

    def _describe(self, place: int, amount: float) -> tuple[str, float, str]:
        description, unit = self._phrases[place]
        number = float(f"{amount:.6g}")
        return description.replace("#", f"{number:g}", 1), number, unit

    # What the search reads.

    def matching(self, expression: str, limit: int) -> list[tuple[int, str, str, str]]:
        """Rows of the full-text index: place, id, folded description, folded other names; plainest first."""
        return self._db.execute(
            "SELECT food.place, id, food.words, other_words FROM food_index JOIN food ON food.place = food_index.rowid"
            " WHERE food_index MATCH ? ORDER BY food_index.rowid LIMIT ?",
            (expression, limit),
        ).fetchall()

    def words_of(self, food_id: str) -> tuple[int, str, str, str] | None:
        """One row as :meth:`matching` gives it, or None."""
        row: tuple[int, str, str, str] | None = self._db.execute(
            "SELECT place, id, words, other_words FROM food WHERE id = ?", (food_id,)
        ).fetchone()
        return row

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Every indexed word with the number of foods that have it."""
        return dict(self._db.execute("SELECT word, foods FROM vocabulary"))

    @cached_property
    def ids(self) -> frozenset[str]:
        """The key of every food."""
        return frozenset(found for (found,) in self._db.execute("SELECT id FROM food"))

    @cached_property
    def count(self) -> int:
        """Number of foods."""
        (number,) = self._db.execute("SELECT count(*) FROM food").fetchone()
        return int(number)


def _nearest(name: str, known: object) -> str:
    from rapidfuzz import process

    near = [match[0] for match in process.extract(name, list(known), limit=3)]  # type: ignore[call-overload]
    return f"; nearest: {', '.join(near)}" if near else ""


@lru_cache(maxsize=4)
def open_table(path: Path | None = None) -> FoodTable:
    """The shipped table with one's own foods beside it, or the one at ``path``; opened once.

    Raises :class:`KnowledgeError`.
    """
    return FoodTable(path) if path else FoodTable(TABLE, open_own())


@lru_cache(maxsize=1)
def open_shipped() -> FoodTable:
    """The shipped table alone."""
    return FoodTable(TABLE)

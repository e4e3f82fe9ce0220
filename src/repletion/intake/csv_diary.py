"""Diaries as tables: our own simple columns, and exports of diary apps with many columns.

A row with more or fewer cells than the header is reported and left out: its cells cannot be trusted to stand under
their own headings.  Nutrient columns that came along are named in ``Diary.columns`` and not used.
"""

from __future__ import annotations

import csv
import io
import re
from functools import cache

from repletion.intake.diary import Diary, DiaryError, Reader
from repletion.intake.wording import words


@cache
def _roles() -> dict[str, str]:
    return {name: role for role, names in words().columns.items() for name in names}


def _role(header: str) -> str | None:
    return _roles().get(re.sub(r"\s+", " ", header.replace("\ufeff", "").strip().strip('"').lower()))


def _delimiter(line: str) -> str | None:
    """The delimiter under which the header line names a food column."""
    best, roles = None, 0
    for mark in (",", ";", "\t", "|"):
        cells = next(csv.reader([line], delimiter=mark), [])
        found = {_role(cell) for cell in cells} - {None}
        if len(cells) > 1 and "food" in found and len(found) > roles:
            best, roles = mark, len(found)
    return best


def _header(lines: list[str]) -> tuple[int, str] | None:
    """Place of the header line (apps put a title above it) and its delimiter."""
    for place, line in enumerate(lines[:10]):
        if mark := _delimiter(line):
            return place, mark
    return None


def looks_like_table(text: str) -> bool:
    """Whether one of the first lines is a header with a food column."""
    return _header(text[:20_000].splitlines()) is not None


def read_table(text: str, where: str) -> Diary:
    """Read CSV text.  Raises :class:`DiaryError` when no header names a food column."""
    found = _header(text[:20_000].splitlines())
    if found is None:
        raise DiaryError(f"{where}: no column is named 'food'. Name the columns day, meal, food, amount, unit.")
    skipped, mark = found
    body = "\n".join(text.splitlines()[skipped:])
    rows = csv.reader(io.StringIO(body), delimiter=mark)
    header = next(rows)
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        role = _role(cell)
        if role is not None:
            places.setdefault(role, place)
    others = tuple(cell.strip() for cell in header if cell.strip() and _role(cell) is None)
    reader = Reader(where)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            reader.fail(rows.line_num + skipped, "", "Check the quotation marks of this row.", why=str(error))
            continue
        line = rows.line_num + skipped
        if not any(cell.strip() for cell in row):
            continue
        _read_row(reader, line, row, len(header), places)
    if others:
        reader.say(
            "note",
            0,
            f"{len(others)} columns were not used ({', '.join(others[:4])}{', ...' if len(others) > 4 else ''}); "
            "nutrients are computed from the foods.",
            "Nothing needs to be done.",
        )
    return reader.finish(others)


def _read_row(reader: Reader, line: int, row: list[str], width: int, places: dict[str, int]) -> None:
    def cell(role: str) -> str:
        return row[places[role]].strip() if role in places and places[role] < len(row) else ""

    if len(row) != width:
        why = f"the row has {len(row)} cells, the header {width}, so its cells may stand in the wrong columns"
        reader.fail(
            line, " | ".join(row), "Repair the row: one cell for each column, text with commas in quotes.", why=why
        )
        return
    reader.day = cell("day") or reader.day
    reader.meal = cell("meal") or (reader.meal if "meal" not in places else "")
    food = cell("food")
    if not food:
        if not cell("amount") and not cell("grams"):
            return
        reader.fail(line, " | ".join(filter(None, row)), "Name the food.", why="the food cell is empty")
        return
    if re.fullmatch(r"(?i)totals?|daily totals?|sum|-+", food):
        return
    amount = " ".join(part for part in (cell("amount"), cell("unit")) if part)
    grams = cell("grams")
    if grams and re.fullmatch(r"\d+([.,]\d+)?", grams):
        amount = f"{grams} g"
    name = food if not cell("brand") else f"{food} [{cell('brand')}]"
    amount = re.sub(r"(?<=\d)\s*,\s*(?=\d)", ",", amount).strip()
    reader.read_item(line, f"{amount} {name}".strip(), food=name, amount=amount)

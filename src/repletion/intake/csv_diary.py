"""Diaries as tables: our own simple columns, and exports of diary apps and recall programs with many columns.

A row with more or fewer cells than the header is reported and left out: its cells cannot be trusted to stand under
their own headings.  Nutrient columns that came along are used where the food itself is not in the table, or where the
table of totals names no foods at all (:mod:`repletion.intake.brought`); ``Diary.columns`` names those not used.
"""

from __future__ import annotations

import csv
import re
from functools import cache

import msgspec

from repletion.foods import open_table
from repletion.intake.brought import NO_VALUE, Export, export_of, number, nutrient_columns, plain
from repletion.intake.entries import Diary, DiaryError, DiaryLine
from repletion.intake.line_reader import Reader
from repletion.intake.rows import lines_of, rows_of, stray_marks
from repletion.intake.wording import reading, words

_TOTALS = re.compile(r"(?i)(?:(?:daily|day|grand|meal)\s+)?(?:totals?|sum|averages?)(?:\s+for\b.*)?|-+")
_PORTION_CELLS = ("food", "brand", "amount", "unit", "grams", "meal", "day", "missing")


@cache
def _roles() -> dict[str, str]:
    return {name: role for role, names in words().columns.items() for name in names}


def _role(header: str) -> str | None:
    return _roles().get(plain(header))


def _is_header(cells: list[str]) -> bool:
    """Whether a row names foods, or days with their energy."""
    roles = {_role(cell) for cell in cells}
    if len(cells) < 2 or not roles & {"food", "code", "day"}:
        return False
    if roles & {"food", "code"}:
        return True
    return len(cells) > 2 and "energy" in {nutrient for nutrient, _ in nutrient_columns(cells).values()}


def _delimiter(line: str) -> str | None:
    """The delimiter under which the line is a header."""
    best, roles = None, 0
    for mark in (",", ";", "\t", "|"):
        try:
            cells = next(csv.reader([line], delimiter=mark), [])
        except csv.Error:
            continue
        found = {_role(cell) for cell in cells} - {None}
        if len(found) > roles and _is_header(cells):
            best, roles = mark, len(found)
    return best


def _header(lines: list[str]) -> tuple[int, str] | None:
    """Place of the header line (apps put a title above it) and its delimiter."""
    for place, line in enumerate(lines[:10]):
        if mark := _delimiter(line):
            return place, mark
    return None


def looks_like_table(text: str) -> bool:
    """Whether one of the first lines is a header: it names foods, or days with their energy."""
    return _header(lines_of(text[:50_000])) is not None


class _Table(msgspec.Struct, frozen=True):
    """How the columns of one file are read."""

    headers: list[str]
    mark: str
    places: dict[str, int]
    nutrients: dict[int, tuple[str, float]]
    export: Export | None

    def cell(self, row: list[str], role: str) -> str:
        """The cell under a role, or nothing."""
        text = row[self.places[role]].strip() if role in self.places else ""
        return "" if text.lower() in NO_VALUE else text


def read_table(text: str, where: str) -> Diary:
    """Read CSV text.  Raises :class:`DiaryError` when no header names foods, or days with their energy."""
    lines = lines_of(text)
    found = _header(lines)
    if found is None:
        raise DiaryError(f"{where}: no column is named 'food'. Name the columns day, meal, food, amount, unit.")
    skipped, mark = found
    table = _table(next(csv.reader([lines[skipped]], delimiter=mark)), mark)
    reader = Reader(where)
    if table.export is not None and table.export.label.endswith("(day 2)"):
        reader.day = "2"
    most = reading().largest_diary_lines
    if len(lines) > most:
        reader.say("error", 0, f"only the first {most:,} lines were read", "Split the diary.")
    people: dict[str, int] = {}
    unread: dict[int, int] = {}
    for line, row, raw in rows_of(lines[skipped + 1 : most], mark, len(table.headers), skipped + 2):
        if row is None:
            why = "its quotation marks do not close"
            reader.fail(line, raw, "Check the quotation marks of this row.", why=why)
        elif _cut_by_marks(row, raw, table):
            reader.fail(
                line, raw, "Check the quotation marks of this row.", why="a quotation mark stands inside a cell"
            )
        elif any(cell.strip() for cell in row):
            _read_row(reader, line, row, table, people, unread)
    _say_what_was_not_used(reader, table, people, unread)
    used = set(table.nutrients)
    others = (cell.strip() for place, cell in enumerate(table.headers) if place not in used and _role(cell) is None)
    columns = tuple(name for name in others if name)
    if columns:
        reader.say(
            "note",
            0,
            f"{len(columns)} columns were not used ({', '.join(columns[:4])[:200]}"
            f"{', ...' if len(columns) > 4 else ''}); "
            "nutrients are computed from the foods that are in the table.",
            "Nothing needs to be done.",
        )
    return reader.finish(columns)


def _cut_by_marks(row: list[str], raw: str, table: _Table) -> bool:
    """Whether a stray quotation mark may have moved cells; one that stands for inches in a food's name has not."""
    stray = stray_marks(row, raw)
    if len(stray) == 1 and stray[0] in {table.places.get("food"), table.places.get("brand")}:
        return not re.fullmatch(r'[^"]*\d"[^"]*', row[stray[0]])
    return bool(stray)


def _table(headers: list[str], mark: str) -> _Table:
    places: dict[str, int] = {}
    for place, cell in enumerate(headers):
        role = _role(cell)
        if role is not None:
            places.setdefault(role, place)
    return _Table(headers, mark, places, nutrient_columns(headers), export_of(headers))


def _say_what_was_not_used(reader: Reader, table: _Table, people: dict[str, int], unread: dict[int, int]) -> None:
    if table.export is not None:
        also = f" {table.export.note}" if table.export.note else ""
        reader.say("note", 0, f"Read as an export of {table.export.label}.{also}", "Nothing needs to be done.")
    if len(people) > 1:
        first, *others = people.values()
        reader.say(
            "error",
            0,
            f"The file holds {len(people)} people; the {first} rows of the first were read, and the {sum(others)} rows "
            "of the others are not in the totals.",
            "A diary is one person's: keep the rows of one.",
        )
    for place, count in unread.items():
        reader.say(
            "warning",
            0,
            f"{count} cells under {table.headers[place].strip()[:60]!r} are not a number that can be; "
            "they count as not known.",
            "Check the column.",
        )


def _read_row(
    reader: Reader, line: int, row: list[str], table: _Table, people: dict[str, int], unread: dict[int, int]
) -> None:
    width = len(table.headers)
    if len(row) != width:
        why = f"the row has {len(row)} cells, the header {width}, so its cells may stand in the wrong columns"
        reader.fail(
            line, " | ".join(row), "Repair the row: one cell for each column, text with commas in quotes.", why=why
        )
        return
    if [plain(cell) for cell in row] == [plain(cell) for cell in table.headers]:
        return  # exports that were put together repeat their header
    if person := table.cell(row, "person"):
        people[person] = people.get(person, 0) + 1
        if person != next(iter(people)):
            return
    said = {role: table.cell(row, role) for role in _PORTION_CELLS}
    if sum(map(len, said.values())) > reading().largest_line_characters:
        reader.fail(line, " | ".join(row)[:200], "Write one food a row.", why="the row is too long")
        return
    if any("\n" in text for text in said.values()):
        reader.fail(
            line, " | ".join(row), "Check the quotation marks of this row.", why="a cell goes over several lines"
        )
        return
    if any(_TOTALS.fullmatch(said[role]) for role in ("day", "meal", "food") if said[role]):
        return
    moment = re.match(r"\d{4}-\d{2}-\d{2}(?=[T ])", said["day"])
    reader.day = (moment[0] if moment else said["day"]) or reader.day
    meal = words().occasions.get(said["meal"], said["meal"]) if _numbered(table) else said["meal"]
    reader.meal = meal or (reader.meal if "meal" not in table.places else "")
    amounts = _amounts(row, table, unread)
    if "food" in table.places or "code" in table.places:
        _read_food(reader, line, row, table, said, amounts)
    elif amounts:
        reader.brought(line, reader.meal or "the whole day", amounts, "as exported, without foods")


def _numbered(table: _Table) -> bool:
    """Whether meals are numbers of the survey's own list."""
    return "meal" in table.places and plain(table.headers[table.places["meal"]]).endswith("_030z")


def _amounts(row: list[str], table: _Table, unread: dict[int, int]) -> dict[str, float]:
    """What the export says the row holds, in the units of the food table."""
    found: dict[str, float] = {}
    for place, (nutrient, factor) in table.nutrients.items():
        text = row[place].strip()
        if text.lower() in NO_VALUE:
            continue
        value = number(text, table.mark)
        if value is None:
            unread[place] = unread.get(place, 0) + 1
        else:
            found[nutrient] = value * factor
    return found


def _read_food(
    reader: Reader, line: int, row: list[str], table: _Table, said: dict[str, str], amounts: dict[str, float]
) -> None:
    food = said["food"] or said["missing"]
    grams = number(said["grams"], table.mark) if said["grams"] else None
    amount = f"{grams:.10g} g" if grams is not None else " ".join(filter(None, (said["amount"], said["unit"])))
    code = re.sub(r"\.0+$", "", table.cell(row, "code"))
    if code and grams is not None and f"fndds:{code}" in open_table().ids:
        known = open_table().food(f"fndds:{code}")
        reader.known(line, f"{amount} {food or known.description}", known, grams)
        return
    if not food and code and amounts:
        food = f"food {code}"
    if not food:
        if not said["amount"] and not said["grams"] and not amounts:
            return
        reader.fail(line, " | ".join(filter(None, row)), "Name the food.", why="the food cell is empty")
        return
    name = food if not said["brand"] else f"{food} [{said['brand']}]"
    amount = re.sub(r"(?<=\d)\s*,\s*(?=\d)", ",", amount).strip()
    before, issues = len(reader.lines), len(reader.issues)
    reader.read_item(line, f"{amount} {name}".strip(), food=food, amount=amount)
    if amounts and len(reader.lines) == before + 1:
        _weigh_with_export(reader, before, issues, f"{amount} {name}".strip(), amounts, grams)


def _weigh_with_export(
    reader: Reader, place: int, issues: int, text: str, amounts: dict[str, float], grams: float | None
) -> None:
    """Where the reading of a row was a guess, what the export says of it counts."""
    line: DiaryLine = reader.lines[place]
    if line.status in {"not_understood", "doubtful"}:
        del reader.lines[place:], reader.issues[issues:]
        reader.brought(line.line, text, amounts, "as exported; the food is not in the table", grams)
    elif line.status == "assumed_portion" and line.food is not None and (energy := amounts.get("energy")):
        table = open_table()
        dense = float(table.amounts(line.food.id)[table.index("energy")])
        if dense > 0:
            weight = energy / dense * 100
            note = "weight from the energy that the export gives"
            reader.lines[place] = msgspec.structs.replace(
                line, status="matched", grams=weight, low=weight, high=weight, note=note
            )
            del reader.issues[issues:]

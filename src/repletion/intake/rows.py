"""The rows of a table as text, each with the number of its line; a broken quotation mark takes no other row with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

_LONGEST_CELL_IN_LINES = 20


def lines_of(text: str) -> list[str]:
    """The lines of a file; only line ends end a line, not the separators that a cell may hold."""
    return re.split(r"\r\n|\n|\r", text)


def cells_of(line: str, mark: str) -> list[str] | None:
    """The cells of a text that is a whole row, or None."""
    try:
        rows = list(csv.reader([line], delimiter=mark, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else [] if not rows else None


def rows_of(lines: list[str], mark: str, width: int, first: int) -> Iterator[tuple[int, list[str] | None, str]]:
    """Line number, cells and text of each row; cells are None where the quotation marks do not close.

    A cell may go over several lines.  But a line that is a whole row by itself is one, and never part of a cell that
    an open mark above it would have swallowed.  ``first``: number of the first line.
    """
    held: list[tuple[int, str]] = []
    for number, line in enumerate(lines, first):
        alone = cells_of(line, mark)
        if alone is not None and (not held or len(alone) == width):
            yield from ((place, None, text) for place, text in held)
            held = []
            yield number, alone, line
            continue
        held.append((number, line))
        whole = cells_of("\n".join(text for _, text in held), mark) if len(held) > 1 else None
        if whole is not None and len(whole) == width:
            yield held[0][0], whole, "\n".join(text for _, text in held)
            held = []
        elif len(held) > _LONGEST_CELL_IN_LINES:
            yield held[0][0], None, held[0][1]
            del held[0]
    yield from ((place, None, text) for place, text in held)


def stray_marks(row: list[str], raw: str) -> list[int]:
    """Places of cells that hold a quotation mark which is not written as one (doubled, in a cell within marks).

    Such a mark may have opened or closed a cell that is now cut in two.
    """
    if '"' not in raw:
        return []
    return [
        place for place, cell in enumerate(row) if '"' in cell and f'"{cell.replace(chr(34), chr(34) * 2)}"' not in raw
    ]

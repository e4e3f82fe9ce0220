"""A food diary, free text or table, read into foods, grams and supplements.

``read_diary(text)`` never fails on what a person typed: each line comes back with a status, and what was not
understood is an issue with the nearest foods.  Only a whole file that is no diary raises :class:`DiaryError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from repletion.intake.entries import Diary, DiaryError, DiaryLine, Status
from repletion.intake.line_reader import Reader
from repletion.intake.wording import reading


def read_diary(
    source: str | Sequence[Any], *, format: Literal["text", "csv"] | None = None, where: str = "diary"
) -> Diary:
    """Read a diary: multi-line text, CSV text, a list of lines, or a list of mappings (``food``, ``amount``, ...)."""
    if not isinstance(source, str):
        return _read_list(source, where)
    settings = reading()
    source = source.removeprefix("\ufeff")
    if len(source) > settings.largest_diary_bytes:
        raise DiaryError(
            f"{where}: {len(source):,} characters are no diary; at most {settings.largest_diary_bytes:,} are read."
        )
    if format is None:
        from repletion.intake.csv_diary import looks_like_table

        format = "csv" if looks_like_table(source) else "text"
    if format == "csv":
        from repletion.intake.csv_diary import read_table

        return read_table(source, where)
    reader = Reader(where)
    lines = source.splitlines()
    for number, line in enumerate(lines[: settings.largest_diary_lines], start=1):
        reader.read(number, line)
    if len(lines) > settings.largest_diary_lines:
        reader.say("error", 0, f"only the first {settings.largest_diary_lines:,} lines were read", "Split the diary.")
    return reader.finish()


def read_diary_file(path: str | Path) -> Diary:
    """Read a diary file (UTF-8 or Windows-1252).  Raises :class:`DiaryError` for a missing, huge or binary file."""
    path = Path(path)
    limit = reading().largest_diary_bytes
    try:
        if path.stat().st_size > limit:
            raise DiaryError(
                f"{path.name}: {path.stat().st_size:,} bytes are too many for a diary (at most {limit:,})."
            )
        data = path.read_bytes()
    except OSError as error:
        raise DiaryError(f"{path.name}: cannot be read ({error.strerror}). Check the name.") from error
    return read_diary(decode(data, path.name), where=path.name)


def decode(data: bytes, where: str = "diary") -> str:
    """Bytes as text.  Raises :class:`DiaryError` when they are not text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            pass
    if b"\0" in data or data[:4] in (b"%PDF", b"PK\x03\x04"):
        raise DiaryError(f"{where}: this is a binary file, not text. Save the diary as plain text or CSV.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _read_list(source: Sequence[Any], where: str) -> Diary:
    reader = Reader(where)
    for number, item in enumerate(source, start=1):
        if isinstance(item, str):
            for line in item.splitlines():
                reader.read(number, line)
        elif isinstance(item, Mapping) and (item.get("food") or item.get("text")):
            reader.day = str(item.get("day") or item.get("date") or reader.day)
            reader.meal = str(item.get("meal") or "")
            amount = " ".join(str(item[key]) for key in ("amount", "unit") if item.get(key) not in (None, ""))
            food = str(item.get("food") or item.get("text"))
            reader.read_item(number, f"{amount} {food}".strip() if amount else food, food=food, amount=amount)
        else:
            reader.fail(number, str(item)[:200], "Write a line such as '2 slices toast', or give food and amount.")
    return reader.finish()


__all__ = ["Diary", "DiaryError", "DiaryLine", "Status", "decode", "read_diary", "read_diary_file"]

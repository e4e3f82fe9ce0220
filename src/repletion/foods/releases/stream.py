"""Files of releases, read a record at a time: plain, gzip, or a member of a zip; nothing is held as a whole."""

from __future__ import annotations

import csv
import gzip
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

LONGEST_LINE = 16_000_000
"""Bytes of one line; a longer one is no record."""
MOST_LINES = 40
"""Lines that one record with quotation marks may run over."""
MOST_CELL = 4_000_000
DEEPEST = 1000


FAULTS = (EOFError, OSError, zipfile.BadZipFile, zlib.error)
"""What reading a file that is cut off or damaged raises."""


class Broken(Exception):
    """The file ends in the middle, its packing is damaged, or one record is larger than a record can be."""


@dataclass
class Stream:
    """An open file; ``raw`` tells how far the reading is, ``data`` is what is read."""

    raw: BinaryIO
    data: BinaryIO
    size: int
    since: int = 0
    open: int = 0
    """Bytes that :meth:`read` gave since the last whole record, and brackets open in them."""

    @property
    def share(self) -> float:
        """From 0 to 1, by the bytes on disk."""
        return min(1.0, self.raw.tell() / self.size) if self.size else 1.0

    def close(self) -> None:
        """Close both."""
        self.data.close()
        self.raw.close()

    def next_record(self) -> None:
        """One record is whole; the next one is measured anew."""
        self.since = self.open = 0

    def read(self, size: int = -1) -> bytes:
        """Bytes for a reader of JSON, which holds a record until it ends: no record may be endless.

        Raises :class:`Broken`.
        """
        try:
            found = self.data.read(size)
        except FAULTS as error:
            raise Broken(f"({error})") from error
        self.since += len(found)
        self.open += sum(found.count(mark) for mark in (b"[", b"{")) - sum(found.count(mark) for mark in (b"]", b"}"))
        if self.since > LONGEST_LINE:
            raise Broken(f"(one record is longer than {LONGEST_LINE // 10**6} MB)")
        if self.open > DEEPEST:  # the reader's time grows with the square of it
            raise Broken(f"(one record is nested more than {DEEPEST} deep)")
        return found

    def lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Lines with their numbers from 1; ``None`` for one that is too long.  Raises :class:`Broken`."""
        number = 0
        try:
            while line := self.data.readline(LONGEST_LINE):
                number += 1
                if len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
                    while (rest := self.data.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                        pass
                    yield number, None
                else:
                    yield number, line
        except FAULTS as error:
            raise Broken(f"after line {number}: {error}") from error


def opened(path: Path) -> Stream:
    """A file, unpacked while it is read when it is gzip.  Raises :class:`OSError`."""
    raw = path.open("rb")
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    data = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
    return Stream(raw, data, path.stat().st_size)


def member(path: Path, name: str) -> Stream:
    """A member of a zip, unpacked while it is read.  Raises :class:`Broken`."""
    pack = zipfile.ZipFile(path)
    try:
        data = cast(BinaryIO, pack.open(name))
    except (RuntimeError, NotImplementedError, *FAULTS) as error:  # a passphrase, an unknown packing, other names
        pack.close()
        raise Broken(f"({error})") from error
    return Stream(cast(BinaryIO, pack.fp), data, path.stat().st_size)


Line = tuple[int, bytes | None]
Record = tuple[int, list[str] | str]


def table(stream: Stream, *, delimiter: str = ",", quoted: bool = True) -> Iterator[Record]:
    """Rows of a table with the number of their first line: the cells, or in words why there are none.

    The first row is the header; a row with another number of cells is no row.  A quotation mark that is never closed
    costs its own line and no other.
    """
    csv.field_size_limit(MOST_CELL)
    source, waiting, width = stream.lines(), deque[Line](), 0
    while (first := waiting.popleft() if waiting else next(source, None)) is not None:
        number, line = first
        if line is None:
            yield number, "the line is longer than a record can be"
            continue
        if not line.strip():
            continue
        if not quoted and not line.endswith(b"\n"):
            yield number, "the file ends in the middle of this line"  # and perhaps in the middle of a number
            continue
        lines = [line]
        cells = _row(lines, number, delimiter, quoted)
        behind: list[Line] = []
        while cells is None and len(lines) < MOST_LINES:  # its quotation marks are open: the next line may close them
            following = waiting.popleft() if waiting else next(source, None)
            if following is None:
                break
            behind.append(following)
            if following[1] is None:
                break
            lines.append(following[1])
            cells = _row(lines, number, delimiter, quoted)
        if isinstance(cells, list) and (not width or len(cells) == width):
            width = width or len(cells)
            yield number, cells
        else:
            waiting.extendleft(reversed(behind))  # what was looked at behind it is read on its own
            yield number, _why(cells if len(lines) == 1 or cells is None else None, width)


def _why(cells: list[str] | str | None, width: int) -> str:
    if isinstance(cells, list):
        return f"{len(cells)} cells where the header has {width}"
    return cells or "a quotation mark is not closed"


def _row(lines: list[bytes], number: int, delimiter: str, quoted: bool) -> list[str] | str | None:
    """Cells, why there are none, or ``None`` while a quotation mark is open."""
    data = b"".join(lines)
    if quoted and data.count(b'"') % 2:
        return None
    try:
        text = data.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return "the line is not UTF-8 text"
    if not quoted:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return str(error)

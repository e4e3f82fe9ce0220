"""A case on the command line: a case file, words, or a FHIR record."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from repletion.cli.files import fail, is_missing, no_file

if TYPE_CHECKING:
    from repletion.case import Case
    from repletion.fhir import Reading

_MARK = b'"resourceType"'


def case_of(path: str, *, today: dt.date, origin: str = "auto") -> tuple[Case, Reading | None]:
    """The case named on the command line, and the record it was read from, if it was one.

    ``origin``: *auto* recognizes a FHIR resource by its ``resourceType``, *case* and *fhir* insist.
    """
    if path != "-" and is_missing(path):
        raise no_file(path, "case")
    from repletion.case import Case

    if origin == "case":
        return Case.read(path, today=today), None
    data = _bytes(path)
    if data is not None:
        from repletion.fhir import read_text
        from repletion.fhir.read import is_xml

        if origin == "fhir" or is_xml(data) or (data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and _MARK in data):
            reading = read_text(data, today=today)
            return reading.case, reading
        if path == "-":
            return Case.parse(data, today=today), None
    return Case.read(path, today=today), None


def _bytes(path: str) -> bytes | None:
    """The bytes of standard input or of a file; ``None`` leaves the file, and its error, to the case reader."""
    from repletion.fhir.read import LARGEST

    if path == "-":
        if sys.stdin is None:
            raise fail("stdin_closed")
        return sys.stdin.buffer.read(LARGEST + 1)
    file = Path(path)
    try:
        if not file.is_file() or file.suffix.lower() in {".yaml", ".yml", ".txt"}:
            return None
        with file.open("rb") as handle:
            return handle.read(LARGEST + 1)
    except OSError:
        return None

"""Cells of a table for spreadsheets: none is a formula, whatever somebody typed or named."""

from __future__ import annotations

import re
from typing import Any

_FORMULA = frozenset("=+-@\t\r＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def cell(value: Any) -> Any:
    """The value as a cell; text that a spreadsheet would work out (OWASP, *CSV injection*) gets a quote before it.

    A plain number is no formula, even as text with a sign: the ids of a table stay what they are.  Nothing known is an
    empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" \n")[:1] in _FORMULA and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value

"""Typed words as data: on the way in they lose what could close a quotation, on the way out they stand in one.

An assistant reads a result as text.  A line that a person typed must not look like a line that Repletion says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

OPEN, CLOSE = "“", "”"
LONGEST = 240
"""Characters of typed words that are quoted at most."""
_MARKS = str.maketrans(dict.fromkeys("“”„‟«»❝❞〝〞＂", '"'))
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]+"
)


def without_marks(value: Any) -> Any:
    """Arguments in which no quotation mark of ours is left.  Line ends stay: they part sentences and foods."""
    if isinstance(value, str):
        return "\n".join(_UNSEEN.sub(" ", part) for part in value.translate(_MARKS).splitlines())
    if isinstance(value, Mapping):
        return {without_marks(str(key)): without_marks(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [without_marks(part) for part in value]
    return value


def line(text: str, longest: int = 2 * LONGEST) -> str:
    """Words on one line without marks that cannot be seen, cut when too long."""
    flat = " ".join(_UNSEEN.sub(" ", text).split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def quoted(text: str) -> str:
    """Typed words as a quotation on one line."""
    return f"{OPEN}{line(text.translate(_MARKS), LONGEST)}{CLOSE}"

"""An answer with every part filled, for looking at reports without reasoning about anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from repletion.assessment.model import Assessment
from repletion.knowledge.reader import parse_yaml


def record() -> dict[str, Any]:
    """The answer as plain data, to be changed by a test."""
    found: dict[str, Any] = parse_yaml((Path(__file__).parent / "sample.yaml").read_text(encoding="utf-8"))
    return found


def sample(**changes: Any) -> Assessment:
    """The answer with top-level fields replaced."""
    return msgspec.convert({**record(), **changes}, Assessment)

"""The catalogue of the interview, read once."""

from __future__ import annotations

from functools import cache

import msgspec

from repletion.interview.model import Wording
from repletion.knowledge.base import DATA
from repletion.knowledge.reader import parse_yaml


@cache
def wording() -> Wording:
    """Questions, replies and sentences of ``wording/interview.yaml``."""
    path = DATA / "wording" / "interview.yaml"
    return msgspec.convert(parse_yaml(path.read_text(encoding="utf-8")), Wording)


def sentence(key: str, **values: object) -> str:
    """The sentence ``key`` with its placeholders filled.  Raises :class:`KeyError` for an unknown key."""
    return wording().said[key].format(**values)

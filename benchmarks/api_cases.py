"""The cases that the load of ``bench_api`` is made of: thirty people in words, with medicines and results."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def patterns() -> tuple[dict[str, Any], ...]:
    """The thirty, with ``{weeks}`` where a number of weeks belongs."""
    return tuple(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))


def people(seed: int) -> Iterator[dict[str, Any]]:
    """Cases without end, all thirty in every thirty; age and weeks are shaken, so that hardly one is like another."""
    dice = random.Random(seed)
    number = 0
    while True:
        for pattern in dice.sample(patterns(), len(patterns())):
            number += 1
            case = {**pattern, "title": f"{seed}-{number}"}
            if "text" in case:
                person = case["person"]
                case["text"] = case["text"].replace("{weeks}", str(dice.randint(1, 40)))
                case["person"] = {**person, "age": max(18, person["age"] + dice.randint(-4, 4))}
            yield case

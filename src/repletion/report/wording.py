"""The catalogue of sentences, and the choices of what is shown to whom."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import msgspec

from repletion.knowledge.base import DATA
from repletion.knowledge.reader import parse_yaml


class Display(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of presentation; ``display.yaml`` says what each means."""

    most_explanations: int
    least_probability: float
    least_probability_with_sign: float
    denominator: int
    rare_denominator: int
    sign_odds: float
    most_folded: int
    strength: tuple[tuple[float, str], ...]
    most_claims: int
    most_reasons: int
    most_neutral: int
    most_foods: int
    width: int
    hidden_from_patient: tuple[str, ...]
    denominators: tuple[int, ...]
    row_denominators: tuple[int, ...]
    least_closeness: float
    most_confusions: int
    most_subjects: int
    most_looked_up: int
    most_apart: int
    most_foods_on_page: int
    least_ratio_for_help: float
    general_advice: tuple[str, ...]
    least_question_gain: float
    least_test_gain: float
    asked_from_age: float
    most_caveats: int
    likely: float
    proper_names: frozenset[str]
    later_when: tuple[Literal["emergency", "same_day", "same_week", "routine", "self_care"], ...]


@cache
def catalogue() -> dict[str, str]:
    """Every sentence by its dotted key (``section.diet``)."""
    flat: dict[str, str] = {}

    def walk(prefix: str, branch: dict[str, Any]) -> None:
        for key, value in branch.items():
            if isinstance(value, dict):
                walk(f"{prefix}{key}.", value)
            else:
                flat[f"{prefix}{key}"] = "" if value is None else str(value)

    for name in (
        "en.yaml",
        "handbook.yaml",
        "api.yaml",
        "assistant.yaml",
        "hooks.yaml",
        "web.yaml",
        "practice.yaml",
        "kept.yaml",
    ):
        walk("", parse_yaml((DATA / "wording" / name).read_text(encoding="utf-8")))
    return flat


@cache
def display() -> Display:
    """What is shown to whom."""
    return msgspec.convert(parse_yaml((DATA / "wording" / "display.yaml").read_text(encoding="utf-8")), Display)


def say(key: str, **values: object) -> str:
    """The sentence ``key`` with its placeholders filled.  Raises :class:`KeyError` for an unknown key."""
    return catalogue()[key].format(**values)

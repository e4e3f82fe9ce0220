"""Meals named in a case's own words, as a diary: "breakfast oatmeal, lunch cheese sandwich", "soup for dinner"."""

from __future__ import annotations

import re

import msgspec

from repletion.case.model import Case
from repletion.intake.diary import DiaryError, read_diary

_MEAL = r"(?:breakfast|brunch|lunch|dinner|supper|snacks?)"
_LEAD = r"(?:(?:and|then|for|at|my|the|a|an?|usual|usually|typical|typically|mostly|often|normally)\s+)*"
_EAT = (
    r"(?:\s*(?:is|was|are|of|:|-|=|I|we|usually|mostly|often|just|only|eat|ate|have|had|having)\b[\s,]*|\s*[:=-]\s*)*"
)
_FIRST = re.compile(rf"^{_LEAD}(?P<meal>{_MEAL})\b{_EAT}\s*(?P<foods>\S.*)$", re.IGNORECASE)
_LAST = re.compile(
    rf"^(?:(?:and|I|we|usually|mostly|often|just|only|eat|ate|have|had)\s+)*(?P<foods>.+?)\s+(?:for|at|as)\s+"
    rf"(?:my\s+|an?\s+)?(?P<meal>{_MEAL})\b",
    re.IGNORECASE,
)
_TWO = re.compile(rf"\b((?:for|at|as)\s+(?:my\s+|an?\s+)?{_MEAL})\s+and\s+", re.IGNORECASE)
# A day holds at least so many foods; fewer are an aside, not a day.
LEAST = 3


class TypedDay(msgspec.Struct, frozen=True, kw_only=True):
    """Meals as diary text, and the ``phrases`` of the case that it was made of."""

    diary: str = ""
    phrases: tuple[str, ...] = ()


def _clauses(text: str) -> list[list[str]]:
    """Sentences, each as its clauses; "X for lunch and Y for dinner" is two."""
    found = []
    for sentence in re.split(r"[.;\n](?!\d)", text):
        parts = [part.strip() for part in re.split(r",(?!\d)", _TWO.sub(r"\1, ", sentence))]
        found.append([part for part in parts if part])
    return found


def typed_day(case: Case) -> TypedDay:
    """The day that the words of a case describe; empty when they name no meals, or too few foods for a day."""
    lines: list[str] = []
    phrases: list[str] = []
    understood = {u.text.casefold() for u in case.understood}
    for text in case.eating:
        for clauses in _clauses(text):
            meal = ""
            for clause in clauses:
                first, last = _FIRST.match(clause), _LAST.match(clause)
                match = first or last
                if match is not None:
                    meal = match["meal"] if first else ""
                    lines.append(f"{match['meal'].capitalize()}: {match['foods']}")
                elif meal and clause.casefold() not in understood and _is_food(clause):
                    lines.append(f"{meal.capitalize()}: {clause}")
                else:
                    meal = ""
                    continue
                phrases.append(clause)
    diary = "\n".join(lines)
    if not lines or sum(line.food is not None for line in read_diary(diary).lines) < LEAST:
        return TypedDay()
    return TypedDay(diary=diary, phrases=tuple(phrases))


def _is_food(words: str) -> bool:
    """Whether every part of a clause is a food."""
    try:
        lines = read_diary(words).lines
    except DiaryError:
        return False
    return bool(lines) and all(line.food is not None and line.status != "not_understood" for line in lines)

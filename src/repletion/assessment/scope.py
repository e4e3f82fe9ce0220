"""What this answer did not look at, said to everyone."""

from __future__ import annotations

import csv
from functools import cache

from repletion.case.model import Case
from repletion.knowledge.base import DATA

_FIRST = frozenset(("child", "pregnant", "lactating", "dialysis_dependence", "kidney_transplant_status"))


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (DATA / "wording" / "scope.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle, strict=True))


@cache
def said_first(when: str | None = None) -> frozenset[str]:
    """The sentences without which the numbers would mislead: a child, pregnancy, dialysis; or that of one ``when``."""
    return frozenset(row["text"] for row in _rows() if row["when"] in (_FIRST if when is None else {when}))


def not_considered(case: Case, *, adult_age: float) -> tuple[str, ...]:
    """Sentences on what is not modelled for this person, the general ones last.  ``adult_age`` in years."""
    person = case.person
    present = {u.id for u in case.understood if u.present}
    holds = {
        "child": person.age is not None and person.age < adult_age,
        "pregnant": bool(person.pregnant) or "pregnancy" in present,
        "lactating": bool(person.lactating) or "lactation" in present,
        "age_unknown": person.age is None,
        "sex_unknown": person.sex is None,
        "no_diary": not case.diary.strip(),
        "always": True,
    }
    for name in ("dialysis_dependence", "kidney_transplant_status", "chronic_kidney_disease"):
        holds[name] = name in present
    return tuple(row["text"] for row in _rows() if holds.get(row["when"], False))

"""Which questions do not fit a person: a baby tells of no tingling, a child of five has no periods."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

import msgspec

from repletion.case.model import Person
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Record
from repletion.knowledge.reader import parse_yaml

_KEPT = 512  # kinds of people


class Fit(Record, frozen=True):
    """Findings and factors that only some people are asked about.  ``ages`` in years, half open ``[from, to)``."""

    why: str
    ages: tuple[float, float]
    ids: tuple[str, ...]
    sex: Literal["female", "male"] | None = None


@cache
def fits() -> tuple[Fit, ...]:
    """The groups of questions, as declared."""
    path = DATA / "wording" / "asked_of.yaml"
    return msgspec.convert(parse_yaml(path.read_text(encoding="utf-8")), tuple[Fit, ...])


@lru_cache(maxsize=_KEPT)
def _unfit(age: float | None, sex: str | None) -> frozenset[str]:
    found: set[str] = set()
    for fit in fits():
        low, high = fit.ages
        other_age = age is not None and not low <= age < high
        other_sex = sex is not None and fit.sex is not None and sex != fit.sex
        if other_age or other_sex:
            found.update(fit.ids)
    return frozenset(found)


def not_asked(person: Person) -> frozenset[str]:
    """Findings and factors that this person is not asked about; an age or sex that is not known rules out nothing."""
    return _unfit(person.age, person.sex)

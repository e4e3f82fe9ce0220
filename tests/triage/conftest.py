"""A case that meets a red flag's condition, built from the condition itself."""

from __future__ import annotations

import msgspec
import pytest

from repletion.case.model import Case, Lab, Person, Understood
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import Condition


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


def said(kind: str, name: str, *, present: bool = True, days: float | None = None, sudden: bool = False) -> Understood:
    return Understood(
        text=f"<{name}>",
        where="test",
        kind=kind,  # type: ignore[arg-type]
        id=name,
        label=name,
        present=present,
        duration_days=days,
        onset="sudden" if sudden else None,
    )


def lab(test: str, value: float, **more: object) -> Lab:
    return Lab(test=test, label=test, text=f"{test} {value}", where="test", value=value, unit="u", **more)  # type: ignore[arg-type]


def literal(phrase: str) -> str:
    """Plain words for a phrase of a red flag: the first of every choice."""
    return " ".join(part.split("|")[0].replace("+", " ").replace("~", "") for part in phrase.split())


def meet(condition: Condition, knowledge: Knowledge, case: Case) -> Case:
    """``case`` with the least that makes ``condition`` hold (the first of every choice)."""
    add = msgspec.structs.replace
    if condition.finding is not None:
        days = None
        if condition.days_over is not None:
            days = condition.days_over + 1
        if condition.days_under is not None:
            days = condition.days_under / 2
        item = said("finding", condition.finding, days=days, sudden=bool(condition.sudden))
        case = add(case, understood=(*case.understood, item))
    if condition.factor is not None:
        case = add(case, understood=(*case.understood, said("factor", condition.factor)))
    if condition.state is not None:
        case = add(case, understood=(*case.understood, said("state", condition.state)))
    if condition.test is not None:
        limit = knowledge.claims[condition.below or condition.above or ""].value
        assert limit is not None
        case = add(case, labs=(*case.labs, lab(condition.test, limit)))
    if condition.critical:
        case = add(case, labs=(*case.labs, lab("serum_potassium", 7.0)))
    if condition.words:
        case = add(case, said=(*case.said, literal(condition.words[0])))
    if condition.pregnant is not None:
        case = add(case, person=add(case.person, pregnant=condition.pregnant))
    if condition.age_over is not None:
        case = add(case, person=add(case.person, age=condition.age_over + 1))
    if condition.age_under is not None:
        case = add(case, person=add(case.person, age=condition.age_under / 2))
    if condition.bmi_under is not None:
        case = add(case, person=add(case.person, height_cm=170.0, weight_kg=(condition.bmi_under - 1) * 1.7**2))
    for part in condition.all_of:
        case = meet(part, knowledge, case)
    if condition.any_of:
        case = meet(condition.any_of[0], knowledge, case)
    return case


EMPTY = Case(person=Person(age=44.0, sex="female"))

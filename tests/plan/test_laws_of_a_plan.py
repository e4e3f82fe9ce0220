"""What holds of every plan, checked outside the solver and outside the plan's own code."""

from __future__ import annotations

import json
import random
from functools import cache

import jsonschema
import msgspec
import pytest
from checked_plan import broken, plan_of
from people import people

from repletion.plan.model import Plan
from repletion.report.json import plan_schema, to_json

RULES_OF = {
    "chronic kidney disease": ("kidney_disease",),
    "takes warfarin": ("warfarin",),
    "takes lisinopril": ("potassium_sparing",),
    "takes spironolactone": ("potassium_sparing",),
    "takes phenelzine": ("monoamine_oxidase_inhibitors",),
    "sarcoidosis": ("high_calcium",),
    "kidney stones": ("kidney_stones",),
    "hemochromatosis": ("hemochromatosis",),
    "takes simvastatin": ("grapefruit",),
    "gout": ("gout",),
    "type 2 diabetes": ("diabetes",),
    "pregnant": ("pregnancy",),
    "breast-feeding": ("lactation",),
}


def rules_for(text: str) -> tuple[str, ...]:
    return tuple(name for words, names in RULES_OF.items() if words in text for name in names)


# A seeded few of the two hundred; all of them are measured and checked by ``python -m benchmarks.plan_people``.
FEW = [people(200)[2], *random.Random(10).sample(people(200), 2)]


@pytest.mark.parametrize("someone", FEW, ids=lambda s: f"{s.text} {' '.join(s.pattern + s.without)}")
def test_no_plan_breaks_a_floor_it_claims_a_ceiling_an_exclusion_or_a_drug_rule(someone) -> None:
    plan = plan_of(someone.text, pattern=someone.pattern, without=someone.without, diary=someone.diary or None)
    assert plan.status in ("planned", "partly", "enough")
    assert not broken(plan, pattern=someone.pattern, without=someone.without, rules=rules_for(someone.text))
    assert all(gap.text and gap.reason for gap in plan.unmet)
    jsonschema.validate(json.loads(to_json(plan)), plan_schema())


@cache
def with_all() -> Plan:
    return plan_of("man 55", alternatives=1, swaps=True, explain=False, days=3)


def test_the_same_request_gives_the_same_plan_whatever_else_is_asked() -> None:
    again = plan_of("man 55", explain=False)
    beside = {"alternatives": with_all().alternatives, "swaps": with_all().swaps, "notes": with_all().notes}
    more = {"week": with_all().week, "shopping": with_all().shopping}
    assert to_json(msgspec.structs.replace(again, **beside, **more)) == to_json(with_all())


def test_alternatives_differ_and_a_food_not_liked_is_gone() -> None:
    plan = with_all()
    assert not broken(plan)
    first = {change.code for change in plan.changes if change.kind == "new"}
    for option in plan.alternatives:
        assert len(first & {change.code for change in option.changes if change.kind == "new"}) <= 1
    assert {option.instead_of for option in plan.swaps} == {c.food for c in plan.changes if c.kind == "new"}
    for option in plan.swaps:
        assert option.instead_of not in {change.food for change in option.changes if change.grams > 0}
    assert [day.day for day in plan.week] == [1, 2, 3] and len({day.plan for day in plan.week}) > 1
    bought = {line.code: line.grams for line in plan.shopping}
    for code, grams in bought.items():
        eaten = (
            sum(
                change.grams
                for day in plan.week
                for change in (plan.changes if day.plan == 0 else plan.alternatives[day.plan - 1].changes)
                if change.code == code and change.grams > 0
            )
            if all(day.plan <= len(plan.alternatives) for day in plan.week)
            else grams
        )
        assert eaten == pytest.approx(grams, abs=0.1)

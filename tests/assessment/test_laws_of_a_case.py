"""Laws of a typed case: the order and the units of what is typed change nothing; unknown words change nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from by_reasons import counted, order_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repletion.assessment import Assessment, assess
from repletion.assessment.order import NONE
from repletion.assessment.reasons import levels
from repletion.case import Case
from repletion.knowledge import load

DAY = dt.date(2026, 11, 23)
PERSON = {"age": 58, "sex": "female"}
SYMPTOMS = ["muscle cramps", "tingling around the mouth", "tired", "eyelid twitching", "palpitations"]
DRUGS = ["omeprazole 20 mg", "metformin", "furosemide", "levothyroxine"]
LABS = {
    "magnesium": ("mmol/L", (0.45, 0.95)),
    "potassium": ("mmol/L", (2.8, 5.0)),
    "calcium": ("mmol/L", (1.9, 2.7)),
    "vitamin B12": ("pmol/L", (100.0, 600.0)),
    "vitamin D": ("nmol/L", (15.0, 120.0)),
    "ferritin": ("ug/L", (5.0, 200.0)),
}


def probabilities(answer: Assessment) -> dict[str, float]:
    return {e.id: e.probability for e in answer.explanations}


def of(data: dict[str, object]) -> Assessment:
    return assess(Case.from_mapping(data), on=DAY)


def named_in(data: dict[str, object], answer: Assessment) -> list[int]:
    """How many of the things told each explanation names, or a level of it."""
    known = load()
    count = counted(Case.from_mapping(data), known, DAY)
    return [
        max((count[s] for s in (e.id, *levels(known, e.id))), default=0) if e.id != NONE else 0
        for e in answer.explanations
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(SYMPTOMS), unique=True, max_size=4),
    st.lists(st.sampled_from(DRUGS), unique=True, max_size=3),
    st.randoms(use_true_random=False),
)
def test_the_order_of_what_is_typed_changes_nothing(symptoms: list[str], drugs: list[str], random) -> None:  # type: ignore[no-untyped-def]
    first = of({"person": PERSON, "symptoms": symptoms, "drugs": drugs})
    symptoms, drugs = random.sample(symptoms, len(symptoms)), random.sample(drugs, len(drugs))
    again = of({"drugs": drugs, "symptoms": symptoms, "person": dict(reversed(PERSON.items()))})
    assert probabilities(again) == pytest.approx(probabilities(first), abs=1e-12)
    assert again.triage.urgency == first.triage.urgency


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(LABS)), st.data())
def test_the_unit_of_a_value_changes_nothing(name: str, data: st.DataObject) -> None:
    unit, (low, high) = LABS[name]
    value = data.draw(st.floats(low, high))
    base = of({"person": PERSON, "labs": [{"test": name, "value": value, "unit": unit}]})
    (lab,) = base.labs
    for other in load().tests[lab.test].units:
        typed = {"test": name, "value": (value - other.offset) / other.factor, "unit": other.unit}
        again = of({"person": PERSON, "labs": [typed]})
        assert again.labs[0].value == pytest.approx(value, rel=1e-5), other.unit
        assert probabilities(again) == pytest.approx(probabilities(base), abs=5e-4), other.unit  # six digits are read


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(SYMPTOMS), unique=True, max_size=3),
    st.sampled_from(["qzxv bnmk", "frobnication", "wxyzzy 3"]),
)
def test_words_nobody_knows_change_nothing_and_are_said(symptoms: list[str], words: str) -> None:
    plain, more = of({"person": PERSON, "symptoms": symptoms}), of({"person": PERSON, "symptoms": [*symptoms, words]})
    assert probabilities(more) == probabilities(plain)
    assert any(words in issue.message for issue in more.issues)
    assert all(issue.remedy for issue in more.issues)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(SYMPTOMS), unique=True, max_size=3),
    st.lists(st.sampled_from(DRUGS), unique=True, max_size=3),
)
def test_every_number_lies_in_its_range_and_every_reason_names_what_was_typed(
    symptoms: list[str], drugs: list[str]
) -> None:
    answer = of({"person": PERSON, "symptoms": symptoms, "drugs": drugs})
    naming = named_in({"person": PERSON, "symptoms": symptoms, "drugs": drugs}, answer)
    assert order_of(load(), answer.explanations, naming) == list(range(len(answer.explanations)))
    for e in answer.explanations:
        assert 0 <= e.low <= e.probability <= e.high <= 1
        assert 0 <= e.prior <= 1
    assert {c.id for c in answer.claims} >= {c for e in answer.explanations for b in e.because for c in b.claims}
    assert {c.id for c in answer.citations} >= {c.source for c in answer.claims}


def place(data: dict[str, object], state: str) -> int:
    return [e.id for e in of(data).explanations].index(state)


def test_what_circumstances_make_likely_is_not_buried() -> None:
    jerks = {"person": PERSON, "symptoms": ["hiccups", "jerks of the trunk"]}
    assert (
        place(jerks | {"conditions": ["stopped carbimazole"]}, "hyperthyroidism") < 4 < place(jerks, "hyperthyroidism")
    )
    for silent in ("vitamin_d_deficiency", "dry_eye_disease"):  # common, and raised by nothing here
        assert place({"person": PERSON, "symptoms": ["tetany"]}, silent) > 3

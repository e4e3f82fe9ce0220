"""What may and may not move a probability."""

from __future__ import annotations

import pytest

from repletion.assessment import Assessment, assess
from repletion.case import Case

parse = Case.parse

ELECTROLYTES = ("hypomagnesemia", "hypocalcemia", "hypokalemia", "hyponatremia")


def of(answer: Assessment, name: str) -> float:
    return next(e.probability for e in answer.explanations if e.id == name)


def test_a_normal_count_does_not_clear_b12() -> None:
    base = "61 year old man, vegan for 9 years, metformin. Numb feet for 5 months, unsteady gait."
    plain, counted = assess(parse(base)), assess(parse(base + " Hb 14.2 g/dL, MCV 91 fL."))
    b12 = {"vitamin_b12_deficiency", "functional_vitamin_b12_deficiency"}
    before, after = (max(of(a, name) for name in b12) for a in (plain, counted))
    assert after > 0.75 * before
    tests = [t.id for t in counted.next.tests[:3]]
    assert {"vitamin_b12", "methylmalonic_acid", "holotranscobalamin"} & set(tests)


def test_b6_tablets_raise_b6_excess() -> None:
    base = "50 year old woman, tingling and numbness in both feet for 3 months."
    assert of(assess(parse(base + " Takes vitamin B6 200 mg daily.")), "vitamin_b6_excess") > 3 * of(
        assess(parse(base)), "vitamin_b6_excess"
    )


@pytest.mark.parametrize("value", ["Mg 0.30 mmol/L", "Mg 0.95 mmol/L"])
def test_no_single_value_is_proof(value: str) -> None:
    p = of(assess(parse(f"40 year old man. {value}")), "hypomagnesemia")
    assert 0.0 < p < 1.0
    assert (p > 0.9) == (value == "Mg 0.30 mmol/L")


def test_what_nobody_mentioned_changes_nothing() -> None:
    words = "40 year old man, muscle cramps for 2 weeks"
    first, again = assess(parse(words)), assess(parse(words + ". asdfgh qwertz"))
    assert [(e.id, e.probability) for e in first.explanations] == [(e.id, e.probability) for e in again.explanations]
    denied = assess(parse(words + ". no weakness"))
    for e in denied.explanations:
        reasons = {b.finding for b in e.because}
        assert "fatigue" not in reasons


@pytest.mark.parametrize("name", ELECTROLYTES)
def test_a_lid_twitch_moves_no_electrolyte(name: str) -> None:
    silent, twitching = (
        assess(parse(words)) for words in ("34 year old woman", "34 year old woman, eyelid twitching for 3 weeks")
    )
    e = next(e for e in twitching.explanations if e.id == name)
    assert of(silent, name) == pytest.approx(e.prior, rel=0.15)
    assert e.prior / 1.5 <= e.probability <= e.prior * 1.5
    claims = {c for b in e.because for c in b.claims}
    assert {"FIND-004", "FIND-006"} & claims or name not in {"hypomagnesemia"}


def test_absent_never_raises_alone() -> None:
    plain, denied = (
        assess(parse("40 year old man")),
        assess(parse("40 year old man, no tingling, no weakness, no cramps")),
    )
    for e in plain.explanations:
        if e.id != "none_of_these":
            assert of(denied, e.id) <= e.probability + 1e-12

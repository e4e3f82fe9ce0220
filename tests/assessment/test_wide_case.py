"""A case too wide for an exact answer keeps an order."""

from __future__ import annotations

import datetime as dt

from repletion import Case, assess

MANY = """61 year old man, vegan: fatigue, numb feet, tingling hands and feet, unsteady walking, falls,
loss of vibration sense, weak legs, sore tongue, pallor, palpitations, breathless on exertion, memory problems,
low mood, irritability, dizziness, weight loss, diarrhea, blurred vision, headache, insomnia, poor concentration,
absent ankle jerks, Romberg positive, muscle cramps."""


def test_what_the_case_adds_orders_what_was_sampled() -> None:
    answer = assess(Case.parse(MANY), on=dt.date(2026, 11, 23))
    assert not answer.method.exact
    found = [e for e in answer.explanations if e.id != "none_of_these"]
    assert found[0].explains > 0.1
    assert "vitamin_b12_deficiency" in [e.id for e in found[:5]]
    for e in found:
        assert abs((e.at_work or 0.0) - max(e.probability - e.prior, 0.0)) < 1e-9

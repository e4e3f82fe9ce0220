"""What may lie behind an explanation is named beside it, and the order is not touched."""

from __future__ import annotations

from repletion import Case, assess
from repletion.report import render

FASTING = "50 year old woman, confusion in the early morning before breakfast, relieved by eating, weight gain"
PARALYSIS = (
    "28 year old man, attacks of paralysis of the legs at night after a large meal, palpitations, weight loss, tremor"
)


def test_a_rare_cause_stands_beside_what_it_brings_and_in_its_own_place() -> None:
    answer = assess(Case.parse(FASTING))
    first = answer.explanations[0]
    assert first.id == "hypoglycemia" and "insulinoma" in [c.id for c in first.causes]
    tumor = next(e for e in answer.explanations if e.id == "insulinoma")
    beside = next(c for c in first.causes if c.id == "insulinoma")
    assert (beside.probability, beside.prior) == (tumor.probability, tumor.prior)
    assert "What could lie behind it in turn: insulin-making tumor" in render(answer, format="text").replace(
        "\n   ", " "
    )


def test_causes_are_named_likeliest_first_and_only_where_the_explanation_is_at_work() -> None:
    answer = assess(Case.parse(PARALYSIS))
    for e in answer.explanations:
        chances = [c.probability for c in e.causes]
        assert chances == sorted(chances, reverse=True)
        assert not chances or e.explains >= 0.02
    potassium = next(e for e in answer.explanations if e.id == "hypokalemia")
    assert potassium.causes[0].id == "thyrotoxic_periodic_paralysis"
    assert answer.explanations[0].explains == max(e.explains for e in answer.explanations)

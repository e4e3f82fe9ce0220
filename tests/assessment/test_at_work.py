"""What counts as accounting for a report: not the state under another name, nor a cause more than its effect."""

from __future__ import annotations

from repletion import Case, assess
from repletion.assessment import Assessment
from repletion.assessment.model import Explanation


def _of(answer: Assessment, name: str) -> Explanation:
    return next(e for e in answer.explanations if e.id == name)


def test_a_loss_of_weight_is_not_explained_by_being_undernourished() -> None:
    answer = assess(Case.from_mapping({"symptoms": ["weight loss"], "person": {"age": 50, "sex": "female"}}))
    wasted = _of(answer, "protein_energy_malnutrition")
    assert wasted.probability > 5 * wasted.prior, "it stays likely"
    assert wasted.explains == 0.0
    assert answer.explanations[0].id != wasted.id


def test_what_else_it_does_counts() -> None:
    answer = assess(Case.from_mapping({"symptoms": ["weight loss", "flaky paint skin"], "person": {"age": 3}}))
    assert _of(answer, "protein_energy_malnutrition").explains > 0.1


def test_a_cause_that_acts_through_another_state_accounts_for_no_more_than_it() -> None:
    told = {"symptoms": ["tingling fingers"], "conditions": ["thyroidectomy"], "person": {"age": 60, "sex": "female"}}
    answer = assess(Case.from_mapping(told))
    glands, calcium = _of(answer, "hypoparathyroidism"), _of(answer, "hypocalcemia")
    assert 0 < glands.explains <= calcium.explains

"""What is stated of an infant weighs: the numbers of adults, or of an age at which nothing is met, hide nothing."""

from __future__ import annotations

import pytest

from repletion.assessment import assess
from repletion.case.model import Case


@pytest.mark.parametrize(
    ("text", "state", "least"),
    [
        ("1-year-old with hypoglycemia and seizures", "hypoglycemia", 0.3),
        ("1-year-old with hypoglycemia", "hypoglycemia", 0.2),
        ("2-month-old with seizures", "vitamin_b6_deficiency", 0.004),
        ("10-month-old with recurrent vomiting, low chloride", "metabolic_alkalosis", 0.03),
    ],
)
def test_what_is_stated_of_an_infant_is_not_hidden(text: str, state: str, least: float) -> None:
    found = {explanation.id: explanation.probability for explanation in assess(Case.parse(text, "text")).explanations}
    assert found[state] >= least


def test_seizures_of_an_infant_are_mostly_something_else_than_lack_of_vitamin_b6() -> None:
    found = {e.id: e.probability for e in assess(Case.parse("2-month-old with seizures", "text")).explanations}
    assert found["vitamin_b6_deficiency"] < found["epilepsy"]

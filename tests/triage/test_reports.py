"""Warning signs that published reports showed to be missing, and harmless neighbours of theirs."""

from __future__ import annotations

from typing import Any

import pytest

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.triage import triage

OLD = {"age": 68, "sex": "male"}
YOUNG = {"age": 25, "sex": "female"}


def reasons(case: dict[str, Any], knowledge: Knowledge) -> set[str]:
    return {reason.id for reason in triage(Case.from_mapping(case), knowledge).reasons}


@pytest.mark.parametrize(
    ("case", "flag"),
    [
        ({"person": OLD, "symptoms": ["hemoptysis"]}, "vomiting_or_coughing_blood"),
        ({"person": OLD, "symptoms": ["dizziness"], "signs": ["persistent hypotension"]}, "low_pressure_and_ill"),
        ({"person": OLD, "symptoms": ["weight loss", "fatigue"]}, "weight_loss_over_sixty"),
        ({"person": OLD, "symptoms": ["dyspnea"], "signs": ["irregularly irregular pulse"]}, "breath_and_heart"),
        ({"person": YOUNG, "symptoms": ["dizziness"], "signs": ["marked pallor"]}, "pale_and_faint"),
        ({"person": YOUNG, "signs": ["thyroid gland enlarged", "periorbital swelling"]}, "thyroid_eye"),
        ({"person": OLD, "symptoms": ["myalgia"], "diet": "much licorice"}, "weak_with_salt_loss"),
        (
            {"person": OLD, "symptoms": ["lethargy", "weakness"], "drugs": ["sertraline"]},
            "drowsy_on_salt_losing_medicine",
        ),
        ({"person": YOUNG, "labs": [{"test": "hemoglobin", "value": 7.3, "unit": "g/dL"}]}, "hemoglobin_very_low"),
        ({"person": YOUNG, "labs": [{"test": "hemoglobin", "value": 1.4, "unit": "g/dL"}]}, "bleeding"),
    ],
)
def test_what_reports_showed_to_be_missing_is_flagged(case: dict[str, Any], flag: str, knowledge: Knowledge) -> None:
    assert flag in reasons(case, knowledge)


@pytest.mark.parametrize(
    ("case", "flag"),
    [
        ({"person": OLD, "stated_negatives": ["hemoptysis"]}, "vomiting_or_coughing_blood"),
        ({"person": YOUNG, "symptoms": ["low blood pressure", "dizziness"]}, "low_pressure_and_ill"),
        ({"person": YOUNG, "symptoms": ["weight loss", "fatigue"]}, "weight_loss_over_sixty"),
        ({"person": YOUNG, "symptoms": ["myalgia"], "drugs": ["indapamide"]}, "weak_with_salt_loss"),
        (
            {
                "person": OLD,
                "symptoms": ["anxiety for 2 years", "restlessness"],
                "lifestyle": ["10 cups of coffee a day"],
            },
            "too_much_caffeine",
        ),
    ],
)
def test_a_harmless_neighbour_is_not(case: dict[str, Any], flag: str, knowledge: Knowledge) -> None:
    assert flag not in reasons(case, knowledge)


def test_a_bound_of_a_reading_is_kept() -> None:
    read = Case.from_mapping({"signs": ["blood pressure less than 140/90 mmHg"]}).understood
    assert "hypertension" not in {u.id for u in read if u.present}


def test_a_kidney_harmed_by_diabetes_is_no_harmed_nerve() -> None:
    read = {u.id for u in Case.from_mapping({"conditions": ["diabetic nephropathy"]}).understood}
    assert read & {"diabetes_mellitus", "chronic_kidney_disease"}
    assert "diabetic_polyneuropathy" not in read

"""What a sign of a child means: the illnesses of grown people do not lead, those of its age do."""

from __future__ import annotations

import pytest

import repletion


def found(age: float, sign: str, sex: str = "female") -> dict[str, float]:
    """Probability of each explanation, and of each severe level, for one sign of a child of ``age`` years."""
    case = repletion.Case.from_mapping({"person": {"age": age, "sex": sex}, "symptoms": [sign]})
    explanations = repletion.assess(case).explanations
    chances = {e.id: e.probability for e in explanations}
    return chances | {level.id: level.probability for e in explanations for level in e.severity}


@pytest.mark.parametrize(
    ("age", "sign", "state", "most"),
    [
        (13, "numbness", "diabetic_polyneuropathy", 0.03),
        (13, "numb feet", "other_polyneuropathy", 0.05),
        (5, "ascending paresthesia", "other_polyneuropathy", 0.08),
        (5, "limp", "other_polyneuropathy", 0.02),
        (5, "eye closes with mouth", "facial_synkinesis", 0.4),
        (5, "hemifacial spasm", "facial_synkinesis", 0.1),
        (13, "dystonia", "tardive_dyskinesia", 0.1),
        (13, "chorea", "tardive_dyskinesia", 0.25),
        (13, "prolonged morning stiffness", "fibromyalgia", 0.4),
        (13, "facial myokymia", "facial_myokymia_of_multiple_sclerosis", 0.1),
        (1, "scaly rash of scrotum or vulva", "zinc_deficiency", 0.03),
        (1, "developmental regression", "vitamin_b12_deficiency", 0.2),
        (1, "low muscle tone", "vitamin_b12_deficiency", 0.2),
        (1, "first seizure", "vitamin_b12_deficiency", 0.1),
        (1, "headache", "iron_deficiency", 0.3),
        (1, "wrist drop", "protein_energy_malnutrition", 0.2),
        (13, "poor appetite", "depression", 0.45),
        (13, "delayed puberty", "zinc_deficiency", 0.05),
        (2, "stridor", "hypocalcemia", 0.03),
        (13, "chills", "panic_disorder", 0.12),
        (13, "numb hands", "folate_deficiency", 0.1),
        (13, "wrist drop", "anorexia_nervosa", 0.05),
        (13, "stridor", "iodine_deficiency", 0.05),
        (13, "twitching goes on in sleep", "tic_disorder", 0.15),
        (9, "first seizure", "biotin_deficiency", 0.03),
        (13, "eye redness", "dry_eye_disease", 0.12),
        (10, "air hunger", "panic_disorder", 0.15),
        (5, "shoulder and hip girdle pain", "growing_pains", 0.2),
        (5, "muscle tenderness", "growing_pains", 0.25),
        (5, "widespread pain", "growing_pains", 0.25),
    ],
)
def test_an_illness_of_other_ages_does_not_lead(age: float, sign: str, state: str, most: float) -> None:
    assert found(age, sign).get(state, 0.0) <= most


@pytest.mark.parametrize(
    ("age", "sign", "state", "least"),
    [
        (1, "rickets", "vitamin_d_deficiency", 0.6),
        (1, "pallor", "iron_deficiency", 0.4),
        (1, "tetany", "hypocalcemia", 0.4),
        (0.6, "developmental regression", "vitamin_b12_deficiency", 0.3),
        (13, "koilonychia", "iron_deficiency", 0.7),
        (8, "facial tics", "tic_disorder", 0.7),
        (40, "numb feet", "diabetic_polyneuropathy", 0.03),
    ],
)
def test_what_is_typical_is_not_lost(age: float, sign: str, state: str, least: float) -> None:
    assert found(age, sign)[state] >= least


@pytest.mark.parametrize(
    ("age", "sign", "state", "least"),
    [
        (5, "legs ache at night", "growing_pains", 0.3),
        (5, "bone pain at night", "growing_pains", 0.4),
        (1.5, "seizure", "febrile_seizure", 0.35),
        (1.5, "fit with fever", "febrile_seizure", 0.6),
        (1.5, "breath-holding spells", "breath_holding_spells", 0.5),
        (1.5, "breath-holding spells", "iron_deficiency", 0.25),
    ],
)
def test_the_usual_reason_of_childhood_is_named(age: float, sign: str, state: str, least: float) -> None:
    assert found(age, sign)[state] >= least


@pytest.mark.parametrize(
    ("age", "sign", "state"),
    [
        (40, "legs ache at night", "growing_pains"),
        (0.4, "seizure", "febrile_seizure"),
        (9, "seizure", "febrile_seizure"),
        (9, "fainting", "breath_holding_spells"),
    ],
)
def test_the_reasons_of_small_children_stay_with_them(age: float, sign: str, state: str) -> None:
    assert found(age, sign).get(state, 0.0) < 0.02


def test_growing_pains_hide_no_lack_of_vitamin_d() -> None:
    """Bone pain of a child with risks for a lack of vitamin D still names it."""
    case = repletion.Case.from_mapping(
        {"person": {"age": 4}, "symptoms": ["bone pain", "bowed legs"], "text": "always indoors, dark skin"}
    )
    chances = {e.id: e.probability for e in repletion.assess(case).explanations}
    assert chances["vitamin_d_deficiency"] > 0.3


def test_much_milk_raises_lack_of_iron_in_a_toddler() -> None:
    plain = repletion.Case.from_mapping({"person": {"age": 2}, "symptoms": ["pallor"]})
    milk = repletion.Case.from_mapping({"person": {"age": 2}, "symptoms": ["pallor"], "text": "drinks a lot of milk"})
    chance = [
        {e.id: e.probability for e in repletion.assess(case).explanations}["iron_deficiency"] for case in (plain, milk)
    ]
    assert chance[1] > chance[0] + 0.03

"""Emergencies and urgent pictures that published reports showed to pass as ordinary, and their harmless neighbors."""

from __future__ import annotations

from typing import Any

import pytest

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.triage import triage

MAN, WOMAN = {"age": 60, "sex": "male"}, {"age": 30, "sex": "female"}
CHILD, BABY = {"age": 3, "sex": "male"}, {"age": 0.4, "sex": "female"}


def reasons(case: dict[str, Any], knowledge: Knowledge) -> set[str]:
    return {reason.id for reason in triage(Case.from_mapping(case), knowledge).reasons}


def days(*terms: str, duration: str) -> list[dict[str, str]]:
    return [{"term": term, "duration": duration} for term in terms]


URGENT: list[tuple[dict[str, Any], str]] = [
    ({"person": WOMAN, "symptoms": ["VF arrest"]}, "other_emergency"),
    ({"person": WOMAN, "symptoms": ["cardio-respiratory arrest"]}, "other_emergency"),
    ({"person": WOMAN, "text": "She went into cardiac arrest and needed CPR."}, "other_emergency"),
    ({"person": WOMAN, "signs": ["ventricular fibrillation"]}, "heart_rhythm"),
    ({"person": MAN, "symptoms": days("tremor", "unable to walk", duration="6 days")}, "walking_lost"),
    ({"person": MAN, "symptoms": days("inability to mobilize", duration="1 week")}, "walking_lost"),
    ({"person": MAN, "symptoms": ["tremor", "cannot walk"]}, "cannot_walk"),
    ({"person": WOMAN, "symptoms": ["rapidly enlarging goiter"]}, "lump_growing_fast"),
    ({"person": WOMAN, "symptoms": ["goitre growing quickly"]}, "lump_growing_fast"),
    ({"person": WOMAN, "symptoms": ["a lump in my neck that is getting bigger"]}, "lump_growing_fast"),
    ({"person": WOMAN, "signs": ["goiter"], "symptoms": ["hoarse voice"]}, "lump_growing_fast"),
    ({"person": CHILD, "signs": ["extremely pale mucosa"], "symptoms": ["prostration"]}, "pale_child"),
    ({"person": CHILD, "signs": ["pallor"], "symptoms": ["failure to thrive"]}, "pale_child"),
    ({"person": MAN, "symptoms": ["chronic diarrhoea", "spasms", "paresthesias"]}, "cramps_with_salt_loss"),
    (
        {"person": MAN, "symptoms": ["unrelenting spasms"], "drugs": ["omeprazole for over a year"]},
        "cramps_with_salt_loss",
    ),
    (
        {"person": WOMAN, "symptoms": ["numb tingly fingers", "blurred vision"], "diet": "vegan for a year"},
        "numb_and_sight_with_b12_risk",
    ),
    (
        {"person": WOMAN, "conditions": ["chronic anemia needing red cell transfusions"]},
        "anemia_with_transfusions",
    ),
    ({"person": WOMAN, "symptoms": ["blurring of vision", "spells that sugar ends"]}, "fasting_spells"),
    ({"person": WOMAN, "symptoms": ["intermittent limb weakness"]}, "attacks_of_weakness"),
    ({"person": WOMAN, "symptoms": ["palpitations", "dyspnoea on exertion"]}, "effort_and_heart"),
    ({"person": BABY, "symptoms": ["crusted, eroded eruption in periorificial and acral pattern"]}, "infant_raw_skin"),
    ({"person": BABY, "signs": ["lost 40% of birth weight at 21 days"]}, "infant_unwell"),
    (
        {"person": WOMAN, "symptoms": days("low back pain", "difficulty in walking", duration="1 year")},
        "young_pain_and_walking",
    ),
]


@pytest.mark.parametrize(("case", "flag"), URGENT)
def test_it_is_flagged(case: dict[str, Any], flag: str, knowledge: Knowledge) -> None:
    assert flag in reasons(case, knowledge)


HARMLESS: list[tuple[dict[str, Any], str]] = [
    ({"person": WOMAN, "symptoms": ["fear of cardiac arrest"]}, "other_emergency"),
    ({"person": WOMAN, "symptoms": ["had CPR training, tired since"]}, "other_emergency"),
    ({"person": WOMAN, "text": "My husband had a cardiac arrest last year. I cannot sleep."}, "other_emergency"),
    ({"person": WOMAN, "stated_negatives": ["no cardiac arrest"]}, "other_emergency"),
    ({"person": WOMAN, "symptoms": ["I can't stand up for long"]}, "rapid_weakness"),
    ({"person": MAN, "symptoms": ["tremor for 3 weeks, cannot walk my dog as far"]}, "walking_lost"),
    ({"person": MAN, "symptoms": ["tremor for 3 weeks, cannot walk my dog as far"]}, "cannot_walk"),
    ({"person": MAN, "symptoms": days("unable to walk", duration="3 years")}, "walking_lost"),
    ({"person": WOMAN, "symptoms": ["goiter"]}, "lump_growing_fast"),
    (
        {"person": WOMAN, "text": "I have an underactive thyroid. My tablets were increased quickly."},
        "lump_growing_fast",
    ),
    ({"person": CHILD, "symptoms": ["a bit pale"]}, "pale_child"),
    ({"person": WOMAN, "signs": ["pallor"], "symptoms": ["lethargy"]}, "pale_child"),
    (
        {"person": MAN, "symptoms": ["night cramps in the calf"], "drugs": ["omeprazole for 3 years"]},
        "cramps_with_salt_loss",
    ),
    ({"person": MAN, "symptoms": ["constant cramps"]}, "cramps_with_salt_loss"),
    ({"person": WOMAN, "symptoms": ["tingling"], "diet": "vegan for a year"}, "numb_and_sight_with_b12_risk"),
    ({"person": WOMAN, "symptoms": ["anemia"]}, "anemia_with_transfusions"),
    ({"person": WOMAN, "symptoms": ["shaky when hungry, better after food"]}, "fasting_spells"),
    ({"person": WOMAN, "symptoms": ["weakness"]}, "attacks_of_weakness"),
    ({"person": WOMAN, "symptoms": ["palpitations"]}, "effort_and_heart"),
    ({"person": CHILD, "symptoms": ["rash around the mouth"]}, "infant_raw_skin"),
    ({"person": WOMAN, "symptoms": days("back pain", "trouble walking", duration="3 days")}, "young_pain_and_walking"),
]


@pytest.mark.parametrize(("case", "flag"), HARMLESS)
def test_a_harmless_neighbor_is_not(case: dict[str, Any], flag: str, knowledge: Knowledge) -> None:
    assert flag not in reasons(case, knowledge)


NAMED = [
    "respiratory failure",
    "type 2 respiratory failure",
    "complete heart block",
    "broad complex tachycardia",
    "acute abdomen",
    "peritonitis",
    "meningism",
    "anuria",
    "thyroid storm",
    "adrenal crisis",
    "acute liver failure",
    "intussusception",
    "bulging fontanelle",
    "spinal cord compression",
    "cauda equina syndrome",
    "priapism",
    "testicular torsion",
    "purpura fulminans",
    "aphasia",
    "pulmonary embolism",
    "subarachnoid haemorrhage",
]


@pytest.mark.parametrize("name", NAMED)
def test_an_emergency_by_its_name_is_one(name: str, knowledge: Knowledge) -> None:
    for case in ({"symptoms": [name]}, {"signs": [name]}):
        assert triage(Case.from_mapping(case), knowledge).urgency == "emergency"
    for case in ({"stated_negatives": [f"no {name}"]}, {"symptoms": [f"my mother had {name}"]}):
        assert triage(Case.from_mapping(case), knowledge).urgency not in {"emergency", "same_day"}


@pytest.mark.parametrize("name", ["oliguria", "papilloedema", "third nerve palsy", "bronchospasm", "acute visual loss"])
def test_what_is_named_for_today_is_seen_today(name: str, knowledge: Knowledge) -> None:
    assert triage(Case.from_mapping({"signs": [name]}), knowledge).urgency in {"emergency", "same_day"}
    assert triage(Case.from_mapping({"stated_negatives": [f"no {name}"]}), knowledge).urgency == "self_care"


@pytest.mark.parametrize(
    "text",
    ["aphasia for three years since the stroke", "sleep apnoea", "pulmonary embolism ten years ago", "stiff neck"],
)
def test_old_names_and_their_neighbors_are_no_emergency(text: str, knowledge: Knowledge) -> None:
    assert triage(Case.from_mapping({"symptoms": [text]}), knowledge).urgency not in {"emergency", "same_day"}

"""Records in: what is understood, with its place; what is not, said; nothing taken for something else."""

from __future__ import annotations

from typing import Any

import pytest
from synthetic_records import (
    ATC,
    ICD,
    LOINC,
    PATIENT,
    RXNORM,
    SCT,
    TERMS,
    TODAY,
    UCUM,
    bundle,
    concept,
    condition,
    lab,
    medicine,
    summary,
)

from repletion.fhir import Reading, RecordError, read_bundle, read_text
from repletion.knowledge import load


def read(*resources: dict[str, Any]) -> Reading:
    return read_bundle(bundle(PATIENT, *resources), today=TODAY)


def said(reading: Reading) -> dict[tuple[str, str], Any]:
    return {(u.kind, u.id): u for u in reading.case.understood if u.kind != "list"}


def messages(reading: Reading) -> str:
    return "\n".join(f"{i.level} {i.where} {i.message}" for i in reading.issues)


def test_a_patient_summary_is_read_whole() -> None:
    found = read_bundle(summary(), today=TODAY)
    here = said(found)
    assert (found.case.person.age, found.case.person.sex, found.case.person.smoker) == (66, "female", False)
    assert found.case.person.weight_kg == pytest.approx(68.04)
    assert here["factor", "type_2_diabetes"].present
    assert not here["state", "celiac_disease"].present
    assert here["factor", "hypertension_essential"].code == "ICD-10-CM I10"
    assert here["drug", "omeprazole"].code == "ATC A02BC01"
    assert here["drug", "omeprazole"].duration_days == 2190
    assert here["drug", "hydrochlorothiazide"].dose == "25 mg"
    assert here["drug", "omeprazole"].where == "Bundle.entry[5].resource"
    assert found.without == ("peanut",)
    assert len(here) == 6  # celiac disease is a state and a risk; nothing else was made up
    (magnesium,) = found.case.labs
    assert (magnesium.test, magnesium.value, magnesium.unit) == ("serum_magnesium", 0.45, "mmol/L")
    assert magnesium.reference == (0.7, 1.0)
    assert found.references["Bundle.entry[7].resource"] == "Observation/r7"


def test_milliequivalents_and_millimoles_are_never_taken_for_each_other() -> None:
    values = {}
    for unit in ("meq/L", "mmol/L"):
        (one,) = read(lab("2601-3", "Magnesium [Moles/volume] in Serum or Plasma", 1.4, unit)).case.labs
        values[unit] = one.value
    assert values == {"meq/L": 0.7, "mmol/L": 1.4}


def test_a_unit_that_contradicts_its_code_is_not_used_but_its_flag_is() -> None:
    wrong = lab("2601-3", "Magnesium", 0.9, "mmol/L")
    wrong["valueQuantity"]["code"] = "meq/L"
    assert not read(wrong).case.labs
    assert "error" in messages(read(wrong))
    flagged = wrong | {"interpretation": [concept(f"{TERMS}/v3-ObservationInterpretation", "LL")]}
    (only_band,) = read(flagged).case.labs
    assert (only_band.value, only_band.band) == (None, "very_low")


def test_a_range_in_another_unit_than_the_value_is_left_out() -> None:
    mixed = lab("2601-3", "Magnesium", 0.9, "meq/L", referenceRange=[{"low": {"value": 0.7, "unit": "mmol/L"}}])
    found = read(mixed)
    assert found.case.labs[0].reference is None
    assert "another unit" in messages(found)


def test_the_active_metabolite_is_no_vitamin_d_status() -> None:
    found = read(lab("62290-2", "1,25-dihydroxyvitamin D", 40, "pg/mL"), lab("1989-3", "25-OH vitamin D3", 12, "ng/mL"))
    assert {one.test for one in found.case.labs} == {"vitamin_d_1_25oh", "vitamin_d3_25oh"}


def test_another_specimen_is_not_taken_for_blood() -> None:
    found = read(lab("99999-9", "Magnesium [Mass/volume] in Hair", 30, "mg/dL"))
    assert not any(one.test == "serum_magnesium" for one in found.case.labs)
    assert "Hair" in messages(found)


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_was_entered_in_error_is_ignored_and_said(status: str) -> None:
    found = read(lab("2601-3", "Magnesium", 0.2, "mmol/L", status=status))
    assert not found.case.labs
    assert status in messages(found)


def test_the_newest_result_counts_and_older_ones_are_named() -> None:
    one = lab("2132-9", "Cobalamin (Vitamin B12)", 150, "pg/mL", on="2026-10-01")
    found = read(lab("2132-9", "Cobalamin (Vitamin B12)", 600, "pg/mL", on="2019-01-01"), one)
    (kept,) = found.case.labs
    assert kept.date is not None
    assert kept.date.year == 2026
    assert "1 older" in messages(found)


def test_the_strength_of_a_tablet_is_no_disease() -> None:
    """“25 MG” of a product name read as words is myasthenia gravis."""
    names = [
        "Hydrochlorothiazide 25 MG Oral Tablet",
        "12 HR Potassium Chloride 10 MEQ Extended Release Oral Tablet",
        "Lisinopril 20 MG / Hydrochlorothiazide 12.5 MG Oral Tablet",
        "Metformin HCl 500 MG",
        "PREDNISONE 5 MG TAB",
    ]
    for name in names:
        found = read(medicine({"text": name}))
        assert found.case.understood, name
        assert not [u for u in found.case.understood if u.kind in {"state", "finding"}], name


def test_every_medicine_with_a_code_of_its_own_is_read_as_itself() -> None:
    knowledge = load()
    shared = {}
    for drug in knowledge.drugs.values():
        shared.setdefault(drug.atc, []).append(drug.id)
    own = [d for d in knowledge.drugs.values() if d.atc and len(d.atc) == 7 and len(shared[d.atc]) == 1][::4]
    for start in range(0, len(own), 150):
        part = own[start : start + 150]
        found = read(*(medicine(concept(ATC, drug.atc or "", "a name nobody knows")) for drug in part))
        assert [u.id for u in found.case.understood if u.kind == "drug"] == [drug.id for drug in part]


def test_every_test_with_a_code_is_read_as_itself() -> None:
    tests = [t for t in load().tests.values() if t.loinc and t.unit not in {"ordinal", "index"}]
    found = read(*(lab(t.loinc[0].code, "words that name nothing", 1, t.unit) for t in tests))
    assert [one.test for one in found.case.labs] == [t.id for t in tests]


def test_statuses_of_medicines() -> None:
    found = read(
        medicine(concept(ATC, "A02BC01", "omeprazole"), "completed"),
        medicine(concept(ATC, "A10BA02", "metformin"), "not-taken"),
        medicine(concept(ATC, "C03CA01", "furosemide"), "intended"),
        {
            "resourceType": "MedicationRequest",
            "status": "draft",
            "intent": "order",
            "medicationCodeableConcept": concept(ATC, "C07AB02", "metoprolol"),
        },
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "proposal",
            "medicationCodeableConcept": concept(ATC, "C10AA05", "atorvastatin"),
        },
        {
            "resourceType": "MedicationAdministration",
            "status": "completed",
            "medicationCodeableConcept": concept(ATC, "J01GB03", "gentamicin"),
        },
    )
    here = said(found)
    assert here["drug", "omeprazole"].past
    assert not here["drug", "metformin"].present
    assert here["drug", "gentamicin"].present
    assert {name for _, name in here} == {"omeprazole", "metformin", "gentamicin"}
    assert messages(found).count("not, or not yet, taken") == 3


def test_r5_medicines_and_the_food_eaten() -> None:
    found = read(
        {
            "resourceType": "MedicationStatement",
            "status": "recorded",
            "medication": {"concept": concept(RXNORM, "7646", "omeprazole")},
        },
        {
            "resourceType": "NutritionIntake",
            "status": "completed",
            "code": {"text": "diary"},
            "occurrenceDateTime": "2026-11-20",
            "consumedItem": [
                {
                    "type": {"text": "food"},
                    "nutritionProduct": {"concept": {"text": "cooked rice"}},
                    "amount": {"value": 150, "unit": "g", "system": UCUM, "code": "g"},
                },
                {"type": {"text": "whole milk"}, "amount": {"value": 1, "code": "[cup_us]"}},
            ],
        },
    )
    assert found.version == "R5"
    assert said(found)["drug", "omeprazole"].code == "RxNorm 7646"
    assert found.case.diary == "2026-11-20:\n150 g cooked rice\n1 cup whole milk"


def test_suspected_past_and_refuted_conditions() -> None:
    found = read(
        condition(concept(ICD, "E83.42", "Hypomagnesemia"), verified="provisional"),
        condition(concept(SCT, "40930008", "Hypothyroidism"), status="resolved"),
        condition({"text": "Gout"}, verified="entered-in-error"),
    )
    here = said(found)
    assert not here["state", "hypomagnesemia"].certain
    assert here["state", "hypothyroidism"].past
    assert not any("gout" in name for _, name in here)
    assert "entered-in-error" in messages(found)


def test_an_old_pregnancy_is_none() -> None:
    status = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(LOINC, "82810-3", "Pregnancy status"),
        "valueCodeableConcept": concept(SCT, "77386006", "Pregnant"),
    }
    assert read(status | {"effectiveDateTime": "2026-10-01"}).case.person.pregnant is True
    old = read(status | {"effectiveDateTime": "2024-10-01"})
    assert old.case.person.pregnant is None
    assert "too old" in messages(old)


def test_two_alcoholic_drinks_are_no_alcoholism() -> None:
    drinks = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(LOINC, "74013-4", "Alcoholic drinks per day"),
        "valueQuantity": {"value": 2, "unit": "{drinks}/d"},
    }
    assert [u.id for u in read(drinks).case.understood] == ["alcohol_regular"]


def test_what_belongs_to_another_person_is_not_used() -> None:
    data = bundle(PATIENT, lab("2601-3", "Magnesium", 0.2, "mmol/L"))
    data["entry"][1]["resource"]["subject"] = {"reference": "Patient/other"}
    found = read_bundle(data, today=TODAY)
    assert not found.case.labs
    assert "another person" in messages(found)


def test_a_food_without_a_list_is_still_left_out_of_a_plan() -> None:
    found = read(
        {"resourceType": "AllergyIntolerance", "category": ["food"], "code": {"text": "Allergy to kiwi"}},
        {"resourceType": "AllergyIntolerance", "category": ["medication"], "code": {"text": "Penicillin"}},
    )
    assert found.without == ("kiwi",)
    assert "no allergen with a list" in messages(found)
    assert "Penicillin" in messages(found)


def test_what_is_not_read_is_said_once_a_kind() -> None:
    found = read({"resourceType": "Immunization"}, {"resourceType": "Immunization"}, {"resourceType": "Encounter"})
    assert "Immunization (2)" in messages(found)
    assert "Encounter (1)" in messages(found)


@pytest.mark.parametrize(
    "data", ["", "[]", "{}", "not json", '{"resourceType": "Bundle"}', '{"resourceType": 3}', "\x00"]
)
def test_what_is_no_record_is_refused_with_a_sentence(data: str) -> None:
    with pytest.raises(RecordError, match=r"\w+ \w+"):
        read_text(data, today=TODAY)

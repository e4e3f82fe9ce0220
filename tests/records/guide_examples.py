"""Records in the shapes of the published guides: FHIR R4, R4B and R5, the patient summary guide, servers' own habits.

Every record is invented.  What is taken from the guides is the shape alone: how things refer to each other, where a
value may stand, which codes say that nothing is known, what a server adds.
"""

from __future__ import annotations

from typing import Any

from synthetic_records import ATC, LOINC, RXNORM, SCT, TERMS, UCUM, concept

ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
INTERPRETATION = f"{TERMS}/v3-ObservationInterpretation"
SUBJECT = "urn:uuid:2b1c3a6e-0000-4000-8000-000000000001"


def uuid_of(n: int) -> str:
    return f"urn:uuid:2b1c3a6e-0000-4000-8000-{n:012d}"


def document(*resources: dict[str, Any], sections: tuple[tuple[str, str, int], ...] = ()) -> dict[str, Any]:
    """A document bundle in which everything refers by urn:uuid and no resource has an id of its own."""
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": concept(LOINC, "60591-5", "Patient summary Document"),
        "subject": {"reference": SUBJECT},
        "date": "2026-11-20T14:30:00+01:00",
        "title": "Patient Summary",
        "section": [
            {"title": title, "code": concept(LOINC, code), "entry": [{"reference": uuid_of(n)}]}
            for title, code, n in sections
        ],
    }
    person = {
        "resourceType": "Patient",
        "gender": "female",
        "birthDate": "1972-05",
        "address": [{"country": "NL"}],
        "_deceasedBoolean": {"extension": [{"url": f"{TERMS}/data-absent-reason", "valueCode": "unknown"}]},
    }
    entries = [{"fullUrl": uuid_of(0), "resource": composition}, {"fullUrl": SUBJECT, "resource": person}]
    for n, resource in enumerate(resources, start=2):
        whose = "patient" if resource["resourceType"] == "AllergyIntolerance" else "subject"
        named = {} if resource["resourceType"] in {"Medication", "Organization"} else {whose: {"reference": SUBJECT}}
        entries.append({"fullUrl": uuid_of(n), "resource": named | resource})
    return {"resourceType": "Bundle", "type": "document", "timestamp": "2026-11-20T14:30:00+01:00", "entry": entries}


def result(code: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [concept(f"{TERMS}/observation-category", "laboratory")],
        "code": code,
        "effectiveDateTime": "2026-11-10T08:20:00+01:00",
    } | more


def patient_summary() -> dict[str, Any]:
    """The shape of the summary guide: two medicines by reference, a problem in remission, codes for "nothing known"."""
    return document(
        {
            "resourceType": "Condition",
            "clinicalStatus": concept(f"{TERMS}/condition-clinical", "active"),
            "verificationStatus": concept(f"{TERMS}/condition-ver-status", "confirmed"),
            "code": {
                "coding": [
                    {"system": SCT, "code": "34000006", "display": "Crohn's disease (disorder)",
                     "_display": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/translation"}]}},
                    {"system": "http://hl7.org/fhir/sid/icd-10", "code": "K50.9"},
                ]
            },
            "onsetDateTime": "2015",
        },
        {
            "resourceType": "Condition",
            "clinicalStatus": concept(f"{TERMS}/condition-clinical", "remission"),
            "verificationStatus": concept(f"{TERMS}/condition-ver-status", "confirmed"),
            "code": concept(SCT, "271737000", "Anemia (disorder)"),
            "onsetDateTime": "2015-01",
            "abatementDateTime": "2015-03",
        },
        {
            "resourceType": "Condition",
            "verificationStatus": concept(f"{TERMS}/condition-ver-status", "refuted"),
            "code": {"text": "Celiac disease"},
        },
        {
            "resourceType": "Condition",
            "verificationStatus": concept(f"{TERMS}/condition-ver-status", "entered-in-error"),
            "code": {"text": "Chronic kidney disease"},
        },
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationReference": {"reference": uuid_of(7)},
            "effectivePeriod": {"start": "2019-03"},
            "dosage": [
                {
                    "timing": {"repeat": {"count": 1, "periodUnit": "d"}},
                    "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet", "system": UCUM, "code": "1"}}],
                }
            ],
        },
        {
            "resourceType": "Medication",
            "code": {
                "coding": [
                    {"system": SCT, "code": "776668007", "display": "Product containing omeprazole"},
                    {"system": "urn:oid:2.16.840.1.113883.2.4.4.7", "code": "1", "display": "OMEPRAZOL CF CAPS 20MG"},
                    {"system": ATC, "code": "A02BC01", "display": "omeprazole"},
                ]
            },
        },
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": concept(f"{TERMS}/allergyintolerance-clinical", "active"),
            "code": concept(ABSENT, "no-known-food-allergies", "No known food allergies"),
        },
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": concept(f"{TERMS}/allergyintolerance-clinical", "active"),
            "code": concept(SCT, "716186003", "No known allergy (situation)"),
        },
        result(
            concept(LOINC, "17856-6", "Hemoglobin A1c/Hemoglobin.total in Blood by HPLC"),
            valueQuantity={"value": 5.4, "unit": "%", "system": UCUM, "code": "%"},
            note=[{"text": "Below the goal"}],
        ),
        result(
            {"text": "Blood typing"},
            hasMember=[{"reference": uuid_of(10)}],
        ),
        result(
            concept(LOINC, "5821-4", "Leukocytes [#/area] in Urine sediment by Microscopy high power field"),
            valueRange={"low": {"value": 10, "code": "/[HPF]"}, "high": {"value": 20, "code": "/[HPF]"}},
            interpretation=[concept(INTERPRETATION, "H")],
        ),
        {
            "resourceType": "Observation",
            "status": "final",
            "code": concept(LOINC, "74013-4", "Alcoholic drinks per day"),
            "effectiveDateTime": "2026-07-15",
            "valueQuantity": {"value": 2, "system": UCUM, "code": "{wine glasses}/d"},
        },
        sections=(("Problems", "11450-4", 2), ("Medication", "10160-0", 6), ("Allergies", "48765-2", 8)),
    )  # fmt: skip


def no_information() -> dict[str, Any]:
    """A summary that says of every section that nothing is known: nothing is denied by it."""
    return document(
        {"resourceType": "Condition", "code": concept(ABSENT, "no-problem-info", "No information about problems")},
        {"resourceType": "Condition", "code": concept(ABSENT, "no-known-problems", "No known problems")},
        {
            "resourceType": "MedicationStatement",
            "status": "unknown",
            "medicationCodeableConcept": concept(ABSENT, "no-medication-info", "No information about medications"),
        },
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationCodeableConcept": concept(SCT, "787481004", "No known medications (situation)"),
        },
        {"resourceType": "AllergyIntolerance", "code": concept(ABSENT, "no-allergy-info", "No information")},
        {"resourceType": "AllergyIntolerance", "code": concept(SCT, "429625007", "No known food allergy (situation)")},
        {"resourceType": "Procedure", "status": "unknown", "code": concept(ABSENT, "no-known-procedures", "None")},
    )


BASE = "https://fhir.example.org/r4"


def searchset(*resources: dict[str, Any], base: str = BASE) -> dict[str, Any]:
    """What a server answers: absolute addresses, a search mode, a note of its own at the end."""
    entries: list[dict[str, Any]] = [
        {"fullUrl": f"{base}/{r['resourceType']}/{r['id']}", "resource": r, "search": {"mode": "match"}}
        for r in resources
    ]
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational"}]}
    entries.append({"resource": outcome, "search": {"mode": "outcome"}})
    return {"resourceType": "Bundle", "type": "searchset", "total": len(resources), "entry": entries}


def report_with_contained_results() -> dict[str, Any]:
    """A laboratory report whose results are held inside it, one with a comparator, one that could not be measured."""
    inside = [
        {"resourceType": "Observation", "id": "r1", "status": "final",
         "code": concept(LOINC, "2132-9", "Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma"),
         "valueQuantity": {"value": 150, "comparator": "<", "unit": "pg/mL", "system": UCUM, "code": "pg/mL"}},
        {"resourceType": "Observation", "id": "r2", "status": "final",
         "code": concept(LOINC, "2276-4", "Ferritin [Mass/volume] in Serum or Plasma"),
         "dataAbsentReason": concept(f"{TERMS}/data-absent-reason", "error", "Error")},
        {"resourceType": "Observation", "id": "r3", "status": "entered-in-error",
         "code": concept(LOINC, "2601-3", "Magnesium [Moles/volume] in Serum or Plasma"),
         "valueQuantity": {"value": 0.2, "unit": "mmol/L", "system": UCUM, "code": "mmol/L"}},
    ]  # fmt: skip
    report = {
        "resourceType": "DiagnosticReport", "id": "dr", "status": "final", "contained": inside,
        "code": concept(LOINC, "11502-2", "Laboratory report"), "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-11-10", "result": [{"reference": f"#{one['id']}"} for one in inside],
    }  # fmt: skip
    return searchset({"resourceType": "Patient", "id": "p1", "gender": "male", "birthDate": "1950-01-01"}, report)


def medicines_r4() -> dict[str, Any]:
    """Requests whose medicine is contained, elsewhere by a versioned absolute address, or told only by its display."""
    person = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1960-03-01"}
    substance = {"resourceType": "Substance", "id": "s", "code": concept(RXNORM, "6809", "metformin")}
    contained = {"resourceType": "Medication", "id": "m", "ingredient": [{"itemReference": {"reference": "#s"}}]}
    request = {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
               "subject": {"reference": f"{BASE}/Patient/p1"}}  # fmt: skip
    stored = {"resourceType": "Medication", "id": "m2", "code": concept(RXNORM, "7646", "omeprazole")}
    return searchset(
        person,
        request | {"id": "a", "contained": [contained, substance], "medicationReference": {"reference": "#m"}},
        request | {"id": "b", "medicationReference": {"reference": f"{BASE}/Medication/m2/_history/3"}},
        request | {"id": "c", "medicationReference": {"display": "Furosemide 40 MG Oral Tablet"}},
        stored,
    )


def statements_r5() -> dict[str, Any]:
    """R5: the medicine as a CodeableReference, by concept and by reference; adherence; a food record."""
    person = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1960-03-01"}
    whose = {"subject": {"reference": "Patient/p1"}}
    adherence = f"{TERMS}/medication-statement-adherence"
    return searchset(
        person,
        {"resourceType": "MedicationStatement", "id": "a", "status": "recorded",
         "medication": {"reference": {"reference": "Medication/m"}}} | whose,
        {"resourceType": "MedicationStatement", "id": "b", "status": "recorded",
         "medication": {"concept": concept(ATC, "A10BA02", "metformin")},
         "adherence": {"code": concept(adherence, "not-taking")}} | whose,
        {"resourceType": "MedicationStatement", "id": "c", "status": "entered-in-error",
         "medication": {"concept": {"text": "furosemide"}}} | whose,
        {"resourceType": "Medication", "id": "m", "code": concept(ATC, "A02BC02", "pantoprazole")},
        {"resourceType": "Condition", "id": "d", "clinicalStatus": concept(f"{TERMS}/condition-clinical", "active"),
         "code": {"text": "Type 2 diabetes"}} | whose,
        {"resourceType": "NutritionIntake", "id": "n", "status": "completed",
         "occurrenceDateTime": "2026-11-20T12:45:18+04:00",
         "consumedItem": [
             {"type": {"text": "food"}, "nutritionProduct": {"concept": {"text": "Tomato soup"}},
              "amount": {"value": 50, "unit": "percent", "system": UCUM, "code": "%"}},
             {"type": {"text": "food"}, "nutritionProduct": {"concept": {"text": "Rice, cooked"}},
              "amount": {"value": 150, "unit": "g", "system": UCUM, "code": "g"}},
             {"type": {"text": "fluid"}, "nutritionProduct": {"concept": {"text": "Whole milk"}},
              "amount": {"value": 8, "unit": "fluid ounce", "system": UCUM, "code": "[foz_us]"}},
             {"type": {"text": "food"}, "nutritionProduct": {"concept": {"text": "Banana"}}, "notConsumed": True},
         ],
         "ingredientLabel": [{"nutrient": {"concept": {"text": "Protein"}}, "amount": {"value": 10, "code": "g"}}],
         } | whose,
    )  # fmt: skip

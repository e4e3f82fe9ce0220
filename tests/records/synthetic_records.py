"""Synthetic records: the shapes of the FHIR and IPS guides' examples, with people who do not exist."""

from __future__ import annotations

import datetime as dt
from typing import Any

TODAY = dt.date(2026, 11, 27)
LOINC, SCT, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
ATC, RXNORM = "http://www.whocc.no/atc", "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
TERMS = "http://terminology.hl7.org/CodeSystem"


def concept(system: str, code: str, display: str = "", text: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]} | ({"text": text} if text else {})


def lab(code: str, display: str, value: float, unit: str, on: str = "2026-11-15", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [concept(f"{TERMS}/observation-category", "laboratory")],
        "code": concept(LOINC, code, display),
        "effectiveDateTime": f"{on}T08:00:00Z",
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
    } | more


def condition(
    code: dict[str, Any], *, status: str = "active", verified: str = "confirmed", **more: Any
) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "clinicalStatus": concept(f"{TERMS}/condition-clinical", status),
        "verificationStatus": concept(f"{TERMS}/condition-ver-status", verified),
        "code": code,
    } | more


def medicine(code: dict[str, Any], status: str = "active", **more: Any) -> dict[str, Any]:
    return {"resourceType": "MedicationStatement", "status": status, "medicationCodeableConcept": code} | more


def bundle(*resources: dict[str, Any], kind: str = "collection", subject: str = "Patient/p1") -> dict[str, Any]:
    """A bundle whose clinical resources all name one subject, each under its own address."""
    entries = []
    for n, resource in enumerate(resources):
        own = {"id": "p1"} if resource["resourceType"] == "Patient" else {"id": f"r{n}"}
        whose = "patient" if resource["resourceType"] == "AllergyIntolerance" else "subject"
        named = {} if resource["resourceType"] in {"Patient", "Medication"} else {whose: {"reference": subject}}
        entries.append(
            {"fullUrl": f"https://example.org/fhir/{resource['resourceType']}/r{n}", "resource": own | named | resource}
        )
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


PATIENT = {"resourceType": "Patient", "gender": "female", "birthDate": "1960-03-01"}


def summary() -> dict[str, Any]:
    """A patient summary document with every section that is read."""
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": concept(LOINC, "60591-5", "Patient summary Document"),
        "date": "2026-11-20",
        "title": "Patient summary",
        "section": [
            {
                "title": "Problems",
                "code": concept(LOINC, "11450-4"),
                "text": {"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>Diabetes</div>"},
                "entry": [{"reference": "Condition/r2"}],
            }
        ],
    }
    contained = {"resourceType": "Medication", "id": "med", "code": concept(ATC, "A02BC01", "omeprazole")}
    return bundle(
        composition,
        PATIENT,
        condition(concept(SCT, "44054006", "Type 2 diabetes mellitus (disorder)"), onsetDateTime="2015"),
        condition({"text": "Celiac disease"}, verified="refuted"),
        condition(concept(ICD, "I10", "Essential (primary) hypertension")),
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "contained": [contained],
            "medicationReference": {"reference": "#med"},
            "effectivePeriod": {"start": "2020-11-28"},
            "dosage": [{"text": "20 mg once daily"}],
        },
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": concept(RXNORM, "310798", "Hydrochlorothiazide 25 MG Oral Tablet"),
        },
        lab(
            "2601-3",
            "Magnesium [Moles/volume] in Serum or Plasma",
            0.9,
            "meq/L",
            referenceRange=[{"low": {"value": 1.4, "unit": "meq/L"}, "high": {"value": 2.0, "unit": "meq/L"}}],
        ),
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": concept(f"{TERMS}/allergyintolerance-clinical", "active"),
            "category": ["food"],
            "code": {"text": "Peanut allergy"},
        },
        {
            "resourceType": "Observation",
            "status": "final",
            "code": concept(LOINC, "72166-2", "Tobacco smoking status"),
            "valueCodeableConcept": concept(LOINC, "LA18978-9", "Never smoker"),
        },
        {
            "resourceType": "Observation",
            "status": "final",
            "code": concept(LOINC, "29463-7", "Body weight"),
            "valueQuantity": {"value": 150, "unit": "lb", "system": UCUM, "code": "[lb_av]"},
        },
        kind="document",
    )

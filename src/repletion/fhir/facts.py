"""What a case says → resources that evidence can point to, for an answer whose case came from no record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from repletion.case.model import Lab, Person, Understood
from repletion.fhir.clinical import LASTING, ONSET
from repletion.fhir.resources import SUBJECT, Sheet, coded, coding, concept, status
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Codes
from repletion.knowledge.records import addresses, observation_codes
from repletion.units import ucum

_BANDS = {
    "very_low": "LL",
    "low": "L",
    "normal": "N",
    "high": "H",
    "very_high": "HH",
    "positive": "POS",
    "negative": "NEG",
}
_PREGNANT = {True: ("77386006", "Pregnant"), False: ("60001007", "Not pregnant")}
_SMOKER = {True: ("77176002", "Smoker"), False: ("8392000", "Non-smoker")}


def write_person(sheet: Sheet, person: Person) -> dict[str, str]:
    """The Patient, without a name."""
    return sheet.add("patient", {"resourceType": "Patient", "gender": person.sex or "unknown"})


def write_measures(sheet: Sheet, person: Person, subject: dict[str, str]) -> dict[str, dict[str, str]]:
    """Age, measures and states of life as observations: what they are about → Reference."""
    found: dict[str, dict[str, str]] = {}
    numbers = (
        ("age", person.age, "a", "years"),
        ("height", person.height_cm, "cm", "cm"),
        ("weight", person.weight_kg, "kg", "kg"),
    )
    for role, number, code, unit in numbers:
        if number is not None:
            found[role] = _measure(sheet, role, subject, {"valueQuantity": _quantity(number, unit, code)})
    for role, said, table in (("pregnancy", person.pregnant, _PREGNANT), ("smoking", person.smoker, _SMOKER)):
        if said is not None:
            code, display = table[said]
            value = concept(display, coding("SNOMED CT", code, display))
            found[role] = _measure(sheet, role, subject, {"valueCodeableConcept": value})
    for name, stated in (("lactation", person.lactating), ("menopause", person.postmenopausal)):
        if stated is not None:
            body = _condition(name.capitalize(), Codes(), name, subject, present=stated)
            found[name] = sheet.add(f"person-{name}", body)
    return found


def _measure(sheet: Sheet, role: str, subject: dict[str, str], value: dict[str, Any]) -> dict[str, str]:
    code = observation_codes()[role]
    body = {
        "resourceType": "Observation", "status": "preliminary", "subject": subject, "effectiveDateTime": sheet.on,
        "code": concept(code.display, coding("LOINC", code.code, code.display)), **value,
    }  # fmt: skip
    return sheet.add(f"person-{role}", body)


def _quantity(value: float, unit: str, code: str) -> dict[str, Any]:
    return {"value": round(value, 6), "unit": unit, "system": addresses()["UCUM"], "code": code}


def write_lab(sheet: Sheet, key: str, lab: Lab, subject: dict[str, str], knowledge: Knowledge) -> dict[str, str]:
    """A result in the test's own unit."""
    test = knowledge.tests.get(lab.test)
    loinc = [coding("LOINC", row.code) for row in _fitting(test.loinc if test else (), lab.unit)]
    body: dict[str, Any] = {
        "resourceType": "Observation", "status": "preliminary",
        "category": [status("observation-category", "laboratory")],
        "code": concept(lab.label, *loinc, coding(SUBJECT, lab.test)), "subject": subject,
        "effectiveDateTime": lab.date.isoformat() if lab.date else None,
    }  # fmt: skip
    if lab.value is not None and lab.unit:
        body["valueQuantity"] = _quantity(lab.value, lab.unit, ucum(lab.unit))
        if lab.comparator:
            body["valueQuantity"]["comparator"] = lab.comparator
        if lab.reference and any(end is not None for end in lab.reference):
            ends = zip(("low", "high"), lab.reference, strict=True)
            body["referenceRange"] = [{k: _quantity(v, lab.unit, ucum(lab.unit)) for k, v in ends if v is not None}]
    if lab.band:
        body["interpretation"] = [status("v3-ObservationInterpretation", _BANDS[lab.band])]
    return sheet.add(key, body)


def _fitting(rows: Any, unit: str | None) -> list[Any]:
    """LOINC codes by property: those reported in the unit that is written, else all."""
    return [row for row in rows if row.unit == unit] or list(rows)[:1]


def write_understood(
    sheet: Sheet, key: str, thing: Understood, subject: dict[str, str], knowledge: Knowledge
) -> dict[str, str] | None:
    """A complaint, condition or medicine as it was stated."""
    if thing.kind == "drug":
        return sheet.add(key, _medicine(sheet, thing, subject, knowledge))
    table: Any = {"finding": knowledge.findings, "factor": knowledge.factors, "state": knowledge.states}.get(thing.kind)
    record = table.get(thing.id) if table else None
    if record is None:
        return None
    body = _condition(
        thing.label, record.codes, thing.id, subject, present=thing.present, certain=thing.certain, past=thing.past
    )
    if thing.duration_days is not None:
        body["onsetDateTime"] = _began(sheet, thing.duration_days)
        if thing.duration_days != round(thing.duration_days):
            exact = _quantity(thing.duration_days, "d", "d")
            body["extension"] = [{"url": LASTING, "valueQuantity": exact}]
    if thing.text.strip():
        body["note"] = [{"text": f"As typed: “{thing.text.strip()}”"}]
    if thing.onset:
        body.setdefault("extension", []).append({"url": ONSET, "valueCode": thing.onset})
    return sheet.add(key, body)


def _began(sheet: Sheet, days: float) -> str:
    """The day on which something that has lasted so many days began."""
    longest = 40_000  # days; nobody has anything for longer, and the calendar ends
    return (dt.date.fromisoformat(sheet.on) - dt.timedelta(days=min(round(days), longest))).isoformat()


def _condition(
    label: str, codes: Codes, own: str, subject: dict[str, str], *, present: bool, certain: bool = True,
    past: bool = False,
) -> dict[str, Any]:  # fmt: skip
    # what was told and read by a program is confirmed by nobody: the element is left out, which the standard allows
    verified = "refuted" if not present else "" if certain else "unconfirmed"
    return {
        "resourceType": "Condition", "clinicalStatus": status("condition-clinical", "resolved" if past else "active"),
        **({"verificationStatus": status("condition-ver-status", verified)} if verified else {}),
        "code": coded(label, codes, own), "subject": subject,
    }  # fmt: skip


def _medicine(sheet: Sheet, thing: Understood, subject: dict[str, str], knowledge: Knowledge) -> dict[str, Any]:
    drug = knowledge.drugs.get(thing.id)
    codes = [coding("ATC", drug.atc)] if drug and drug.atc else []
    named = concept(thing.label, *codes, coding(SUBJECT, thing.id))
    body: dict[str, Any] = {"resourceType": "MedicationStatement", "subject": subject}
    how = "not-taking" if not thing.present else "stopped" if thing.past else "taking"
    if sheet.is_r5:
        body |= {"status": "recorded", "medication": {"concept": named}}
        body["adherence"] = {
            "code": concept(how, coding("http://hl7.org/fhir/CodeSystem/medication-statement-adherence", how))
        }
    else:
        body |= {
            "status": {"taking": "active", "stopped": "completed"}.get(how, "not-taken"),
            "medicationCodeableConcept": named,
        }
    if thing.duration_days is not None:
        body["effectivePeriod"] = {"start": _began(sheet, thing.duration_days)}
    if thing.dose:
        body["dosage"] = [{"text": thing.dose}]
    return body

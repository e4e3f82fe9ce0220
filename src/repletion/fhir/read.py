"""A FHIR record → a case, with the place in the record behind everything and an issue for what was not read."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from repletion.case.coded import index_of
from repletion.case.lexicon import build
from repletion.case.model import Case
from repletion.errors import Issue
from repletion.fhir.bundle import (
    Entry,
    Record,
    RecordError,
    Version,
    is_of_another,
    items,
    open_record,
    patient_of,
    sound,
)
from repletion.fhir.clinical import read_allergy, read_condition, read_family, read_procedure
from repletion.fhir.draft import Draft
from repletion.fhir.medicines import KINDS, read_medicine
from repletion.fhir.nutrition import read_intake
from repletion.fhir.observations import Observations
from repletion.fhir.responses import read_response
from repletion.fhir.values import day_of, words
from repletion.knowledge import Knowledge, load

LARGEST = 20_000_000
"""Bytes of a record that are read at most."""
_ADULT_DECIMALS = 18
_BESIDE = {"Medication", "NutritionProduct", "Patient", "Bundle"}
_ADMINISTRATIVE = {
    "Composition", "Practitioner", "PractitionerRole", "Organization", "Location", "Device", "Provenance", "Encounter",
    "Coverage", "Claim", "ExplanationOfBenefit", "RelatedPerson", "Consent", "Account", "Endpoint", "HealthcareService",
    "OperationOutcome", "AuditEvent", "Appointment", "Schedule", "Slot", "Questionnaire", "Library",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a record gave.

    ``case``: with places of the record in every ``where``.  ``mapping``: the same as a case document that can be saved
    and edited.  ``without``: foods that a plan must leave out.  ``patient``: reference of the person.
    ``references``: place in the record → reference of the resource there.  ``version``: R4 or R5 as it was written.
    """

    case: Case
    mapping: dict[str, Any]
    without: tuple[str, ...]
    patient: str
    references: dict[str, str]
    version: Version

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Everything that was not, or only partly, read."""
        return self.case.issues


def is_xml(data: bytes | str) -> bool:
    """Whether a text is a FHIR resource as XML."""
    start = data[:5000] if isinstance(data, str) else data[:5000].decode("utf-8-sig", "replace")
    return start.lstrip().startswith("<") and "http://hl7.org/fhir" in start


def read_text(data: bytes | str, *, today: dt.date | None = None, knowledge: Knowledge | None = None) -> Reading:
    """A record as JSON text.  Raises :class:`RecordError` when it is no JSON, too large, or no FHIR."""
    if len(data) > LARGEST:
        raise RecordError(f"The record is larger than {LARGEST // 10**6} MB. Send what is current, without images.")
    if is_xml(data):
        raise RecordError("The record is FHIR as XML; JSON is read. Ask its source for application/fhir+json.")
    try:
        parsed = json.loads(data.decode("utf-8-sig") if isinstance(data, bytes) else data)
    except UnicodeDecodeError as error:
        raise RecordError(f"The record is not UTF-8 text (byte {error.start}).") from None
    except json.JSONDecodeError as error:
        raise RecordError(f"The JSON is malformed at line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except (RecursionError, ValueError):
        raise RecordError("The JSON cannot be read: it is nested too deeply or holds an endless number.") from None
    return read_bundle(parsed, today=today, knowledge=knowledge)


def read_bundle(data: object, *, today: dt.date | None = None, knowledge: Knowledge | None = None) -> Reading:
    """A bundle, a summary document or a single resource, as parsed JSON.

    ``today``: ages, durations and what lies in the future are counted from this day (default: today).
    Raises :class:`RecordError` when nothing of it is a FHIR resource; all else is an issue.
    """
    knowledge = knowledge or load()
    day = today or dt.date.today()  # noqa: DTZ011 - the person's own calendar day
    record = open_record(sound(data))
    draft = Draft(record, day)
    patient, others = patient_of(record)
    _whose(draft, patient, others)
    index = index_of(build(knowledge))
    observations = Observations(draft, index)
    unread: Counter[str] = Counter()
    strangers: Counter[str] = Counter()
    for entry in record.entries:
        if is_of_another(entry, patient, record):
            strangers[entry.kind] += 1
        elif entry.kind == "Observation":
            observations.read(entry)
        elif entry.kind == "Condition":
            read_condition(entry, draft, index)
        elif entry.kind in KINDS:
            read_medicine(entry, draft)
        elif entry.kind == "AllergyIntolerance":
            read_allergy(entry, draft)
        elif entry.kind == "Procedure":
            read_procedure(entry, draft)
        elif entry.kind == "FamilyMemberHistory":
            read_family(entry, draft)
        elif entry.kind == "NutritionIntake":
            read_intake(entry, draft)
        elif entry.kind == "QuestionnaireResponse":
            read_response(entry, draft, knowledge)
        elif entry.kind not in _BESIDE:
            unread[entry.kind] += 1
    observations.finish()
    _left(draft, unread, strangers)
    draft.close()
    case = draft.back(Case.from_mapping(draft.mapping, knowledge=knowledge, today=day))
    return Reading(case, draft.mapping, tuple(dict.fromkeys(draft.without)), patient.reference if patient else "",
                   draft.references, _version(record))  # fmt: skip


def _version(record: Record) -> Version:
    r5 = any(e.kind.startswith("Nutrition") or isinstance(e.resource.get("medication"), dict) for e in record.entries)
    return "R5" if r5 else "R4"


def _whose(draft: Draft, patient: Entry | None, others: set[str]) -> None:
    if patient is None:
        draft.say("warning", "Bundle", "No Patient is in the bundle: age and sex are unknown.", "Send the Patient too.")
        return
    if others:
        draft.say("warning", patient.where, f"The bundle holds {len(others) + 1} patients; this one was read, with "
                  "what names no other.", "Send one person a bundle.")  # fmt: skip
    body = patient.resource
    gender = words(body.get("gender")).lower()
    if gender in {"female", "male"}:
        draft.set("person", "sex", gender, patient)
    elif gender:
        draft.say("note", f"{patient.where}.gender", f"The gender “{gender}” names no reference intakes; sex is "
                  "treated as unknown.", "Rates are published for female and male only.")  # fmt: skip
    if body.get("deceasedBoolean") is True or body.get("deceasedDateTime"):
        draft.say("error", patient.where, "The record says that this person has died.", "Check whose record this is.")
    raw = body.get("birthDate")
    born = day_of(raw)
    if born is None:
        if raw is not None:
            draft.say("warning", f"{patient.where}.birthDate", f"“{words(raw)[:40]}” is not a date; age is unknown.",
                      "Write birthDate as 1961-03-05.")  # fmt: skip
    elif born > draft.today:
        draft.say("error", f"{patient.where}.birthDate", f"The birth date {born} lies in the future; age is unknown.",
                  "Check the date.")  # fmt: skip
    else:
        years = (draft.today - born).days / 365.2425
        draft.set("person", "age", int(years) if years >= _ADULT_DECIMALS else round(years, 2), patient)
        if len(words(raw)) < len("1961-03-05"):
            draft.say(
                "note", f"{patient.where}.birthDate", "The birth date is not whole; the first possible day was taken."
            )
    for address in items(body.get("address")):
        if country := words(address.get("country")):
            draft.set("person", "country", country[:60], patient)
            break


def _left(draft: Draft, unread: Counter[str], strangers: Counter[str]) -> None:
    plain = {kind: n for kind, n in unread.items() if kind in _ADMINISTRATIVE}
    other = {kind: n for kind, n in unread.items() if kind not in _ADMINISTRATIVE}
    if plain:
        draft.say("note", "Bundle", f"Nothing clinical is taken from {_counted(plain)}.")
    if other:
        draft.say("warning", "Bundle", f"Not read: {_counted(other)}.", "If something in it matters, add it in words.")
    if strangers:
        draft.say("warning", "Bundle", f"Of another person, and not used: {_counted(strangers)}.",
                  "Send one person a bundle.")  # fmt: skip
    for place in draft.record.odd[:20]:
        draft.say("warning", place, "This entry holds no resource; it was not read.", "Send the resource itself.")
    if len(draft.record.odd) > 20 or draft.record.left_out:
        more = max(0, len(draft.record.odd) - 20) + draft.record.left_out
        draft.say("warning", "Bundle", f"{more} further entries were not read.", "Send what is current.")
    for i, document in enumerate(draft.record.of("Composition")):
        if any(isinstance(s.get("text"), dict) for s in items(document.resource.get("section"))) and i == 0:
            draft.say(
                "note", f"{document.where}.section", "The narrative of the sections was not read; their entries were."
            )


def _counted(kinds: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{words(kind)[:60]} ({n})" for kind, n in sorted(kinds.items()))

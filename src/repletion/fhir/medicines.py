"""MedicationStatement, MedicationRequest, MedicationAdministration, MedicationDispense → medicines taken."""

from __future__ import annotations

import re
from typing import Any

from repletion.fhir.bundle import Entry, items
from repletion.fhir.clinical import nothing_known
from repletion.fhir.draft import Draft
from repletion.fhir.values import codes_of, concept, day_of, number, plain_codes, text_of, words

KINDS = (
    "MedicationStatement",
    "MedicationUsage",
    "MedicationRequest",
    "MedicationAdministration",
    "MedicationDispense",
)
_OVER = {"completed", "stopped", "ended"}
_NEVER = {"draft", "intended", "not-done", "cancelled", "declined", "preparation", "entered-in-error", "on-hold"}
_ACTED_ON = {"order", "original-order", "reflex-order", "filler-order", "instance-order", "order-entry", ""}
_STRENGTH = re.compile(
    r"(?<![\w-])\d[\d.,]*(?:\s*-\s*\d[\d.,]*)?\s*(?:mg|mcg|ug|g|gm|ml|l|meq|mmol|unt|unit|units|iu|hr|actuat|%|\[iu\])"
    r"(?:\s*/\s*[\d.,]*\s*(?:mg|ml|hr|actuat|unt|g|l|tablet|capsule|dose|spray)\b)?(?![\w-])",
    re.IGNORECASE,
)
_PERIODS = {"d": "a day", "h": "an hour", "wk": "a week", "mo": "a month", "min": "a minute", "s": "a second"}


def medicine_of(body: dict[str, Any], draft: Draft) -> dict[str, Any]:
    """The concept of the medicine: R4 concept or reference, R5 CodeableReference, contained or in the bundle."""
    for key in ("medicationCodeableConcept", "medication"):
        if text_of(body.get(key)) or codes_of(body.get(key)):
            return dict(concept(body[key]))
    for reference in (body.get("medicationReference"), (body.get("medication") or {}).get("reference")
                      if isinstance(body.get("medication"), dict) else None):  # fmt: skip
        found = draft.record.find(reference, body)
        if found is not None:
            own = dict(concept(found.get("code")))
            if text_of(own) or codes_of(own):
                return own
            return _ingredient(found, body, draft)
        if isinstance(reference, dict) and words(reference.get("display")):
            return {"text": words(reference["display"])}
    return {}


def _ingredient(found: dict[str, Any], holder: dict[str, Any], draft: Draft) -> dict[str, Any]:
    """What a product without a name of its own holds: its first ingredient, by concept or by reference."""
    for named in items(found.get("ingredient")):
        item = named.get("item")
        for value in (named.get("itemCodeableConcept"), item):
            if text_of(value) or codes_of(value):
                return dict(concept(value))
        inner = item.get("reference") if isinstance(item, dict) else None
        for reference in (named.get("itemReference"), inner):
            substance = draft.record.find(reference, found) or draft.record.find(reference, holder)
            if substance is not None:
                code = substance.get("code")
                own = code if text_of(code) or codes_of(code) else _of_substance(substance)
                if text_of(own) or codes_of(own):
                    return dict(concept(own))
            if isinstance(reference, dict) and words(reference.get("display")):
                return {"text": words(reference["display"])}
    return {}


def _of_substance(substance: dict[str, Any]) -> object:
    """The concept inside a CodeableReference (R5)."""
    code = substance.get("code")
    return code.get("concept") if isinstance(code, dict) else None


def plain_name(term: str) -> tuple[str, str]:
    """The name of a product without its strengths, and the first strength.

    “MG” behind a number is no name of anything: left in, it would be read as an abbreviation of a disease.
    """
    strengths = [" ".join(m.group().split()).lower() for m in _STRENGTH.finditer(term)]
    bare = " ".join(_STRENGTH.sub(" ", term).replace(" / ", ", ").split()).strip(" ,/")
    return bare or term, next((s for s in strengths if not s.endswith("hr")), "")


def read_medicine(entry: Entry, draft: Draft) -> None:
    """One medicine: taken now, in the past, not taken; what is only planned is not used."""
    body = entry.resource
    named = medicine_of(body, draft)
    term, codes = text_of(named), codes_of(named)
    term, strength = plain_name(term)
    if nothing_known(named):
        draft.say("note", entry.where, f"“{term or 'no known medications'}” was read; it denies no single medicine.")
        return
    if not term and not codes:
        draft.say("warning", entry.where, "A medicine has neither a code nor a name that was found; it was not used.",
                  "Give its name, or put the Medication into the bundle.")  # fmt: skip
        return
    status = words(body.get("status"))
    adherence = (
        plain_codes((body.get("adherence") or {}).get("code")) if isinstance(body.get("adherence"), dict) else set()
    )
    if status == "not-taken" or adherence & {"not-taking"} or body.get("doNotPerform") is True:
        denied = status == "not-taken" or "not-taking" in adherence
        if not denied:
            draft.say("note", entry.where, f"“{term}” is an order not to give it, and was not used.")
            return
        item: dict[str, Any] = {"term": term or codes[0], "present": False}
    elif status in _NEVER or (entry.kind == "MedicationRequest" and words(body.get("intent")) not in _ACTED_ON):
        why = status if status in _NEVER else words(body.get("intent"))
        draft.say("note", entry.where, f"“{term}” is marked {why}: not, or not yet, taken. It was not used.",
                  "If it is taken, record it as active.")  # fmt: skip
        return
    else:
        item = {"term": term or codes[0]}
        if _over(entry, body, status, draft):
            item["past"] = True
    if codes:
        item["code"] = codes
    if dose := dose_of(body) or strength:
        item["dose"] = dose
    began = _began(body)
    if began and began <= draft.today and "past" not in item and "present" not in item:
        item["duration"] = f"{(draft.today - began).days} days"
    same = [i for i in draft.mapping.get("drugs", ()) if _key(i) == _key(item)]
    if not same:
        draft.put("drugs", item, entry)
    elif dose and not same[0].get("dose"):
        same[0]["dose"] = dose


def _key(item: dict[str, Any]) -> tuple[Any, ...]:
    return (item["term"].casefold(), tuple(item.get("code", ())), item.get("past"), item.get("present"))


def _over(entry: Entry, body: dict[str, Any], status: str, draft: Draft) -> bool:
    for key in ("effectivePeriod", "occurencePeriod", "occurrencePeriod"):
        if isinstance(body.get(key), dict) and (end := day_of(body[key].get("end"))):
            return end < draft.today
    if entry.kind == "MedicationStatement" and status == "completed":
        return True
    return status in _OVER and entry.kind in {"MedicationRequest", "MedicationStatement", "MedicationUsage"} | (
        {"MedicationAdministration", "MedicationDispense"} if status != "completed" else set()
    )


def _began(body: dict[str, Any]) -> Any:
    for key in ("effectivePeriod", "occurencePeriod", "occurrencePeriod"):
        if isinstance(body.get(key), dict):
            return day_of(body[key].get("start"))
    return day_of(body.get("authoredOn"))


def dose_of(body: dict[str, Any]) -> str | None:
    """The dose in words: as written, else amount and frequency of the first instruction."""
    raw = body.get("dosage") or body.get("dosageInstruction")
    for dosage in items(raw):
        if text := words(dosage.get("text")) or words(dosage.get("patientInstruction")):
            return text[:120]
        rate = next(iter(items(dosage.get("doseAndRate"))), {})
        amount = rate.get("doseQuantity") or dosage.get("doseQuantity") or dosage.get("dose")
        if not isinstance(amount, dict) or (value := number(amount.get("value"))) is None:
            continue
        said = f"{value:.6g} {words(amount.get('unit')) or words(amount.get('code'))}".strip()
        repeat = (dosage.get("timing") or {}).get("repeat") if isinstance(dosage.get("timing"), dict) else None
        if isinstance(repeat, dict):
            often, period = number(repeat.get("frequency")) or 1, number(repeat.get("period")) or 1
            each = _PERIODS.get(words(repeat.get("periodUnit")))
            if each and period == 1:
                said += f" {often:.4g} times {each}" if often != 1 else f" {each}"
        return said
    return None

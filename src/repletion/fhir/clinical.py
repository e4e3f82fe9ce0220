"""Condition, Procedure, FamilyMemberHistory, AllergyIntolerance → conditions, symptoms and foods to leave out."""

from __future__ import annotations

import re
from typing import Any

from repletion.case.allergies import food_groups
from repletion.case.coded import Index
from repletion.fhir.bundle import Entry, items, placed
from repletion.fhir.draft import Draft
from repletion.fhir.values import codes_of, day_of, plain_codes, quantity, text_of, words
from repletion.knowledge.records import answers

ONSET = "urn:repletion:onset"
"""Extension for how something began: a code, sudden or gradual."""
LASTING = "urn:repletion:lasting"
"""Extension for how long something has lasted: a quantity in days, where a date would round it."""
_PAST = {"inactive", "remission", "resolved"}
_NOTHING = re.compile(
    r"\s*(?:no|nil|none|not) (?:known|relevant|current) |\s*(?:no|nil) (?:known|allerg|information)|\s*nkd?f?a\b"
    r"|\s*none known|\s*not known\s*$",
    re.IGNORECASE,
)
_UNSURE = {"provisional", "differential", "unconfirmed"}


def nothing_known(value: object) -> bool:
    """Whether a concept only says that nothing is known: by a code of a patient summary, or in so many words."""
    if any(code.startswith("no-") and " " not in code for code in plain_codes(value)):
        return True
    coded = (code.rpartition(" ") for code in codes_of(value))
    return any(("nothing_known", system, code) in answers() for system, _, code in coded) or bool(
        _NOTHING.match(text_of(value))
    )


def duration_of(body: dict[str, Any], draft: Draft) -> str | None:
    """How long something has lasted, as typed into a case."""
    for extension in items(body.get("extension")):
        exact = quantity(extension.get("valueQuantity"))
        if extension.get("url") == LASTING and exact.value is not None and exact.value >= 0:
            return f"{exact.value:.6f} days"
    period = body.get("onsetPeriod")
    began = day_of(body.get("onsetDateTime")) or (day_of(period.get("start")) if isinstance(period, dict) else None)
    if began and began <= draft.today:
        return f"{(draft.today - began).days} days"
    return None


def read_condition(entry: Entry, draft: Draft, index: Index) -> None:
    """A Condition: active, past, suspected or refuted."""
    body = entry.resource
    status, verified = plain_codes(body.get("clinicalStatus")), plain_codes(body.get("verificationStatus"))
    status |= {words(body.get("clinicalStatus"))}
    verified |= {words(body.get("verificationStatus"))}
    term, codes = text_of(body.get("code")), codes_of(body.get("code"))
    if "entered-in-error" in verified:
        draft.say("note", entry.where, f"“{term or 'A condition'}” is marked entered-in-error and was not used.")
        return
    if nothing_known(body.get("code")):
        draft.say("note", entry.where, f"“{term or 'no known problems'}” was read; it denies no single thing.")
        return
    if not term and not codes:
        draft.say("warning", entry.where, "A condition has neither a code nor words; it was not used.",
                  "Give Condition.code.")  # fmt: skip
        return
    item: dict[str, Any] = {"term": term or codes[0]}
    if codes:
        item["code"] = codes
    if "refuted" in verified:
        item["present"] = False
    elif verified & _UNSURE:
        item["certain"] = False
    if status & _PAST or any(key.startswith("abatement") for key in body):
        item["past"] = True
    elif lasted := duration_of(body, draft):
        item["duration"] = lasted
    if any(e.get("url") == ONSET and e.get("valueCode") == "sudden" for e in items(body.get("extension"))):
        item["onset"] = "sudden"
    symptom = any(t.kind == "finding" for code in codes for t in index.targets(code, "symptoms"))
    draft.put("symptoms" if symptom else "conditions", item, entry)


def read_procedure(entry: Entry, draft: Draft) -> None:
    """An operation that was done stays with the person."""
    body = entry.resource
    term, codes = text_of(body.get("code")), codes_of(body.get("code"))
    if words(body.get("status")) not in {"completed", "in-progress", "unknown", ""}:
        draft.say("note", entry.where, f"“{term}” is marked {words(body.get('status'))} and was not used.")
    elif nothing_known(body.get("code")):
        draft.say("note", entry.where, f"“{term or 'no known procedures'}” was read; it denies no single thing.")
    elif term:
        draft.put("conditions", {"term": term} | ({"code": codes} if codes else {}), entry)
    else:
        draft.say("note", entry.where, "A procedure without words was not read.", "Give Procedure.code.text.")


def read_family(entry: Entry, draft: Draft) -> None:
    """What runs in the family; never a condition of the person."""
    if entry.resource.get("status") == "entered-in-error":
        draft.say("note", entry.where, "A family history is marked entered-in-error and was not used.")
        return
    for i, condition in placed(entry.resource.get("condition")):
        if term := text_of(condition.get("code")):
            place = f"{entry.where}.condition[{i}]"
            draft.put("conditions", f"family history of {term}", entry, place)


def read_allergy(entry: Entry, draft: Draft) -> None:
    """A food allergy or intolerance: the food is left out of every plan.  Others are named as not used."""
    body = entry.resource
    status, verified = plain_codes(body.get("clinicalStatus")), plain_codes(body.get("verificationStatus"))
    category = body.get("category")
    listed = category if isinstance(category, list) else [category]
    kinds = {words(c) for c in listed if words(c)}
    term = text_of(body.get("code"))
    if not term:
        term = next(
            (text_of(r.get("substance")) for r in items(body.get("reaction")) if text_of(r.get("substance"))), ""
        )
    if nothing_known(body.get("code")):
        draft.say("note", entry.where, f"“{term or 'no known allergies'}” was read; no food is left out because of it.")
    elif {"entered-in-error", "refuted"} & verified:
        which = next(iter({"entered-in-error", "refuted"} & verified))
        draft.say("note", entry.where, f"The allergy “{term}” is marked {which} and was not used.")
    elif not term:
        draft.say("warning", entry.where, "An allergy has no words; no food could be left out because of it.",
                  "Give AllergyIntolerance.code.text and read the allergy again before using a plan.")  # fmt: skip
    elif kinds and "food" not in kinds:
        draft.say("note", entry.where, f"The allergy to “{term}” ({', '.join(sorted(kinds))}) bears on no food.")
    else:
        bare = term.lower()
        for ending in ("allergy to ", "allergic to ", "intolerance to ", " allergy", " intolerance"):
            bare = bare.replace(ending, "")
        said = f"allergic to {bare.strip()}"
        if status & _PAST:
            draft.say(
                "note",
                entry.where,
                f"The allergy “{term}” is marked {', '.join(status & _PAST)}; it was kept, to be safe.",
                "Remove it from the record when it is over.",
            )
        draft.put("text", said, entry)
        draft.without.append(bare.strip())
        if not food_groups(said):
            draft.say("warning", entry.where, f"“{bare}” is no allergen with a list of foods here.",
                      f"Name the foods to leave out, for example --without “{bare}”.")  # fmt: skip

"""Records and calls broken at random, with a seed, and what must hold for every one of them.

``python tests/records/mutating.py 10000`` runs so many once; the suite runs a few hundred.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import re
import sys
import time
import uuid
from collections import Counter
from typing import Any

from synthetic_records import ATC, PATIENT, TODAY, bundle, concept, condition, lab, medicine, summary

import repletion
from repletion.errors import RepletionError
from repletion.fhir import Reading, RecordError, read_text, write_bundle
from repletion.hooks import SERVICES, answer
from repletion.hooks.call import BadCall, NoData

JUNK: tuple[Any, ...] = (
    None, True, False, "", " ", "null", "0", -1, 0, 1e308, -1e308, 10**30, "NaN", "Infinity", "1,5", "٣", "−4", "<0.5",
    "\u0000",
    "\ud800", "x" * 5000, "💊" * 300, "../../etc/passwd", "<script>alert(1)</script>", "{{context.patientId}}", "%s%n",
    [], {}, [[]], [None], [{}], {"": ""}, {"reference": "#"}, {"coding": None}, {"coding": [{"system": 7, "code": []}]},
    {"value": "12", "code": "mmol/L"}, "9999-99-99", "2026-02-30", "0001", "2026-11-27T99:99:99Z", "Patient/other",
    "mg/dL", "meq/L", "kg", "entered-in-error", "active", "R5", {"concept": {"concept": {"text": "omeprazole"}}},
)  # fmt: skip


def bases() -> list[dict[str, Any]]:
    """Sound records to break."""
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [
            {"linkId": "complaint", "answer": [{"valueString": "my eyelid has been twitching for 3 weeks"}]},
            {"linkId": "person/age", "answer": [{"valueInteger": 41}]},
            {"linkId": "warning", "item": [{"linkId": "finding/tetany", "answer": [{"valueBoolean": False}]}]},
            {"linkId": "diary", "answer": [{"valueString": "Day 1\n150 g rice"}]},
        ],
    }
    intake = {
        "resourceType": "NutritionIntake",
        "status": "completed",
        "occurrenceDateTime": "2026-11-20",
        "consumedItem": [
            {
                "type": {"text": "food"},
                "nutritionProduct": {"concept": {"text": "rice"}},
                "amount": {"value": 150, "code": "g"},
            }
        ],
    }
    pressure = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept("http://loinc.org", "85354-9"),
        "component": [
            {"code": concept("http://loinc.org", "8480-6"), "valueQuantity": {"value": 120, "code": "mm[Hg]"}},
            {"code": concept("http://loinc.org", "2823-3"), "valueQuantity": {"value": 3.1, "code": "mmol/L"}},
        ],
    }
    family = {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "condition": [{"code": {"text": "thyroid disease"}}],
    }
    r5 = medicine(concept(ATC, "A10BA02", "metformin")) | {"medication": {"concept": {"text": "metformin"}}}
    return [
        summary(),
        bundle(PATIENT, response, intake, family, r5, pressure),
        bundle(
            PATIENT, lab("2132-9", "Cobalamin", 150, "pg/mL"), lab("2132-9", "Cobalamin", 900, "pg/mL", on="2019-01-01")
        ),
    ]


def calls() -> list[tuple[str, dict[str, Any]]]:
    """Sound calls to break."""
    draft = {
        "resourceType": "MedicationRequest",
        "id": "d",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": concept(ATC, "A02BC01", "omeprazole"),
    }
    found = []
    for hook in ("patient-view", "order-select"):
        body: dict[str, Any] = {
            "hook": hook,
            "hookInstance": str(uuid.UUID(int=7)),
            "context": {"userId": "Practitioner/1", "patientId": "p1"},
            "prefetch": {
                "patient": PATIENT | {"id": "p1"},
                "conditions": bundle(condition({"text": "Chronic kidney disease"})),
                "laboratory": bundle(lab("2823-3", "Potassium", 5.4, "mmol/L")),
            },
        }
        if hook == "order-select":
            orders = {"resourceType": "Bundle", "entry": [{"resource": draft}]}
            body["context"] |= {"selections": ["MedicationRequest/d"], "draftOrders": orders}
        found.append((f"repletion-{hook}", body))
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything inside a value."""
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found += places(item, (*path, key))
    return found


def mutate(value: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A copy with one to six things deleted, replaced, doubled, moved or renamed."""
    broken = copy.deepcopy(value)
    for _ in range(chance.randint(1, 6)):
        every = places(broken)
        if not every:
            return broken
        path = chance.choice(every)
        holder: Any = broken
        for key in path[:-1]:
            holder = holder[key]
        last, kind = path[-1], chance.random()
        if kind < 0.25:
            del holder[last]
        elif kind < 0.7:
            holder[last] = copy.deepcopy(chance.choice(JUNK))
        elif kind < 0.8 and isinstance(holder, list):
            holder.insert(chance.randrange(len(holder) + 1), copy.deepcopy(holder[last]))
        elif kind < 0.9:
            other: Any = broken
            for key in chance.choice(every):
                other = other[key] if isinstance(other, dict) and key in other else other
            holder[last] = copy.deepcopy(other)
        elif isinstance(holder, dict):
            holder[chance.choice(("value", "status", "resourceType", "code", "", "__proto__"))] = holder.pop(last)
    return broken


def scramble(text: str, chance: random.Random) -> str:
    """A text with characters lost, doubled or changed."""
    cut = chance.randrange(len(text))
    what = chance.random()
    if what < 0.4:
        return text[:cut]
    if what < 0.7:
        return text[:cut] + text[cut + 1 :]
    return text[:cut] + chance.choice('{}[]",:\\0\x00é') + text[cut:]


def at(data: Any, where: str) -> Any:
    """What lies at a place in a record, or ``None``."""
    here = data
    steps = re.findall(r"\.([A-Za-z]+)|\[(\d+)\]", where)
    for name, index in steps:
        if name:
            here = here.get(name) if isinstance(here, dict) else None
        else:
            alone = [here] if isinstance(here, dict) else here  # one thing where a list belongs counts as a list of one
            here = alone[int(index)] if isinstance(alone, list) and int(index) < len(alone) else None
    return here


def check_reading(found: Reading, data: Any) -> None:
    """No row is taken from another place than it says, and nothing is said without a remedy."""
    for issue in found.issues:
        assert issue.message, issue
        assert issue.remedy, issue
        assert issue.where, issue
    for one in found.case.labs:
        resource = at(data, one.where)
        assert isinstance(resource, dict), one.where
        if one.value is not None and one.where.endswith("resource"):
            assert resource.get("resourceType") == "Observation", resource
        if one.value is not None and "valueQuantity" in resource:
            typed = float(str(one.typed).lstrip("<>").split()[0])
            assert abs(typed - float(resource["valueQuantity"]["value"])) <= 1e-9 * max(1.0, abs(typed)), (
                one,
                resource,
            )
    for u in found.case.understood:
        if u.where.startswith("Bundle"):
            assert at(data, u.where) is not None, u
        if u.kind == "drug" and u.where.endswith("resource"):
            assert str(at(data, u.where).get("resourceType")).startswith(("Medication", "Condition", "Procedure")), u


def one_record(chance: random.Random, every: list[dict[str, Any]], *, assess: bool) -> str:
    """Break a record and read it; returns what came of it."""
    text = json.dumps(mutate(chance.choice(every), chance))
    if chance.random() < 0.1:
        text = scramble(text, chance)
    try:
        found = read_text(text.encode("utf-8", "surrogatepass"), today=TODAY)
    except RecordError as error:
        assert len(str(error)) > 20
        return "refused"
    check_reading(found, json.loads(text))
    if not assess:
        return "read"
    answered = repletion.assess(found.case, on=TODAY)
    written = write_bundle(answered, reading=found, version=chance.choice(("R4", "R5")))
    assert written["entry"][0]["resource"]["code"]["coding"][0]["code"] == answered.triage.urgency
    json.dumps(written)
    return "assessed"


def one_call(chance: random.Random, every: list[tuple[str, dict[str, Any]]], *, view: bool) -> str:
    """Break a call and answer it."""
    service, body = every[0] if view else every[1]
    try:
        cards = answer(SERVICES[service], mutate(body, chance), dt.date(2026, 11, 27))["cards"]
    except (BadCall, NoData) as error:
        assert len(str(error)) > 10
        return "call refused"
    except RepletionError:
        return "call refused"
    assert all(0 < len(card["summary"]) < 140 and card["detail"] for card in cards)
    return "cards" if cards else "silence"


def run(n: int, seed: int, *, assess_every: int = 40, view_every: int = 20) -> Counter[str]:
    """``n`` broken records and calls, half each; counts of what came of them."""
    chance = random.Random(seed)
    records, asked = bases(), calls()
    seen: Counter[str] = Counter()
    for i in range(n):
        if i % 2:
            seen[one_call(chance, asked, view=i % view_every == 1)] += 1
        else:
            seen[one_record(chance, records, assess=i % assess_every == 0)] += 1
    return seen


if __name__ == "__main__":
    began = time.time()
    print(run(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1), f"{time.time() - began:.0f} s")

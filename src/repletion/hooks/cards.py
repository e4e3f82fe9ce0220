"""Cards: a sentence that fits, a reason, and a draft that somebody may take up."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from repletion.fhir.bundle import Version
from repletion.fhir.resources import SUBJECT, coding, concept
from repletion.hooks.call import Call
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Test
from repletion.report.wording import say
from repletion.version import __version__

Indicator = Literal["info", "warning", "critical"]
LONGEST = 139
"""Characters of a summary: the specification says fewer than 140."""
OVERRIDES = (
    ("done-elsewhere", "Done or known elsewhere"),
    ("not-relevant", "Not relevant for this person"),
    ("later", "Later"),
    ("declined", "The person does not want it"),
)
OVERRIDE_SYSTEM = "urn:repletion:override"


def shorten(text: str, most: int = LONGEST) -> str:
    """At most ``most`` characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line.rfind(" ", 0, most - 1)
    return line[: cut if cut > most // 2 else most - 1].rstrip(" ,;:") + "…"


def identity(call: Call, key: str) -> str:
    """A UUID of this call and nothing else, the same for the same call."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:repletion:{call.instance}:{key}"))


def card(
    call: Call, key: str, *, summary: str, detail: str, indicator: Indicator, knowledge: Knowledge, tests: list[Test]
) -> dict[str, Any]:  # fmt: skip
    """One card; each test becomes a suggestion with a draft proposal."""
    found: dict[str, Any] = {
        "uuid": identity(call, key),
        "summary": shorten(summary),
        "detail": detail.strip(),
        "indicator": indicator,
        "source": {"label": say("hooks.source", software=__version__, knowledge=knowledge.version)},
        "overrideReasons": [{"code": c, "system": OVERRIDE_SYSTEM, "display": d} for c, d in OVERRIDES],
    }
    if tests:
        found["suggestions"] = [suggestion(call, test) for test in tests]
        found["selectionBehavior"] = "any"
    return found


def suggestion(call: Call, test: Test) -> dict[str, Any]:
    """A test as a draft that the client may create."""
    label = say("hooks.propose", test=test.label)
    action = {"type": "create", "description": label, "resource": proposal(test, call)}
    return {"label": shorten(label, 80), "uuid": identity(call, f"test:{test.id}"), "actions": [action]}


def proposal(test: Test, call: Call) -> dict[str, Any]:
    """A ServiceRequest: draft, intent proposal."""
    version: Version = call.version
    named = concept(test.label, *(coding("LOINC", row.code) for row in test.loinc), coding(SUBJECT, test.id))
    return {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "code": {"concept": named} if version == "R5" else named,
        "subject": {"reference": f"Patient/{call.patient}"},
        "authoredOn": call.today.isoformat(),
    }

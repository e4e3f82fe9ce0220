"""``$assess``: a record in, proposals out; and what the server says of itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from repletion.errors import Issue
from repletion.fhir.bundle import Version, items
from repletion.fhir.proposals import operation_outcome
from repletion.fhir.questionnaire import URL
from repletion.fhir.read import read_text
from repletion.fhir.resources import BASE
from repletion.fhir.write import write_bundle
from repletion.version import __version__

OPERATION = f"{BASE}:assess"
RELEASES: dict[Version, str] = {"R4": "4.0.1", "R5": "5.0.0"}
MEDIA = "application/fhir+json"


def assess_record(data: bytes, version: Version | None = None, today: dt.date | None = None) -> dict[str, Any]:
    """The answer to a record as a Bundle.

    ``version``: the release to write; by default that of the record.  Parameters around the record may say ``plan``
    (a boolean: propose a food plan too) and ``on`` (the day of the assessment).
    Raises :class:`repletion.fhir.RecordError` when the whole cannot be read.
    """
    from repletion.assessment.stations import assess

    reading = read_text(data, today=today)
    said = _parameters(data)
    on = said.get("on")
    if isinstance(on, dt.date):
        reading = read_text(data, today=on)
    found = assess(reading.case, on=on if isinstance(on, dt.date) else today)
    plan = None
    if said.get("plan") is True:
        from repletion.plan.station import plan_case

        plan = plan_case(reading.case, without=reading.without, alternatives=0)
    return write_bundle(found, version=version or reading.version, reading=reading, plan=plan)


def _parameters(data: bytes) -> dict[str, Any]:
    """The named values beside the record."""
    import json

    from repletion.fhir.values import day_of

    parsed = json.loads(data.decode("utf-8-sig"))
    found: dict[str, Any] = {}
    if parsed.get("resourceType") == "Parameters":
        for parameter in items(parsed.get("parameter")):
            if parameter.get("name") == "plan":
                found["plan"] = parameter.get("valueBoolean")
            elif parameter.get("name") == "on":
                found["on"] = day_of(parameter.get("valueDate"))
    return found


def refusal(message: str, code: str = "invalid") -> dict[str, Any]:
    """An OperationOutcome for a request that cannot be answered.  ``code``: an IssueType."""
    outcome = operation_outcome((Issue(level="error", where="", message=message, remedy=""),))
    outcome["issue"][0]["code"] = code
    return outcome


def capability(version: Version, on: str) -> dict[str, Any]:
    """The CapabilityStatement: one operation and one Questionnaire; nothing is stored, searched or written."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "experimental": True,
        "date": on,
        "kind": "instance",
        "software": {"name": "Repletion", "version": __version__},
        "implementation": {"description": "Repletion: explanations of symptoms, with the evidence behind every number"},
        "fhirVersion": RELEASES[version],
        "format": ["json", MEDIA],
        "rest": [
            {
                "mode": "server",
                "documentation": "Nothing is kept. Every answer is a draft or a proposal.",
                "resource": [{"type": "Questionnaire", "interaction": [{"code": "read"}]}],
                "operation": [
                    {"name": "assess", "definition": OPERATION, "documentation": f"Bundle to Bundle; asks by {URL}."}
                ],
            }
        ],
    }

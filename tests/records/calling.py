"""Calls of the services as a record system makes them, and what every card must be."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from synthetic_records import PATIENT, bundle

TODAY = dt.date.today()
RECENT, OLD = (TODAY - dt.timedelta(days=10)).isoformat(), (TODAY - dt.timedelta(days=900)).isoformat()
VIEW, SELECT = "repletion-patient-view", "repletion-order-select"


def searched(*resources: dict[str, Any]) -> dict[str, Any]:
    return bundle(*resources, kind="searchset", subject="Patient/1288992")


def call(hook: str, *resources: dict[str, Any], **context: Any) -> dict[str, Any]:
    """The body that the sandbox posts: identifiers, an authorization we never use, prefetched resources."""
    return {
        "hookInstance": str(uuid.uuid4()),
        "fhirServer": "https://launch.example.org/v/r4/fhir",
        "hook": hook,
        "fhirAuthorization": {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300,
                              "scope": "patient/Patient.read", "subject": "cds-service4"},
        "context": {"userId": "Practitioner/example", "patientId": "1288992", "encounterId": "89284"} | context,
        "prefetch": {
            "patient": PATIENT | {"id": "1288992"},
            "conditions": searched(*(r for r in resources if r["resourceType"] == "Condition")),
            "laboratory": searched(*(r for r in resources if r["resourceType"] == "Observation")),
            "orders": None,
            "medicines": searched(*(r for r in resources if r["resourceType"].startswith("Medication"))),
        },
    }  # fmt: skip


def order(code: dict[str, Any], own: str = "d1") -> dict[str, Any]:
    return {"resourceType": "MedicationRequest", "id": own, "status": "draft", "intent": "order",
            "medicationCodeableConcept": code, "subject": {"reference": "Patient/1288992"}}  # fmt: skip


def select(
    *resources: dict[str, Any], drafts: list[dict[str, Any]], selections: list[str] | None = None
) -> dict[str, Any]:
    orders = {"resourceType": "Bundle", "entry": [{"resource": d} for d in drafts]}
    chosen = selections if selections is not None else [f"MedicationRequest/{d['id']}" for d in drafts]
    return call("order-select", *resources, selections=chosen, draftOrders=orders)


def cards(client: Any, service: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    said = client.post(f"/cds-services/{service}", json=body)
    assert said.status_code == 200, said.text
    assert set(said.json()) == {"cards"}
    for one in said.json()["cards"]:
        assert_is_a_card(one)
    return said.json()["cards"]


def assert_is_a_card(one: dict[str, Any]) -> None:
    def nothing_empty(value: Any) -> None:
        assert value not in (None, "", [], {})
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            nothing_empty(inner)

    nothing_empty(one)
    assert 0 < len(one["summary"]) < 140
    assert one["indicator"] in {"info", "warning", "critical"}
    assert one["source"]["label"].startswith("Repletion ")
    assert uuid.UUID(one["uuid"])
    assert {"code", "system", "display"} == set(one["overrideReasons"][0])
    for suggestion in one.get("suggestions", ()):
        assert one["selectionBehavior"] in {"any", "at-most-one"}
        (action,) = suggestion["actions"]
        draft = action["resource"]
        assert (action["type"], draft["status"], draft["intent"]) == ("create", "draft", "proposal")
    words = one["summary"] + one["detail"]
    assert "stop taking" not in words.lower()
    assert "you have" not in words.lower()

"""CDS Hooks: an exchange as the public sandbox makes it, silence where nothing follows, trust, feedback."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import jwt
import pytest
from calling import OLD, RECENT, SELECT, VIEW, call, cards, order, select
from cryptography.hazmat.primitives.asymmetric import ec
from synthetic_records import ATC, RXNORM, SCT, concept, condition, lab, medicine

from repletion.hooks import SERVICES, create_hooks
from repletion.hooks.data import monitoring, supplements
from repletion.hooks.trust import Untrusted, read_trust
from repletion.knowledge import load


def test_discovery(client: Any) -> None:
    told = client.get("/cds-services").json()["services"]
    assert {s["id"]: s["hook"] for s in told} == {VIEW: "patient-view", SELECT: "order-select"}
    for service in told:
        assert all(service[key] for key in ("hook", "description", "id", "title", "prefetch"))
        for template in service["prefetch"].values():
            path, _, query = template.partition("?")
            if not query:
                assert path == "Patient/{{context.patientId}}"
            for term in filter(None, query.split("&")):  # only what the specification lets a template use
                assert term.partition("=")[0] in {"patient", "category", "status", "_count", "_sort"}
                assert "," not in term


def test_a_healthy_record_says_nothing(client: Any) -> None:
    assert cards(client, VIEW, call("patient-view")) == []
    fine = call("patient-view", lab("2823-3", "Potassium", 4.2, "mmol/L", on=RECENT), condition({"text": "Gout"}))
    assert cards(client, VIEW, fine) == []


def test_a_critical_result_of_this_week_leads_and_an_old_one_does_not(client: Any) -> None:
    low = "Magnesium [Moles/volume] in Serum or Plasma"
    (first, *_) = cards(client, VIEW, call("patient-view", lab("2601-3", low, 0.35, "mmol/L", on=RECENT)))
    assert first["indicator"] == "critical"
    assert "0.35 mmol/L" in first["detail"]
    old = cards(client, VIEW, call("patient-view", lab("2601-3", low, 0.35, "mmol/L", on=OLD)))
    assert "critical" not in {one["indicator"] for one in old}


def test_a_likely_shortfall_with_a_missing_test(client: Any) -> None:
    story = [
        medicine(concept(ATC, "A10BA02", "metformin"), effectivePeriod={"start": "2010-01-01"}),
        medicine(concept(ATC, "A02BC01", "omeprazole"), effectivePeriod={"start": "2012-01-01"}),
        condition({"text": "Vegan diet"}),
        condition({"text": "Numb feet"}, onsetDateTime=OLD),
        condition({"text": "Macrocytic anemia"}),
        condition({"text": "Glossitis"}),
    ]
    found = cards(client, VIEW, call("patient-view", *story))
    assert found
    assert {one["indicator"] for one in found} == {"info"}
    assert all(one["suggestions"] for one in found)
    assert any("B12" in one["summary"] for one in found)
    measured = lab("2132-9", "Cobalamin (Vitamin B12)", 110, "pg/mL", on=RECENT)
    after = cards(client, VIEW, call("patient-view", *story, measured))
    asked = {s["actions"][0]["resource"]["code"]["text"] for one in after for s in one["suggestions"]}
    assert "Vitamin B12" not in asked


def test_a_draft_asks_for_the_test_that_was_not_done(client: Any) -> None:
    omeprazole = order(concept(RXNORM, "7646", "omeprazole"))
    (one,) = cards(client, SELECT, select(drafts=[omeprazole]))
    assert "magnesium" in one["summary"]
    assert (one["indicator"], len(one["suggestions"])) == ("info", 1)
    resource = one["suggestions"][0]["actions"][0]["resource"]
    assert {c["code"] for c in resource["code"]["coding"]} >= {"19123-9", "2601-3"}
    assert resource["subject"] == {"reference": "Patient/1288992"}
    done = lab("2601-3", "Magnesium [Moles/volume] in Serum or Plasma", 0.85, "mmol/L", on=RECENT)
    assert cards(client, SELECT, select(done, drafts=[omeprazole])) == []
    long_ago = lab("2601-3", "Magnesium [Moles/volume] in Serum or Plasma", 0.85, "mmol/L", on=OLD)
    assert len(cards(client, SELECT, select(long_ago, drafts=[omeprazole]))) == 1


def test_metformin_asks_for_b12_only_beside_another_reason(client: Any) -> None:
    young = select(drafts=[order(concept(ATC, "A10BA02", "metformin"))])
    young["prefetch"]["patient"]["birthDate"] = "1995-01-01"
    assert cards(client, SELECT, young) == []
    beside = select(
        medicine(concept(ATC, "A02BC01", "omeprazole")), drafts=[order(concept(ATC, "A10BA02", "metformin"))]
    )
    assert any("B12" in one["summary"] for one in cards(client, SELECT, beside))


def test_a_supplement_against_the_kidneys_and_against_a_medicine(client: Any) -> None:
    potassium = order({"text": "Potassium chloride 10 MEQ extended release oral tablet"})
    kidneys = condition(concept(SCT, "709044004", "Chronic kidney disease"))
    warned = cards(client, SELECT, select(kidneys, drafts=[potassium]))
    assert [one["indicator"] for one in warned] == ["warning"]
    assert "kidney disease" in warned[0]["summary"]
    sparing = medicine(concept(ATC, "C03DA01", "spironolactone"))
    assert any(c["indicator"] == "warning" for c in cards(client, SELECT, select(sparing, drafts=[potassium])))
    # the other way round: the medicine is new, the supplement is taken
    taken = medicine({"text": "Potassium chloride"})
    turned = cards(client, SELECT, select(taken, drafts=[order(concept(ATC, "C03DA01", "spironolactone"))]))
    assert any(c["indicator"] == "warning" for c in turned)
    assert cards(client, SELECT, select(drafts=[potassium])) == []


def test_only_what_was_selected_is_looked_at(client: Any) -> None:
    drafts = [order(concept(RXNORM, "7646", "omeprazole"))]
    assert cards(client, SELECT, select(drafts=drafts, selections=["MedicationRequest/another"])) == []


@pytest.mark.parametrize(
    ("change", "status"),
    [({"hook": "order-sign"}, 400), ({"hookInstance": ""}, 400), ({"context": None}, 400), ({"context": {}}, 400),
     ({"prefetch": {}}, 412), ({"prefetch": None}, 412), ({"prefetch": []}, 400), ({"fhirServer": None}, 400),
     ({"context": {"patientId": "somebody-else"}}, 412)],
)  # fmt: skip
def test_calls_that_break_the_protocol(client: Any, change: dict[str, Any], status: int) -> None:
    said = client.post(f"/cds-services/{VIEW}", json=call("patient-view") | change)
    assert said.status_code == status
    assert said.json()["error"]


def test_unknown_services_and_bodies_that_are_no_json(client: Any) -> None:
    kind = {"content-type": "application/json"}
    assert client.post("/cds-services/other", json={}).status_code == 404
    assert client.post(f"/cds-services/{VIEW}", content=b"{", headers=kind).status_code == 400
    assert client.post(f"/cds-services/{VIEW}", content=b"[" * 5_000_001, headers=kind).status_code == 413
    assert client.post(f"/cds-services/{SELECT}", json=call("order-select")).status_code == 400


def test_feedback_is_counted_without_what_it_was_about(client: Any) -> None:
    body = {"feedback": [
        {"card": str(uuid.uuid4()), "outcome": "accepted", "acceptedSuggestions": [{"id": str(uuid.uuid4())}],
         "outcomeTimestamp": "2026-11-27T10:05:31Z"},
        {"card": str(uuid.uuid4()), "outcome": "overridden", "outcomeTimestamp": "2026-11-27T10:06:31Z",
         "overrideReason": {"reason": {"code": "later", "system": "urn:repletion:override"},
                            "userComment": "Mrs Secret"}},
    ]}  # fmt: skip
    assert client.post(f"/cds-services/{SELECT}/feedback", json=body).status_code == 200
    told = client.get("/cds-services/feedback")
    assert told.json()["counts"][SELECT] == {"accepted": 1, "because later": 1, "overridden": 1}
    assert "Secret" not in told.text
    for wrong in ({}, {"feedback": []}, {"feedback": [{}]}, {"feedback": [{"card": "x", "outcome": "liked"}]}):
        assert client.post(f"/cds-services/{SELECT}/feedback", json=wrong).status_code == 400


def trusted(tmp_path: Path) -> tuple[Any, Any, Path]:
    """A key pair, its public half in a file of clients, and a server that trusts it."""
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    private = ec.generate_private_key(ec.SECP384R1())
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key())) | {"kid": "k1"}
    file = tmp_path / "clients.json"
    clients = [{"issuer": "https://ehr.example.org", "keys": [public]}]
    file.write_text(json.dumps({"audience": "https://repletion.example.org", "clients": clients}))
    app = FastAPI()
    app.include_router(create_hooks(read_trust(file)))
    return private, TestClient(app), file


def token(key: Any, algorithm: str = "ES384", **change: Any) -> dict[str, str]:
    now = int(time.time())
    claims = {"iss": "https://ehr.example.org", "aud": "https://repletion.example.org/cds-services", "iat": now,
              "exp": now + 300, "jti": str(uuid.uuid4())} | change  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not None}
    return {"authorization": f"Bearer {jwt.encode(claims, key, algorithm, headers={'kid': 'k1'})}"}


def test_a_known_client_may_call_and_nobody_else(tmp_path: Path) -> None:
    key, server, _ = trusted(tmp_path)
    good = token(key)
    assert server.get("/cds-services", headers=good).status_code == 200
    stranger = ec.generate_private_key(ec.SECP384R1())
    secret = "x" * 64
    refused = [
        {}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer nonsense"}, good, token(stranger),
        token(key, aud="https://elsewhere.example.org"), token(key, exp=int(time.time()) - 600),
        token(key, exp=int(time.time()) + 90_000), token(key, iss="https://other.example.org"), token(key, jti=None),
        token(key, exp=None), token(secret, "HS256"),
        {"authorization": "Bearer " + jwt.encode({"iss": "https://ehr.example.org"}, None, "none")},
    ]  # fmt: skip
    for headers in refused:
        said = server.get("/cds-services", headers=headers)
        assert said.status_code == 401, headers
        assert said.headers["www-authenticate"] == "Bearer"
    assert server.post(f"/cds-services/{VIEW}", json=call("patient-view")).status_code == 401
    assert server.post(f"/cds-services/{VIEW}/feedback", json={}).status_code == 401


def test_a_file_with_a_private_key_or_nonsense_stops_the_server(tmp_path: Path) -> None:
    _, _, file = trusted(tmp_path)
    data = json.loads(file.read_text())
    data["clients"][0]["keys"][0]["d"] = "secret"
    file.write_text(json.dumps(data))
    for path in (file, tmp_path / "missing.json"):
        with pytest.raises(Untrusted):
            read_trust(path)


def test_without_a_file_only_this_machine_may_call() -> None:
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    app = FastAPI()
    app.include_router(create_hooks())
    assert TestClient(app, client=("127.0.0.1", 1)).get("/cds-services").status_code == 200
    assert TestClient(app, client=("10.0.0.8", 1)).get("/cds-services").status_code == 401


def test_what_the_services_know_names_what_exists() -> None:
    knowledge = load()
    classes = {drug.drug_class for drug in knowledge.drugs.values()}
    for row in monitoring():
        assert row.drug_class in classes
        assert row.test in knowledge.tests
        assert row.source in knowledge.sources
        assert set(filter(None, row.beside.split("|"))) <= set(knowledge.factors)
    for name, row in supplements().items():
        assert name in classes
        assert row.test in knowledge.tests
    assert all(service.description and len(service.id) < 64 for service in SERVICES.values())

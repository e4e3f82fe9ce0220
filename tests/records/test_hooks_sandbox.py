"""CDS Hooks: the exchange that the public sandbox makes, and what follows when its prefetch fails."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import jwt
import pytest
from calling import OLD, RECENT, SELECT, VIEW, assert_is_a_card, cards, order, searched, select
from cryptography.hazmat.primitives.asymmetric import ec
from synthetic_records import PATIENT, RXNORM, concept, lab

from repletion.hooks import SERVICES, create_hooks
from repletion.hooks.trust import read_trust

SANDBOX = "https://sandbox.cds-hooks.org"


class Sandbox:
    """The public sandbox as its source tells it: a page in a browser, a token for each address, what could be had."""

    def __init__(self, folder: Path) -> None:
        from fastapi import FastAPI
        from starlette.testclient import TestClient

        self.key = ec.generate_private_key(ec.SECP256R1())
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key())) | {"kid": "s1", "alg": "ES256"}
        file = folder / "clients.json"
        told = {
            "audience": "http://testserver",
            "origins": [SANDBOX],
            "clients": [{"issuer": SANDBOX, "keys": [public]}],
        }
        file.write_text(json.dumps(told))
        app = FastAPI()
        app.include_router(create_hooks(read_trust(file)))
        self.server = TestClient(app)

    def headers(self, path: str) -> dict[str, str]:
        now = int(time.time())
        claims = {"iss": SANDBOX, "sub": "client", "aud": f"http://testserver{path}", "exp": now + 300, "iat": now,
                  "jti": str(uuid.uuid4())}  # fmt: skip
        top = {"kid": "s1", "jku": f"{SANDBOX}/.well-known/jwks.json"}
        return {"Accept": "application/json", "Origin": SANDBOX,
                "Authorization": f"Bearer {jwt.encode(claims, self.key, 'ES256', headers=top)}"}  # fmt: skip

    def exchange(self, service: str, answers: dict[str, Any], **context: Any) -> Any:
        """One exchange: the browser asks first, then the call with what of the prefetch could be had."""
        path = f"/cds-services/{service}"
        asked = {"Origin": SANDBOX, "Access-Control-Request-Method": "POST"}
        first = self.server.options(path, headers=asked)
        assert first.headers["access-control-allow-origin"] == SANDBOX
        assert "authorization" in first.headers["access-control-allow-headers"]
        body = {
            "hookInstance": str(uuid.uuid4()), "hook": SERVICES[service].hook,
            "fhirServer": "https://launch.smarthealthit.org/v/r4/fhir",
            "context": {"patientId": "1288992", "userId": "Practitioner/COREPRACTITIONER1"} | context,
        } | ({"prefetch": answers} if answers else {})  # fmt: skip
        said = self.server.post(path, json=body, headers=self.headers(path))
        assert said.headers["access-control-allow-origin"] == SANDBOX
        return said


def test_an_exchange_with_the_public_sandbox(tmp_path: Path) -> None:
    box = Sandbox(tmp_path)
    told = box.server.get("/cds-services", headers=box.headers("/cds-services"))
    assert told.headers["access-control-allow-origin"] == SANDBOX
    templates = {service["id"]: service["prefetch"] for service in told.json()["services"]}
    assert set(templates) == {VIEW, SELECT}
    person = PATIENT | {"id": "1288992"}
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}
    seen = box.exchange(VIEW, {"patient": person, "laboratory": searched(), "conditions": failed})
    assert seen.json() == {"cards": []}
    draft = order(concept(RXNORM, "7646", "omeprazole"))
    chosen = {"selections": ["MedicationRequest/d1"],
              "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": draft}]}}  # fmt: skip
    said = box.exchange(SELECT, {"patient": person, "laboratory": searched()}, **chosen)
    (one,) = said.json()["cards"]
    assert_is_a_card(one)
    path = f"/cds-services/{SELECT}/feedback"
    outcome = {"card": one["uuid"], "outcome": "accepted", "outcomeTimestamp": "2026-11-27T10:00:00.000Z",
               "acceptedSuggestions": [{"id": one["suggestions"][0]["uuid"]}]}  # fmt: skip
    heard = box.server.post(path, json={"feedback": [outcome]}, headers=box.headers(path))
    assert (heard.status_code, heard.json()) == (200, {"counted": 1})
    stranger = box.server.options(f"/cds-services/{VIEW}", headers={"Origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in stranger.headers


@pytest.mark.parametrize("laboratory", [None, {"resourceType": "OperationOutcome"}, "left out"])
def test_without_the_results_no_test_is_called_missing(tmp_path: Path, laboratory: Any) -> None:
    """Not prefetched is unknown, never "not done": 412, as the specification asks."""
    box = Sandbox(tmp_path)
    answers = {"patient": PATIENT | {"id": "1288992"}} | (
        {} if laboratory == "left out" else {"laboratory": laboratory}
    )
    draft = order(concept(RXNORM, "7646", "omeprazole"))
    chosen = {"selections": ["MedicationRequest/d1"],
              "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": draft}]}}  # fmt: skip
    for service, context in ((VIEW, {}), (SELECT, chosen)):
        said = box.exchange(service, answers, **context)
        assert said.status_code == 412
        assert "laboratory" in said.json()["error"]
    assert box.exchange(VIEW, {}).status_code == 412
    harmless = order({"text": "physiotherapy"})
    nothing = {**chosen, "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": harmless}]}}
    assert box.exchange(SELECT, answers, **nothing).json() == {"cards": []}


def test_a_first_page_of_results_speaks_only_for_its_own_days(client: Any) -> None:
    body = select(
        lab("2345-7", "Glucose", 90, "mg/dL", on=RECENT), drafts=[order(concept(RXNORM, "7646", "omeprazole"))]
    )
    assert cards(client, SELECT, body)
    body["prefetch"]["laboratory"]["link"] = [{"relation": "next", "url": "https://ehr.example.org/next"}]
    assert cards(client, SELECT, body) == []  # the magnesium may stand on the next page
    older = lab("2345-7", "Glucose", 90, "mg/dL", on=OLD)
    body["prefetch"]["laboratory"]["entry"].append({"resource": older})
    assert cards(client, SELECT, body)

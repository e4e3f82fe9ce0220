"""An invented FHIR server with its authorization server, in this process: what SMART App Launch asks of one.

It checks what a real one checks (PKCE, redirect address, client, one use of a code) and can be told to misbehave.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import jwt

BASE, AUTH = "https://fhir.example.org/r4", "https://sign-in.example.org"
CALLBACK = "http://127.0.0.1/record/callback"
SECRET = "a secret of the tests"


class Invented:
    """``resources``: the record.  ``faults``: what goes wrong, by name.  ``asked``: every request, in order."""

    def __init__(self, resources: list[dict[str, Any]], *, page_size: int = 3, second: bool = True) -> None:
        self.resources, self.page_size, self.second = resources, page_size, second
        self.faults: dict[str, Any] = {}
        self.asked: list[httpx.Request] = []
        self.written: list[dict[str, Any]] = []
        self.signed_in: list[dict[str, str]] = []
        self.public_key: Any = None
        self.scope: str | None = None
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: set[str] = set()

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def sign_in(self, address: str) -> str:
        """What a person's browser does at the authorization server: the address that it is sent back to."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{AUTH}/authorize"
        asked = dict(parse_qsl(parts.query))
        self.signed_in.append(asked)
        assert asked["response_type"] == "code"
        assert asked["aud"] == BASE
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 22
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"]} | self.faults.get("back", {})
        return f"{asked['redirect_uri']}?{urlencode({k: v for k, v in back.items() if v is not None})}"

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = f"{request.url.scheme}://{request.url.netloc.decode()}{request.url.path}"
        if path in self.faults:
            fault = self.faults[path]
            return fault(request) if callable(fault) else fault
        if path == f"{BASE}/.well-known/smart-configuration":
            return httpx.Response(200, json=self._configuration())
        if path == f"{AUTH}/token":
            return self._token(request)
        if path.startswith(f"{BASE}/"):
            return self._fhir(request, path)
        return httpx.Response(404)

    def _configuration(self) -> dict[str, Any]:
        told = {
            "issuer": AUTH,
            "authorization_endpoint": f"{AUTH}/authorize",
            "token_endpoint": f"{AUTH}/token",
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["launch-standalone", "launch-ehr", "client-public"]
            + (["permission-v2"] if self.second else ["permission-v1"]),
        }
        return told | self.faults.get("configuration", {})

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {key: values[0] for key, values in parse_qs(request.content.decode()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or form.get("redirect_uri") != asked["redirect_uri"]
            or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return httpx.Response(400, json={"error": "invalid_grant"})
        if not self._knows(request, form, asked["client_id"]):
            return httpx.Response(401, json={"error": "invalid_client"})
        token = secrets.token_urlsafe(16)
        self._tokens.add(token)
        told = {"access_token": token, "token_type": "Bearer", "expires_in": 300, "patient": "p1",
                "scope": self.scope or asked["scope"]}  # fmt: skip
        return httpx.Response(200, json=told | self.faults.get("token", {}))

    def _knows(self, request: httpx.Request, form: dict[str, str], client: str) -> bool:
        if self.public_key is not None:
            claims = jwt.decode(form["client_assertion"], self.public_key, ["ES384"], audience=f"{AUTH}/token")
            return claims["iss"] == claims["sub"] == client
        if client == "confidential":
            wanted = base64.b64encode(f"confidential:{SECRET}".encode()).decode()
            return request.headers.get("authorization") == f"Basic {wanted}"
        return form.get("client_id") == client

    def _fhir(self, request: httpx.Request, path: str) -> httpx.Response:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return httpx.Response(401, json={"resourceType": "OperationOutcome"})
        _, _, kind = path.removeprefix(f"{BASE}/").partition("?")[0].rpartition("/")
        if request.method == "POST":
            self.written.append(json.loads(request.content))
            return httpx.Response(201)
        if path == f"{BASE}/Patient/p1":
            person = next(one for one in self.resources if one["resourceType"] == "Patient")
            return httpx.Response(200, json=person | self.faults.get("patient", {}))
        query = dict(request.url.params)
        if kind == "NutritionIntake":
            return httpx.Response(404)
        if query.get("patient") != "p1":
            return httpx.Response(400)
        found = [one for one in self.resources if one["resourceType"] == kind and self._fits(one, query)]
        return httpx.Response(200, json=self._page(found, kind, query))

    def _fits(self, one: dict[str, Any], query: dict[str, str]) -> bool:
        if "category" not in query:
            return True
        return query["category"] in {c["code"] for item in one.get("category", ()) for c in item["coding"]}

    def _page(self, found: list[dict[str, Any]], kind: str, query: dict[str, str]) -> dict[str, Any]:
        start = int(query.get("page", 0))
        shown = found[start : start + self.page_size]
        links = []
        if start + self.page_size < len(found):
            following = urlencode(query | {"page": str(start + self.page_size)})
            links = [{"relation": "next", "url": self.faults.get("next") or f"{BASE}/{kind}?{following}"}]
        included = [one for one in self.resources if one["resourceType"] == "Medication" and "_include" in query]
        return {
            "resourceType": "Bundle", "type": "searchset", "link": links,
            "entry": [{"resource": one} for one in (*shown, *included)],
        }  # fmt: skip

"""An invented provider of sign-ins, in this process: its own keys, and every lie that a forged answer could tell."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

ISSUER = "https://provider.example"


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class InventedProvider(httpx2.BaseTransport):
    """Answers what the client asks over ``httpx2``; ``lie`` changes claims, ``forge`` the token itself."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.other = ECKey.generate_key("P-256", parameters={"kid": "one"})
        self.codes: dict[str, dict[str, str]] = {}
        self.person = {"sub": "p-1", "email": "a.berg@practice.example", "email_verified": True, "name": "A. Berg"}
        self.lie: dict[str, Any] = {}
        self.forge = ""
        self.says: dict[str, Any] = {}
        self.away = False
        self.asked: list[str] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.away:
            raise httpx2.ConnectError("away", request=request)
        path = request.url.path
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            said = {
                "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
            }  # fmt: skip
            return httpx2.Response(200, json={**said, **self.says})
        if path == "/keys":
            return httpx2.Response(200, json=KeySet([self.key]).as_dict(private=False))
        if path == "/token":
            return self._token(parse_qs(request.content.decode()), request)
        return httpx2.Response(404)

    def _token(self, form: dict[str, list[str]], request: httpx2.Request) -> httpx2.Response:
        begun = self.codes.pop(form["code"][0], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest())
        basic = base64.b64encode(b"practice:of the trial").decode()
        right = begun and challenge.rstrip(b"=").decode() == begun["code_challenge"]
        if not right or request.headers.get("authorization") != f"Basic {basic}":
            return httpx2.Response(400, json={"error": "invalid_grant"})
        return httpx2.Response(
            200, json={"access_token": "x", "token_type": "Bearer", "id_token": self._id(begun["nonce"])}
        )

    def _id(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": "practice", "iat": now, "exp": now + 300, "nonce": nonce, **self.person}
        claims = {name: value for name, value in {**claims, **self.lie}.items() if value is not None}
        if self.forge == "none":
            parts = [
                base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode()
                for p in ({"alg": "none"}, claims)
            ]
            return f"{parts[0]}.{parts[1]}."
        if self.forge == "shared secret":
            from joserfc.jwk import OctKey

            public = self.key.as_pem(private=False)
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(base64.b64encode(public)))
        if self.forge == "other key":
            return jwt.encode({"alg": "ES256", "kid": "one"}, claims, self.other)
        if self.forge == "unsigned part":
            head, _, signature = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key).split(".")
            return f"{head}.{_part({**claims, 'sub': 'admin'})}.{signature}"
        if self.forge == "words":
            return "no token at all"
        return jwt.encode({"alg": "RS256", "kid": str(self.key.kid)}, claims, self.key)

    def sign_in(self, address: str) -> dict[str, str]:
        """What the browser brings back after its person signed in at ``address``."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
        assert "openid" in asked["scope"] and len(asked["state"]) > 20 and len(asked["nonce"]) > 20
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"state": asked["state"], "code": code}

"""Signing in at a listed server: discovery, the address to go to, and the code that comes back for a token.

Authorization code with PKCE (S256) always; the client is public, or shows itself by a secret or a signed assertion.
Source: HL7 SMART App Launch 2.2.0.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from repletion.smart.model import SmartError
from repletion.smart.net import Line
from repletion.smart.settings import Server, origin_of

WELL_KNOWN = "/.well-known/smart-configuration"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 240
LONGEST_TOKEN = 20_000
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class Found:
    """What a server says of itself: where to sign in, where a code becomes a token, who issues, which scopes."""

    authorize: str
    token: str
    issuer: str
    second: bool
    """Whether it knows the scopes of the second version (``patient/*.rs``)."""


@dataclass(frozen=True)
class Pending:
    """A sign-in that has begun.  ``browser``: the secret that the same browser must bring back."""

    server: Server
    found: Found
    state: str
    verifier: str = field(repr=False)
    browser: str = field(repr=False)
    began: float = 0.0
    writes: bool = False


@dataclass(frozen=True)
class Grant:
    """A token and what it is for.  ``until``: seconds of :func:`time.monotonic` at which it ends."""

    server: Server
    token: str = field(repr=False)
    patient: str
    scope: str
    until: float

    @property
    def may_write(self) -> bool:
        """Whether a RiskAssessment may be created with it."""
        found = set(self.scope.split())
        return any(
            re.fullmatch(r"(?:patient|user)/(?:RiskAssessment|\*)\.(?:c[rude]*s?|write|\*)", one) for one in found
        )


def discover(line: Line) -> Found:
    """What the server's ``smart-configuration`` says.  Raises :class:`SmartError`."""
    server = line.server
    status, told = line.get(f"{server.base}{WELL_KNOWN}")
    if status != 200 or not isinstance(told, dict):
        raise SmartError(f"{server.name} does not say how to sign in (status {status}).", "It may not know SMART.")
    places = [told.get(key) for key in ("authorization_endpoint", "token_endpoint")]
    for place in places:
        if not isinstance(place, str) or origin_of(place) not in server.origins:
            raise SmartError(f"{server.name} wants the sign-in at an address that is not listed; nothing was sent.",
                             "Whoever runs this may list it under “also”.")  # fmt: skip
    methods = told.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise SmartError(f"{server.name} cannot protect the sign-in (PKCE with S256).", "")
    capable = told.get("capabilities")
    issuer = told.get("issuer")
    return Found(
        str(places[0]), str(places[1]), issuer if isinstance(issuer, str) else "",
        isinstance(capable, list) and "permission-v2" in capable,
    )  # fmt: skip


def scope_of(server: Server, found: Found, *, ehr: bool, writes: bool) -> str:
    """What is asked for: to read the one patient's record, and to write RiskAssessments only where that was asked."""
    read = server.scope or ("patient/*.rs" if found.second else "patient/*.read")
    wanted = ["launch" if ehr else "launch/patient", *read.split()]
    if writes:
        wanted.append("patient/RiskAssessment.c" if found.second else "patient/RiskAssessment.write")
    return " ".join(dict.fromkeys(wanted))


def begin(line: Line, callback: str, *, launch: str = "", writes: bool = False) -> tuple[Pending, str]:
    """A sign-in and the address at which the person goes on with it.

    ``launch``: what a record system handed over when it opened this app.  Raises :class:`SmartError`.
    """
    found = discover(line)
    server = line.server
    verifier = secrets.token_urlsafe(64)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    writes = writes and server.write
    pending = Pending(server, found, secrets.token_urlsafe(32), verifier, secrets.token_urlsafe(32), time.monotonic(),
                      writes)  # fmt: skip
    query = {
        "response_type": "code", "client_id": server.client_id, "redirect_uri": callback,
        "scope": scope_of(server, found, ehr=bool(launch), writes=writes), "state": pending.state, "aud": server.base,
        "code_challenge": challenge, "code_challenge_method": "S256",
    } | ({"launch": launch} if launch else {})  # fmt: skip
    joint = "&" if urlsplit(found.authorize).query else "?"
    return pending, f"{found.authorize}{joint}{urlencode(query)}"


def finish(line: Line, pending: Pending, callback: str, answer: Mapping[str, str]) -> Grant:
    """The token for what the browser brought back.  Raises :class:`SmartError`."""
    server = pending.server
    if (issuer := answer.get("iss")) is not None and issuer != (pending.found.issuer or server.base):
        raise SmartError(f"The answer does not come from {server.name}; it was not used.")
    if (problem := answer.get("error")) is not None:
        named = problem if _CODE.fullmatch(problem) else "error"
        denied = "It was refused there" if named == "access_denied" else f"{server.name} answered: {named}"
        raise SmartError(f"{denied}. No record was read.", "You can start again.")
    code = answer.get("code", "")
    if not code or len(code) > LONGEST_TOKEN:
        raise SmartError(f"{server.name} sent no code back.")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback,
            "code_verifier": pending.verifier}  # fmt: skip
    basic = None
    if server.secret:
        basic = (server.client_id, server.secret)
    elif server.key:
        form |= {"client_assertion_type": ASSERTION, "client_assertion": _assertion(server, pending.found.token)}
    else:
        form["client_id"] = server.client_id
    status, told = line.post(pending.found.token, form=form, basic=basic)
    if status != 200 or not isinstance(told, dict):
        problem = told.get("error") if isinstance(told, dict) else None
        named = problem if isinstance(problem, str) and _CODE.fullmatch(problem) else f"status {status}"
        raise SmartError(f"{server.name} gave no permission ({named}).")
    return _grant(server, told)


def _grant(server: Server, told: dict[str, Any]) -> Grant:
    token, kind, patient = told.get("access_token"), told.get("token_type"), told.get("patient")
    if (
        not isinstance(token, str)
        or not 0 < len(token) <= LONGEST_TOKEN
        or not (token.isascii() and token.isprintable())
    ):
        raise SmartError(f"{server.name} sent no token that can be used.")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise SmartError(f"{server.name} sent a token of an unknown kind.")
    if not isinstance(patient, str) or not _ID.fullmatch(patient):
        raise SmartError(f"{server.name} did not say whose record it is; nothing was read.",
                         "Choose one person when you sign in.")  # fmt: skip
    lasts = told.get("expires_in")
    seconds = float(lasts) if isinstance(lasts, int | float) and not isinstance(lasts, bool) else 300.0
    scope = told.get("scope")
    return Grant(server, token, patient, scope if isinstance(scope, str) else "",
                 time.monotonic() + max(0.0, min(seconds, 3600.0)))  # fmt: skip


def _assertion(server: Server, audience: str) -> str:
    """A signed statement of who this client is, for one use."""
    import jwt

    now = int(time.time())
    claims = {"iss": server.client_id, "sub": server.client_id, "aud": audience, "iat": now,
              "exp": now + ASSERTION_SECONDS, "jti": secrets.token_urlsafe(24)}  # fmt: skip
    try:
        return jwt.encode(
            claims, server.key, server.algorithm, headers={"kid": server.key_id} if server.key_id else None
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise SmartError(f"The key for {server.name} cannot be used ({type(error).__name__}).", "") from None


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in the same time for every pair."""
    return hmac.compare_digest(one.encode(), other.encode())

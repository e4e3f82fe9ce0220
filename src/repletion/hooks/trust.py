"""Who may call: a JSON Web Token of a client whose public keys lie in a file.  Asymmetric signatures only.

No key is ever fetched: ``jku`` is ignored.  Without a file only this machine may call.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from repletion.errors import RepletionError

ALGORITHMS = ("ES384", "RS384", "ES256", "RS256", "ES512", "RS512", "PS256", "PS384", "EdDSA")
"""Asymmetric ones; the specification recommends the first two.  ``none`` and shared secrets are not among them."""
LONGEST_LIFE = 3600
"""Seconds that a token may live at most."""
LEEWAY = 30
MOST_SEEN = 100_000
LOOPBACK = {"127.0.0.1", "::1", "testclient"}
"""This machine; the last is what the test client calls itself, which no peer on a network can."""


class Untrusted(RepletionError):
    """The caller is not known; says what is missing, never what was sent."""


@dataclass
class Trust:
    """``audience``: address of this server as clients know it.  ``clients``: issuer → public keys by id.

    ``origins``: pages of browser-based clients that may call from a browser (CORS).
    """

    audience: str
    clients: dict[str, dict[str, Any]]
    origins: frozenset[str] = frozenset()
    _seen: dict[str, float] = field(default_factory=dict)

    def check(self, header: str, path: str) -> str:
        """The issuer of the token in an Authorization header.  Raises :class:`Untrusted`."""
        import jwt

        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise Untrusted("Send Authorization: Bearer with a JSON Web Token.")
        try:
            top = jwt.get_unverified_header(token)
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.PyJWTError:
            raise Untrusted("The token is no JSON Web Token.") from None
        if top.get("alg") not in ALGORITHMS:
            raise Untrusted("The token must be signed with an asymmetric algorithm, such as ES384 or RS384.")
        keys = self.clients.get(issuer) if isinstance(issuer, str) else None
        named = top.get("kid")
        if not keys:
            raise Untrusted("The issuer of the token is not among the clients of this server.")
        only = next(iter(keys.values())) if len(keys) == 1 else None
        key = keys.get(named) if isinstance(named, str) else only
        if key is None:
            raise Untrusted("The key that the token names (kid) is not known.")
        base = self.audience.rstrip("/")
        try:
            claims = jwt.decode(
                token,
                key=key.key,
                algorithms=[a for a in ALGORITHMS if a == top["alg"]],
                audience=[base, f"{base}{path}"],
                issuer=issuer,
                leeway=LEEWAY,
                options={"require": ["iss", "aud", "exp", "iat", "jti"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Untrusted(f"The token was refused: {type(error).__name__}.") from None
        self._once(claims)
        return str(issuer)

    def _once(self, claims: dict[str, Any]) -> None:
        """A token lives for a while and counts once."""
        now = time.time()
        if not all(isinstance(claims[name], int | float) for name in ("exp", "iat")):  # the library reads "12" as 12
            raise Untrusted("The token gives its times as words.")
        if claims["exp"] - claims["iat"] > LONGEST_LIFE + LEEWAY:
            raise Untrusted(f"The token lives longer than {LONGEST_LIFE} seconds.")
        self._seen = {name: end for name, end in self._seen.items() if end > now}
        name = f"{claims['iss']} {claims['jti']}"
        if name in self._seen:
            raise Untrusted("The token was used before.")
        if len(self._seen) >= MOST_SEEN:
            raise Untrusted("Too many tokens at a time.")
        self._seen[name] = float(claims["exp"]) + LEEWAY


def read_trust(path: str | Path) -> Trust:
    """The clients in a JSON file: ``{"audience": "https://host", "clients": [{"issuer": …, "keys": [JWK, …]}]}``,
    and ``"origins"``, pages that may call from a browser.

    Raises :class:`Untrusted` when the file cannot be read or holds a key that is not a public one.
    """
    import jwt

    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        clients: dict[str, dict[str, Any]] = {}
        for client in data["clients"]:
            keys = {}
            for n, entry in enumerate(client["keys"]):
                if entry.get("kty") not in {"RSA", "EC", "OKP"} or "d" in entry:
                    raise Untrusted(f"{client['issuer']}: key {n} is not a public key.")
                keys[entry.get("kid", str(n))] = jwt.PyJWK(entry)
            clients[str(client["issuer"])] = keys
        origins = data.get("origins", [])
        if not isinstance(origins, list) or not all(isinstance(o, str) and "*" not in o for o in origins):
            raise Untrusted("“origins” must be a list of addresses such as https://ehr.example.org.")
        return Trust(str(data["audience"]), clients, frozenset(origin.rstrip("/") for origin in origins))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise Untrusted(f"The file of trusted clients cannot be used: {type(error).__name__}: {error}.") from None


def allow(trust: Trust | None, header: str, path: str, host: str, local: Sequence[str] = tuple(LOOPBACK)) -> None:
    """Let a call pass or raise :class:`Untrusted`: by its token, or, without a file of clients, from this machine."""
    if trust is not None:
        trust.check(header, path)
    elif host not in local:
        raise Untrusted("Without a file of trusted clients only this machine may call.")

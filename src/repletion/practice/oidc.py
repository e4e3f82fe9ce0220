"""Signing in at the provider of an organisation (OpenID Connect): code flow with PKCE, state and nonce.

The only part of Repletion that calls another host, and only when ``oidc_issuer`` is set.  Nothing about a case is sent.
"""

from __future__ import annotations

import hmac
import secrets
import time
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select

from repletion.keeping import KeepError
from repletion.practice.database import House
from repletion.practice.sessions import digest
from repletion.practice.settings import Settings, SettingsError
from repletion.practice.tables import waiting

WAITS_SECONDS = 600.0
_FRESH_SECONDS = 3600.0
_LEEWAY_SECONDS = 60
_TIMEOUT_SECONDS = 10.0
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that are believed: asymmetric ones.  ``none`` and shared secrets are not."""


class ProviderError(KeepError):
    """The provider did not vouch for anybody; the message says why, and holds nothing that was sent."""


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the provider vouches for; ``email`` only where it says that it was verified."""

    issuer: str
    subject: str
    email: str | None
    shown: str
    onwards: str


class Provider:
    """``transport``: of httpx2, for trials without a network."""

    def __init__(self, settings: Settings, house: House, transport: Any = None) -> None:
        self.settings = settings
        self.house = house
        self.issuer = settings.oidc_issuer.rstrip("/")
        self.returns_to = f"{settings.origin}/login/return"
        self._transport = transport
        self._secret = _secret(settings)
        self._known: tuple[float, dict[str, Any], dict[str, Any]] | None = None

    def _client(self, **more: Any) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        options: dict[str, Any] = {"timeout": _TIMEOUT_SECONDS, "follow_redirects": False, "trust_env": False}
        if self._transport is not None:
            options["transport"] = self._transport
        return OAuth2Client(
            self.settings.oidc_client, self._secret or None, scope=self.settings.oidc_scopes,
            redirect_uri=self.returns_to, code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none", **options, **more,
        )  # fmt: skip

    def _fetched(self, client: Any, address: str) -> dict[str, Any]:
        """A JSON object of the provider."""
        if not self._trusted(address):
            raise ProviderError("The provider names an address that is not https.")
        found = client.request("GET", address, withhold_token=True)
        data = found.json() if found.status_code == 200 and len(found.content) < 1_000_000 else None
        if not isinstance(data, dict):
            raise ProviderError("The provider does not say who it is. Try again later.")
        return data

    def _trusted(self, address: str) -> bool:
        alone = self.issuer.startswith(("http://127.0.0.1", "http://localhost"))
        return address.startswith("https://") or (alone and address.startswith("http://"))

    def _about(self, client: Any, *, anew: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the provider says of itself, and its keys; asked at most once an hour unless a key is missing."""
        now = time.monotonic()
        if self._known is None or anew or now - self._known[0] > _FRESH_SECONDS:
            said = self._fetched(client, f"{self.issuer}/.well-known/openid-configuration")
            if str(said.get("issuer", "")).rstrip("/") != self.issuer:
                raise ProviderError("The provider calls itself by another name than the setting oidc_issuer.")
            self._known = now, said, self._fetched(client, str(said.get("jwks_uri", "")))
        return self._known[1], self._known[2]

    def begin(self, onwards: str) -> tuple[str, str]:
        """The provider's address to send the browser to, and a word for the browser to bring back."""
        word, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
        with _said_plainly(), self._client() as client:
            said, _ = self._about(client)
            address, state = client.create_authorization_url(
                str(said["authorization_endpoint"]), nonce=nonce, code_verifier=verifier
            )
        if not self._trusted(address):
            raise ProviderError("The provider names an address that is not https.")
        now = time.time()
        record = {"word": digest(word), "verifier": verifier, "nonce": nonce, "onwards": onwards}
        with self.house.turn() as db:
            db.execute(delete(waiting).where(waiting.c.until < now))
            sealed = self.house.vault.seal.close(record, f"waiting|{digest(state)}")
            db.execute(insert(waiting).values(id=digest(state), until=now + WAITS_SECONDS, record=sealed))
        return address, word

    def finish(self, state: str, code: str, word: str, issuer: str = "") -> Vouched:
        """Whom the provider vouches for.  Raises :class:`ProviderError`.

        A state is good once, for ten minutes, in the browser that it was made for.
        """
        with self.house.turn() as db:
            asked = select(waiting).where(waiting.c.id == digest(state)).with_for_update()
            row = db.execute(asked).first()
            db.execute(delete(waiting).where(waiting.c.id == digest(state)))
        if row is None or row.until < time.time():
            raise ProviderError("This sign-in was used already or waited too long. Begin anew.")
        begun = self.house.vault.seal.open(row.record, f"waiting|{row.id}")
        if not hmac.compare_digest(begun["word"], digest(word)):
            raise ProviderError("This sign-in was begun in another browser. Begin anew.")
        if issuer and issuer.rstrip("/") != self.issuer:
            raise ProviderError("Another provider answered. Begin anew.")
        with _said_plainly(), self._client() as client:
            said, _ = self._about(client)
            if not self._trusted(str(said["token_endpoint"])):
                raise ProviderError("The provider names an address that is not https.")
            token = client.fetch_token(str(said["token_endpoint"]), code=code, code_verifier=begun["verifier"])
            claims = self._claims(client, str(token.get("id_token", "")), begun["nonce"])
        verified = claims.get("email_verified") is True and isinstance(claims.get("email"), str)
        return Vouched(
            issuer=self.issuer, subject=str(claims["sub"])[:500], onwards=begun["onwards"],
            email=claims["email"] if verified else None, shown=str(claims.get("name", ""))[:200],
        )  # fmt: skip

    def _claims(self, client: Any, id_token: str, nonce: str) -> dict[str, Any]:
        """What the id token says, after its signature and every claim were checked."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        said, keys = self._about(client)
        try:
            try:
                token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
            except (JoseError, ValueError):  # perhaps a new key
                _, keys = self._about(client, anew=True)
                token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_SECONDS, iss={"essential": True, "value": str(said["issuer"])},
                aud={"essential": True, "value": self.settings.oidc_client}, sub={"essential": True},
                nonce={"essential": True, "value": nonce}, exp={"essential": True}, iat={"essential": True},
            ).validate(token.claims)  # fmt: skip
        except (JoseError, ValueError, TypeError, AttributeError):
            raise ProviderError("What the provider sent does not prove who you are.") from None
        claims = dict(token.claims)
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self.settings.oidc_client:
            raise ProviderError("What the provider sent was made for another program.")
        return claims


class _said_plainly:
    """Faults of the way to the provider, without what was sent."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError, InvalidURL

        if isinstance(error, HTTPError | InvalidURL):
            raise ProviderError("The provider cannot be reached. Try again later.") from None
        if isinstance(error, AuthlibBaseError | KeyError | ValueError) and not isinstance(error, KeepError):
            raise ProviderError("The provider refused. Begin anew.") from None


def _secret(settings: Settings) -> str:
    if settings.oidc_secret or not settings.oidc_secret_file:
        return settings.oidc_secret
    try:
        return Path(settings.oidc_secret_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(
            f"oidc_secret_file {settings.oidc_secret_file} cannot be read ({error.strerror})."
        ) from None

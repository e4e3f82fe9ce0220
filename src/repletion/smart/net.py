"""Requests to a listed server and to nobody else: no redirect, no other host, bounded in size and time.

Nothing of a request or an answer is logged.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from repletion.smart.model import Expired, SmartError
from repletion.smart.settings import Server, origin_of

if TYPE_CHECKING:
    import httpx

    Transport = httpx.BaseTransport
else:
    Transport = Any

MOST_BYTES = 20_000_000
"""Bytes of one answer, unpacked."""
MOST_BYTES_OF_ALL = 60_000_000
SECONDS = 15.0
"""For one answer."""
SECONDS_OF_ALL = 90.0
FHIR = "application/fhir+json"


def ready() -> None:
    """Raise :class:`ModuleNotFoundError` now, and not when somebody comes back from a sign-in."""
    import httpx  # noqa: F401


class Line:
    """The connection to one server for one fetching.  ``transport`` stands in for the network in tests."""

    def __init__(self, server: Server, transport: Transport | None = None) -> None:
        import httpx

        self.server = server
        self._until = time.monotonic() + SECONDS_OF_ALL
        self._bytes = 0
        self._client = httpx.Client(
            transport=transport, timeout=SECONDS, follow_redirects=False, trust_env=False,
            headers={"User-Agent": "Repletion", "Accept-Encoding": "gzip"},
        )  # fmt: skip

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def get(self, address: str, *, token: str = "", kind: str = "application/json") -> tuple[int, Any]:
        """Status and parsed JSON (``None`` when it is none).  Raises :class:`SmartError`."""
        headers = {"Accept": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
        return self._asked("GET", address, headers=headers)

    def post(
        self,
        address: str,
        *,
        form: Mapping[str, str] | None = None,
        body: object = None,
        token: str = "",
        basic: tuple[str, str] | None = None,
    ) -> tuple[int, Any]:
        """The same for what is sent: a form, or a resource."""
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        more: dict[str, Any] = {"auth": basic} if basic else {}
        if form is not None:
            more["data"] = dict(form)
        else:
            headers |= {"Content-Type": FHIR, "Accept": FHIR, "Prefer": "return=minimal"}
            more["content"] = json.dumps(body, ensure_ascii=False).encode()
        return self._asked("POST", address, headers=headers, **more)

    def _asked(self, how: str, address: str, **more: Any) -> tuple[int, Any]:
        import httpx

        name = self.server.name
        if origin_of(address) not in self.server.origins:
            raise SmartError(f"{name} points to an address that is not listed; it was not called.",
                             "Whoever runs this may list it under “also”.")  # fmt: skip
        try:
            with self._client.stream(how, address, **more) as answer:
                if answer.is_redirect:
                    raise SmartError(f"{name} sent the request elsewhere; it was not followed.")
                if answer.status_code == 401 and how == "GET":
                    raise Expired(f"{name} no longer grants this.", "Start again and sign in once more.")
                parts, size = [], 0
                for part in answer.iter_bytes(65_536):
                    size += len(part)
                    self._bytes += len(part)
                    if size > MOST_BYTES or self._bytes > MOST_BYTES_OF_ALL:
                        raise SmartError(f"{name} sends more than is read ({MOST_BYTES // 10**6} MB an answer).", "")
                    if time.monotonic() > self._until:
                        raise SmartError(f"{name} took longer than {SECONDS_OF_ALL:.0f} seconds.")
                    parts.append(part)
                status = answer.status_code
        except httpx.TimeoutException:
            raise SmartError(f"{name} did not answer in time.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SmartError(f"{name} could not be reached ({type(error).__name__}).") from None
        if time.monotonic() > self._until:
            raise SmartError(f"{name} took longer than {SECONDS_OF_ALL:.0f} seconds.")
        try:
            return status, json.loads(b"".join(parts)) if parts else None
        except (ValueError, RecursionError):
            return status, None

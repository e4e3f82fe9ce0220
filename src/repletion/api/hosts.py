"""Which names the server answers to, so that a page elsewhere cannot reach it under a name of its own.

A page of another site may have its name resolve to this machine (DNS rebinding); its requests then pass for requests of
the same site.  They still carry that name in ``Host``, and only the names known here are answered.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from repletion.api.problems import Refused
from repletion.report.wording import say

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""What this machine calls itself."""

EVERYWHERE = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104 - names to leave out, not to listen on
"""Addresses to listen on that are no name to be called by."""


def name_of(host: str) -> str:
    """The name in a ``Host`` header: without the port, without brackets, in small letters."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


class KnownHosts:
    """Answers requests to this machine's own names and to ``names``; others get 421 and nothing is worked out.

    ``places``: beginnings of the addresses for programs; they get a problem (by default all do), others plain words.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = (), places: tuple[str, ...] | None = None) -> None:
        self.app = app
        self.names = frozenset({*LOOPBACK, *(name_of(name) for name in names)}) - EVERYWHERE
        self.places = None if places is None else tuple(f"{place}/" for place in places)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and not self._known(scope):
            await self._refused(scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        found = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        return len(found) == 1 and name_of(found[0]) in self.names

    def _refused(self, scope: Scope) -> Response:
        if self.places is None or f"{scope['path']}/".startswith(self.places):
            return Refused(
                "misdirected", "headers.host", say("api.misdirected"), say("api.misdirected_remedy")
            ).response()
        text = f"{say('api.misdirected')}\n{say('api.misdirected_remedy')}\n"
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(text, status_code=421, media_type="text/plain", headers=headers)

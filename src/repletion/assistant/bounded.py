"""Requests over HTTP that are too large, or do not arrive, are refused before the server of the tools holds them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repletion.fhir import arriving
from repletion.report.wording import say

LARGEST = 256 * 1024
"""Bytes of a request that are read at most."""
_INVALID_REQUEST = -32600
"""Of JSON-RPC."""


class Bounded:
    """Around the server: it is handed a body only when that is there whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        try:
            body = await arriving.body_of(Request(scope, receive), LARGEST)
        except arriving.TooLarge:
            why = f"{say('api.too_large', limit=f'{LARGEST:,}')} {say('api.too_large_remedy')}"
            await _refused(413, why)(scope, receive, send)
            return
        except arriving.TooSlow:
            why = f"{say('api.slow_body', seconds=f'{arriving.GRACE:.0f}')} {say('api.slow_body_remedy')}"
            await _refused(408, why)(scope, receive, send)
            return
        handed = False

        async def whole() -> Message:
            nonlocal handed
            if handed:
                return await receive()  # that the caller has gone
            handed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, whole, send)


def _refused(status: int, why: str) -> JSONResponse:
    """An error of the protocol; nothing more is read of this connection."""
    error = {"code": _INVALID_REQUEST, "message": why}
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, status, headers={"Connection": "close"})

"""What stands before every page: strict headers, a limit on what is sent in, and no error that tells of a case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repletion.api.problems import told
from repletion.fhir.arriving import TooLarge, TooSlow, arriving, declared

LARGEST = 256 * 1024
"""Bytes of a form."""
LARGEST_UPLOAD = 2 * 1024 * 1024
"""Bytes of an earlier answer handed in again."""
LARGEST_BACKUP = 64 * 1024 * 1024
"""Bytes of a backup or an export of everything that is kept."""
LIMITS = {"/compare": LARGEST_UPLOAD, "/kept/restore": LARGEST_BACKUP, "/kept/add": LARGEST_BACKUP}
"""Where more than a form may be sent."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # with less, browsers leave out the origin of a form
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """The outermost layer.  ``fault(status, detail)`` draws the page of an error.

    A fault inside becomes a page that names its place in the code and nothing of what was typed; it is not passed on,
    so that no server writes it to a log.
    """

    def __init__(self, app: ASGIApp, fault: Callable[[int, str], Response]) -> None:
        self.app = app
        self.fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        limit = LIMITS.get(scope["path"], LARGEST)
        try:
            if declared(scope["headers"]) > limit:
                raise TooLarge
            await self.app(scope, arriving(receive, limit), guarded)
        except (TooLarge, TooSlow) as error:
            if not started:
                page = self.fault(413 if isinstance(error, TooLarge) else 408, "")
                page.headers["Connection"] = "close"  # nothing more is read of it
                await page(scope, receive, guarded)
        except Exception as error:
            if not started:
                await self.fault(500, place_of(error))(scope, receive, guarded)


def unkept(send: Send) -> Send:
    """What a browser must know of an answer to a program: not to guess its kind, and not to keep it."""

    async def plain(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return plain


def place_of(error: BaseException) -> str:
    """The kind of a fault and its place in our own code, which the operator is told too: nothing of what was typed."""
    return " ".join(told(error))


def http_fault(fault: Callable[[int], Response]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What draws an error of HTTP with the page ``fault(status)`` with the headers that belong to it (405: allow)."""

    async def drawn(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = fault(error.status_code)
        response.headers.update(error.headers or {})
        return response

    return drawn

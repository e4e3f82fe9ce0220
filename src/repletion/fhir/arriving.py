"""How a body arrives over HTTP: no larger and no slower than it may.  Every face reads its bodies through this."""

from __future__ import annotations

import anyio
from starlette.requests import Request
from starlette.types import Message, Receive

GRACE = 30.0
"""Seconds that any body may take ..."""
LEAST_RATE = 100_000
"""... and bytes that must have come for each second beyond: who drips a large body holds nothing for long."""


class TooLarge(Exception):
    """More was sent than is read."""


class TooSlow(Exception):
    """It did not arrive in its time."""


def arriving(receive: Receive, limit: int) -> Receive:
    """``receive`` that raises :class:`TooLarge` beyond ``limit`` bytes and :class:`TooSlow` when they do not come.

    What comes after the body (that the caller has gone) may take as long as it likes.
    """
    read = 0
    whole = False
    began: float | None = None

    async def received() -> Message:
        nonlocal read, whole, began
        if whole:
            return await receive()
        now = anyio.current_time()
        began = now if began is None else began
        try:
            with anyio.fail_after(max(0.0, began + GRACE + read / LEAST_RATE - now)):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        read += len(message.get("body", b""))
        if read > limit:
            raise TooLarge
        whole = not message.get("more_body", False)
        return message

    return received


def declared(headers: list[tuple[bytes, bytes]]) -> int:
    """Bytes that a request says it sends; 0 where it does not say."""
    value = dict(headers).get(b"content-length", b"0")
    return int(value) if value.isdigit() and len(value) < 20 else 0


async def body_of(request: Request, limit: int) -> bytes:
    """The body.  Raises :class:`TooLarge` (before reading, where it says its size) or :class:`TooSlow`."""
    if declared(request.scope["headers"]) > limit:
        raise TooLarge
    data = bytearray()
    async for chunk in Request(request.scope, arriving(request.receive, limit)).stream():
        data += chunk
    return bytes(data)

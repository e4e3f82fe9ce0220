"""Answers over HTTP take turns: what they share between calls is made for one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread


class Runner(Protocol):
    """Does work in its turn, away from the event loop."""

    def __call__(self, work: Callable[..., Any], *args: object) -> Awaitable[Any]:
        """The result of ``work(*args)``."""
        ...


_limiters: WeakKeyDictionary[Any, anyio.CapacityLimiter] = WeakKeyDictionary()


async def in_turn(work: Callable[..., Any], *args: object) -> Any:
    """The result of ``work(*args)``, one at a time in each event loop, in a thread."""
    loop = asyncio.get_running_loop()
    limiter = _limiters.setdefault(loop, anyio.CapacityLimiter(1))
    return await anyio.to_thread.run_sync(lambda: work(*args), limiter=limiter)

"""Whose turn it is: answers one at a time in a thread, or in as many processes as they were given; plans in one.

In one process answers take turns because the pieces they share (the food table, what is kept between calls) are made
for that, and because two at once would only be slower.  Processes stand behind one queue, so that whichever is free
takes the next, over whatever connection it came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from repletion.api.hands import Ended, Hands
from repletion.api.problems import Refused
from repletion.report.wording import say

T = TypeVar("T")


class Turns:
    """A bounded queue in front of ``places`` workers.

    ``waiting``: requests that may be in it at most, those at work included.  ``wait``: seconds that one may wait for
    its turn; ``limit``: seconds that its work may take, where it is done in processes, that can be ended; ``None``:
    in a thread of this process.  Beyond them, and when its process died, :class:`Refused` (503, with ``Retry-After``)
    is raised.  A request that is cancelled leaves the queue, or ends its process.
    """

    def __init__(self, *, places: int, waiting: int, wait: float, limit: float | None = None) -> None:
        self.places, self.waiting, self.wait, self.limit = places, waiting, wait, limit
        self.inside = 0
        self.hands = Hands()
        self._limiter: anyio.CapacityLimiter | None = None
        self._loop: object = None

    def in_processes(self, places: int, limit: float) -> None:
        """From now on do it in so many processes, each with ``limit`` seconds; back when they are ready."""
        self.places, self.limit, self._limiter = places, limit, None
        self.hands.ready(places)

    def _turn(self) -> anyio.CapacityLimiter:
        """The limiter of the running event loop (each test, and each server, has its own)."""
        import asyncio

        loop = asyncio.get_running_loop()
        if self._limiter is None or self._loop is not loop:
            self._limiter, self._loop, self.inside = anyio.CapacityLimiter(self.places), loop, 0
        return self._limiter

    async def __call__(self, work: Callable[..., T], *args: object) -> T:
        """The result of ``work(*args)`` when its turn has come."""
        limiter = self._turn()
        if self.inside >= self.waiting:
            raise _busy(say("api.busy"), self.wait)
        self.inside += 1
        try:
            try:
                with anyio.fail_after(self.wait):
                    await limiter.acquire()
            except TimeoutError:
                raise _busy(say("api.busy"), self.wait) from None
            try:
                return await self._do(work, *args)
            finally:
                limiter.release()
        finally:
            self.inside -= 1

    async def _do(self, work: Callable[..., T], *args: object) -> T:
        if self.limit is None:
            return await anyio.to_thread.run_sync(work, *args)
        try:
            return await self.hands(self.limit, work, *args)
        except TimeoutError:
            detail = say("api.timeout", seconds=f"{self.limit:.0f}")
            raise Refused("timeout", "server", detail, say("api.timeout_remedy"), {"Retry-After": "1"}) from None
        except Ended:
            raise Refused("ended", "server", say("api.ended"), say("api.ended_remedy"), {"Retry-After": "1"}) from None


def _busy(detail: str, wait: float) -> Refused:
    seconds = str(max(1, round(wait / 4)))
    return Refused("busy", "server", detail, say("api.busy_remedy", seconds=seconds), {"Retry-After": seconds})

"""Clients that keep their connection, each with one request at a time, and what they saw."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Callable, Iterator

Request = tuple[str, str, bytes]
"""Method, path and body."""


class Connection:
    """One keep-alive connection to the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes, float]:
        """Status, body and seconds of one request."""
        began = time.perf_counter()
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self.writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(answer.split("content-length: ")[1].split("\r\n")[0])
        data = await self.reader.readexactly(length)
        return int(answer.split(" ")[1]), data, time.perf_counter() - began

    def close(self) -> None:
        """End the connection."""
        if self.writer is not None:
            self.writer.close()


async def load(
    port: int,
    asked: Callable[[int], Iterator[Request]],
    clients: int,
    *,
    seconds: float = math.inf,
    requests: float = math.inf,
    stop: Callable[[], bool] = lambda: False,
) -> dict[str, object]:
    """What ``clients`` saw until so many ``seconds`` or ``requests`` are over, or ``stop()`` says so."""
    taken: list[float] = []
    wrong = begun = 0
    end = time.perf_counter() + seconds

    async def client(number: int) -> None:
        nonlocal wrong, begun
        connection = Connection(port)
        for request in asked(number):
            if time.perf_counter() >= end or begun >= requests or stop():
                break
            begun += 1
            status, _, spent = await connection.ask(*request)
            taken.append(spent * 1000)
            wrong += status != 200
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    return seen(taken, time.perf_counter() - began, wrong)


def seen(taken: list[float], seconds: float, wrong: int) -> dict[str, object]:
    """Rate and times (ms) of requests that took ``taken`` ms each, within ``seconds``."""
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else [math.nan] * 99
    return {
        "a second": len(taken) / seconds,
        "p50 ms": cuts[49],
        "p95 ms": cuts[94],
        "p99 ms": cuts[98],
        "requests": len(taken),
        "errors": wrong,
    }

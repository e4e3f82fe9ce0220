"""The HTTP API through a real server (uvicorn, two workers), beside a bare route of the same stack in the same run.

Keep-alive clients with the thirty cases of ``api_cases.yaml``, age and weeks shaken.  ``--soak`` makes the soak 20,000
requests long: what stands for an hour here, since what a process keeps depends on how many people it has seen, and
all ages, sexes and cases have come round many times by then.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.api_cases import people

SECONDS = float(os.environ.get("REPLETION_BENCH_SECONDS", "20"))
SOAK = 20_000 if "--soak" in sys.argv else int(os.environ.get("REPLETION_SOAK", "1000"))
"""Requests."""
CLIENTS = 8
SESSIONS = int(os.environ.get("REPLETION_BENCH_SESSIONS", "1000"))
STEPS = 3
"""Questions that one session answers."""
WORKERS = 2


def app(hosts: Iterable[str] | None = None) -> object:
    """The API with a bare route beside it, as the server runs it."""
    from starlette.responses import Response
    from starlette.routing import Route

    from repletion.api import create_api

    async def hello(_request: object) -> Response:
        return Response(b'{"hello": "world"}', media_type="application/json")

    api = create_api(hosts)
    api.router.routes.insert(0, Route("/hello", hello, methods=["GET", "POST"]))
    return api


def serve() -> None:
    """The server as ``python -m repletion.api`` runs it, with the bare route."""
    import repletion.api.__main__ as running
    from benchmarks.bench_api import app as importable

    running.main(importable)


class Connection:
    """One keep-alive connection to the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes) -> tuple[int, bytes, float]:
        """Status, body and seconds of one request."""
        began = time.perf_counter()
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self.writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(answer.split("content-length: ")[1].split("\r\n")[0])
        data = await self.reader.readexactly(length)
        return int(answer.split(" ")[1]), data, time.perf_counter() - began

    def close(self) -> None:
        """End the connection."""
        if self.writer is not None:
            self.writer.close()


@asynccontextmanager
async def server() -> AsyncIterator[tuple[int, int]]:
    """A running server: its port, and the number of its first process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "from benchmarks.bench_api import serve; serve()",
        "127.0.0.1",
        str(port),
        str(WORKERS),
    ]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    try:
        for _ in range(600):
            await asyncio.sleep(0.2)
            if len(_children(process.pid)) >= WORKERS:
                try:
                    for _ in range(4 * WORKERS):  # new connections, so that every worker is asked
                        connection = Connection(port)
                        await connection.post("/v1/assessments", b'{"text": "tired"}')
                        connection.close()
                    break
                except OSError:
                    continue
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def memory(pid: int) -> float:
    """Megabytes that the largest worker holds."""
    sizes = [
        int(line.split()[1]) / 1024
        for child in _children(pid)
        for line in Path(f"/proc/{child}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]
    return max(sizes)


def processor(pid: int) -> float:
    """Seconds of processor time that the workers have taken so far."""
    ticks = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in _children(pid)]
    return sum(int(line[11]) + int(line[12]) for line in ticks) / os.sysconf("SC_CLK_TCK")


async def load(
    port: int,
    path: str,
    bodies: Callable[[int], Iterator[bytes]],
    clients: int,
    *,
    seconds: float = math.inf,
    requests: float = math.inf,
) -> dict[str, object]:
    """Requests a second with quantiles of latency in ms, and answers that were no answer, until so many ``seconds`` or
    ``requests`` are over."""
    taken: list[float] = []
    wrong = begun = 0
    end = time.perf_counter() + seconds

    async def client(number: int) -> None:
        nonlocal wrong, begun
        connection = Connection(port)
        for body in bodies(number):
            if time.perf_counter() >= end or begun >= requests:
                break
            begun += 1
            status, _, spent = await connection.post(path, body)
            taken.append(spent * 1000)
            wrong += status != 200
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    return row(taken, time.perf_counter() - began, wrong)


def row(taken: list[float], seconds: float, wrong: int) -> dict[str, object]:
    """Rate and times (ms) of requests that took ``taken`` ms each, within ``seconds``."""
    cuts = statistics.quantiles(taken, n=100)
    return {
        "a second": len(taken) / seconds,
        "p50 ms": cuts[49],
        "p99 ms": cuts[98],
        "requests": len(taken),
        "errors": wrong,
    }


async def sessions(port: int, number: int) -> dict[str, object]:
    """So many interviews at the same time, each on its own connection."""
    taken: list[float] = []
    wrong = 0

    async def session(seed: int) -> None:
        nonlocal wrong
        connection, answers = Connection(port), []
        case = next(people(10_000 + seed))
        for _ in range(STEPS):
            body = json.dumps({"case": case, "answers": answers}).encode()
            try:
                status, data, spent = await connection.post("/v1/questions", body)
            except (OSError, asyncio.IncompleteReadError):
                wrong += 1
                return
            taken.append(spent * 1000)
            wrong += status != 200
            if status != 200 or (asked := json.loads(data)["question"]) is None:
                break
            answers.append({"id": asked["id"], "answer": seed % 2 == 0 and asked["kind"] == "factor"})
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(session(seed) for seed in range(number)))
    return row(taken, time.perf_counter() - began, wrong)


def alone(seed: int, count: int) -> None:
    """Print the processor time in ms of each of ``count`` answers without HTTP, in this process."""
    from repletion.api.reference import warm
    from repletion.api.work import assessment
    from repletion.inference.fast import use_compiled

    use_compiled()
    warm()
    bodies = [json.dumps(case).encode() for case in itertools.islice(people(seed), count + 4)]
    for number, body in enumerate(bodies):
        if number == 4:  # as the server was warmed
            began = time.process_time()
        assessment(body, "json", "patient", None, "NASEM")
    print(1000 * (time.process_time() - began) / count)


async def without_http(count: int) -> float:
    """The mean of as many processes at once as the server has, each with cases of one of its clients."""
    working = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", f"from benchmarks.bench_api import alone; alone({number}, {count})",
            cwd=Path(__file__).parents[1], stdout=subprocess.PIPE,
        )
        for number in range(WORKERS)
    ]  # fmt: skip
    return statistics.mean([float((await process.communicate())[0]) for process in working])


async def measured() -> list[dict[str, object]]:
    """Every row, from one server."""

    def hello(_: int) -> Iterator[bytes]:
        return itertools.repeat(b"{}")

    def assessed(number: int) -> Iterator[bytes]:
        return (json.dumps(case).encode() for case in people(number))

    rows: list[dict[str, object]] = []
    async with server() as (port, pid):
        bare = await load(port, "/hello", hello, CLIENTS, seconds=min(5.0, SECONDS))
        rows.append({"what": "bare route (hello)", **bare})
        began = processor(pid)
        answers = await load(port, "/v1/assessments", assessed, CLIENTS, seconds=SECONDS)
        each = 1000 * (processor(pid) - began) / int(str(answers["requests"]))
        rows.append({"what": f"assessments, {CLIENTS} clients", **answers, "server's processor ms each": each})
        plain = await without_http(max(30, int(str(answers["requests"])) // WORKERS))
        rows.append({"what": f"the same without HTTP, {WORKERS} processes", "server's processor ms each": plain})
        asked = await sessions(port, SESSIONS)
        rows.append({"what": f"{SESSIONS} interviews at once", **asked})
        for row in rows:
            if "a second" in row:
                row["of the bare route"] = float(row["a second"]) / float(bare["a second"])  # type: ignore[arg-type]
        held = [memory(pid)]
        for quarter in range(4):
            part = await load(
                port,
                "/v1/assessments",
                lambda n, q=quarter: assessed(1000 + 50 * q + n),  # type: ignore[misc]
                CLIENTS,
                requests=SOAK / 4,
            )
            held.append(memory(pid))
            rows.append({"what": f"soak, quarter {quarter + 1}: {held[-1]:.0f} MB (began with {held[0]:.0f})", **part})
    return rows


def run() -> list[dict[str, object]]:
    """Rows: requests a second, latency, errors, and the share of what the bare route reaches."""
    return asyncio.run(measured())

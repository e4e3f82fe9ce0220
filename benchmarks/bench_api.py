"""The HTTP API through a real server (two workers), route by route, beside a bare route of the same stack.

Keep-alive clients with the thirty cases of ``api_cases.yaml``, age and weeks shaken.  Processor time is told apart: the
process that holds the connections, the workers, and the clients here; ``shares`` is what each worker had of the work.

``--soak=N``: requests of the soak (without a number 20,000: what stands for an hour here, since what a process keeps
depends on how many people it has seen, and all ages, sexes and cases have come round many times by then).  Ctrl-C ends
the soak, and what it has is printed.  ``--only=routes,shares,sessions,soak``: the parts that are run.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import math
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.api_cases import people
from benchmarks.api_load import Connection, Request, load, seen
from benchmarks.api_server import ROOT, WORKERS, Server, server


def _option(name: str, plain: str, otherwise: str) -> str:
    given = [word.partition("=")[2] or plain for word in sys.argv if word.partition("=")[0] == f"--{name}"]
    return given[-1] if given else otherwise


SECONDS = float(os.environ.get("REPLETION_BENCH_SECONDS", "20"))
SOAK = int(_option("soak", "20000", os.environ.get("REPLETION_SOAK", "1000")).replace(",", ""))
"""Requests."""
PARTS = ("routes", "shares", "sessions", "soak")
CLIENTS = 8
SHARED_BY = (3, 8, 50)
"""Clients of the runs that say how the workers share."""
SESSIONS = int(os.environ.get("REPLETION_BENCH_SESSIONS", "1000"))
STEPS = 3
"""Questions that one session answers."""
LOOKS = 20
"""How often the soak looks at the memory."""


def _posted(path: str) -> Callable[[int], Iterator[Request]]:
    """Cases without end to ``path``, other ones for each client."""

    def asked(number: int) -> Iterator[Request]:
        wrapped = path in {"/v1/questions", "/v1/plans"}
        for case in people(number):
            yield "POST", path, json.dumps({"case": case} if wrapped else case).encode()

    return asked


def _got(*paths: str) -> Callable[[int], Iterator[Request]]:
    return lambda number: (("GET", path, b"") for path in itertools.islice(itertools.cycle(paths), number, None))


BARE = "bare route (hello)"
ANSWERED = "POST /v1/assessments"
ROUTES: dict[str, Callable[[int], Iterator[Request]]] = {
    BARE: _got("/hello"),
    ANSWERED: _posted("/v1/assessments"),
    f"{ANSWERED}?detail=full": _posted("/v1/assessments?detail=full"),
    "POST /v1/questions": _posted("/v1/questions"),
    "POST /v1/intakes": _posted("/v1/intakes"),
    "GET /v1/foods": _got(*(f"/v1/foods?q={food}" for food in ("bananna", "porridge", "wholemeal%20toast", "liver"))),
    "GET /v1/knowledge/...": _got("/v1/knowledge/claims/RISK-001", "/v1/knowledge/states/hypomagnesemia"),
    "GET /v1/health": _got("/v1/health"),
}
"""What is asked of each route."""


@dataclass(frozen=True)
class Spent:
    """Processor seconds at a moment: of the clients here, and by process of the server."""

    here: float
    there: dict[int, float]

    @classmethod
    def now(cls, served: Server) -> Spent:
        """So far."""
        return cls(time.process_time(), served.taken())

    def since(self, before: Spent, first: int, requests: int) -> dict[str, object]:
        """Milliseconds for each of so many requests since ``before``, and the shares of the workers in percent.

        ``first``: the process of the connections.
        """
        each = {pid: 1000 * (now - before.there.get(pid, 0.0)) / requests for pid, now in self.there.items()}
        worked = sorted((spent for pid, spent in each.items() if pid != first), reverse=True)
        shares = [round(100 * spent / sum(worked)) for spent in worked] if sum(worked) > 1 else []
        return {
            "workers' CPU ms": sum(worked),
            "connections' CPU ms": each[first],
            "clients' CPU ms": 1000 * (self.here - before.here) / requests,
            "shares %": " ".join(map(str, shares[:WORKERS])),
        }


async def measured_load(
    port: int, served: Server, asked: Callable[[int], Iterator[Request]], clients: int, **until: Any
) -> dict[str, object]:
    """What the clients saw, and what it took."""
    before = Spent.now(served)
    found = await load(port, asked, clients, **until)
    return found | Spent.now(served).since(before, served.pid, max(1, int(str(found["requests"]))))


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
                status, data, spent = await connection.ask("POST", "/v1/questions", body)
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
    return seen(taken, time.perf_counter() - began, wrong)


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
        assessment(body, "json", "patient", None, "NASEM", "leading")
    print(1000 * (time.process_time() - began) / count)


async def without_http(count: int) -> float:
    """The mean of as many processes at once as the server has, each with cases of one of its clients."""
    working = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", f"from benchmarks.bench_api import alone; alone({number}, {count})",
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )
        for number in range(WORKERS)
    ]  # fmt: skip
    return statistics.mean([float((await process.communicate())[0]) for process in working])


async def soak(port: int, served: Server, requests: int) -> list[dict[str, object]]:
    """Stretch by stretch until so many requests are over or Ctrl-C; then how memory rose with the requests."""
    ended = False

    def end() -> None:
        nonlocal ended
        ended = True

    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, end)
    rows: list[dict[str, object]] = []
    looks = [(0, served.memory())]
    for stretch in range(LOOKS):
        found = await measured_load(
            port, served, partial(_others, 1000 + 50 * stretch), CLIENTS,
            requests=math.ceil(requests / LOOKS), stop=lambda: ended,
        )  # fmt: skip
        if not found["requests"]:
            break
        looks.append((looks[-1][0] + int(str(found["requests"])), served.memory()))
        held = " ".join(f"{size:.0f}" for size in looks[-1][1].values())
        rows.append({"what": f"soak, {looks[-1][0]:,}: {held} MB own of each, {served.whole():.0f} all", **found})
        print(f"({rows[-1]['what']})", file=sys.stderr, flush=True)
        if ended:
            break
    asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
    rows += [{"what": line} for line in risen(looks)]
    return rows


def _others(first: int, number: int) -> Iterator[Request]:
    return ROUTES[ANSWERED](first + number)


def risen(looks: list[tuple[int, dict[int, float]]]) -> Iterator[str]:
    """Megabytes for each 1,000 requests to the whole server by which each worker rose, with its interval of 95 %.

    Least squares over ``looks`` (requests so far, megabytes by worker), over all and over the second half, when what is
    read and made once is behind.  Looks follow each other, so the interval is rather too narrow.
    """
    from scipy import stats

    for name, part in (("all", looks), ("second half", looks[len(looks) // 2 :])):
        lasting = set.intersection(*(set(sizes) for _, sizes in part))
        for worker in sorted(lasting):
            if len(part) < 4:
                continue
            line = stats.linregress([at / 1000 for at, _ in part], [sizes[worker] for _, sizes in part])
            wide = float(stats.t.ppf(0.975, len(part) - 2)) * line.stderr
            yield (
                f"worker {worker}, {name}: {line.slope:+.2f} MB for 1,000 requests "
                f"({line.slope - wide:+.2f} to {line.slope + wide:+.2f})"
            )


async def measured(parts: tuple[str, ...]) -> list[dict[str, object]]:
    """The rows of ``parts``, from one server."""
    rows: list[dict[str, object]] = []
    async with server() as (port, served):
        if "routes" in parts:
            for name, asked in ROUTES.items():
                seconds = SECONDS if name == ANSWERED else min(5.0, SECONDS)
                found = await measured_load(port, served, asked, CLIENTS, seconds=seconds)
                rows.append({"what": f"{name}, {CLIENTS} clients", **found})
                if name == ANSWERED:
                    plain = await without_http(max(30, int(str(found["requests"])) // WORKERS))
                    rows.append({"what": f"the same without HTTP, {WORKERS} processes", "workers' CPU ms": plain})
        if "shares" in parts:
            for clients in SHARED_BY:
                found = await measured_load(port, served, ROUTES[ANSWERED], clients, seconds=min(10.0, SECONDS))
                rows.append({"what": f"{ANSWERED}, {clients} clients", **found})
        if "sessions" in parts:
            rows.append({"what": f"{SESSIONS} interviews at once", **await sessions(port, SESSIONS)})
        if "soak" in parts:
            with contextlib.suppress(ProcessLookupError):
                rows += await soak(port, served, SOAK)
    return rows


def run() -> list[dict[str, object]]:
    """Rows: requests a second, latency, errors, processor time by who took it, shares of the workers, memory."""
    return asyncio.run(measured(tuple(_option("only", "routes", ",".join(PARTS)).split(","))))

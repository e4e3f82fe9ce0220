"""The server that ``bench_api`` measures: how it is started, and what its processes have taken, by process.

Reads ``/proc``, so Linux only.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.api_load import Connection

WORKERS = 2
ROOT = Path(__file__).parents[1]


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
    from benchmarks.api_server import app as importable

    running.main(importable)


@asynccontextmanager
async def server() -> AsyncIterator[tuple[int, Server]]:
    """A running server that has answered: its port, and its processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from benchmarks.api_server import serve; serve()"
    command = [sys.executable, "-c", code, "127.0.0.1", str(port), str(WORKERS)]
    # A session of its own: Ctrl-C ends the measuring, which ends the server when it has printed what it has.
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        for _ in range(3000):  # the first time on a machine it compiles the sweep
            await asyncio.sleep(0.2)
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode} before it answered")
            try:
                connection = Connection(port)
                for _ in range(4 * WORKERS):
                    await connection.ask("POST", "/v1/assessments", b'{"text": "tired"}')
                connection.close()
                break
            except OSError:
                continue
        else:
            raise TimeoutError("the server did not answer within ten minutes")
        yield port, Server(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@dataclass(frozen=True)
class Server:
    """The processes of a server.  ``pid``: the one that holds the connections."""

    pid: int

    def workers(self) -> list[int]:
        """Those that work answers out, by number: copies of the one that has read everything."""
        return sorted(worker for child in _children(self.pid) for worker in _children(child))

    def taken(self) -> dict[int, float]:
        """Seconds of processor time by process: the one of the connections, and each worker."""
        found = {}
        for pid in (self.pid, *self.workers()):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            found[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return found

    def memory(self) -> dict[int, float]:
        """Megabytes by worker that are its own, not shared with the process it is a copy of or with other workers."""
        return {pid: _kept(pid, "Private_Clean", "Private_Dirty") for pid in self.workers()}

    def whole(self) -> float:
        """Megabytes of all processes, what several share counted once."""
        every = [self.pid, *_children(self.pid), *self.workers()]
        return sum(_kept(pid, "Pss") for pid in every)


def _kept(pid: int, *names: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return sum(kilobytes[name] for name in names) / 1024

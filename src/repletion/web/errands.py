"""Long work: in a process of its own beside the server, which says how far it is and can be ended.

A view that takes long is run whole in another process.  What it answers comes back here and is held for a while under a
random name; the page of that name says how far it is until then.  Ending it ends the process.
"""

from __future__ import annotations

import secrets
import signal
import threading
import time
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from repletion.api.hands import starter
from repletion.web.forms import Asked, BadForm, View
from repletion.web.guard import place_of
from repletion.web.pages import AROUND, Around, surround, surroundings
from repletion.web.told import FormError, after, packed, unpacked

READ = "repletion.web.warmed"
"""The module whose import reads everything that the work needs."""
PATIENCE = 1.0
LIMIT = 120.0
"""Seconds after which work is ended."""
HELD = 900.0
"""Seconds that an answer is held, so that it can be gone back to."""
MOST_HELD = 24
"""Answers that are held; the oldest goes first."""
MOST = 8
"""Pieces of work at once, those that wait for their turn included."""


class Failed(Exception):
    """The work met a fault of ours; ``place`` is where, and nothing of what was typed."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


@dataclass(eq=False)
class Errand:
    """One piece of work: ``name`` of its view, all that was ``told``, ``whose`` it is where several
    people sign in, steps ``done`` ``of`` how many, ``count`` of what has come.

    ``answer``: status, headers and body, or why there is none (``form``, ``fault``, ``ended``).
    """

    id: str
    name: str
    told: str
    whose: str = ""
    since: float = field(default_factory=time.monotonic)
    done: int = 0
    of: int = 0
    count: int = 0
    step: str = "waiting"
    answer: tuple[Any, ...] | None = None
    finished: threading.Event = field(default_factory=threading.Event)
    process: Any = None

    def response(self) -> Response:
        """What the view answered.  Raises what it raised."""
        kind, *rest = self.answer or ("ended",)
        if kind == "form":
            raise FormError("form")
        if kind == "status":
            raise HTTPException(rest[0])
        if kind == "fault":
            raise Failed(rest[0])
        if kind == "ended":
            raise HTTPException(410)
        status, headers, body = rest
        made = Response(body, status_code=status)
        made.raw_headers = list(headers)  # what is sent later adds to them
        return made


_sink: Connection | None = None


def progress(done: int, of: int, name: str) -> None:
    """Say how far the work of this process is; outside such a process nobody listens."""
    if _sink is not None:
        _sink.send(("step", done, of, name))


def _work(sink: Connection, view: View, asked: Asked, drawn_with: tuple[bool, Around | None]) -> None:
    """The view, in this process of its own."""
    global _sink
    _sink = sink
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
    surround(drawn_with)
    sink.send(answered(view, asked))
    sink.close()


def answered(view: View, asked: Asked) -> tuple[Any, ...]:
    """What the view answers, in a form that comes through to another process."""
    try:
        found = view(asked)
    except (FormError, BadForm):
        return ("form",)
    except HTTPException as error:
        return ("status", error.status_code)
    except Exception as error:
        return ("fault", place_of(error))
    return ("done", found.status_code, found.raw_headers, bytes(found.body))


class Runner(Protocol):
    """Does the work of an errand and fills in its answer."""

    def __call__(self, errand: Errand, view: View, asked: Asked) -> None: ...


def apart(errand: Errand, view: View, asked: Asked) -> None:
    """Do it in another process, and listen to it until it is done, ended or too long at it."""
    context = starter(READ)
    source, sink = context.Pipe(duplex=False)
    errand.process = context.Process(target=_work, args=(sink, view, asked, surroundings()), daemon=True)
    errand.process.start()
    sink.close()
    if errand.finished.is_set():  # it was ended while it began
        errand.process.kill()
    until = time.monotonic() + LIMIT
    try:
        while source.poll(max(0.0, until - time.monotonic())):
            kind, *rest = source.recv()
            if kind != "step":
                errand.answer = (kind, *rest)
                break
            errand.done, errand.of, errand.step = rest
    except (EOFError, OSError):
        pass  # it was ended
    finally:
        source.close()
        errand.process.kill()
        errand.process.join()


def _whose() -> str:
    around = AROUND.get()
    return "" if around is None else around.whose


class Errands:
    """The work of one server.  ``run``: how it is done; one piece at a time, the others wait for their turn.

    ``patience``: seconds after which somebody who waits is shown how far it is.
    """

    def __init__(self, run: Runner = apart, patience: float = PATIENCE) -> None:
        self.run = run
        self.patience = patience
        self._found: dict[str, Errand] = {}
        self._turn = threading.Lock()

    async def __call__(self, view: View, asked: Asked) -> Response:
        """The answer of the view, or the way to the page that says how far it is."""
        errand = self.begin(view, replace(asked, shelf=None))
        if await run_in_threadpool(errand.finished.wait, self.patience):
            del self._found[errand.id]  # nobody was told its name
            return errand.response()
        return RedirectResponse(f"/wait/{errand.id}", status_code=303)

    def begin(self, view: View, asked: Asked) -> Errand:
        """Begin it.  Raises 503 when too much is under way, :class:`FormError` for another form."""
        self._forget()
        if sum(not errand.finished.is_set() for errand in self._found.values()) >= MOST:
            raise HTTPException(503, headers={"Retry-After": "10"})
        errand = Errand(
            secrets.token_urlsafe(18),
            view.__name__,
            packed(after(unpacked(asked.form.get("told")), asked.form)),
            _whose(),
        )
        self._found[errand.id] = errand
        threading.Thread(target=self._do, args=(errand, view, asked, surroundings()), daemon=True).start()
        return errand

    def _do(self, errand: Errand, view: View, asked: Asked, drawn_with: tuple[bool, Around | None]) -> None:
        surround(drawn_with)
        try:
            with self._turn:
                if not errand.finished.is_set():
                    errand.step = "working"
                    self.run(errand, view, asked)
        except Exception as error:
            errand.answer = errand.answer or ("fault", place_of(error))
        finally:
            errand.since = time.monotonic()
            errand.finished.set()

    def find(self, name: str) -> Errand:
        """The errand of a name.  Raises 410 when it is not held any more, or is that of somebody else."""
        self._forget()
        found = self._found.get(name)
        if found is None or found.whose != _whose():
            raise HTTPException(410)
        return found

    def end(self, errand: Errand) -> None:
        """End it: its process is gone afterwards, and nothing of it is held."""
        errand.finished.set()
        if errand.process is not None and errand.process.pid is not None:
            errand.process.kill()
        self._found.pop(errand.id, None)

    def _forget(self) -> None:
        now = time.monotonic()
        over = [errand for errand in self._found.values() if errand.finished.is_set()]
        for place, errand in enumerate(sorted(over, key=lambda errand: -errand.since)):
            if now - errand.since > HELD or place >= MOST_HELD:
                self._found.pop(errand.id, None)

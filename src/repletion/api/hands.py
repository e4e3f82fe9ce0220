"""Processes that work is handed to: copies of one that has read everything, each at one piece of work at a time.

Each has a pipe of its own.  What it is given too long for, or whose asker has gone, ends with its process, and so does
a process that dies by itself: only the piece that it was at is lost, and a fresh copy takes its place.

What is large comes back through memory that both processes see: through the pipe a third of a megabyte costs a
millisecond, most of it in the kernel.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from repletion.api.problems import kind_and_place

T = TypeVar("T")
READ = "repletion.api.warmed"
"""The module whose import reads everything that the work needs."""
ROOM = 4 << 20
"""Bytes of the memory that a process shares with who asks it; a page of it is there once it was used."""
LARGE = 1 << 14
"""Bytes from which on a result goes that way."""
_starter: Any = None
_starting = threading.Lock()


class Ended(Exception):
    """The process ended before its work did."""


class Elsewhere(Exception):
    """A fault of another process that cannot be told here whole; ``kind`` of it and ``place`` in the code."""

    def __init__(self, kind: str, place: str) -> None:
        super().__init__(kind, place)
        self.kind, self.place = kind, place


def starter(read: str = READ) -> Any:
    """Where processes come from: a small one that has imported ``read``, and is copied for each.

    The first call in a process decides what is read.  Where nothing can be written, no socket can lead to the small
    one, and each process starts anew.
    """
    global _starter
    with _starting:
        if _starter is None:
            copied = sys.platform != "win32" and _writable()
            _starter = multiprocessing.get_context("forkserver" if copied else "spawn")
            if copied:
                _starter.set_forkserver_preload([read])
    return _starter


def _writable() -> bool:
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        return False
    return True


def _told(error: Exception) -> Exception:
    """The error as it can be told in another process, with the place where it was met."""
    kind, place = kind_and_place(error)
    error.place = place  # type: ignore[attr-defined]
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made on this line
    except Exception:
        return Elsewhere(kind, place)
    return error


class _Placed(int):
    """So many bytes of a result lie in the shared memory."""


def _room() -> int | None:
    """A file without a name, in memory alone, to share; ``None`` where the system has none."""
    try:
        file = os.memfd_create("repletion")
    except (AttributeError, OSError):
        return None
    os.ftruncate(file, ROOM)
    return file


def _mapped(file: int) -> mmap.mmap:
    """Its memory; the file itself is closed."""
    try:
        return mmap.mmap(file, ROOM)
    finally:
        os.close(file)


def _work(pipe: Connection, shared: bool) -> None:
    """What such a process does until nobody holds the other end.  ``shared``: a room comes first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, whose end is the end of the pipe
    try:
        room = _mapped(reduction.recv_handle(pipe)) if shared else None
    except (EOFError, OSError):  # who asked for this process has gone
        return
    while True:
        try:
            work, args = pipe.recv()
        except EOFError:
            return
        try:
            result = work(*args)
            if room is not None and isinstance(result, bytes) and LARGE <= len(result) <= ROOM:
                room[: len(result)] = result
                result = _Placed(len(result))
            found: tuple[bool, Any] = (True, result)
        except Exception as error:
            found = (False, _told(error))
        pipe.send(found)


class Hand:
    """One process and our end of its pipe."""

    def __init__(self) -> None:
        context = starter()
        self.pipe, theirs = context.Pipe()
        file = _room()
        shared = file is not None
        self.process = context.Process(target=_work, args=(theirs, shared), name="repletion hand", daemon=True)
        self.process.start()
        theirs.close()
        self.room: mmap.mmap | None = None
        if file is not None:
            try:
                reduction.send_handle(self.pipe, file, self.process.pid)
            except OSError:  # it ended already, which who asks it will find
                os.close(file)
            else:
                self.room = _mapped(file)

    def do(self, work: Callable[..., T], args: tuple[object, ...], limit: float | None) -> T:
        """The result of ``work(*args)``.  Raises what it raised, :class:`TimeoutError` after ``limit`` seconds, and
        :class:`Ended`."""
        try:
            self.pipe.send((work, args))
            if not self.pipe.poll(limit):
                raise TimeoutError
            done, found = self.pipe.recv()
        except TimeoutError:
            raise
        except (EOFError, OSError):
            raise Ended from None
        if not done:
            raise found
        if isinstance(found, _Placed) and self.room is not None:
            return self.room[:found]  # type: ignore[return-value]
        return found  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the process.  The pipe closes with its last user, who may be waiting at it now."""
        self.process.kill()
        self.process.join()


class Hands:
    """As many processes as work at once; who asks keeps within that number.  The one free for longest is taken."""

    def __init__(self) -> None:
        self.free: deque[Hand] = deque()
        """Those that do nothing now."""

    def ready(self, number: int) -> None:
        """Have so many now, instead of each when it is first needed."""
        self.free.extend(Hand() for _ in range(number - len(self.free)))

    def close(self) -> None:
        """End those that are free; the others end when this process does."""
        while self.free:
            self.free.popleft().end()

    async def __call__(self, limit: float | None, work: Callable[..., T], *args: object) -> T:
        """The result of ``work(*args)`` in another process.  Raises what it raised, :class:`TimeoutError` after
        ``limit`` seconds, :class:`Ended` where the process died; when this is cancelled the process is ended."""
        hand = await self._taken()
        whole = False
        try:
            found = await anyio.to_thread.run_sync(self._done, hand, limit, work, args, abandon_on_cancel=True)
            whole = True
            return found
        except (TimeoutError, Ended):
            raise
        except Exception:
            whole = True  # the work failed and its process stands
            raise
        finally:
            with anyio.CancelScope(shield=True):
                if not whole:
                    hand = await anyio.to_thread.run_sync(_fresh, hand)
                self.free.append(hand)

    @staticmethod
    def _done(hand: Hand, limit: float | None, work: Callable[..., T], args: tuple[object, ...]) -> T:
        return hand.do(work, args, limit)

    async def _taken(self) -> Hand:
        if not self.free:
            return await anyio.to_thread.run_sync(Hand)
        hand = self.free.popleft()
        if not hand.pipe.poll():  # one that has nothing to do says nothing; the end of its pipe is its own
            return hand
        return await anyio.to_thread.run_sync(_fresh, hand)


def _fresh(old: Hand) -> Hand:
    """Another in its place."""
    old.end()
    return Hand()

"""A record that is being read: beside the loop, for the one browser that signed in, until it is there or ended.

What it is read under is the name that the record will have afterwards: random, in a cookie, in no address.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping
from typing import NamedTuple

from repletion.smart import Records, SmartError
from repletion.web.errands import HELD, Errand
from repletion.web.guard import place_of

MOST = 20
"""Records that are read at once."""


class _EndedError(Exception):
    """Somebody pressed the button that ends it."""


class Under(NamedTuple):
    """A reading under way, and why it failed, where it did: in the memory of this process for minutes."""

    errand: Errand
    why: list[SmartError]


class Readings:
    """The readings of one server."""

    def __init__(self, patience: float = 1.0) -> None:
        self.patience = patience
        self._found: dict[str, Under] = {}
        self._lock = threading.Lock()

    def begin(self, records: Records, answer: Mapping[str, str], browser: str) -> Under:
        """Begin to read.  Raises :class:`SmartError` when too many are read."""
        errand = Errand(secrets.token_urlsafe(32), "record", "", step="signing")
        found = Under(errand, [])
        with self._lock:
            self._forget()
            if sum(not one.errand.finished.is_set() for one in self._found.values()) >= MOST:
                raise SmartError("Too many records are being read at the moment.", "Try again in a few minutes.")
            self._found[errand.id] = found
        threading.Thread(target=_read, args=(records, answer, browser, found), daemon=True).start()
        return found

    def find(self, key: str) -> Under | None:
        """The reading of a browser; ``None`` when there is none (any more)."""
        with self._lock:
            self._forget()
            return self._found.get(key)

    def end(self, records: Records, key: str) -> None:
        """End it: after the answer that is just arriving nothing more is asked, and nothing is held."""
        with self._lock:
            found = self._found.pop(key, None)
        if found is not None:
            found.errand.finished.set()
        records.forget(key)  # it was there at this very moment

    def drop(self, key: str) -> None:
        """Forget one that is over."""
        with self._lock:
            self._found.pop(key, None)

    def _forget(self) -> None:
        now = time.monotonic()
        over = [key for key, one in self._found.items() if one.errand.finished.is_set()]
        for key in over:
            if now - self._found[key].errand.since > HELD:
                del self._found[key]


def _read(records: Records, answer: Mapping[str, str], browser: str, found: Under) -> None:
    errand = found.errand

    def tell(done: int, of: int, count: int) -> None:
        if errand.finished.is_set():
            raise _EndedError
        errand.done, errand.of, errand.count, errand.step = done, of, count, "record"

    try:
        records.finish(answer, browser, tell, errand.id)
        if errand.finished.is_set():  # between the last look and the shelf
            records.forget(errand.id)
        errand.answer = ("read",)
    except SmartError as error:
        found.why.append(error)
    except _EndedError:
        pass
    except Exception as error:
        errand.answer = ("fault", place_of(error))
    finally:
        errand.since = time.monotonic()
        errand.finished.set()

"""The shelf: where what is kept lies, and who may reach it.  Every page gets its store from :func:`keeper_of`.

:class:`Shelf` is one file of one person for one running server.  Only a browser that was opened with the address named
at the start, or that was told the key of this run, comes to it; a locked file opens with its passphrase, which stays in
the memory of this run.  An edition with a database and users has a shelf of its own with the same methods.
"""

from __future__ import annotations

import hmac
import secrets
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from repletion.errors import RepletionError
from repletion.keeping.lock import SHORTEST

if TYPE_CHECKING:
    from repletion.keeping import Keeper

COOKIE = "repletion"
"""Holds the key of this run, a random word, and nothing else."""

State = Literal["absent", "open", "locked"]


class Shut(RepletionError):
    """What is kept cannot be reached now.  ``why``: ``off`` (this server keeps nothing), ``door`` (this browser was not
    let in) or ``locked`` (the passphrase is wanted)."""

    def __init__(self, why: Literal["off", "door", "locked"]) -> None:
        super().__init__(why)
        self.why = why


class Shelf:
    """One file.  ``key``: of this run, for the address that the terminal names; ``token``: stands in every form that
    changes something."""

    shortest = SHORTEST
    """Characters of a passphrase at least."""

    has_file = True
    """Whether there is one file to name, to lock, to back up and to put back."""

    def __init__(self, path: str | Path | None = None) -> None:
        from repletion.keeping import usual_place

        self.path = Path(path) if path is not None else usual_place()
        self.key = secrets.token_urlsafe(12)
        self.token = secrets.token_urlsafe(24)
        self._held: tuple[Keeper, int] | None = None
        self._turn = threading.RLock()

    @property
    def offered(self) -> bool:
        """Whether pages offer whoever asks to keep something."""
        return True

    def admits(self, cookies: Mapping[str, str]) -> bool:
        """Whether the browser came by the address of this run."""
        return self.knows(cookies.get(COOKIE, ""))

    def knows(self, key: str) -> bool:
        """Whether it is the key of this run."""
        return hmac.compare_digest(key.strip().encode(), self.key.encode())

    def signed(self, token: str) -> bool:
        """Whether a form carries the token of this run."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    @property
    def place(self) -> str:
        """Where it lies, in words for the person."""
        return str(self.path)

    @property
    def exists(self) -> bool:
        """Whether there is a file, readable or not."""
        return self.path.exists()

    @property
    def state(self) -> State:
        """``absent`` until something is kept; ``locked`` while the passphrase is not known to this run."""
        if not self.exists:
            return "absent"
        try:
            with self.opened():
                return "open"
        except Shut:
            return "locked"

    @contextmanager
    def opened(self, *, create: bool = False) -> Iterator[Keeper]:
        """The store for one request.  Raises :class:`Shut` and :class:`repletion.keeping.KeepError`.

        An unlocked file is opened anew each time, so that other programs may use it beside this one.
        """
        from repletion.keeping import Keeper, KeepError

        with self._turn:
            held = self._unlocked()
            if held is not None:
                yield held
                return
            try:
                keeper = Keeper.open(self.path, create=create)
            except KeepError as error:
                if "is locked" in str(error):
                    raise Shut("locked") from None
                raise
            with keeper:
                yield keeper

    def _unlocked(self) -> Keeper | None:
        """The keeper that was opened with the passphrase, while its file is still the one that was opened."""
        if self._held is None:
            return None
        keeper, file = self._held
        try:
            if self.path.stat().st_ino == file:
                return keeper
        except OSError:
            pass
        self.shut()
        return None

    def unlock(self, passphrase: str) -> None:
        """Open a locked file for this run; the passphrase is turned into a key in memory and forgotten.

        Raises :class:`repletion.keeping.KeepError`.
        """
        from repletion.keeping import Keeper

        with self._turn:
            self.shut()
            keeper = Keeper.open(self.path, passphrase)
            self._held = (keeper, self.path.stat().st_ino)

    def shut(self) -> None:
        """Forget the key of a locked file."""
        with self._turn:
            if self._held is not None:
                self._held[0].close()
            self._held = None

    def make_locked(self, passphrase: str) -> None:
        """Make the file, locked from its first byte, and open it for this run."""
        from repletion.keeping import Keeper

        with self._turn:
            Keeper.open(self.path, passphrase, create=True).close()
            self.unlock(passphrase)

    def lock(self, passphrase: str) -> None:
        """Set or change the passphrase; the file stays open for this run."""
        with self._turn:
            with self.opened() as keeper:
                keeper.change_passphrase(passphrase)
            self.unlock(passphrase)

    def unlock_for_good(self) -> None:
        """Take the passphrase off."""
        with self._turn:
            with self.opened() as keeper:
                keeper.change_passphrase(None)
            self.shut()

    def erase_everything(self) -> None:
        """Erase all entries and the file."""
        with self._turn:
            with self.opened() as keeper:
                keeper.erase_everything()
            self._held = None

    def backup(self) -> bytes:
        """The file as it is, locked if it is locked, checked."""
        with self._turn, self.opened() as keeper, tempfile.TemporaryDirectory(dir=self.path.parent) as folder:
            copy = Path(folder) / self.path.name
            keeper.backup(copy)
            return copy.read_bytes()

    def restore(self, data: bytes) -> int:
        """Put a backup in the place of the file; returns how many entries it holds.  Only a sound one."""
        from repletion.keeping.copying import restore

        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._turn, tempfile.TemporaryDirectory(dir=self.path.parent) as folder:
            copy = Path(folder) / self.path.name
            copy.write_bytes(data)
            entries = restore(copy, self.path, replace=True)
            self.shut()
            return entries

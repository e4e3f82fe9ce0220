"""The shelf of the pages for several people: whoever is signed in has their own, in the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from repletion.practice.database import House
from repletion.practice.door import VISITOR, Tokens
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.sessions import Visitor
from repletion.report.wording import say
from repletion.web.shelf import Shelf, Shut, State

if TYPE_CHECKING:
    from repletion.keeping import Keeper


class PracticeShelf(Shelf):
    """:class:`repletion.web.shelf.Shelf` in the name of whoever is signed in; there is no file and no passphrase."""

    has_file = False

    def __init__(self, house: House, tokens: Tokens, most: int) -> None:
        self._house = house
        self._tokens = tokens
        self._most = most

    def _visitor(self) -> Visitor:
        found = VISITOR.get()
        if found is None or not found.person.keeps:
            raise Shut("off")
        return found

    @property
    def offered(self) -> bool:
        """Whether pages offer to keep: to everybody but an administrator."""
        found = VISITOR.get()
        return found is not None and found.person.keeps

    def admits(self, cookies: Mapping[str, str]) -> bool:
        """Whether somebody is signed in who keeps cases; the door has looked at the cookies."""
        return self.offered

    def knows(self, key: str) -> bool:
        """There is no key of a run."""
        return False

    @property
    def token(self) -> str:  # type: ignore[override]
        """For the forms of whoever is signed in."""
        return self._tokens.make(self._visitor().token)

    def signed(self, token: str) -> bool:
        """Whether a form was made for this session."""
        return self._tokens.fits(self._visitor().token, token)

    @property
    def place(self) -> str:
        """Where it lies, in words for the person."""
        return say("practice.place")

    @property
    def exists(self) -> bool:
        """There is always a place."""
        return True

    @property
    def state(self) -> State:
        """Open, for whoever is signed in."""
        return "open"

    @contextmanager
    def opened(self, *, create: bool = False) -> Iterator[Keeper]:
        """What whoever is signed in keeps."""
        yield cast("Keeper", PracticeKeeper(self._house, self._visitor().person, self._most))

    def erase_everything(self) -> None:
        """Erase every entry of whoever is signed in."""
        with self.opened() as keeper:
            keeper.erase_everything()

    def shut(self) -> None:
        """Nothing is held open."""

"""The store of whoever asks, where there is one for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from repletion.web.forms import Asked
from repletion.web.shelf import Shut

if TYPE_CHECKING:
    from repletion.keeping import Keeper


@contextmanager
def keeper_of(asked: Asked, *, create: bool = False) -> Iterator[Keeper]:
    """The store of whoever asks.  Raises :class:`Shut` where there is none for them now."""
    if asked.shelf is None:
        raise Shut("off")
    if not asked.admitted:
        raise Shut("door")
    with asked.shelf.opened(create=create) as keeper:
        yield keeper

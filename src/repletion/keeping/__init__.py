"""Keeping, only when asked: cases, answers and diary days in one file on the person's own machine.

>>> from repletion.keeping import Keeper
>>> with Keeper.open("kept.sqlite", create=True) as keeper:  # doctest: +SKIP
...     entry = keeper.save(case, answer)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repletion.keeping.keeper import Keeper
    from repletion.keeping.model import KeepError, Kept, Line
    from repletion.keeping.place import usual_place

_HOMES = {"Keeper": "keeper", "Kept": "model", "KeepError": "model", "Line": "model", "usual_place": "place"}

__all__ = ["KeepError", "Keeper", "Kept", "Line", "usual_place"]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

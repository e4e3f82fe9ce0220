"""How far a plan is: which of its steps begins, of how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

Step = Literal["day", "gaps", "others", "limits", "swaps"]
"""The day itself; what stays open and why; other plans; what would have to give way; each new food left out."""

Progress = Callable[[int, int, str], None]
"""Told the steps that are done, how many there are, and the name of the one that begins."""


def unheard(_done: int, _of: int, _name: str) -> None:
    """Nobody wants to know."""


class Steps:
    """The steps that one request takes, in order."""

    def __init__(self, progress: Progress, names: Iterable[Step]) -> None:
        self.progress = progress
        self.names = tuple(names)

    def __call__(self, name: Step) -> None:
        """``name`` begins."""
        self.progress(self.names.index(name), len(self.names), name)

"""Work that is let go at one moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from repletion.keeping import KeepError


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """The result of each, or the refusal it met; a fault of the program is not a result."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait(20)
        try:
            return work()
        except KeepError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))

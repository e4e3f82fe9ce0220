"""Compiled code that is kept on disk: numba looks at the date of one file alone, so its name holds a digest of all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba


@cache
def _digest() -> str:
    digest = hashlib.blake2s(digest_size=6)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compiled(function: Callable[..., Any], name: str, signature: Any) -> Any:
    """``function`` in machine code for a signature, kept under ``name`` and a digest of every source of this package.

    Where there is no folder it may be kept in (a server without files to write), it is made for this process alone.
    """
    function.__qualname__ = f"{name}_{_digest()}"

    def made(*, kept: bool) -> Any:
        return numba.njit(signature, cache=kept, nogil=True, error_model="numpy")(function)

    try:
        return made(kept=True)
    except RuntimeError:
        return made(kept=False)

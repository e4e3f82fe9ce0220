"""A kept copy of what was parsed, like the compiled copy that Python keeps of a module.

The copy stands in ``__pycache__`` beside the data and is used only while name, size and time of change (ns) of every
file that was read are the same, and the source of the reader too.  It is MessagePack, checked against the types when
it is read, never pickle; it is written whole or not at all; where it cannot be written, the files are parsed as ever.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

_JUST_NOW = 2_000_000_000  # ns: a file changed so lately might change again within one tick of its clock
_DIGEST = 32  # bytes


def read_or_keep(folders: Sequence[Path], kind: type[T], parse: Callable[[], T], copy: Path) -> T:
    """What ``parse`` makes of the files in ``folders``, from ``copy`` while that is valid; else parsed, and kept there.

    ``parse`` must read nothing but files that lie directly in ``folders``.  Raises what ``parse`` raises.
    """
    signature, newest = _signature(folders)
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        kept = copy.read_bytes()
        body = memoryview(kept)[_DIGEST:]
        if kept[:_DIGEST] == _digest(signature, body):
            return msgspec.msgpack.decode(body, type=kind)
    found = parse()
    # only what the files still say, and have said for a while, is kept
    if _signature(folders)[0] == signature and abs(time.time_ns() - newest) > _JUST_NOW:
        packed = msgspec.msgpack.encode(found)
        _write(copy, _digest(signature, packed) + packed)
    return found


def _signature(folders: Sequence[Path]) -> tuple[bytes, int]:
    """Everything that the copy depends on, and when a file last changed (ns)."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    parts = [msgspec.__version__, *(hashlib.blake2b(path.read_bytes()).hexdigest() for path in sources)]
    newest = 0
    for folder in folders:
        with os.scandir(folder) as entries:
            found = sorted((e.name, e.stat()) for e in entries if e.is_file())
        newest = max(newest, *(about.st_mtime_ns for _, about in found))
        parts += [folder.name, *(f"{name} {about.st_size} {about.st_mtime_ns}" for name, about in found)]
    return "\n".join(parts).encode(), newest


def _digest(signature: bytes, body: bytes | memoryview) -> bytes:
    found = hashlib.blake2b(signature, digest_size=_DIGEST)
    found.update(body)
    return found.digest()


def _write(copy: Path, content: bytes) -> None:
    """Write the copy whole; a folder that may not be written to is left alone."""
    mine = copy.with_name(f"{copy.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        copy.parent.mkdir(exist_ok=True)
        try:
            mine.write_bytes(content)
            mine.replace(copy)
        finally:
            mine.unlink(missing_ok=True)

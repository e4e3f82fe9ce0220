"""Where the file lies, and making it so that only its owner can read it."""

from __future__ import annotations

import os
from pathlib import Path

from repletion.keeping.model import refusal

NAME = "kept.sqlite"


def usual_place() -> Path:
    """The file in the platform's folder for a person's data.  Nothing is created."""
    from platformdirs import user_data_path

    return user_data_path("repletion", appauthor=False) / NAME


def make_file(path: Path) -> None:
    """An empty file that only its owner can read and write.  Raises :class:`KeepError`, also where one exists."""
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise refusal("no_place", path=path, why=error.strerror) from None


def narrow(path: Path) -> None:
    """Take the rights of everybody but the owner away, where the file system knows of rights."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError:
        raise refusal("of_somebody_else", path=path) from None


def sync(path: Path) -> None:
    """Wait until the file, and its name in the folder, are on the disk."""
    for target in (path, path.parent) if os.name == "posix" else (path,):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def overwrite_and_remove(path: Path) -> None:
    """Zeros over every byte, then the file goes.  Raises :class:`KeepError`."""
    try:
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(b"\0" * min(left, 1 << 20))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except OSError as error:
        raise refusal("cannot_be_removed", path=path, why=error.strerror) from None

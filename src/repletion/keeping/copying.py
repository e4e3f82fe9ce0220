"""Backup and restore: whole copies, checked, or nothing."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path

from repletion.keeping import place
from repletion.keeping.model import refusal
from repletion.keeping.tables import APPLICATION, VERSION, is_plain


def copy_whole(db: sqlite3.Connection, target: Path, *, replace: bool) -> None:
    """Copy an open file to ``target`` and check the copy.  Raises :class:`KeepError`."""
    if target.exists() and not replace:
        raise refusal("exists", path=target)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # made for its owner only
    except OSError as error:
        raise refusal("cannot_be_made", path=target, why=error.strerror) from None

    os.close(handle)
    partial = Path(name)
    try:
        copy = sqlite3.connect(partial, isolation_level=None)
        try:
            db.backup(copy)
            _sound(copy)
        finally:
            copy.close()
        place.sync(partial)
        partial.replace(target)
        place.sync(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def restore(backup: str | Path, target: str | Path, *, replace: bool = False) -> int:
    """Put a backup in the place of the file; returns how many entries it holds.

    Nothing happens to the present file unless the backup is sound, and unless ``replace``.  The passphrase is the
    one of the backup.  Raises :class:`KeepError`.
    """
    backup, target = Path(backup), Path(target)
    if not backup.is_file():
        raise refusal("no_backup", path=backup)
    try:
        db = sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            _sound(db)
            if not target.parent.exists():
                target.parent.mkdir(parents=True, mode=0o700)
            copy_whole(db, target, replace=replace)
            (entries,) = db.execute("SELECT count(*) FROM entry").fetchone()
            return int(entries)
        finally:
            db.close()
    except sqlite3.DatabaseError:
        raise refusal("not_a_backup", path=backup) from None


def _sound(db: sqlite3.Connection) -> None:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise refusal("not_kept_cases")
    if version > VERSION:
        raise refusal("newer_backup")
    if db.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",) or not is_plain(db):
        raise refusal("damaged_backup")

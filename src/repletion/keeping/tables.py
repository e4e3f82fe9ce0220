"""The tables of the file, and the way from every older form to the present one."""

from __future__ import annotations

import sqlite3

from repletion.keeping.model import refusal

APPLICATION = 0x52504C54
"""``PRAGMA application_id`` of our files."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE subject (id TEXT PRIMARY KEY, since TEXT NOT NULL, record BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE entry (id TEXT PRIMARY KEY, subject TEXT NOT NULL REFERENCES subject ON DELETE CASCADE,"
        " version INTEGER NOT NULL, saved TEXT NOT NULL, record BLOB NOT NULL,"
        " UNIQUE (subject, version)) WITHOUT ROWID",
    ),
    (
        "CREATE TABLE diary_day (entry TEXT NOT NULL REFERENCES entry ON DELETE CASCADE, place INTEGER NOT NULL,"
        " record BLOB NOT NULL, PRIMARY KEY (entry, place)) WITHOUT ROWID",
    ),
)
"""Statements that lead from form n to form n+1; the first makes a new file.  What stands here is never changed."""

VERSION = len(MIGRATIONS)


def is_plain(db: sqlite3.Connection) -> bool:
    """Whether nothing in the file acts by itself: a trigger or a view of somebody else could undo what is kept."""
    foreign = "SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index') OR sql LIKE '%VIRTUAL%'"
    return db.execute(foreign).fetchone() is None


def prepare(db: sqlite3.Connection, *, create: bool, key: bytes | None = None) -> None:
    """Bring the file to the present form, all of it or nothing; ``key`` is the sealed data key of a new file.

    Raises :class:`KeepError` for a file of another program, of a newer version, a damaged one, or, unless
    ``create``, an empty one.
    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version == 0 and tables == 0:
        if not create:
            raise refusal("empty")
    elif application != APPLICATION:
        raise refusal("other_program")
    if version > VERSION:
        raise refusal("newer_file", form=version, most=VERSION)
    if not is_plain(db):
        raise refusal("more_than_cases")
    if version:
        _check(db)
    if version < VERSION:
        db.execute("BEGIN IMMEDIATE")
        try:
            # Somebody else may have done it while we waited for the turn.
            (version,) = db.execute("PRAGMA user_version").fetchone()
            new = version == 0
            for step in MIGRATIONS[version:]:
                for statement in step:
                    db.execute(statement)
            if new and key is not None:
                db.execute("INSERT INTO meta VALUES ('key', ?)", (key,))
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise


def _check(db: sqlite3.Connection) -> None:
    if (
        db.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",)
        or db.execute("PRAGMA foreign_key_check").fetchone()
    ):
        raise refusal("damaged")

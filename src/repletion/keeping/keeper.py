"""The file: opening, saving, finding, erasing.  What ``save`` has returned is on the disk."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from repletion.keeping import lock, place
from repletion.keeping.model import Kept, Line, one_line, refusal
from repletion.keeping.tables import prepare

if TYPE_CHECKING:
    from types import TracebackType

    from repletion.assessment.model import Assessment
    from repletion.case.model import Case

_WAIT_SECONDS = 10.0


class Keeper:
    """One open file.  Safe to share between threads; several processes take turns.

    Nothing readable stands in a locked file but ids, times, version numbers and sizes.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, seal: lock.Seal) -> None:
        self.path = path
        self._db = db
        self._seal = seal
        self._turn = threading.RLock()

    @classmethod
    def open(cls, path: str | Path | None = None, passphrase: str | None = None, *, create: bool = False) -> Keeper:
        """Open the file, by default at :func:`usual_place`; ``create`` makes it where there is none.

        A new file made with a passphrase is locked from its first byte.  Raises :class:`KeepError`: no file, not
        ours, damaged, newer than this version, a passphrase that is wrong, missing, or not needed.
        """
        path = Path(path) if path is not None else place.usual_place()
        if not path.exists():
            if not create:
                raise refusal("nothing_kept", path=path)
            place.make_file(path)
        if not path.is_file():
            raise refusal("not_a_file", path=path)
        place.narrow(path)
        with _said_plainly():
            db = _connect(path)
            try:
                fresh = create and db.execute("PRAGMA user_version").fetchone() == (0,)
                key = lock.wrap(os.urandom(32), passphrase) if fresh and passphrase is not None else None
                prepare(db, create=create, key=key)
                return cls(path, db, _unlocked(db, passphrase))
            except BaseException:
                db.close()
                raise

    def __enter__(self) -> Keeper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._db.close()

    @property
    def locked(self) -> bool:
        """Whether the records are sealed under a passphrase."""
        return self._seal.key is not None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One turn: all of it is on the disk afterwards, or nothing of it."""
        with self._turn, _said_plainly():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """One look: what another program erases meanwhile is there whole or not at all."""
        with self._turn, _said_plainly():
            self._db.execute("BEGIN")
            try:
                yield self._db
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def save(self, case: Case, answer: Assessment, *, name: str | None = None) -> str:
        """Keep a case with its answer; returns the id of the entry when both are safely on the disk.

        ``name``: of the case over time, by default its title; a name that is kept already gets the next version.
        """
        return self.add(Kept.of(case, answer, name))

    def add(self, kept: Kept) -> str:
        """Keep an entry that exists already, as of an export; ``id``, ``version`` and ``saved`` are given where empty.

        An id that is kept already is left as it is.
        """
        with self._writing() as db:
            if kept.id and db.execute("SELECT 1 FROM entry WHERE id = ?", (kept.id,)).fetchone():
                return kept.id
            saved = kept.saved or dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
            entry, subject = kept.id or secrets.token_hex(6), self._subject(one_line(kept.name), saved)
            (last,) = db.execute("SELECT coalesce(max(version), 0) FROM entry WHERE subject = ?", (subject,)).fetchone()
            version = int(last) + 1
            body = {"versions": kept.versions, "answer": kept.answer, "case": kept.case}
            record = self._seal.close(body, _entry_row(entry, subject, version, saved))
            db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", (entry, subject, version, saved, record))
            for number, (day, text) in enumerate(kept.diary.items()):
                record = self._seal.close({"day": day, "text": text}, _day_row(entry, number))
                db.execute("INSERT INTO diary_day VALUES (?, ?, ?)", (entry, number, record))
        return entry

    def _subject(self, name: str, since: str) -> str:
        """The id of the case with this name, made where there is none."""
        for subject, record in self._db.execute("SELECT id, record FROM subject").fetchall():
            if self._seal.open(record, _subject_row(subject))["name"] == name:
                return str(subject)
        subject = secrets.token_hex(6)
        record = self._seal.close({"name": name}, _subject_row(subject))
        self._db.execute("INSERT INTO subject VALUES (?, ?, ?)", (subject, since, record))
        return subject

    _SELECT = (
        "SELECT entry.id, subject.id, entry.version, entry.saved, entry.record, subject.record"
        " FROM entry JOIN subject ON subject.id = entry.subject"
    )

    def _kept(self, row: tuple[Any, ...]) -> Kept:
        entry, subject, version, saved, record, of_subject = row
        body = self._seal.open(record, _entry_row(entry, subject, version, saved))
        name = self._seal.open(of_subject, _subject_row(subject))["name"]
        days = self._db.execute("SELECT place, record FROM diary_day WHERE entry = ? ORDER BY place", (entry,))
        read = [self._seal.open(record, _day_row(entry, number)) for number, record in days.fetchall()]
        try:
            found = {"id": entry, "name": name, "version": version, "saved": saved, **body}
            return msgspec.convert({**found, "diary": {day["day"]: day["text"] for day in read}}, Kept)
        except (msgspec.ValidationError, TypeError, KeyError):
            raise refusal("damaged_record") from None

    def all(self) -> tuple[Line, ...]:
        """Every entry as the list shows it, by the time it was kept."""
        return tuple(kept.line for kept in self.entries())

    def own(self) -> tuple[Line, ...]:
        """Those that belong to whoever opened it: in a file, all of them."""
        return self.all()

    def entries(self) -> tuple[Kept, ...]:
        """Every entry, whole, by the time it was kept."""
        with self._reading() as db:
            rows = db.execute(f"{self._SELECT} ORDER BY entry.saved, entry.subject, entry.version").fetchall()
            return tuple(self._kept(row) for row in rows)

    def get(self, entry: str) -> Kept:
        """One entry by its id, or by the beginning of it.  Raises :class:`KeepError`."""
        with self._reading() as db:
            return self._kept(db.execute(f"{self._SELECT} WHERE entry.id = ?", (self._whole(entry),)).fetchone())

    def _whole(self, entry: str) -> str:
        found = [
            row[0] for row in self._db.execute("SELECT id FROM entry WHERE substr(id, 1, ?) = ?", (len(entry), entry))
        ]
        if len(found) != 1 or not entry:
            raise refusal("several_entries" if found else "no_entry")
        return str(found[0])

    def erase(self, entry: str) -> None:
        """Erase one entry, overwriting it in the file; a case without entries goes too.  Raises :class:`KeepError`."""
        with self._turn:
            with self._writing() as db:
                db.execute("DELETE FROM entry WHERE id = ?", (self._whole(entry),))
                db.execute("DELETE FROM subject WHERE id NOT IN (SELECT subject FROM entry)")
            self._tidy()

    def erase_everything(self) -> None:
        """Erase all entries and the key, overwrite the file and remove it."""
        with self._turn:
            with self._writing() as db:
                for table in ("diary_day", "entry", "subject", "meta"):
                    db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            self._tidy()
            self.close()
            place.overwrite_and_remove(self.path)

    def _tidy(self) -> None:
        with _said_plainly():
            self._db.execute("VACUUM")

    def change_passphrase(self, new: str | None) -> None:
        """Lock with a new passphrase, or with ``None`` unlock for good.

        A locked file keeps its data key and seals it anew; backups open with the passphrase they were made under.
        """
        if new is not None and self.locked:
            wrapped = lock.wrap(self._seal.key or b"", new)
            with self._writing() as db:
                db.execute("UPDATE meta SET value = ? WHERE key = 'key'", (wrapped,))
            return
        key = None if new is None else os.urandom(32)
        wrapped = b"" if key is None or new is None else lock.wrap(key, new)
        seal = lock.Seal(key)
        with self._turn:
            with self._writing() as db:
                self._seal_anew(seal)
                db.execute("DELETE FROM meta WHERE key = 'key'")
                if wrapped:
                    db.execute("INSERT INTO meta VALUES ('key', ?)", (wrapped,))
            self._seal = seal
            self._tidy()

    def _seal_anew(self, seal: lock.Seal) -> None:
        ours, db = self._seal, self._db
        for subject, record in db.execute("SELECT id, record FROM subject").fetchall():
            row = _subject_row(subject)
            db.execute("UPDATE subject SET record = ? WHERE id = ?", (seal.close(ours.open(record, row), row), subject))
        for entry, *rest, record in db.execute("SELECT id, subject, version, saved, record FROM entry").fetchall():
            row = _entry_row(entry, *rest)
            db.execute("UPDATE entry SET record = ? WHERE id = ?", (seal.close(ours.open(record, row), row), entry))
        for entry, number, record in db.execute("SELECT entry, place, record FROM diary_day").fetchall():
            row = _day_row(entry, number)
            sealed = seal.close(ours.open(record, row), row)
            db.execute("UPDATE diary_day SET record = ? WHERE entry = ? AND place = ?", (sealed, entry, number))

    def backup(self, target: str | Path, *, replace: bool = False) -> None:
        """Copy the file as it is, locked if it is locked, while others may go on using it.

        The copy appears whole or not at all, readable only by its owner.  Raises :class:`KeepError`.
        """
        from repletion.keeping.copying import copy_whole

        with self._turn, _said_plainly():
            copy_whole(self._db, Path(target), replace=replace)

    def move(self, target: str | Path) -> None:
        """Move the file: a checked copy, then the old one is overwritten and removed; this keeper is closed."""
        with self._turn:
            self.backup(target)
            self.close()
            place.overwrite_and_remove(self.path)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    # A rollback journal, so that everything lies in one file; EXTRA waits for file and folder to reach the disk.
    for setting in ("journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON", "foreign_keys = ON",
                    "temp_store = MEMORY", "trusted_schema = OFF"):  # fmt: skip
        db.execute(f"PRAGMA {setting}")
    return db


def _unlocked(db: sqlite3.Connection, passphrase: str | None) -> lock.Seal:
    found = db.execute("SELECT value FROM meta WHERE key = 'key'").fetchone()
    if found is None:
        if passphrase is not None:
            raise refusal("not_locked")
        return lock.Seal(None)
    if passphrase is None:
        raise refusal("locked")
    return lock.Seal(lock.unwrap(found[0], passphrase))


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Faults of the database in words that hold nothing of what is kept."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise refusal("busy") from None
        if "readonly" in str(error) or "unable to open" in str(error):
            raise refusal("not_writable") from None
        raise refusal("disk") from None
    except sqlite3.DatabaseError:
        raise refusal("damaged_or_other") from None


def _subject_row(subject: str) -> str:
    return f"subject|{subject}"


def _entry_row(entry: str, subject: str, version: int, saved: str) -> str:
    return f"entry|{entry}|{subject}|{version}|{saved}"


def _day_row(entry: str, number: int) -> str:
    return f"day|{entry}|{number}"

"""Backup and restore of a whole practice: one file, checked, or nothing.

Records stay sealed in it as they lie in the database; the file carries a keyed digest, so that one that was altered or
cut off is refused.  It opens with the key of the practice and no other; keep that key elsewhere.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, LargeBinary, Table, delete, insert, select, text

from repletion.keeping import KeepError
from repletion.practice import audit
from repletion.practice import vault as keys
from repletion.practice.database import (
    DATA_KEY,
    HEAD,
    House,
    bring_to_form,
    connect,
    form_of,
    in_the_name_of,
    said_plainly,
)
from repletion.practice.settings import Settings
from repletion.practice.tables import KEPT_IN_A_BACKUP
from repletion.practice.vault import Vault

SCHEMA = "repletion.practice/1"
ENDING = ".repletion"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TABLES = {table.name: table for table in KEPT_IN_A_BACKUP}
_AT_ONCE = 200


def place_of(settings: Settings, name: str) -> Path:
    """Where the backup of a name lies: always in the folder of backups, never elsewhere.  Raises :class:`KeepError`."""
    if not _NAME.fullmatch(name) or ".." in name:
        raise KeepError(
            "A backup has a name, not a path: letters, digits and . _ - (setting backups names the folder)."
        )
    path = Path(settings.backups) / (name if name.endswith(ENDING) else name + ENDING)
    if path.is_symlink():
        raise KeepError(f"{path} leads elsewhere. Take it away, or choose another name.")
    return path


def backups(settings: Settings) -> list[Path]:
    """Every backup in the folder, the latest last."""
    return sorted(Path(settings.backups).glob(f"*{ENDING}"), key=lambda path: path.stat().st_mtime)


def _plain(row: Any) -> dict[str, Any]:
    return {
        str(name): base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in row._mapping.items()
    }


def _typed(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    known = {column.name: column for column in table.columns}
    if set(values) != set(known):
        raise ValueError("columns")
    return {
        name: base64.b64decode(value, validate=True)
        if isinstance(known[name].type, LargeBinary) and value is not None
        else value
        for name, value in values.items()
    }


def backup(settings: Settings, name: str, *, replace: bool = False) -> tuple[Path, int]:
    """Write everything, as it is at one moment, while others go on working; returns the file and how many entries.

    The file appears whole or not at all, readable by its owner only.  Raises :class:`KeepError`.
    """
    target = place_of(settings, name)
    if target.exists() and not replace:
        raise KeepError(f"{target} exists already. Choose another name, or say --replace.")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = House.open(settings, as_owner=True)
    handle, partial_name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    partial = Path(partial_name)
    try:
        with os.fdopen(handle, "wb") as raw:
            entries = _write(opened, raw)
            raw.flush()
            os.fsync(raw.fileno())
        check(settings, partial)
        partial.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    finally:
        opened.close()
    with_note = House.open(settings)
    with with_note.turn() as db:
        audit.note(db, with_note.vault, audit.SYSTEM, "backup written", target.name)
    with_note.close()
    return target, entries


def _write(opened: House, raw: Any) -> int:
    digest = hmac.new(_key(opened.vault), digestmod=hashlib.sha256)
    entries = 0
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out, said_plainly(), opened.engine.connect() as plain:
        db = plain.execution_options(isolation_level="REPEATABLE READ") if plain.dialect.name == "postgresql" else plain
        with db.begin():
            in_the_name_of(db, "", everything=True)

            def put(value: Any) -> None:
                line = msgspec.json.encode(value) + b"\n"
                digest.update(line)
                out.write(line)

            put({"schema": SCHEMA, "form": HEAD, "at": audit.now()})
            for table in KEPT_IN_A_BACKUP:
                order = list(table.primary_key.columns)
                for row in db.execution_options(yield_per=_AT_ONCE).execute(select(table).order_by(*order)):
                    put([str(table.name), _plain(row)])
                    entries += table.name == "entry"
        out.write(msgspec.json.encode({"digest": digest.hexdigest()}) + b"\n")
    return entries


def _key(vault: Vault) -> bytes:
    return bytes.fromhex(vault.mac("backup", SCHEMA))


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            yield from file
    except (OSError, EOFError):
        raise KeepError(f"{path} is not a backup, or it is damaged. Nothing was changed.") from None


def check(settings: Settings, path: Path) -> dict[str, Any]:
    """Read a backup to its end and check form, key and digest; returns its head.  Raises :class:`KeepError`."""
    wrong = KeepError(f"{path} is not a backup, or it is damaged. Nothing was changed.")
    lines = _lines(path)
    try:
        head = msgspec.json.decode(next(lines), type=dict[str, Any])
        if head.get("schema") != SCHEMA:
            raise wrong
        if str(head["form"]) > HEAD:
            raise KeepError("The backup was written by a newer version. Update Repletion; nothing was changed.")
        first = msgspec.json.encode(head) + b"\n"
        vault: Vault | None = None
        held, last = [first], b""
        digest: Any = None
        for line in lines:
            if last:
                digest.update(last) if digest is not None else held.append(last)
            last = line
            if vault is None:
                table, values = msgspec.json.decode(line, type=tuple[str, dict[str, Any]])
                if table == "house" and values["name"] == DATA_KEY:
                    vault = Vault(keys.unwrap(keys.master_key(settings), base64.b64decode(values["value"])))
                    digest = hmac.new(_key(vault), digestmod=hashlib.sha256)
                    for earlier in held:
                        digest.update(earlier)
        said = msgspec.json.decode(last, type=dict[str, str])
    except (StopIteration, msgspec.MsgspecError, KeyError, ValueError, TypeError):
        raise wrong from None
    if digest is None or not hmac.compare_digest(digest.hexdigest(), said.get("digest", "")):
        raise wrong
    return head


def restore(settings: Settings, name: str, *, replace: bool = False) -> int:
    """Put a backup in the place of everything, all of it or nothing; returns how many entries it holds.

    A database that holds people already is only replaced with ``replace``.  Raises :class:`KeepError`.
    """
    path = place_of(settings, name)
    if not path.is_file():
        near = ", ".join(found.name.removesuffix(ENDING) for found in backups(settings)[-5:])
        raise KeepError(f"There is no backup at {path}." + (f" There are: {near}." if near else ""))
    head = check(settings, path)
    engine = connect(settings.owner_database or settings.database)
    try:
        with said_plainly(), engine.begin() as db:
            in_the_name_of(db, "", everything=True)
            if form_of(db) != head["form"] and form_of(db) is not None:
                raise KeepError(
                    f"The database has form {form_of(db)}, the backup {head['form']}: restore into a new one."
                )
            bring_to_form(db, str(head["form"]))
            if _is_used(db) and not replace:
                raise KeepError("The database holds people already. Say --replace to put the backup in their place.")
            _empty(db)
            entries = _read(db, path)
            bring_to_form(db)
    finally:
        engine.dispose()
    from repletion.practice.database import make

    make(settings)  # what the role of the server may do
    opened = House.open(settings)
    with opened.turn() as db:
        audit.note(db, opened.vault, audit.SYSTEM, "backup restored", path.name)
    opened.close()
    return entries


def _is_used(db: Connection) -> bool:
    return db.execute(select(_TABLES["account"].c.id).limit(1)).first() is not None


def _empty(db: Connection) -> None:
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT set_config('repletion.prune', 'on', true)"))
    else:
        db.execute(text("DROP TRIGGER audit_no_delete"))
    for table in reversed(KEPT_IN_A_BACKUP):
        db.execute(delete(table))
    for name in ("waiting", "tried"):
        db.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - our own names
    if db.dialect.name != "postgresql":
        db.execute(
            text("CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit"
                 " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END")
        )  # fmt: skip


def _read(db: Connection, path: Path) -> int:
    entries = 0
    lines = _lines(path)
    next(lines)
    batch: list[dict[str, Any]] = []
    table: Table | None = None
    for line in lines:
        found = msgspec.json.decode(line)
        if isinstance(found, dict):
            break
        following = _TABLES[found[0]]
        if batch and (following is not table or len(batch) >= _AT_ONCE):
            db.execute(insert(table), batch)  # type: ignore[arg-type]
            batch = []
        table = following
        batch.append(_typed(table, found[1]))
        entries += found[0] == "entry"
    if batch and table is not None:
        db.execute(insert(table), batch)
    return entries

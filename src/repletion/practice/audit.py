"""The audit trail: who did what to which record when, and never what the record holds.

Lines are numbered without a gap and each carries a keyed digest over itself and the line before, so that one that was
changed or taken out from between shows.  The server's role may add and read, not change or delete.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, text

from repletion.practice.tables import audit
from repletion.practice.vault import Vault

SYSTEM = "system"
"""The actor where nobody was signed in: a command at the server, the clock."""

PRUNED = "audit pruned"
_TURN = 5247
_START = ""


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: ``actor`` and ``owner`` are ids of accounts, ``object`` the id of a record or account."""

    number: int
    at: str
    actor: str
    action: str
    object: str
    owner: str


def now() -> str:
    """This moment, in UTC, to the millisecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def note(db: Connection, vault: Vault, actor: str, action: str, object: str = "", owner: str = "") -> None:
    """Write a line in the transaction of the act itself, as its last step: both happen or neither."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    last = db.execute(select(audit.c.number, audit.c.mac).order_by(audit.c.number.desc()).limit(1)).first()
    number, before = (last.number + 1, last.mac) if last else (1, _START)
    line = AuditLine(number=number, at=now(), actor=actor or SYSTEM, action=action, object=object[:100], owner=owner)
    db.execute(insert(audit).values(**msgspec.structs.asdict(line), mac=_mac(vault, line, before)))


def _mac(vault: Vault, line: AuditLine, before: str) -> str:
    return vault.mac("audit", str(line.number), line.at, line.actor, line.action, line.object, line.owner, before)


def lines(
    db: Connection, *, since: str = "", actor: str = "", most: int = 500, until: int | None = None
) -> list[AuditLine]:
    """Lines from the newest: those from a moment on, of one actor, below a number; at most ``most``."""
    asked = select(audit).order_by(audit.c.number.desc()).limit(most)
    if since:
        asked = asked.where(audit.c.at >= since)
    if actor:
        asked = asked.where(audit.c.actor == actor)
    if until is not None:
        asked = asked.where(audit.c.number < until)
    return [_line(row) for row in db.execute(asked)]


def _line(row: object) -> AuditLine:
    return AuditLine(**{name: getattr(row, name) for name in AuditLine.__struct_fields__})


def _in_order(db: Connection) -> Iterator[tuple[AuditLine, str]]:
    for row in db.execute(select(audit).order_by(audit.c.number)):
        yield _line(row), row.mac


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """``lines`` that were read; ``wrong``: the number of the first that does not fit, ``None`` when all do; ``last``:
    the number and digest of the newest, to be written down elsewhere: with it a cut-off end shows too."""

    lines: int
    wrong: int | None
    last: str


def verify(db: Connection, vault: Vault) -> Verdict:
    """Read the whole trail and check every digest."""
    before: str | None = None
    number, count, mac = 0, 0, ""
    for line, mac in _in_order(db):
        count += 1
        # The first line that is left after a pruning leans on one that is gone.
        if before is not None and (line.number != number + 1 or mac != _mac(vault, line, before)):
            return Verdict(lines=count, wrong=line.number, last="")
        if before is None and line.number == 1 and mac != _mac(vault, line, _START):
            return Verdict(lines=count, wrong=1, last="")
        number, before = line.number, mac
    return Verdict(lines=count, wrong=None, last=f"{number}:{mac[:16]}" if count else "")


def prune(db: Connection, vault: Vault, before: str) -> int:
    """Take out the lines older than a moment, and note it; only the owner of the tables can.  Returns how many."""
    newest = select(func.max(audit.c.number)).scalar_subquery()  # stays, for the next line leans on it
    old = select(func.max(audit.c.number)).where(audit.c.at < before, audit.c.number < newest)
    found = db.execute(old).scalar()
    if found is None:
        return 0
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT set_config('repletion.prune', 'on', true)"))
    gone = db.execute(delete(audit).where(audit.c.number <= found)).rowcount
    note(db, vault, SYSTEM, PRUNED, f"1-{found}")
    return int(gone)

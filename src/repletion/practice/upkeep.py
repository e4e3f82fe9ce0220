"""What happens without anybody asking: retention ends, and so do sessions and sign-ins that nobody finished."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Literal, get_args

import msgspec
from sqlalchemy import Connection, and_, delete, exists, insert, select

from repletion.keeping import KeepError
from repletion.practice import audit
from repletion.practice.database import House
from repletion.practice.tables import entry, policy, session, subject, tried, waiting

Kind = Literal["entries", "audit"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""``entries``: cases with their answers, since they were kept.  ``audit``: lines of the audit trail."""

LEAST_DAYS = 7


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """How much went."""

    entries: int
    audit: int


def retention(db: Connection) -> dict[Kind, int]:
    """Days that each kind stays; 0 is without end."""
    found = {row.name: row.days for row in db.execute(select(policy))}
    return {kind: found.get(kind, 0) for kind in KINDS}


def set_retention(house: House, wanted: Mapping[Kind, int], actor: str) -> None:
    """Set the days of kinds.  Raises :class:`KeepError` for fewer than a week."""
    for kind, days in wanted.items():
        if kind not in KINDS:
            raise KeepError(f"There is no retention of “{kind}”. Kinds: {', '.join(KINDS)}.")
        if days and days < LEAST_DAYS:
            raise KeepError(f"Retention is at least {LEAST_DAYS} days, or 0 to keep without end.")
    with house.turn() as db:
        for kind, days in wanted.items():
            db.execute(delete(policy).where(policy.c.name == kind))
            db.execute(insert(policy).values(name=kind, days=days))
        audit.note(db, house.vault, actor, "retention set", " ".join(f"{kind}={days}" for kind, days in wanted.items()))


def _before(days: int, now: float) -> str:
    then = dt.datetime.fromtimestamp(now, dt.UTC) - dt.timedelta(days=days)
    return then.isoformat(timespec="milliseconds")


def tidy(house: House, *, now: float | None = None, with_audit: bool = False) -> Done:
    """Take out what its time is over for.  ``with_audit``: the trail too, which only the owner of the tables can."""
    moment = time.time() if now is None else now
    with house.turn() as db:
        db.execute(delete(waiting).where(waiting.c.until < moment))
        db.execute(delete(tried).where(tried.c.until < moment))
        days = retention(db)
    gone = lines = 0
    if days["entries"]:
        with house.turn(everything=True) as db:
            gone = int(db.execute(delete(entry).where(entry.c.saved < _before(days["entries"], moment))).rowcount)
            filled = exists().where(and_(entry.c.owner == subject.c.owner, entry.c.subject == subject.c.id))
            db.execute(delete(subject).where(~filled))
            if gone:
                audit.note(db, house.vault, audit.SYSTEM, "retention applied", f"entries {gone}")
    if with_audit and days["audit"]:
        with house.turn(everything=True) as db:
            lines = audit.prune(db, house.vault, _before(days["audit"], moment))
    return Done(entries=gone, audit=lines)


def end_old_sessions(house: House, *, idle: float, longest: float, now: float) -> None:
    """Take out sessions that are over."""
    with house.turn() as db:
        db.execute(delete(session).where((session.c.seen < now - idle) | (session.c.begun < now - longest)))

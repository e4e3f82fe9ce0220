"""Sessions: what a browser holds is random and means nothing; what it stands for lies here and can be ended here."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

import msgspec
from sqlalchemy import delete, insert, select, update

from repletion.practice import audit
from repletion.practice.database import House
from repletion.practice.people import Person, person_of
from repletion.practice.settings import Settings
from repletion.practice.tables import account, session

_SEEN_EVERY = 60.0


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed in: ``token`` is what the browser holds, ``begun`` and ``until`` in seconds since 1970."""

    person: Person
    token: str
    begun: float
    until: float


def digest(token: str) -> str:
    """Under which a token is kept: whoever reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Begun at sign-in, ended by leaving, by not being used, by age, and with a new password."""

    def __init__(self, house: House, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self.house = house
        self.idle = settings.session_idle_minutes * 60.0
        self.longest = settings.session_hours * 3600.0
        self.clock = clock

    def begin(self, person: Person, how: str, before: str | None = None) -> str:
        """A new session under a new token; the one that the browser had before ends."""
        token, now = secrets.token_urlsafe(32), self.clock()
        with self.house.turn() as db:
            if before:
                db.execute(delete(session).where(session.c.id == digest(before)))
            db.execute(delete(session).where(session.c.begun < now - self.longest))
            db.execute(insert(session).values(id=digest(token), account=person.id, begun=now, seen=now, how=how))
            audit.note(db, self.house.vault, person.id, "signed in", how)
        return token

    def of(self, token: str) -> Visitor | None:
        """Whoever holds this token, as they are now; ``None`` for one that is none, ended, too old, or disabled."""
        now = self.clock()
        with self.house.turn() as db:
            asked = select(account, session.c.begun, session.c.seen).join(session, session.c.account == account.c.id)
            row = db.execute(asked.where(session.c.id == digest(token))).first()
            if row is None:
                return None
            if now - row.seen > self.idle or now - row.begun > self.longest or row.disabled is not None:
                db.execute(delete(session).where(session.c.id == digest(token)))
                return None
            if now - row.seen > min(_SEEN_EVERY, self.idle / 4):
                db.execute(update(session).where(session.c.id == digest(token)).values(seen=now))
        until = min(row.begun + self.longest, now + self.idle)
        return Visitor(person=person_of(row), token=token, begun=row.begun, until=until)

    def end(self, visitor: Visitor) -> None:
        """Sign out."""
        with self.house.turn() as db:
            db.execute(delete(session).where(session.c.id == digest(visitor.token)))
            audit.note(db, self.house.vault, visitor.person.id, "signed out")

    def end_all(self, person: Person, actor: str, but: str = "") -> int:
        """End every session of somebody, but for the one with the token ``but``; returns how many."""
        with self.house.turn() as db:
            theirs = delete(session).where(session.c.account == person.id)
            gone = db.execute(theirs.where(session.c.id != digest(but)) if but else theirs).rowcount
            audit.note(db, self.house.vault, actor, "sessions ended", person.id)
        return int(gone)

    def count(self, person: Person) -> int:
        """How many sessions somebody has open."""
        with self.house.turn() as db:
            return len(db.execute(select(session.c.id).where(session.c.account == person.id)).all())

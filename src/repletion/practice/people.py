"""The people of a practice: who may sign in, and as what."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from repletion.keeping import KeepError
from repletion.keeping.model import one_line
from repletion.practice import audit, passwords
from repletion.practice.database import House
from repletion.practice.settings import Settings
from repletion.practice.tables import account, session

Role = Literal["admin", "clinician", "person"]
ROLES: tuple[Role, ...] = get_args(Role)
"""``admin``: people, retention, audit, no health data.  ``clinician``: own cases, may share them with clinicians.
``person``: own cases."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{0,98}[a-z0-9])?")
_CODE_SECONDS = 30


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in: ``name`` to sign in with, ``shown`` to be called by."""

    id: str
    name: str
    shown: str
    role: Role
    email: str | None = None
    since: str = ""
    disabled: str | None = None
    must_change: bool = False
    has_password: bool = False
    has_code: bool = False
    has_provider: bool = False

    @property
    def keeps(self) -> bool:
        """Whether this role has cases; an administrator has none."""
        return self.role != "admin"


def person_of(row: Any) -> Person:
    return Person(
        id=row.id, name=row.name, shown=row.shown, role=row.role, email=row.email, since=row.since,
        disabled=row.disabled, must_change=bool(row.must_change), has_password=row.password is not None,
        has_code=row.code is not None, has_provider=row.subject is not None,
    )  # fmt: skip


def _code_row(account_id: str) -> str:
    return f"code|{account_id}"


class People:
    """The accounts.  ``actor``: id of whoever does it, for the audit trail."""

    def __init__(self, house: House, settings: Settings, actor: str = audit.SYSTEM) -> None:
        self.house = house
        self.settings = settings
        self.actor = actor

    def _note(self, db: Connection, action: str, who: str, actor: str | None = None) -> None:
        audit.note(db, self.house.vault, actor or self.actor, action, who)

    def all(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        with self.house.turn() as db:
            return tuple(person_of(row) for row in db.execute(select(account).order_by(account.c.name)))

    def named(self, name: str) -> Person:
        """Somebody by name or id.  Raises :class:`KeepError` with the nearest names."""
        from difflib import get_close_matches

        everybody = self.all()
        for person in everybody:
            if name in {person.name, person.id} or name.casefold() == person.name:
                return person
        near = get_close_matches(name.casefold(), [person.name for person in everybody], n=3)
        raise KeepError("There is no user of this name." + (f" Nearest: {', '.join(near)}." if near else ""))

    def add(
        self, name: str, role: Role, *, shown: str = "", email: str | None = None, password: str | None = None,
        must_change: bool = False, issuer: str | None = None, subject: str | None = None,
    ) -> Person:  # fmt: skip
        """A new account.  Without a password it signs in by the provider only, once its email or subject is known.

        Raises :class:`KeepError`: a name that is taken or none, an unknown role, a password that would be guessed.
        """
        name, email = name.strip().casefold(), (email or "").strip().casefold() or None
        if not _NAME.fullmatch(name):
            raise KeepError("A name has 1 to 100 small letters, digits and . _ @ + -, as “a.berg”.")
        if role not in ROLES:
            raise KeepError(f"There is no role “{role}”. Roles: {', '.join(ROLES)}.")
        if password is not None:
            self.check(password, name, shown, email or "")
        new = secrets.token_hex(10)
        values = {
            "id": new, "name": name, "shown": one_line(shown) or name, "email": email, "role": role,
            "password": None if password is None else passwords.hashed(password), "issuer": issuer,
            "subject": subject, "code": None, "code_step": 0, "since": audit.now(), "disabled": None,
            "must_change": int(must_change),
        }  # fmt: skip
        try:
            with self.house.turn() as db:
                db.execute(insert(account).values(**values))
                self._note(db, "user added", new)
        except IntegrityError:
            raise KeepError("There is a user of this name or address already.") from None
        return self.named(new)

    def check(self, password: str, *about: str) -> None:
        """Raises :class:`repletion.practice.passwords.WeakPassword` for one that would be guessed."""
        passwords.check_strength(
            password, shortest=self.settings.password_length, strength=self.settings.password_strength,
            about=tuple(word for word in about if word),
        )  # fmt: skip

    def set_password(self, person: Person, password: str, *, must_change: bool = False) -> None:
        """A new password; every session of the person ends."""
        self.check(password, person.name, person.shown, person.email or "")
        kept = passwords.hashed(password)
        with self.house.turn() as db:
            changed = update(account).where(account.c.id == person.id)
            db.execute(changed.values(password=kept, must_change=int(must_change)))
            db.execute(delete(session).where(session.c.account == person.id))
            self._note(db, "password changed", person.id)

    def set_role(self, person: Person, role: Role) -> None:
        """Another role; every session of the person ends.  Raises :class:`KeepError` for the last administrator."""
        if role not in ROLES:
            raise KeepError(f"There is no role “{role}”. Roles: {', '.join(ROLES)}.")
        self._change(person, "role changed", role=role)

    def disable(self, person: Person) -> None:
        """Nobody signs in as this person any more; what they kept stays.  Ends every session."""
        self._change(person, "user disabled", disabled=audit.now())

    def enable(self, person: Person) -> None:
        """Let the person sign in again."""
        self._change(person, "user enabled", disabled=None)

    def _change(self, person: Person, action: str, **values: Any) -> None:
        with self.house.turn() as db:
            db.execute(update(account).where(account.c.id == person.id).values(**values))
            self._keep_an_administrator(db)
            db.execute(delete(session).where(session.c.account == person.id))
            self._note(db, action, person.id)

    def _keep_an_administrator(self, db: Connection) -> None:
        # Locked in one order, so that two administrators cannot take the other's place away at once.
        able = select(account.c.id).where(account.c.role == "admin", account.c.disabled.is_(None))
        if not db.execute(able.order_by(account.c.id).with_for_update()).all():
            raise KeepError("A practice needs an administrator: make somebody else one first. Nothing was changed.")

    def erase(self, person: Person) -> int:
        """Erase an account with everything that it kept; returns how many entries went.  Its id stays in the audit."""
        from repletion.practice.tables import entry

        with self.house.turn(person.id, everything=True) as db:
            gone = db.execute(select(func.count()).select_from(entry).where(entry.c.owner == person.id)).scalar_one()
            db.execute(delete(account).where(account.c.id == person.id))
            self._keep_an_administrator(db)
            self._note(db, "user erased", person.id)
        return int(gone)

    def admitted(self, name: str, password: str, code: str = "") -> Person | None:
        """Whoever this name and password belong to, ``None`` for anything else, after the same work either way."""
        with self.house.turn() as db:
            row = db.execute(select(account).where(account.c.name == name.strip().casefold()[:100])).first()
        good = passwords.fits(row.password if row is not None else None, password)
        person = person_of(row) if row is not None else None
        if row is not None and person is not None and good and not person.disabled and self._has_right_code(row, code):
            if passwords.is_outdated(row.password):
                self._hash_again(person, password)
            return person
        with self.house.turn() as db:
            # A name that is nobody's is not written down: people type passwords into the wrong field.
            self._note(db, "sign-in refused", person.id if person is not None else "", audit.SYSTEM)
        return None

    def _hash_again(self, person: Person, password: str) -> None:
        with self.house.turn() as db:
            db.execute(update(account).where(account.c.id == person.id).values(password=passwords.hashed(password)))

    def _has_right_code(self, row: Any, code: str) -> bool:
        """Whether the one-time code fits, where the person has set one up; each is good once."""
        if row.code is None:
            return True
        import pyotp

        secret = self.house.vault.seal.open(row.code, _code_row(row.id))["secret"]
        step = int(time.time()) // _CODE_SECONDS
        for near in (step - 1, step, step + 1):
            if pyotp.TOTP(secret).verify(code.replace(" ", ""), for_time=near * _CODE_SECONDS) and near > row.code_step:
                with self.house.turn() as db:
                    once = update(account).where(account.c.id == row.id, account.c.code_step < near)
                    return db.execute(once.values(code_step=near)).rowcount == 1
        return False

    def set_code(self, person: Person, secret: str | None) -> None:
        """Ask for one-time codes of this secret at every sign-in from now on, or with ``None`` no more.

        No code of a new secret has been used yet, whatever was used of the last one in the same half minute.
        """
        sealed = None if secret is None else self.house.vault.seal.close({"secret": secret}, _code_row(person.id))
        with self.house.turn() as db:
            db.execute(update(account).where(account.c.id == person.id).values(code=sealed, code_step=0))
            self._note(db, "codes set up" if sealed else "codes removed", person.id)

    def of_provider(self, issuer: str, subject: str, email: str | None) -> Person | None:
        """Whoever the provider vouches for: known by its subject, or once by a verified address that is then bound."""
        with self.house.turn() as db:
            known = account.c.issuer == issuer, account.c.subject == subject
            row = db.execute(select(account).where(*known)).first()
            if row is None and email:
                unbound = account.c.email == email.casefold(), account.c.subject.is_(None), account.c.role != "admin"
                row = db.execute(select(account).where(*unbound).with_for_update()).first()
                if row is not None:
                    db.execute(update(account).where(account.c.id == row.id).values(issuer=issuer, subject=subject))
                    self._note(db, "provider bound", row.id)
                    row = db.execute(select(account).where(*known)).first()
        return person_of(row) if row is not None else None

"""A forgotten password: an administrator hands out a code that works once and not for long; its holder sets a new one.

The code is shown once and kept as a keyed digest only.  It replaces the password and nothing else: where one-time codes
of a device are set up, the next sign-in still asks for one.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from starlette.responses import Response

from repletion.keeping import KeepError
from repletion.practice import audit, passwords
from repletion.practice.database import House
from repletion.practice.desk import Call, onwards, page
from repletion.practice.people import People, Person, person_of
from repletion.practice.tables import account, session, waiting
from repletion.report.wording import say

MINUTES = 60
"""How long a code works."""
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are read as others."""
_LENGTH = 12
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", " ": "", "-": ""})


def _plain(code: str) -> str:
    return code.upper().translate(_READ_AS)


def _place(house: House, account_id: str) -> str:
    """Where the one code of an account waits: a newer one takes the place of the one before."""
    return house.vault.mac("reset", account_id)


def _digest(house: House, account_id: str, code: str) -> bytes:
    return house.vault.mac("reset code", account_id, _plain(code)).encode()


def issue(people: People, person: Person, minutes: int = MINUTES) -> str:
    """A code for ``person``, good once within ``minutes``; the one before is good no more.

    Raises :class:`KeepError` for somebody who is disabled, or who signs in at the provider only.
    """
    if person.disabled:
        raise KeepError("This user is disabled. Let them sign in again first: repletion practice user enable NAME")
    if person.has_provider and not person.has_password:
        raise KeepError("This user signs in at the provider and has no password here.")
    code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    house = people.house
    with house.turn() as db:
        db.execute(delete(waiting).where(waiting.c.id == _place(house, person.id)))
        row = {"until": time.time() + minutes * 60, "record": _digest(house, person.id, code)}
        db.execute(insert(waiting).values(id=_place(house, person.id), **row))
        audit.note(db, house.vault, people.actor, "reset code issued", person.id)
    return "-".join(code[at : at + 4] for at in range(0, _LENGTH, 4))


def _holder(house: House, db: Connection, name: str, code: str) -> Person | None:
    """Whoever has this name and holds the code that waits for them."""
    row: Any = db.execute(select(account).where(account.c.name == name.strip().casefold()[:100])).first()
    who = row.id if row is not None else ""
    kept = db.execute(
        select(waiting.c.record).where(waiting.c.id == _place(house, who), waiting.c.until > time.time())
    ).scalar()
    fits = hmac.compare_digest(bytes(kept or b""), _digest(house, who, code[:100]))
    return person_of(row) if fits and row is not None and row.disabled is None else None


def reset(people: People, name: str, code: str, new: str) -> Person | None:
    """Set a new password with a code, once; every session ends.  ``None`` where name and code do not fit.

    Raises :class:`repletion.practice.passwords.WeakPassword`; then the code is good still.
    """
    house = people.house
    with house.turn() as db:
        person = _holder(house, db, name, code)
        if person is None:
            audit.note(db, house.vault, audit.SYSTEM, "reset refused")
            return None
    people.check(new, person.name, person.shown, person.email or "")
    kept = passwords.hashed(new)
    with house.turn() as db:
        mine = waiting.c.id == _place(house, person.id), waiting.c.record == _digest(house, person.id, code)
        if db.execute(delete(waiting).where(*mine)).rowcount != 1:  # used in this very moment
            return None
        changed = update(account).where(account.c.id == person.id, account.c.disabled.is_(None))
        db.execute(changed.values(password=kept, must_change=0))
        db.execute(delete(session).where(session.c.account == person.id))
        audit.note(db, house.vault, person.id, "password reset", person.id)
    return person


def reset_page(call: Call, problem: str = "", status: int = 200) -> Response:
    """``/reset``."""
    return page("reset.html.j2", status=status, problem=problem, shortest=call.practice.settings.password_length,
                name=call.form.get("name", ""))  # fmt: skip


def set_by_code(call: Call) -> Response:
    """``/reset`` by POST: on to the sign-in, which asks for the new password."""
    practice, form = call.practice, call.form
    name, new = form.get("name", ""), form.get("new", "")
    if not practice.throttle.may_sign_in(name, call.address):
        return reset_page(call, say("practice.login.throttled", minutes=practice.throttle.minutes), 429)
    if new != form.get("again", ""):
        return reset_page(call, say("practice.account.differ"), 400)
    try:
        person = reset(People(practice.house, practice.settings), name, form.get("code", ""), new)
    except KeepError as error:
        return reset_page(call, str(error), 400)
    if person is None:
        return reset_page(call, say("practice.reset.refused"), 401)
    practice.throttle.signed_in(name)
    return onwards("/login?said=reset")

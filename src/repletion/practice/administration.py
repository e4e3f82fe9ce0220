"""The pages of an administrator: people, the audit trail, retention.  None of them shows health data."""

from __future__ import annotations

import secrets

from starlette.exceptions import HTTPException
from starlette.responses import Response

from repletion.keeping import KeepError
from repletion.practice import audit, upkeep
from repletion.practice.desk import Call, onwards, page
from repletion.practice.people import ROLES, Person
from repletion.report.wording import say

LINES = 200


def users_page(call: Call, problem: str = "", status: int = 200, made: tuple[str, str] | None = None) -> Response:
    """``/admin/users``: everybody, and a form for somebody new; ``made``: a name and its first password, shown once."""
    values = {
        "people": call.people().all(),
        "roles": ROLES,
        "made": made,
        "provider": call.practice.provider is not None,
    }
    return page("users.html.j2", status=status, problem=problem, **values)


def _first_password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(5))


def add_user(call: Call) -> Response:
    """``/admin/users`` by POST: somebody new, with a password that they must change, or for the provider only."""
    form = call.form
    role = next((known for known in ROLES if known == form.get("role")), None)
    if role is None:
        return users_page(call, say("practice.users.no_role"), 400)
    only_provider = bool(form.get("provider"))
    password = None if only_provider else _first_password()
    try:
        person = call.people().add(
            form.get("name", ""), role, shown=form.get("shown", ""), email=form.get("email") or None, password=password,
            must_change=not only_provider,
        )  # fmt: skip
    except KeepError as error:
        return users_page(call, str(error), 400)
    return users_page(call, made=(person.name, password) if password else None)


def _of_address(call: Call) -> Person:
    known = {person.id: person for person in call.people().all()}
    person = known.get(call.request.path_params["person"])
    if person is None:
        raise HTTPException(404)
    return person


def user_page(call: Call, problem: str = "", status: int = 200, password: str = "") -> Response:
    """``/admin/users/{person}``: role, sign-in, sessions, erasing."""
    person = _of_address(call)
    values = {"person": person, "roles": ROLES, "sessions": call.practice.sessions.count(person), "password": password}
    return page("user.html.j2", status=status, problem=problem, is_me=person.id == call.me.id, **values)


def change_user(call: Call) -> Response:
    """``/admin/users/{person}`` by POST."""
    person, people, form = _of_address(call), call.people(), call.form
    try:
        match form.get("do"):
            case "role":
                people.set_role(person, form.get("role", ""))  # type: ignore[arg-type]
            case "disable":
                people.disable(person)
            case "enable":
                people.enable(person)
            case "sessions":
                call.practice.sessions.end_all(person, call.me.id)
            case "no_codes":
                people.set_code(person, None)
            case "password":
                password = _first_password()
                people.set_password(person, password, must_change=True)
                return user_page(call, password=password)
            case "erase":
                if form.get("yes", "").strip().casefold() != person.name:
                    return user_page(call, say("practice.account.say_name"), 400)
                people.erase(person)
                return onwards("/admin/users")
            case _:
                return user_page(call, say("practice.users.unknown"), 400)
    except KeepError as error:
        return user_page(call, str(error), 409)
    return onwards("/login" if person.id == call.me.id else f"/admin/users/{person.id}")


def audit_page(call: Call) -> Response:
    """``/admin/audit``: who did what to which record when, the newest first."""
    before = call.request.query_params.get("before", "")
    until = int(before) if before.isdigit() and len(before) < 16 else None
    with call.practice.house.turn() as db:
        found = audit.lines(db, most=LINES, until=until)
    names = {person.id: person.name for person in call.people().all()}
    older = found[-1].number if len(found) == LINES else None
    return page("audit.html.j2", lines=found, names=names, older=older)


def retention_page(call: Call, problem: str = "", status: int = 200) -> Response:
    """``/admin/retention``: for how long what is kept stays."""
    with call.practice.house.turn() as db:
        found = upkeep.retention(db)
    return page("retention.html.j2", status=status, retention=found, kinds=upkeep.KINDS, problem=problem)


def set_retention(call: Call) -> Response:
    """``/admin/retention`` by POST: days for each kind; empty keeps without end."""
    wanted: dict[upkeep.Kind, int] = {}
    for kind in upkeep.KINDS:
        said = call.form.get(kind, "").strip()
        if said and not (said.isdigit() and len(said) < 6):
            return retention_page(call, say("practice.retention.days", least=upkeep.LEAST_DAYS), 400)
        wanted[kind] = int(said) if said else 0
    try:
        upkeep.set_retention(call.practice.house, wanted, call.me.id)
    except KeepError as error:
        return retention_page(call, str(error), 400)
    return onwards("/admin/retention")

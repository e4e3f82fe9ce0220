"""The pages of one's own account: password, one-time codes, sessions, everything to take along, erasing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from repletion.keeping import KeepError
from repletion.keeping.export import Form, write
from repletion.practice import audit
from repletion.practice.desk import Call, onwards, page
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.people import People
from repletion.report.wording import say

KINDS: dict[Form, str] = {"json": "application/json", "csv": "text/csv; charset=utf-8", "fhir": "application/fhir+json"}


def account_page(call: Call, problem: str = "", status: int = 200, said: str = "") -> Response:
    """``/account``."""
    me, query = call.me, call.request.query_params
    done = said or (
        query.get("said", "") if query.get("said", "") in {"password", "codes", "no_codes", "ended"} else ""
    )
    values = {"sessions": call.practice.sessions.count(me), "settings": call.practice.settings}
    return page("account.html.j2", status=status, me=me, problem=problem, said=done, forms=tuple(KINDS), **values)


def password_page(call: Call, problem: str = "", status: int = 200) -> Response:
    """``/account/password``."""
    return page(
        "password.html.j2", status=status, me=call.me, problem=problem, shortest=call.practice.settings.password_length
    )


def _is_me(call: Call) -> bool:
    """Whether the password of the form is the person's own; an open screen is not enough for what lasts."""
    if not call.practice.throttle.may_sign_in(call.me.name, call.address):
        return False
    me = call.me
    if not me.has_password:  # they sign in at the provider
        return True
    from sqlalchemy import select

    from repletion.practice import passwords
    from repletion.practice.tables import account

    with call.practice.house.turn() as db:
        kept = db.execute(select(account.c.password).where(account.c.id == me.id)).scalar()
    return passwords.fits(kept, call.form.get("password", ""))


def set_password(call: Call) -> Response:
    """``/account/password`` by POST: every other session ends, this one gets a new token."""
    me, new = call.me, call.form.get("new", "")
    if not _is_me(call):
        return password_page(call, say("practice.account.not_you"), 403)
    if new != call.form.get("again", ""):
        return password_page(call, say("practice.account.differ"), 400)
    if new == call.form.get("password", ""):
        return password_page(call, say("practice.account.same"), 400)
    try:
        call.people().set_password(me, new)
    except KeepError as error:
        return password_page(call, str(error), 400)
    response = onwards("/account?said=password")
    cookies = call.practice.cookies
    cookies.set(response, cookies.session, call.practice.sessions.begin(me, "password", call.visitor.token))
    return response


def codes(call: Call) -> Response:
    """``/account/codes``: set up one-time codes, or take them off."""
    import pyotp

    if call.form.get("do") == "remove":
        if not _is_me(call):
            return account_page(call, say("practice.account.not_you"), 403)
        call.people().set_code(call.me, None)
        return onwards("/account?said=no_codes")
    secret, code = call.form.get("secret", ""), call.form.get("code", "")
    problem = ""
    if secret:
        is_secret = len(secret) == 32 and secret.isalnum()
        if not _is_me(call):
            problem = say("practice.account.not_you")
        elif is_secret and pyotp.TOTP(secret).verify(code.replace(" ", ""), valid_window=1):
            call.people().set_code(call.me, secret)
            return onwards("/account?said=codes")
        else:
            problem = say("practice.account.wrong_code")
    if call.me.has_code:
        return account_page(call, say("practice.account.has_code"), 400)
    secret = secret if len(secret) == 32 and secret.isalnum() else pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=call.me.name, issuer_name="Repletion")
    return page(
        "codes.html.j2", status=400 if problem else 200, secret=secret, address=address, problem=problem, me=call.me
    )


def end_sessions(call: Call) -> Response:
    """``/account/sessions``: every other session ends."""
    call.practice.sessions.end_all(call.me, call.me.id, but=call.visitor.token)
    return onwards("/account?said=ended")


def export(call: Call) -> Response:
    """``/account/export``: everything of one's own, as JSON, CSV or FHIR."""
    form: Form = next((kind for kind in KINDS if kind == call.form.get("form")), "json")
    keeper = call.keeper()
    text = write(keeper.entries(), form)
    with call.practice.house.turn() as db:
        audit.note(db, call.practice.house.vault, call.me.id, "user exported", call.me.id, call.me.id)
    ending = "csv" if form == "csv" else "json"
    name = f"repletion-{dt.datetime.now(dt.UTC).date()}{'-fhir' if form == 'fhir' else ''}.{ending}"
    return Response(text, media_type=KINDS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def erase(call: Call) -> Response:
    """``/account/erase``: the account and everything that it kept."""
    if not _is_me(call):
        return account_page(call, say("practice.account.not_you"), 403)
    if call.form.get("yes", "").strip().casefold() != call.me.name:
        return account_page(call, say("practice.account.say_name"), 400)
    try:
        People(call.practice.house, call.practice.settings, call.me.id).erase(call.me)
    except KeepError as error:
        return account_page(call, str(error), 409)
    response = onwards("/login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    call.practice.cookies.drop(response, call.practice.cookies.session)
    return response


def sharing_page(call: Call, problem: str = "", status: int = 200) -> Response:
    """``/kept/{entry}/sharing``: who may read a case of one's own, and who else could."""
    entry, keeper = _entry(call)
    line = next(line for line in keeper.all() if line.id == entry)
    values: dict[str, Any] = {"line": line, "is_own": keeper.is_own(entry), "readers": [], "others": []}
    if values["is_own"]:
        allowed = set(keeper.readers(entry))
        others = [p for p in call.people().all() if p.role == "clinician" and p.id != call.me.id]
        values["readers"] = [p for p in others if p.id in allowed]
        values["others"] = [p for p in others if p.id not in allowed and not p.disabled]
    return page("sharing.html.j2", status=status, problem=problem, **values)


def _entry(call: Call) -> tuple[str, PracticeKeeper]:
    """The entry of an address: only the whole id of one that may be read leads to it."""
    entry, keeper = call.request.path_params["entry"], call.keeper()
    if entry not in {line.id for line in keeper.all()}:
        raise HTTPException(404)
    return entry, keeper


def share(call: Call) -> Response:
    """``/kept/{entry}/sharing`` by POST: let a clinician read the case, or no more."""
    entry, keeper = _entry(call)
    if not keeper.is_own(entry):
        raise HTTPException(404)
    try:
        if call.form.get("do") == "take_back":
            keeper.unshare(entry, call.form.get("reader", ""))
        else:
            keeper.share_with(entry, call.people().named(call.form.get("reader", "")))
    except KeepError as error:
        return sharing_page(call, str(error), 400)
    return onwards(f"/kept/{entry}/sharing")

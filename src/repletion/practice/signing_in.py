"""Signing in by password or at the provider, and signing out."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from repletion.practice import audit
from repletion.practice.desk import Call, Practice, onwards, page
from repletion.practice.door import TOKEN, local
from repletion.practice.oidc import ProviderError, Vouched
from repletion.practice.people import People, Person
from repletion.report.wording import say

CARRIED = "carried."
"""Before the name of a field that goes with somebody through the sign-in."""


def _form(
    practice: Practice, *, status: int = 200, problem: str = "", to: str = "/", fields: dict[str, str] | None = None,
    post_to: str = "", said: str = "",
) -> Response:  # fmt: skip
    return page(
        "login.html.j2", status=status, problem=problem, to=to, fields=fields or {}, post_to=post_to, said=said,
        provider=practice.settings.oidc_name if practice.provider else "",
        provider_to=f"/login/provider?next={quote(to)}",
    )  # fmt: skip


def login_page(call: Call) -> Response:
    """``/login``."""
    query = call.request.query_params
    return _form(call.practice, to=local(query.get("next")), said="reset" if query.get("said") == "reset" else "")


def sign_in_first(practice: Practice, _request: Request, form: Mapping[str, str] | None, path: str) -> Response:
    """The sign-in for somebody whose session ended while a form was open: what was typed goes with them."""
    fields = {name: value for name, value in (form or {}).items() if name not in {TOKEN, "token"}}
    problem = say("practice.login.ended" if form is not None else "practice.login.ended_large")
    return _form(practice, status=401, problem=problem, fields=fields, post_to=local(path))


def _carried(call: Call) -> dict[str, str]:
    return {name.removeprefix(CARRIED): value for name, value in call.form.items() if name.startswith(CARRIED)}


def login(call: Call) -> Response:
    """``/login`` by POST: name, password and, where it was set up, a one-time code."""
    practice, form = call.practice, call.form
    fields, post_to, to = _carried(call), form.get("post_to", ""), local(form.get("next"))
    name = form.get("name", "")
    if not practice.throttle.may_sign_in(name, call.address):
        said = say("practice.login.throttled", minutes=practice.throttle.minutes)
        return _form(practice, status=429, problem=said, to=to, fields=fields, post_to=local(post_to))
    people = People(practice.house, practice.settings)
    person = people.admitted(name, form.get("password", ""), form.get("code", ""))
    if person is None:
        said = say("practice.login.refused")
        return _form(practice, status=401, problem=said, to=to, fields=fields, post_to=local(post_to))
    practice.throttle.signed_in(name)
    if fields and not person.must_change:
        response = page("continue.html.j2", fields=fields, post_to=local(post_to), later=True)
    else:
        response = onwards("/account/password" if person.must_change else to)
    return _with_session(call, response, person, "password")


def _with_session(call: Call, response: Response, person: Person, how: str) -> Response:
    """The response with a session of its own: whatever the browser brought before counts no more."""
    practice, before = call.practice, call.request.cookies.get(call.practice.cookies.session)
    practice.cookies.set(response, practice.cookies.session, practice.sessions.begin(person, how, before))
    practice.cookies.drop(response, practice.cookies.before)
    return response


def to_provider(call: Call) -> Response:
    """``/login/provider``: on to the organisation's own sign-in."""
    practice = call.practice
    if practice.provider is None:
        return _form(practice, status=404, problem=say("practice.login.no_provider"))
    if not practice.throttle.may_sign_in("provider " + call.address, call.address):
        return _form(practice, status=429, problem=say("practice.login.throttled", minutes=practice.throttle.minutes))
    try:
        address, word = practice.provider.begin(local(call.request.query_params.get("next")))
    except ProviderError as error:
        return _form(practice, status=502, problem=str(error))
    response = onwards(address)
    practice.cookies.set(response, practice.cookies.provider, word)
    return response


def from_provider(call: Call) -> Response:
    """``/login/return``: back from the provider."""
    practice, said = call.practice, call.request.query_params
    word = call.request.cookies.get(practice.cookies.provider, "")
    if practice.provider is None:
        return _form(practice, status=404, problem=say("practice.login.no_provider"))
    try:
        if "error" in said:
            raise ProviderError(say("practice.login.provider_refused"))
        found = practice.provider.finish(said.get("state", ""), said.get("code", ""), word, said.get("iss", ""))
        person = _known(practice, found)
    except ProviderError as error:
        with practice.house.turn() as db:
            audit.note(db, practice.house.vault, audit.SYSTEM, "sign-in refused", "provider")
        response = _form(practice, status=401, problem=str(error))
        practice.cookies.drop(response, practice.cookies.provider)
        return response
    response = _with_session(
        call, page("continue.html.j2", fields={}, post_to=found.onwards, later=False), person, "provider"
    )
    practice.cookies.drop(response, practice.cookies.provider)
    return response


def _known(practice: Practice, found: Vouched) -> Person:
    """The account of whom the provider vouches for.  Raises :class:`ProviderError` where there is none."""
    people = People(practice.house, practice.settings)
    person = people.of_provider(found.issuer, found.subject, found.email)
    if person is None and practice.settings.oidc_new_users and found.email:
        person = people.add(
            found.email, practice.settings.oidc_new_users, shown=found.shown, email=found.email, issuer=found.issuer,
            subject=found.subject,
        )  # fmt: skip
    if person is None or person.disabled:
        raise ProviderError(say("practice.login.nobody"))
    return person


def logout(call: Call) -> Response:
    """``/logout``: this session ends."""
    call.practice.sessions.end(call.visitor)
    response = onwards("/login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    call.practice.cookies.drop(response, call.practice.cookies.session)
    return response

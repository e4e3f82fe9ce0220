"""What every page of a practice works with, and a request taken apart for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from repletion.practice.database import House
from repletion.practice.door import VISITOR, Cookies, Tokens, address_of
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.oidc import Provider
from repletion.practice.people import People, Person, Role
from repletion.practice.sessions import Sessions, Visitor
from repletion.practice.settings import Settings
from repletion.practice.throttle import Throttle
from repletion.web import pages

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Practice:
    """The services of one running server."""

    settings: Settings
    house: House
    sessions: Sessions
    throttle: Throttle
    tokens: Tokens
    cookies: Cookies
    provider: Provider | None


@dataclass(frozen=True)
class Call:
    """One request to a page of the practice: ``form`` the fields sent in, ``path`` the names in its address."""

    practice: Practice
    request: Request
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def visitor(self) -> Visitor:
        """Whoever is signed in."""
        found = VISITOR.get()
        if found is None:
            raise HTTPException(404)
        return found

    @property
    def me(self) -> Person:
        """The person who is signed in."""
        return self.visitor.person

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return address_of(self.request)

    def people(self) -> People:
        """The accounts, in the name of whoever is signed in."""
        return People(self.practice.house, self.practice.settings, self.me.id)

    def keeper(self) -> PracticeKeeper:
        """What whoever is signed in keeps."""
        return PracticeKeeper(self.practice.house, self.me, self.practice.settings.most_entries)


View = Callable[[Call], Response]


def page(name: str, /, *, status: int = 200, **values: Any) -> Response:
    """A page of the practice."""
    return pages.page(name, status=status, folder=TEMPLATES, **values)


def onwards(path: str) -> Response:
    """To another page, after a form."""
    return RedirectResponse(path, status_code=303)


def route(
    practice: Practice, path: str, view: View, method: str = "GET", roles: tuple[Role, ...] | None = None
) -> Route:
    """A route; for ``roles`` only: to others the page does not exist."""

    async def endpoint(request: Request) -> Response:
        visitor = VISITOR.get()
        if roles is not None and (visitor is None or visitor.person.role not in roles):
            raise HTTPException(404)
        form: dict[str, str] = {}
        if request.method == "POST":
            sent = await request.form(max_files=0, max_fields=400)
            form = {name: value.replace("\r\n", "\n") for name, value in sent.items() if isinstance(value, str)}
        return await run_in_threadpool(view, Call(practice, request, form))

    endpoint.__name__ = view.__name__
    return Route(path, endpoint, methods=[method])

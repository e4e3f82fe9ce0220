"""The application of a practice: the pages of :mod:`repletion.web` behind the door, and the pages of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from repletion.keeping import KeepError
from repletion.practice import account, administration, resetting, signing_in, upkeep
from repletion.practice.database import HEAD, House, form_of
from repletion.practice.desk import TEMPLATES, Practice, View, route
from repletion.practice.door import TOKEN, Cookies, Door, Tokens
from repletion.practice.oidc import Provider
from repletion.practice.people import Role
from repletion.practice.sessions import Sessions
from repletion.practice.settings import Settings
from repletion.practice.shelf import PracticeShelf
from repletion.practice.throttle import Throttle
from repletion.report.wording import catalogue
from repletion.web import create_app
from repletion.web.guard import Guard, http_fault
from repletion.web.pages import AROUND, Around, page

TIDY_SECONDS = 3600.0

_KEEPERS: tuple[Role, ...] = ("clinician", "person")
PAGES: tuple[tuple[str, str, View, tuple[Role, ...] | None], ...] = (
    ("GET", "/login", signing_in.login_page, None),
    ("POST", "/login", signing_in.login, None),
    ("GET", "/login/provider", signing_in.to_provider, None),
    ("GET", "/login/return", signing_in.from_provider, None),
    ("GET", "/reset", resetting.reset_page, None),
    ("POST", "/reset", resetting.set_by_code, None),
    ("POST", "/logout", signing_in.logout, None),
    ("GET", "/account", account.account_page, None),
    ("GET", "/account/password", account.password_page, None),
    ("POST", "/account/password", account.set_password, None),
    ("POST", "/account/codes", account.codes, None),
    ("POST", "/account/sessions", account.end_sessions, None),
    ("POST", "/account/export", account.export, _KEEPERS),
    ("POST", "/account/erase", account.erase, None),
    ("GET", "/kept/{entry}/sharing", account.sharing_page, ("clinician",)),
    ("POST", "/kept/{entry}/sharing", account.share, ("clinician",)),
    ("GET", "/admin/users", administration.users_page, ("admin",)),
    ("POST", "/admin/users", administration.add_user, ("admin",)),
    ("GET", "/admin/users/{person}", administration.user_page, ("admin",)),
    ("POST", "/admin/users/{person}", administration.change_user, ("admin",)),
    ("GET", "/admin/audit", administration.audit_page, ("admin",)),
    ("GET", "/admin/retention", administration.retention_page, ("admin",)),
    ("POST", "/admin/retention", administration.set_retention, ("admin",)),
)
"""Method, path, view, and the roles for whom it exists."""


def fault(status: int, detail: str = "") -> Response:
    """The friendly page of an error."""
    if AROUND.get() is None:  # outside the door
        AROUND.set(Around(field=TOKEN, token=""))
    key = f"practice.fault.{status if f'practice.fault.{status}.title' in catalogue() else 'other'}"
    return page("fault_here.html.j2", status=status, folder=TEMPLATES, key=key, detail=detail)


async def _keep_fault(_request: Request, error: Exception) -> Response:
    return fault(503, str(error))


def _signs_of_life(house: House) -> list[BaseRoute]:
    async def live(_request: Request) -> Response:
        return JSONResponse({"alive": True}, headers={"Cache-Control": "no-store"})

    def form() -> str | None:
        with house.turn() as db:
            return form_of(db)

    async def ready(_request: Request) -> Response:
        """Whether the database answers in the form that this version wants."""
        found = None
        with suppress(KeepError):
            found = await run_in_threadpool(form)
        is_ready = found == HEAD
        return JSONResponse({"ready": is_ready}, 200 if is_ready else 503, headers={"Cache-Control": "no-store"})

    return [Route("/live", live), Route("/ready", ready)]


def assemble(settings: Settings, transport: Any = None) -> Practice:
    """The services of a server; ``transport`` is that of httpx2 to the provider, for trials."""
    house = House.open(settings)
    provider = Provider(settings, house, transport) if settings.oidc_issuer else None
    return Practice(
        settings=settings, house=house, sessions=Sessions(house, settings), throttle=Throttle(house, settings),
        tokens=Tokens(house.vault), cookies=Cookies(settings.is_https), provider=provider,
    )  # fmt: skip


def build(settings: Settings, transport: Any = None) -> Starlette:
    """The application.  Raises :class:`KeepError` and :class:`SettingsError` where it cannot start."""
    return application(assemble(settings, transport))


def application(practice: Practice) -> Starlette:
    """The application over services that stand."""
    settings, house = practice.settings, practice.house
    shelf = PracticeShelf(house, practice.tokens, settings.most_entries)
    pages: ASGIApp = create_app(shelf, hosts=(settings.hostname,))
    own = [route(practice, path, view, method, roles) for method, path, view, roles in PAGES]

    async def keep_tidy() -> None:
        while True:
            with suppress(KeepError):  # the database is away; later
                await run_in_threadpool(upkeep.tidy, house)
                times = {"idle": practice.sessions.idle, "longest": practice.sessions.longest, "now": time.time()}
                await run_in_threadpool(partial(upkeep.end_old_sessions, house, **times))
            await asyncio.sleep(TIDY_SECONDS)

    @asynccontextmanager
    async def running(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(keep_tidy())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        house.close()

    door = Middleware(
        Door, settings=settings, sessions=practice.sessions, throttle=practice.throttle, tokens=practice.tokens,
        sign_in=partial(signing_in.sign_in_first, practice), fault=fault,
    )  # fmt: skip
    names = sorted({settings.hostname, "localhost", "127.0.0.1", "[::1]"})
    app = Starlette(
        routes=[*_signs_of_life(house), *own, Mount("/", app=pages)],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False),
            Middleware(Guard, fault=fault),
            door,
        ],
        exception_handlers={HTTPException: http_fault(fault), KeepError: _keep_fault},
        lifespan=running,
    )  # fmt: skip
    app.router.redirect_slashes = False
    return app

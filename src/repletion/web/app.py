"""The one application: pages at /, and beside them the interface for programs."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from repletion.api import PLACES, create_api
from repletion.api.hands import starter
from repletion.api.hosts import KnownHosts
from repletion.report.wording import catalogue
from repletion.smart import Records
from repletion.web import (
    answering,
    asking,
    doctor,
    documents,
    food_pages,
    kept,
    kept_file,
    library,
    planning,
    record_pages,
    saving,
    waiting,
)
from repletion.web.errands import READ, Errands
from repletion.web.forms import BadForm, is_heavy, shown
from repletion.web.guard import Guard, http_fault, unkept
from repletion.web.pages import asset_response, page
from repletion.web.record_reading import Readings
from repletion.web.shelf import Shelf
from repletion.web.told import FormError


def fault(status: int, detail: str = "") -> Response:
    """The friendly page of an error."""
    key = str(status) if f"web.fault.{status}.title" in catalogue() else "other"
    return page("fault.html.j2", status=status, key=key, detail=detail)


async def _form_fault(_request: Request, _error: Exception) -> Response:
    return fault(400)


async def static(request: Request) -> Response:
    """A file of the package."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    found = asset_response(request.path_params["name"], packed=packed)
    if found is None:
        raise HTTPException(404)
    return found


ROUTES = (
    Route("/", shown(asking.first)),
    Route("/understood", shown(asking.understood, is_heavy), methods=["POST"]),
    Route("/answer", shown(answering.answer, is_heavy), methods=["POST"]),
    Route("/clear", shown(asking.clear), methods=["POST"]),
    Route("/plan", shown(planning.plan, planning.is_long), methods=["POST"]),
    Route("/diary", shown(food_pages.diary, is_heavy), methods=["GET", "POST"]),
    Route("/doctor", shown(doctor.doctor, is_heavy), methods=["POST"]),
    Route("/doctor.pdf", shown(doctor.doctor_pdf, is_heavy), methods=["POST"]),
    Route("/saved", shown(saving.saved, is_heavy), methods=["POST"]),
    Route("/compare", shown(saving.compare), methods=["GET", "POST"]),
    *waiting.ROUTES,
    *kept_file.ROUTES,
    *kept.ROUTES,
    *record_pages.ROUTES,
    Route("/knowledge", shown(documents.knowledge)),
    Route("/knowledge/{name}", shown(documents.state)),
    Route("/symptoms", shown(documents.symptoms), methods=["GET", "POST"]),
    Route("/symptoms/{name}", shown(documents.symptom)),
    Route("/tests", shown(documents.tests)),
    Route("/tests/{name}", shown(documents.one_test)),
    Route("/questions", shown(documents.asked_often)),
    Route("/popular-claims", shown(documents.often_said)),
    Route("/foods", shown(food_pages.foods)),
    Route("/foods/{code}", shown(food_pages.food)),
    Route("/claim/{name}", shown(library.claim)),
    Route("/source/{name}", shown(library.source)),
    Route("/claims.csv", shown(library.claims_table)),
    Route("/about", shown(library.about)),
    Route("/static/{name}", static),
)


class Programs:
    """Hands on to the interface for programs what is addressed to it."""

    def __init__(self, app: ASGIApp, api: ASGIApp, places: tuple[str, ...]) -> None:
        self.app = app
        self.api = api
        self.places = tuple(f"{place}/" for place in places)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and f"{scope['path']}/".startswith(self.places):
            await self.api(scope, receive, unkept(send))
        else:
            await self.app(scope, receive, send)


def build(shelf: Shelf | None = None, hosts: Iterable[str] = (), records: Records | None = None) -> Starlette:
    """The application; see :func:`repletion.web.create_app`."""
    starter(READ)  # plans asked for by programs come from the process that has read for the pages too
    app = Starlette(
        routes=list(ROUTES),
        middleware=[
            Middleware(KnownHosts, names=tuple(hosts), places=PLACES),
            Middleware(Programs, api=create_api(), places=PLACES),
            Middleware(Guard, fault=fault),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={HTTPException: http_fault(fault), BadForm: _form_fault, FormError: _form_fault},
    )
    app.state.shelf = shelf
    app.state.errands = Errands()
    app.state.records = records
    app.state.readings = Readings()
    app.router.redirect_slashes = False  # an address that does not exist leads nowhere
    return app

"""The application: the addresses, what is said when something is wrong, and the description of it all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import anyio
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repletion.api import problems, schemas
from repletion.api.hosts import KnownHosts
from repletion.api.reference import warm
from repletion.api.routes import answers, router
from repletion.fhir.routes import create_fhir
from repletion.hooks.routes import create_hooks
from repletion.version import __version__

PLACES = ("/v1", "/fhir", "/cds-services")
"""What the addresses begin with, for a larger application that hands on requests to these."""

DESCRIPTION = (
    "Repletion finds the nutrient shortfall, or the other explanation, behind a symptom. Nothing is stored: the same "
    "request on the same day has the same answer. What a person typed is never refused; what is not understood is "
    "among the answer's issues. For education, research and professional reference; not for emergencies."
)


class Guard:
    """Around every request: HEAD is answered like GET without its body, and a fault of ours says nothing of theirs.

    A fault is caught here and not handed on, since a server would write its message, and with it what was sent, into
    its log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False
        only_head = scope["method"] == "HEAD"

        async def pass_on(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            if only_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self.app({**scope, "method": "GET"} if only_head else scope, receive, pass_on)
        except Exception as error:
            response = problems.failed(error).response()
            if not begun:
                await response(scope, receive, send)


class Leaving:
    """Around every request with a body: when the caller has gone, nothing more is done for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        whole = anyio.Event()

        async def received() -> Message:
            if whole.is_set():
                await anyio.sleep_forever()  # that the caller has gone ends it
            message = await receive()
            if not message.get("more_body", False):
                whole.set()
            return message

        async def listen(request: anyio.CancelScope) -> None:
            await whole.wait()
            while (await receive())["type"] != "http.disconnect":
                pass
            request.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(listen, group.cancel_scope)
            await self.app(scope, received, send)
            group.cancel_scope.cancel()


def create_api(hosts: Iterable[str] | None = None) -> FastAPI:
    """The interface as an application, ready to answer.

    Knowledge and food table are read here, so that no request waits for them.  ``hosts``: names beside those of this
    machine under which it may be called; with ``None`` the name is left to the application around it.
    """
    warm(answering=answers.limit is None)
    app = FastAPI(
        title="Repletion", version=__version__, description=DESCRIPTION, openapi_url="/v1/openapi.json", docs_url=None,
        redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    for part in (router, create_fhir(answers), create_hooks(run=answers)):
        app.include_router(part)
    app.add_middleware(Guard)
    app.add_middleware(Leaving)
    if hosts is not None:
        app.add_middleware(KnownHosts, names=tuple(hosts))
    app.add_exception_handler(problems.Refused, problems.on_refused)
    app.add_exception_handler(HTTPException, problems.on_status)
    app.add_exception_handler(RequestValidationError, problems.on_parameters)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
            found["components"] = {"schemas": schemas.components()}
            for item in found["paths"].values():
                for operation in item.values():  # the framework's own shape of a problem, which is never sent
                    if "HTTPValidationError" in str(operation["responses"].get("422")):
                        del operation["responses"]["422"]
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app

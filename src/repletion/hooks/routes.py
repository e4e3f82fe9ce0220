"""CDS Hooks over HTTP: discovery, calls, feedback.  Nothing of a call is kept or logged."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from repletion.errors import RepletionError
from repletion.fhir.arriving import GRACE, TooLarge, TooSlow, body_of
from repletion.fhir.turns import Runner, in_turn
from repletion.hooks.call import BadCall, NoData
from repletion.hooks.feedback import Feedback
from repletion.hooks.services import SERVICES, answer
from repletion.hooks.trust import Trust, Untrusted, allow, read_trust

LARGEST = 5_000_000
"""Bytes of a call that are read at most."""
SETTING = "REPLETION_HOOKS_CLIENTS"
"""Environment variable that names the file of trusted clients."""
_ITSELF = "same-origin"
_JSON = {"application/json": {"schema": {"type": "object"}}}
_BODY = {"requestBody": {"required": True, "content": _JSON}}
_SAID: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": _JSON}
    for status, text in {
        200: "Cards, or none", 400: "The call breaks the protocol", 401: "The caller is not known",
        404: "No such service", 408: "Too slow", 412: "The patient was not prefetched", 413: "Too large",
        415: "Not JSON",
    }.items()
}  # fmt: skip


def _reply(body: dict[str, Any], status: int = 200) -> Response:
    """A JSON answer that nobody keeps."""
    headers = {"Cache-Control": "no-store"}
    if status in {408, 413}:
        headers["Connection"] = "close"  # nothing more is read of it
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status, media_type="application/json", headers=headers)


def create_hooks(trust: Trust | None = None, run: Runner = in_turn) -> APIRouter:
    """The routes.

    ``trust``: trusted clients; by default those of the file that ``REPLETION_HOOKS_CLIENTS`` names.  ``run``: how an
    answer is worked out in its turn.

    Raises :class:`repletion.hooks.trust.Untrusted` when that file cannot be used: better no server than an open one.
    """
    if trust is None and os.environ.get(SETTING):
        trust = read_trust(os.environ[SETTING])
    heard = Feedback()

    def shared(request: Request, response: Response) -> Response:
        """An answer with what a browser must know to hand it to a page that is listed; to no other page."""
        origin = request.headers.get("origin", "")
        if trust is not None and origin in trust.origins:
            more = {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "authorization, content-type, accept",
                "Access-Control-Max-Age": "600",
                "Vary": "Origin",
            }
            response.headers.update(more)
        return response

    class Shared(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            inner = super().get_route_handler()

            async def handler(request: Request) -> Response:
                return shared(request, await inner(request))

            return handler

    router = APIRouter(tags=["CDS Hooks"], route_class=Shared)

    @router.options("/cds-services{rest:path}", include_in_schema=False)
    async def may_a_page_call(rest: str) -> Response:
        """What a browser asks before a page may call."""
        return Response(status_code=204)

    def refused(request: Request) -> Response | None:
        host = request.client.host if request.client else ""
        if trust is None and request.headers.get("sec-fetch-site", _ITSELF) != _ITSELF:
            return _reply({"error": "Without a file of trusted clients no page of another site may call."}, 401)
        try:
            allow(trust, request.headers.get("authorization", ""), request.url.path, host)
        except Untrusted as error:
            return _reply({"error": str(error)}, 401)
        return None

    async def call_of(service: str, request: Request) -> Any:
        """The body of a call to a service, or the answer that refuses it."""
        if (no := refused(request)) is not None:
            return no
        if service not in SERVICES:
            return _reply({"error": "There is no such service."}, 404)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _reply({"error": "Send application/json."}, 415)
        try:
            return json.loads(await body_of(request, LARGEST))
        except TooLarge:
            return _reply({"error": f"The call is larger than {LARGEST // 10**6} MB."}, 413)
        except TooSlow:
            return _reply({"error": f"The call did not arrive within {GRACE:.0f} seconds."}, 408)
        except (ValueError, RecursionError):
            return _reply({"error": "The call is not JSON."}, 400)

    @router.get("/cds-services", summary="Discovery", responses=_SAID, response_class=Response)
    async def discovery(request: Request) -> Response:
        """The services and what they ask to be prefetched."""
        return refused(request) or _reply({"services": [service.describe() for service in SERVICES.values()]})

    @router.get("/cds-services/feedback", summary="Counts of feedback", responses=_SAID, response_class=Response)
    async def counts(request: Request) -> Response:
        """How often cards were taken up or overridden since the server began."""
        return refused(request) or _reply({"counts": heard.counts()})

    @router.post(
        "/cds-services/{service}", summary="A call", responses=_SAID, response_class=Response, openapi_extra=_BODY
    )
    async def called(service: str, request: Request) -> Response:
        """Cards for the patient of the context."""
        body = await call_of(service, request)
        if isinstance(body, Response):
            return body
        try:
            return _reply(await run(answer, SERVICES[service], body, _today()))
        except NoData as error:
            return _reply({"error": str(error)}, 412)
        except (BadCall, RepletionError) as error:
            return _reply({"error": str(error)}, 400)

    @router.post(
        "/cds-services/{service}/feedback",
        summary="Feedback",
        responses=_SAID,
        response_class=Response,
        openapi_extra=_BODY,
    )
    async def feedback(service: str, request: Request) -> Response:
        """What became of the cards of a service; only counted."""
        body = await call_of(service, request)
        if isinstance(body, Response):
            return body
        try:
            return _reply({"counted": heard.take(service, body)})
        except BadCall as error:
            return _reply({"error": str(error)}, 400)

    return router


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 - the clinic's own calendar day

"""FHIR over HTTP: ``/fhir/metadata``, ``/fhir/Questionnaire/repletion``, ``/fhir/$assess``.  Nothing is stored."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from fastapi import APIRouter, Request, Response

from repletion.errors import RepletionError
from repletion.fhir.arriving import GRACE, TooLarge, TooSlow, body_of
from repletion.fhir.bundle import RecordError, Version
from repletion.fhir.operation import MEDIA, assess_record, capability, refusal
from repletion.fhir.questionnaire import questionnaire
from repletion.fhir.read import LARGEST
from repletion.fhir.turns import Runner, in_turn

_VERSION = re.compile(r"fhirVersion\s*=\s*\"?(\d)\.(\d)")
_RESOURCE = {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}}}
_OUTCOME = {"content": {MEDIA: {"schema": _RESOURCE}}}
_BODY = {
    "required": True,
    "content": {kind: {"schema": _RESOURCE} for kind in (MEDIA, "application/json")},
    "description": "A Bundle, a patient summary document, a single resource, or Parameters with one of them.",
}
ACCEPTED = {MEDIA, "application/json"}


def asked_version(*headers: str) -> Version | None:
    """The FHIR release that a header asks for by ``fhirVersion``."""
    for header in headers:
        if match := _VERSION.search(header):
            return "R5" if match[1] == "5" else "R4"
    return None


def answer(resource: dict[str, Any], status: int = 200, version: Version | None = None) -> Response:
    """A resource as a response."""
    media = f"{MEDIA}; fhirVersion={'5.0' if version == 'R5' else '4.0'}" if version else MEDIA
    return Response(
        json.dumps(resource, ensure_ascii=False), status, media_type=media, headers={"Cache-Control": "no-store"}
    )


def _ended(text: str, code: str, status: int) -> Response:
    """A refusal after which nothing more is read of the connection."""
    found = answer(refusal(text, code), status)
    found.headers["Connection"] = "close"
    return found


def create_fhir(run: Runner = in_turn) -> APIRouter:
    """The routes.  ``run``: how an answer is worked out in its turn."""
    router = APIRouter(prefix="/fhir", tags=["Record systems"])

    @router.get("/metadata", summary="What this server can do", responses={200: _OUTCOME}, response_class=Response)
    async def metadata(request: Request) -> Response:
        """The CapabilityStatement."""
        version = asked_version(request.headers.get("accept", "")) or "R4"
        return answer(capability(version, _today().isoformat()), version=version)

    @router.get(
        "/Questionnaire/repletion", summary="Our own questionnaire", responses={200: _OUTCOME}, response_class=Response
    )
    async def our_questionnaire(request: Request) -> Response:
        """The Questionnaire whose linkIds are read."""
        version = asked_version(request.headers.get("accept", "")) or "R4"
        return answer(await run(questionnaire, version), version=version)

    @router.post(
        "/$assess",
        summary="A record in, proposals out",
        openapi_extra={"requestBody": _BODY},
        responses={200: _OUTCOME, **dict.fromkeys((400, 408, 413, 415, 422), _OUTCOME)},
        response_class=Response,
    )
    async def assess(request: Request) -> Response:
        """Assess the person of a bundle; errors are OperationOutcomes."""
        kind = request.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() not in ACCEPTED:
            return answer(refusal(f"Send {MEDIA}.", "not-supported"), 415)
        try:
            data = await body_of(request, LARGEST)
        except TooLarge:
            return _ended(f"The record is larger than {LARGEST // 10**6} MB.", "too-long", 413)
        except TooSlow:
            return _ended(f"The record did not arrive within {GRACE:.0f} seconds.", "timeout", 408)
        version = asked_version(request.headers.get("accept", ""), kind)
        try:
            json.loads(data)
        except (ValueError, RecursionError):
            return answer(refusal("The body is not JSON.", "structure"), 400)
        try:
            found = await run(assess_record, data, version, _today())
        except RecordError as error:
            return answer(refusal(str(error), "structure"), 422)
        except RepletionError as error:
            return answer(refusal(str(error), "processing"), 422)
        return answer(found, version=version)

    return router


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 - the person's own calendar day

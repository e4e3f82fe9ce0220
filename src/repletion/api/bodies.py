"""From the bytes of a request to its values: bounded, strict about the form, lenient about what a person typed."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import anyio
import msgspec
from starlette.requests import Request

from repletion.api.problems import Refused, nearest
from repletion.case.bounds import Bounds
from repletion.case.document import CaseError
from repletion.case.document import parse as parse_document
from repletion.errors import Issue
from repletion.report.wording import say

LARGEST = 256 * 1024
"""Bytes of a body that are read at most."""
SECONDS = 30.0
"""How long a body may take to arrive."""
JSON = re.compile(r"application/(?:[\w.-]+\+)?json(?:\s*;\s*charset\s*=\s*\"?utf-8\"?)?\s*;?\s*", re.IGNORECASE)
T = TypeVar("T", bound=msgspec.Struct)


async def body_of(request: Request) -> bytes:
    """The body as sent.  Raises :class:`Refused` when it is not JSON by its header, too large or too slow."""
    kind = request.headers.get("content-type", "")
    if not JSON.fullmatch(kind):
        detail = say("api.media_type", found=kind[:80] or say("api.no_media_type"))
        raise Refused("media_type", "header.content-type", detail, say("api.media_type_remedy"))
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        detail = say("api.encoding", found=encoding[:40])
        raise Refused("media_type", "header.content-encoding", detail, say("api.encoding_remedy"))
    try:
        announced = int(request.headers.get("content-length", "0"))
    except ValueError:
        announced = 0
    if announced > LARGEST:
        raise _too_large()
    data = bytearray()
    try:
        with anyio.fail_after(SECONDS):
            async for chunk in request.stream():
                data += chunk
                if len(data) > LARGEST:
                    raise _too_large()
    except TimeoutError:
        detail = say("api.slow_body", seconds=f"{SECONDS:.0f}")
        raise Refused("slow_body", "body", detail, say("api.slow_body_remedy"), {"Connection": "close"}) from None
    return bytes(data)


def _too_large() -> Refused:
    detail = say("api.too_large", limit=f"{LARGEST:,}")
    return Refused("too_large", "body", detail, say("api.too_large_remedy"), {"Connection": "close"})


def _not_json(why: str) -> Refused:
    return Refused("not_json", "body", say("api.not_json", why=why), say("api.not_json_remedy"))


def mapping_of(data: bytes) -> dict[str, Any]:
    """The body as a mapping; the words of a person alone count as a case of ``text``.  Raises :class:`Refused`."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_json(say("api.not_utf8", at=error.start)) from None
    try:
        return parse_document(text, "json")
    except CaseError as error:
        raise _not_json(str(error)) from None


def request_of(data: bytes, kind: type[T]) -> tuple[T, dict[str, Any], list[Issue]]:
    """A request with a case inside: its options, the case as it stands, and what was cut from the options.

    Raises :class:`Refused` when an option is unknown or of another kind than said.
    """
    found = mapping_of(data)
    case = found.pop("case", {})
    if isinstance(case, str):
        case = {"text": case}
    if not isinstance(case, dict):
        raise Refused("invalid", "body.case", say("api.invalid", why="A case is an object of keys."), _see())
    bounds = Bounds()
    options = bounds.case(found)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in options:
        if name not in fields:
            known = ["case", *fields]
            raise Refused("invalid", f"body.{name}", say("api.unknown_key", name=name), nearest(name, known))
    try:
        return msgspec.convert(options, kind), case, list(bounds.issues.values())
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at `$")
        raise Refused("invalid", f"body{place.rstrip('`')}", say("api.invalid", why=f"{why}."), _see()) from None


def _see() -> str:
    return say("api.see", address="/v1/openapi.json")

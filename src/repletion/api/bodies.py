"""From the bytes of a request to its values: bounded, strict about the form, lenient about what a person typed."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request

from repletion.api.problems import Refused
from repletion.case.beside import OptionError
from repletion.case.document import CaseError
from repletion.case.document import parse as parse_document
from repletion.fhir import arriving
from repletion.report.wording import say

LARGEST = 256 * 1024
"""Bytes of a body that are read at most."""
JSON = re.compile(r"application/(?:[\w.-]+\+)?json(?:\s*;\s*charset\s*=\s*\"?utf-8\"?)?\s*;?\s*", re.IGNORECASE)


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
        return await arriving.body_of(request, LARGEST)
    except arriving.TooLarge:
        detail = say("api.too_large", limit=f"{LARGEST:,}")
        raise Refused("too_large", "body", detail, say("api.too_large_remedy"), {"Connection": "close"}) from None
    except arriving.TooSlow:
        detail = say("api.slow_body", seconds=f"{arriving.GRACE:.0f}")
        raise Refused("slow_body", "body", detail, say("api.slow_body_remedy"), {"Connection": "close"}) from None


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


def refused_option(error: OptionError) -> Refused:
    """An option that does not fit, as a problem with the nearest right key or where to look."""
    if error.near:
        remedy = say("api.nearest", names=", ".join(error.near))
    else:
        remedy = say("api.see", address="/v1/openapi.json")
    return Refused("invalid", f"body{error.where}", error.why, remedy)

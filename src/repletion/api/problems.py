"""What is said when a request cannot be answered: ``application/problem+json`` (RFC 9457), always with a remedy."""

from __future__ import annotations

import re
import sys
import traceback
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from repletion.case.beside import near
from repletion.report.wording import say
from repletion.version import __version__

MEDIA_TYPE = "application/problem+json"
STATUS = {
    "not_json": 400,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "slow_body": 408,
    "too_large": 413,
    "media_type": 415,
    "misdirected": 421,
    "invalid": 422,
    "failed": 500,
    "busy": 503,
    "ended": 503,
    "timeout": 503,
}
"""Every problem by its name, with its status."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was not answered.

    ``type``: ``urn:repletion:problem:NAME``; the name is stable and has a heading in the documentation.  ``title``: the
    same in words.  ``detail``: what was wrong.  ``where``: the place (``body``, ``query.reader``, ``body.days``).
    ``remedy``: the nearest right thing to do.
    """

    type: str
    title: str
    status: int
    detail: str
    where: str
    remedy: str


class Refused(Exception):
    """A request that cannot be answered, with the :class:`Problem` to say and headers to say it with."""

    def __init__(self, name: str, where: str, detail: str, remedy: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(name, where, detail, remedy, headers)  # as given, so that it can cross to another process
        self.problem = Problem(
            type=f"urn:repletion:problem:{name.replace('_', '-')}",
            title=say(f"api.title.{name}"),
            status=STATUS[name],
            detail=_sayable(detail),
            where=_sayable(where),
            remedy=_sayable(remedy),
        )
        self.headers = headers or {}

    def response(self) -> Response:
        """The problem as a response; it is not to be stored."""
        return Response(
            msgspec.json.encode(self.problem),
            status_code=self.problem.status,
            media_type=MEDIA_TYPE,
            headers={"Cache-Control": "no-store", **self.headers},
        )


def _sayable(text: str) -> str:
    """Text that UTF-8 can hold: half a surrogate pair, as an escape in JSON can give, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def nearest(name: str, known: list[str]) -> str:
    """The names nearest to ``name``, or all of them when they are few, as the remedy."""
    return say("api.nearest", names=", ".join(near(name, tuple(known)) or known[:20]))


def failed(error: Exception) -> Refused:
    """A fault of ours: the reader gets no detail, the operator the kind and the place, nobody what was sent."""
    told(error)
    return Refused("failed", "server", say("api.failed"), say("api.failed_remedy", version=__version__))


def told(error: BaseException) -> tuple[str, str]:
    """The kind and place of a fault of ours, which the operator is told on standard error."""
    kind, place = kind_and_place(error)
    if sys.stderr is not None:
        sys.stderr.write(say("api.trace", kind=kind, place=place) + "\n")
    return kind, place


def kind_and_place(error: BaseException) -> tuple[str, str]:
    """What kind of error it is and where in our code it was met, be it in another process; nothing of what was sent."""
    if (known := getattr(error, "place", None)) is not None:
        return getattr(error, "kind", type(error).__name__), str(known)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "repletion" in Path(frame.filename).parts] or frames
    place = f"{ours[-1].filename.rpartition('repletion/')[2]}:{ours[-1].lineno}" if ours else "?"
    return type(error).__name__, place


async def on_refused(_request: Request, error: Exception) -> Response:
    """The response to :class:`Refused`."""
    assert isinstance(error, Refused)
    return error.response()


async def on_status(request: Request, error: Exception) -> Response:
    """404 and 405 of the routing."""
    status, path = getattr(error, "status_code", 500), request.url.path[:200]
    headers: dict[str, str] = dict(getattr(error, "headers", None) or {})
    if status == STATUS["method_not_allowed"]:
        methods = ", ".join(_methods(request, headers.get("Allow", "")))
        detail = say("api.method_not_allowed", path=path, method=request.method[:20])
        remedy = say("api.method_not_allowed_remedy", methods=methods)
        return Refused("method_not_allowed", "method", detail, remedy, {"Allow": methods}).response()
    known = sorted(request.app.openapi()["paths"])
    return Refused("not_found", "path", say("api.not_found", path=path), nearest(path, known)).response()


def _methods(request: Request, allowed: str) -> list[str]:
    """Every method of an address: the routing knows only those of the first route that has its path."""
    for path, item in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.path):
            return [method.upper() for method in item]
    return [allowed]


async def on_parameters(_request: Request, error: Exception) -> Response:
    """A parameter of the address that does not fit."""
    found: list[dict[str, Any]] = error.errors()  # type: ignore[attr-defined]
    first = found[0]
    where = ".".join(str(part) for part in first["loc"])
    return Refused("invalid", where, f"{first['msg']}.", say("api.see", address="/v1/openapi.json")).response()

"""A request taken apart for a view: the fields of a form within their limits, the query, the path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from repletion.errors import RepletionError
from repletion.web.pages import FETCHES, KEEPS

if TYPE_CHECKING:
    from repletion.web.shelf import Shelf

MOST_FIELDS = 300
HEAVY = 12_000
"""Characters of a form from which on its answer is worked out apart."""
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class BadForm(RepletionError):
    """What was sent is not a form of these pages."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: ``form`` the fields sent in (the last of a name counts), ``files`` what was handed in.

    ``shelf``: where this server keeps what it is asked to keep, ``None`` where it keeps nothing; ``admitted``: whether
    this browser may reach it; ``same_site``: whether a page of this server sent the request.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    several: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    shelf: Shelf | None = None
    admitted: bool = False
    same_site: bool = False

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may stand several times."""
        return tuple(value for key, value in self.several if key == name and value.strip())


View = Callable[[Asked], Response]


def _plain(value: str) -> str:
    """Line ends as one character; browsers send two."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


async def _sent(request: Request) -> tuple[list[tuple[str, str]], dict[str, bytes]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == URLENCODED:
        body = (await request.body()).decode("utf-8", "replace")
        try:
            found = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
        except ValueError as error:
            raise BadForm("fields") from error
        return [(name, _plain(value)) for name, value in found], {}
    if kind == MULTIPART:
        from starlette.datastructures import UploadFile
        from starlette.formparsers import MultiPartException

        try:
            form = await request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=256 * 1024)
        except (MultiPartException, KeyError, ValueError, UnicodeError) as error:
            raise BadForm("multipart") from error
        fields, files = [], {}
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = await value.read()
            else:
                fields.append((name, _plain(value)))
        await form.close()
        return fields, files
    if not kind and not await request.body():
        return [], {}
    raise BadForm("kind")


def of_this_site(request: Request) -> bool:
    """Whether a page of this server sent the request: the browser says so, and a page elsewhere cannot say it.

    ``Sec-Fetch-Site`` decides where a browser sends it, else ``Origin``; a request with neither is not trusted.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin") == f"{request.url.scheme}://{request.headers.get('host', '')}"


def remember_keeping(request: Request) -> Shelf | None:
    """The shelf of the server, if it keeps anything; pages drawn for this request know of it."""
    shelf: Shelf | None = getattr(request.app.state, "shelf", None)
    KEEPS.set(shelf is not None and shelf.offered)
    return shelf


def shown(view: View, apart: Callable[[Asked], bool] | None = None) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a view; the view itself runs beside the loop, since it computes.

    ``apart``: whether it will take long and is done in a process of its own.  For a form of another site nothing is
    worked out.
    """

    async def endpoint(request: Request) -> Response:
        if request.method == "POST" and request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            raise HTTPException(403)
        fields, files = await _sent(request) if request.method == "POST" else ([], {})
        shelf = remember_keeping(request)
        FETCHES.set(getattr(request.app.state, "records", None) is not None)
        asked = Asked(
            path=dict(request.path_params),
            query=dict(request.query_params),
            form=dict(fields),
            several=tuple(fields),
            files=files,
            shelf=shelf,
            admitted=shelf is not None and shelf.admits(request.cookies),
            same_site=of_this_site(request),
        )
        if apart is not None and apart(asked):
            found: Response = await request.app.state.errands(view, asked)
            return found
        return await run_in_threadpool(view, asked)

    endpoint.__name__ = view.__name__
    return endpoint


def is_heavy(asked: Asked) -> bool:
    """Whether so much was told that reading and weighing it may take seconds."""
    return sum(len(value) for value in asked.form.values()) > HEAVY

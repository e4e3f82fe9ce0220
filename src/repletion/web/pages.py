"""Drawing a page: templates, the one stylesheet, the response with its headers."""

from __future__ import annotations

import gzip
import hashlib
import re
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2.ext import Extension
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from repletion.handbook.rendering import templates
from repletion.report import READERS
from repletion.report.drawing import TEMPLATES, add, draw
from repletion.version import __version__

HERE = Path(__file__).parent
KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}

KEEPS: ContextVar[bool] = ContextVar("keeps", default=False)
"""Whether the server of the request keeps what it is asked to keep; pages offer it then."""
FETCHES: ContextVar[bool] = ContextVar("fetches", default=False)
"""Whether it can fetch a record from a server that its operator lists."""


class Around(NamedTuple):
    """What an edition with people puts around every page.

    ``field`` and ``token``: what every form carries to be believed.  ``who``: is signed in, empty for nobody, and
    ``whose`` their id.
    ``links``: name (in the wording, ``practice.nav``) and address of further pages.  ``shares``: whether cases can be
    shared.
    """

    field: str
    token: str
    who: str = ""
    links: tuple[tuple[str, str], ...] = ()
    shares: bool = False
    whose: str = ""


AROUND: ContextVar[Around | None] = ContextVar("around", default=None)
"""Set for one request by an edition with people; on one's own machine there is nothing around a page."""


def surroundings() -> tuple[bool, Around | None]:
    """What pages of this request are drawn with, for another thread or process that draws one."""
    return KEEPS.get(), AROUND.get()


def surround(found: tuple[bool, Around | None]) -> None:
    """Draw with what another thread or process drew with."""
    KEEPS.set(found[0])
    AROUND.set(found[1])


class FormToken(Extension):
    """Puts the token into every form of every template, so that none can forget it."""

    _FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>')

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template with the token behind each beginning of a form."""
        return self._FORM.sub(r"\g<0>{{ form_token() }}", source)


def _form_token() -> str:
    around = AROUND.get()
    if around is None:
        return ""
    return Markup('<input type="hidden" name="{}" value="{}">').format(around.field, around.token)


@cache
def asset(name: str) -> bytes | None:
    """A file of the package that pages ask for; the stylesheet is that of the reports with the app's own after it."""
    if name == "style.css":
        return (TEMPLATES / "style.css").read_bytes() + (HERE / "static" / "web.css").read_bytes()
    return (HERE / "static" / name).read_bytes() if name in {"app.js", "icon.svg"} else None


@cache
def _address(name: str) -> str:
    """Where an asset is fetched; a changed file gets another address, so that it may be kept for long."""
    digest = hashlib.sha256(asset(name) or b"").hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def _environment(*folders: Path) -> Any:
    made = templates(*folders, HERE / "templates")
    made.add_extension(FormToken)
    return add(
        made,
        values={
            "around": AROUND.get,
            "form_token": _form_token,
            "asset": _address,
            "claim_to": lambda name: f"/claim/{name}",
            "source_to": lambda name: f"/source/{name}",
            "away": Markup(' target="_blank" rel="noopener"'),
            "readers": READERS,
            "version": __version__,
        },
    )


def page(name: str, /, *, status: int = 200, folder: Path | None = None, **values: Any) -> Response:
    """A page drawn from a template, of the app or of another folder."""
    made = _environment() if folder is None else _environment(folder)
    return HTMLResponse(draw(made, name, keeps=KEEPS.get(), fetches=FETCHES.get(), **values), status_code=status)


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(asset(name) or b"", 9, mtime=0)


def asset_response(name: str, *, packed: bool) -> Response | None:
    """An asset, to be kept by the browser, ``packed`` (gzip) or not; ``None`` when there is none of this name."""
    if asset(name) is None:
        return None
    kind = KINDS[name.rpartition(".")[2]]
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if not packed:
        return Response(asset(name), media_type=kind, headers=headers)
    return Response(_packed(name), media_type=kind, headers={**headers, "Content-Encoding": "gzip"})

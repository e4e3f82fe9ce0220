"""Drawing a page: templates, the one stylesheet, the response with its headers."""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

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
def _environment() -> Any:
    return add(
        templates(HERE / "templates"),
        values={
            "asset": _address,
            "claim_to": lambda name: f"/claim/{name}",
            "source_to": lambda name: f"/source/{name}",
            "away": Markup(' target="_blank" rel="noopener"'),
            "readers": READERS,
            "version": __version__,
        },
    )


def page(name: str, /, *, status: int = 200, **values: Any) -> Response:
    """A page drawn from a template."""
    return HTMLResponse(draw(_environment(), name, keeps=KEEPS.get(), **values), status_code=status)


def asset_response(name: str) -> Response | None:
    """An asset, to be kept by the browser; ``None`` when there is none of this name."""
    body = asset(name)
    if body is None:
        return None
    kind = KINDS[name.rpartition(".")[2]]
    return Response(body, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})

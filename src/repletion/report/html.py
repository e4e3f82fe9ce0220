"""The view as one self-contained HTML page: no script, no request to anywhere, readable on paper."""

from __future__ import annotations

import re

from repletion.report.drawing import draw, environment
from repletion.report.view import View

LAB_COLUMNS = ("test", "value", "date", "reference", "typed", "code")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def anchor(kind: str, name: str) -> str:
    """A page-wide id, different for every name: characters that an id cannot hold become their code."""
    return f"{kind}-{_UNSAFE.sub(lambda found: f'.{ord(found[0]):x}', name)}"


def claim_on_page(name: str) -> str:
    """Where a claim stands on the same page."""
    return f"#{anchor('claim', name)}"


def source_on_page(name: str) -> str:
    """Where a source stands on the same page."""
    return f"#{anchor('source', name)}"


def safe_link(link: str | None) -> str | None:
    """A link only if it leads to the web."""
    return link if link and link.startswith(("https://", "http://")) else None


def page_values(view: View) -> dict[str, object]:
    """What the templates of an answer need."""
    return {
        "view": view,
        "a": view.assessment,
        "claim_ids": view.claim_ids,
        "source_ids": {source.id for source in view.sources},
        "labs": LAB_COLUMNS,
    }


def render_html(view: View) -> str:
    """The whole page."""
    return draw(environment(), "page.html.j2", **page_values(view))

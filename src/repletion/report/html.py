"""The view as one self-contained HTML page: no script, no request to anywhere, readable on paper."""

from __future__ import annotations

from repletion.report.drawing import draw, environment
from repletion.report.view import View

LAB_COLUMNS = ("test", "value", "date", "reference", "typed", "code")


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

"""The view as one self-contained HTML page: no script, no request to anywhere, readable on paper."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from repletion.report import charts
from repletion.report.claims import claim_value
from repletion.report.items import sentence_case
from repletion.report.numbers import amount, frequency, percent, ratio
from repletion.report.view import View
from repletion.report.wording import display, say

if TYPE_CHECKING:
    from jinja2 import Template

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def anchor(kind: str, name: str) -> str:
    """A page-wide id, different for every name: characters that an id cannot hold become their code."""
    return f"{kind}-{_UNSAFE.sub(lambda found: f'.{ord(found[0]):x}', name)}"


def safe_link(link: str | None) -> str | None:
    """A link only if it leads to the web."""
    return link if link and link.startswith(("https://", "http://")) else None


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        say=say, anchor=anchor, safe_link=safe_link, charts=charts, denominator=display().denominator
    )
    environment.filters.update(
        amount=amount,
        percent=percent,
        ratio=ratio,
        frequency=frequency,
        sentence=sentence_case,
        claim_value=claim_value,
    )
    return environment.get_template("page.html.j2")


def render_html(view: View) -> str:
    """The whole page."""
    page = _template().render(
        view=view,
        a=view.assessment,
        claim_ids=view.claim_ids,
        source_ids={source.id for source in view.sources},
        labs=("test", "value", "date", "reference", "typed", "code"),
    )
    return re.sub(r"\n\s*\n+", "\n", page)

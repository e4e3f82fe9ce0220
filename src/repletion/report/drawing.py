"""The one set-up of templates: everything escaped, an unknown name an error, no empty lines.

Every page of Repletion is drawn here: reports, plans, the handbook, evaluations, the web app.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from repletion.report.links import anchor, claim_on_page, safe_link, source_on_page

TEMPLATES = Path(__file__).parent / "templates"
_EMPTY_LINES = re.compile(r"\n\s*\n+")


@cache
def environment(*folders: Path) -> Any:
    """Templates of these folders, then of the report's own; one environment for each choice of folders."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from repletion.report import charts
    from repletion.report.claims import claim_value
    from repletion.report.items import sentence_case
    from repletion.report.numbers import amount, frequency, percent, ratio, strength
    from repletion.report.orders import order_name, order_note
    from repletion.report.wording import display, say

    made = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(
        say=say,
        anchor=anchor,
        safe_link=safe_link,
        claim_to=claim_on_page,
        source_to=source_on_page,
        away="",
        charts=charts,
        order_name=order_name,
        order_note=order_note,
        denominator=display().denominator,
    )
    made.filters.update(
        amount=amount,
        percent=percent,
        ratio=ratio,
        frequency=frequency,
        strength=strength,
        sentence=sentence_case,
        claim_value=claim_value,
    )
    return made


def add(made: Any, *, filters: Mapping[str, Any] | None = None, values: Mapping[str, Any] | None = None) -> Any:
    """The environment with more filters and global values."""
    made.filters.update(filters or {})
    made.globals.update(values or {})
    return made


def draw(made: Any, name: str, /, **values: object) -> str:
    """A template with its values, without empty lines."""
    text: str = made.get_template(name).render(**values)
    return _EMPTY_LINES.sub("\n", text)

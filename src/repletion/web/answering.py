"""The answer, from what was told."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from repletion.report.html import page_values
from repletion.report.view import view_of
from repletion.web.forms import Asked
from repletion.web.pages import page
from repletion.web.reading import interview_of
from repletion.web.told import after, packed, unpacked


def answer(asked: Asked) -> Response:
    """``/answer``: the whole answer for one reader."""
    told = after(unpacked(asked.form.get("told")), asked.form)
    if told.is_empty:
        return page("first.html.j2", nothing=True)
    view = view_of(interview_of(told).assessment, told.reader)
    values: dict[str, Any] = page_values(view)
    return page("answer_page.html.j2", told=told, packed=packed(told), **values)

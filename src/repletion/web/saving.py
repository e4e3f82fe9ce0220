"""A saved answer: written as a file for the person, read again, and held against the answer of today."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from starlette.responses import Response

from repletion.assessment.model import Assessment
from repletion.report.json import to_json
from repletion.web.comparing import beside, of_answer
from repletion.web.forms import Asked
from repletion.web.pages import page
from repletion.web.reading import interview_of
from repletion.web.told import Told, after, packed, unpacked


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A file that somebody keeps: what was told, and the answer to it."""

    schema: Literal["repletion.saved/1"] = "repletion.saved/1"
    told: Told
    assessment: Assessment


def saved(asked: Asked) -> Response:
    """``/saved``: what was told and the answer, as a file."""
    told = after(unpacked(asked.form.get("told")), asked.form)
    answer = interview_of(told).assessment
    name = f"repletion-{re.sub(r'[^0-9-]', '', answer.on)}.json"
    return Response(
        to_json(Saved(told=told, assessment=answer)),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def read_saved(data: bytes) -> tuple[Told | None, Assessment] | None:
    """A saved file, or an answer of ``repletion assess --format json``; ``None`` when it is neither."""
    try:
        found = msgspec.json.decode(data, type=Saved)
        return found.told, found.assessment
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return None, msgspec.json.decode(data, type=Assessment)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def compare(asked: Asked) -> Response:
    """``/compare``: an earlier saved answer against now."""
    told = after(unpacked(asked.form.get("told")), asked.form) if asked.form else Told()
    data = asked.files.get("file", b"")
    earlier = read_saved(data) if data else None
    values: dict[str, Any] = {"told": told, "packed": packed(told), "wrong": bool(data) and earlier is None}
    if earlier is None:
        return page("compare.html.j2", status=400 if values["wrong"] else 200, then=None, **values)
    old_told, then = earlier
    current = old_told if told.is_empty and old_told is not None else told
    now = None if current.is_empty else interview_of(current).assessment
    return page(
        "compare.html.j2",
        **values,
        then=then,
        b=beside(of_answer(then), of_answer(now), told.reader) if now else None,
        is_same_case=current is old_told,
        old_packed=packed(old_told) if old_told is not None else "",
    )

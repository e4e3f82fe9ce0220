"""A saved answer: written as a file for the person, read again, and held against the answer of today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from starlette.responses import Response

from repletion.assessment.model import Assessment, Explanation
from repletion.report.items import sentence_case
from repletion.report.json import to_json
from repletion.report.numbers import frequency
from repletion.report.wording import display
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


@dataclass(frozen=True, slots=True)
class Moved:
    """One explanation then and now; a frequency is empty where it was not weighed."""

    name: str
    then: str
    now: str
    direction: str


def _moved(then: Assessment, now: Assessment) -> tuple[Moved, ...]:
    """Explanations that led one of the two answers, those that moved most first."""
    before, after_ = ({e.id: e for e in answer.explanations} for answer in (then, now))
    led = dict.fromkeys(e.id for answer in (then, now) for e in answer.explanations[: display().most_explanations])

    def chance(found: Explanation | None) -> float:
        return found.probability if found is not None else 0.0

    order = sorted(led, key=lambda name: -abs(chance(after_.get(name)) - chance(before.get(name))))
    rows = []
    for name in order:
        old, new = before.get(name), after_.get(name)
        label = (new or old).lay or (new or old).label  # type: ignore[union-attr]
        words = tuple("" if e is None else frequency(e.probability) for e in (old, new))
        moved = chance(new) - chance(old)
        direction = "same" if words[0] == words[1] else "up" if moved > 0 else "down"
        rows.append(Moved(sentence_case(label), words[0], words[1], direction))
    return tuple(rows)


def _understood(answer: Assessment) -> dict[tuple[str, str], str]:
    return {(u.kind, u.id): u.label for u in answer.understood if u.present and not u.past}


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
    old, new = _understood(then), _understood(now) if now else {}
    return page(
        "compare.html.j2",
        **values,
        then=then,
        now=now,
        moved=_moved(then, now) if now else (),
        added=[label for key, label in new.items() if key not in old],
        gone=[label for key, label in old.items() if key not in new],
        is_same_case=current is old_told,
        old_packed=packed(old_told) if old_told is not None else "",
    )

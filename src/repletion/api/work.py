"""The work behind the addresses: bytes in, bytes out, nothing kept.  Runs in a thread or in another process."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from repletion.api.bodies import mapping_of, refused_option
from repletion.case import Case
from repletion.case.beside import OptionError, options_beside
from repletion.case.bounds import Bounds
from repletion.errors import Issue
from repletion.intake.tables import Authority
from repletion.report.json import compact
from repletion.report.wording import say

Detail = Literal["leading", "full"]
OF_A_DIARY = ("person", "diary")
MOST_NAMED = 20
"""Keys beside a diary that are named as not read."""


def assessment(data: bytes, form: str, reader: str, on: dt.date | None, authority: Authority, detail: Detail) -> bytes:
    """The answer to the case in a body: JSON, or the report of ``reader`` as text or HTML.

    ``detail``: whether JSON tells every explanation whole or those that lead.
    """
    from repletion.assessment.stations import assess
    from repletion.report import render
    from repletion.report.leading import leading

    case = Case.from_mapping(mapping_of(data), today=on or _today())
    if form == "json":
        return compact(assess(case, on=on, authority=authority, leading=leading if detail == "leading" else None))
    found = assess(case, on=on, authority=authority)
    return render(found, format=form, reader=reader).encode()  # type: ignore[arg-type]


def intake(data: bytes, on: dt.date | None, authority: Authority) -> bytes:
    """The diary of a body against the reference intakes of its person."""
    from repletion.report.intake import answer_case

    mapping = mapping_of(data)
    case = Case.from_mapping({key: mapping[key] for key in OF_A_DIARY if key in mapping}, today=on or _today())
    others = Bounds().case(dict.fromkeys(key[:80] for key in mapping if key not in OF_A_DIARY))
    unread = (
        Issue(level="note", where=key, message=say("api.not_for_intake", name=key), remedy="")
        for key in list(others)[:MOST_NAMED]
    )
    case = msgspec.structs.replace(case, issues=(*case.issues, *unread))
    return compact(answer_case(case, authority=authority))


def question(data: bytes, on: dt.date | None, authority: Authority) -> bytes:
    """The next question after the case and the answers of a body."""
    from repletion.interview import start
    from repletion.interview.replay import Answers, resume, standing

    try:
        given, mapping, cut = options_beside(mapping_of(data), Answers)
    except OptionError as error:
        raise refused_option(error) from None
    case = Case.from_mapping(mapping, today=on or _today())
    found = standing(resume(start(case, on=on, authority=authority), given.answers))
    return compact(msgspec.structs.replace(found, issues=(*found.issues, *cut)))


def plan(data: bytes, on: dt.date | None, authority: Authority) -> bytes:
    """The food plan for the case and the wishes of a body."""
    from repletion.plan.wishes import Wishes, plan_as_wished

    try:
        wishes, mapping, cut = options_beside(mapping_of(data), Wishes)
    except OptionError as error:
        raise refused_option(error) from None
    found = plan_as_wished(Case.from_mapping(mapping, today=on or _today()), wishes, authority=authority)
    return compact(msgspec.structs.replace(found, issues=(*found.issues, *cut)))


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 - the person's own calendar day

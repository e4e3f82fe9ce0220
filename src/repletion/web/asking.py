"""The first page, and the page of what was understood with the next question."""

from __future__ import annotations

from functools import cache

from starlette.responses import RedirectResponse, Response

from repletion.interview import Interview
from repletion.interview.model import UNANSWERED
from repletion.knowledge import load
from repletion.report.items import sentence_case
from repletion.report.view import worst_first
from repletion.report.wording import display
from repletion.web.forms import Asked
from repletion.web.pages import page
from repletion.web.reading import chips, echoes, interview_of
from repletion.web.told import Told, after, packed, unpacked


def first(_asked: Asked) -> Response:
    """``/``: one box."""
    return page("first.html.j2")


def clear(_asked: Asked) -> Response:
    """``/clear``: nothing is kept here; the browser is asked to forget its copies too."""
    return RedirectResponse("/", status_code=303, headers={"Clear-Site-Data": '"cache", "storage"'})


@cache
def _lists() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Names to choose from while typing: (what is typed, lay words beside it, units of a test)."""
    known = load()
    medicines = sorted({sentence_case(drug.label) for drug in known.drugs.values()})
    conditions = {
        sentence_case(record.lay or record.label)
        for record in known.factors.values()
        if record.kind in {"condition", "history"}
    }
    tests = sorted(known.tests.values(), key=lambda test: test.label.casefold())
    return {
        "medicines": tuple((name, "", "") for name in medicines),
        "conditions": tuple((name, "", "") for name in sorted(conditions)),
        "tests": tuple((t.label, t.lay if t.lay != t.label else "", "|".join(u.unit for u in t.units)) for t in tests),
        "units": tuple((unit, "", "") for unit in sorted({t.unit for t in tests})),
    }


def _done(told: Told, interview: Interview) -> list[tuple[str, str, str]]:
    """Questions already answered: the question, the answer, the name to take it back by."""
    return [
        (done.asked.question, done.typed if done.reply == "words" else done.reply, f"answer:{place}")
        for place, done in enumerate(interview.answered)
    ]


def _asks_person(interview: Interview) -> bool:
    """Whether age or sex is still open and was not passed over."""
    passed = {done.asked.id for done in interview.answered}
    person = interview.case.person
    return (person.age is None and "age" not in passed) or (person.sex is None and "sex" not in passed)


def understood(asked: Asked) -> Response:
    """``/understood``: chips, warning signs, then one question at a time."""
    told = after(unpacked(asked.form.get("told")), asked.form)
    interview = interview_of(told)
    urgency = interview.urgency
    flags = () if urgency.urgency == "emergency" else interview.red_flags
    pending = None if flags else interview.next()
    if pending is not None and pending.id in {"age", "sex"} and _asks_person(interview):
        pending = None if not interview.answered else pending
    return page(
        "understood.html.j2",
        told=told,
        packed=packed(told),
        person=interview.case.person,
        asks_person=_asks_person(interview),
        chips=chips(told, interview),
        echoes=echoes(told, interview),
        issues=worst_first(i for i in interview.case.issues if not i.where.startswith("diary")),
        urgency=urgency,
        warns=urgency.urgency in display().later_when,
        flags=flags,
        question=pending,
        stop=None if flags else interview.stop,
        done=_done(told, interview),
        asked_most=int(interview.knowledge.rule("interview_most_questions")),
        unanswered=UNANSWERED,
        lists=_lists(),
        said_nothing=interview.said_nothing,
    )

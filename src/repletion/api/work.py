"""The work behind the addresses: bytes in, bytes out, nothing kept.  Runs in a thread or in another process."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from repletion.api.bodies import mapping_of, request_of
from repletion.api.problems import Refused, nearest
from repletion.case import Case
from repletion.case.model import Understood
from repletion.errors import Issue
from repletion.intake.tables import Authority
from repletion.interview import Answered, Asked, Stop
from repletion.report.json import compact
from repletion.report.wording import say
from repletion.triage import Triage

MOST_ANSWERS = 100
MOST_NAMES = 50
Names = Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=MOST_NAMES)]


class AnswerEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was answered to one question.

    ``id``: the question's own.  ``answer``: words as typed, or yes, no, not_sure, skip; a truth value is yes or no, a
    number is a number of years, null skips.
    """

    id: Annotated[str, Meta(max_length=200)]
    answer: Annotated[str, Meta(max_length=20_000)] | bool | float | None = None

    @property
    def typed(self) -> str:
        """The answer in words."""
        if isinstance(self.answer, bool):
            return "yes" if self.answer else "no"
        if isinstance(self.answer, float):
            return f"{self.answer:g}"
        return self.answer or "skip"


class QuestionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Beside the ``case``: every answer so far, in the order in which the questions were put."""

    answers: Annotated[tuple[AnswerEntry, ...], Meta(max_length=MOST_ANSWERS)] = ()


class PlanRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Beside the ``case``: what the plan is to be like; as the options of ``repletion plan``.

    ``without``: foods and groups not eaten.  ``pattern``: ways of eating.  ``keep``: foods of the diary that must not
    become less.  ``focus``: nutrients that matter most.  ``days``: also a plan for so many days.  ``alternatives``:
    other plans.  ``swaps``: for each new food, the plan without it.  ``new_foods``, ``change``: at most so many new
    foods, and servings of change.
    """

    without: Names = ()
    pattern: Names = ()
    keep: Names = ()
    focus: Names = ()
    days: Annotated[int, Meta(ge=1, le=14)] | None = None
    alternatives: Annotated[int, Meta(ge=0, le=5)] = 3
    swaps: bool = False
    new_foods: Annotated[int, Meta(ge=0, le=8)] | None = None
    change: Annotated[float, Meta(ge=0.5, le=20)] | None = None


class NextQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The interview as it stands: how soon to be seen as far as is known, then the next question or why none is asked.

    ``question`` is null when nothing more is worth asking; ``stop`` then says why.  ``answered``: each answer with what
    it was taken as.  ``understood`` and ``issues``: of everything said so far.
    """

    schema: Literal["repletion.question/1"] = "repletion.question/1"
    triage: Triage
    question: Asked | None
    stop: Stop | None
    answered: tuple[Answered, ...]
    understood: tuple[Understood, ...]
    issues: tuple[Issue, ...]


def assessment(data: bytes, form: str, reader: str, on: dt.date | None, authority: Authority) -> bytes:
    """The answer to the case in a body: JSON, or the report of ``reader`` as text or HTML."""
    from repletion.assessment.stations import assess
    from repletion.report import render

    case = Case.from_mapping(mapping_of(data), today=on or _today())
    found = assess(case, on=on, authority=authority)
    if form == "json":
        return compact(found)
    return render(found, format=form, reader=reader).encode()  # type: ignore[arg-type]


def intake(data: bytes, on: dt.date | None, authority: Authority) -> bytes:
    """The diary of a body against the reference intakes of its person."""
    from repletion.intake.diary import DiaryError
    from repletion.report.intake import answer

    mapping = mapping_of(data)
    case = Case.from_mapping({key: mapping[key] for key in ("person", "diary") if key in mapping}, today=on or _today())
    unread = [
        Issue(level="note", where=key[:80], message=say("api.not_for_intake", name=key[:80]), remedy="")
        for key in mapping
        if key not in ("person", "diary")
    ]
    issues = [*case.issues, *unread]
    try:
        found, _, _ = answer(case.diary, case.person, authority=authority)
    except DiaryError as error:
        issues.append(Issue(level="error", where="diary", message=str(error), remedy=say("api.diary_remedy")))
        found, _, _ = answer("", case.person, authority=authority)
    return compact(msgspec.structs.replace(found, issues=tuple(dict.fromkeys((*issues, *found.issues)))))


def question(data: bytes, on: dt.date | None, authority: Authority) -> bytes:
    """The next question after the case and the answers of a body."""
    from repletion.interview import Given, resume, start

    asked, mapping, cut = request_of(data, QuestionRequest)
    case = Case.from_mapping(mapping, today=on or _today())
    given = [Given(id=entry.id, answer=entry.typed) for entry in asked.answers]
    interview = resume(start(case, on=on, authority=authority), given)
    return compact(
        NextQuestion(
            triage=interview.urgency,
            question=interview.next(),
            stop=interview.stop,
            answered=interview.answered,
            understood=interview.case.understood,
            issues=(*interview.case.issues, *cut),
        )
    )


def plan(data: bytes, on: dt.date | None, authority: Authority) -> bytes:
    """The food plan for the case and the options of a body."""
    from repletion.plan.data import needs
    from repletion.plan.station import plan_case

    asked, mapping, cut = request_of(data, PlanRequest)
    for place, name in enumerate(asked.focus):
        if name not in needs():
            why = say("api.no_nutrient", name=name)
            raise Refused("invalid", f"body.focus[{place}]", why, nearest(name, sorted(needs())))
    found = plan_case(
        Case.from_mapping(mapping, today=on or _today()),
        without=asked.without,
        pattern=asked.pattern,
        keep=asked.keep,
        focus=asked.focus,
        days=asked.days or 0,
        alternatives=asked.alternatives,
        swaps=asked.swaps,
        most_new=asked.new_foods,
        most_change=asked.change,
        authority=authority,
    )
    return compact(msgspec.structs.replace(found, issues=(*found.issues, *cut)))


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 - the person's own calendar day


def options_of(kind: type[Any]) -> dict[str, Any]:
    """JSON Schema of a request's options with the ``case`` they stand beside; components under ``#/components``."""
    (found,), _ = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    return dict(found)

"""The addresses below ``/v1``.  Each reads, lets the work be done in its turn, and answers with bytes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from repletion.api import reference, schemas, work
from repletion.api.bodies import body_of
from repletion.api.problems import Refused
from repletion.api.turns import Turns
from repletion.assessment.model import Assessment, Versions
from repletion.case.schema import CaseDocument
from repletion.interview.replay import Answers, Standing
from repletion.plan.model import Plan
from repletion.plan.wishes import Wishes
from repletion.report.intake import IntakeAnswer
from repletion.report.record import RecordView
from repletion.report.tables import FoodPage
from repletion.report.wording import say

router = APIRouter(prefix="/v1", default_response_class=Response)
answers = Turns(places=1, waiting=1500, wait=60.0)
plans = Turns(places=1, waiting=4, wait=20.0, limit=60.0)

Authority = Annotated[Literal["NASEM", "EFSA"], Query(description="Whose reference intakes count.")]
Day = Annotated[
    dt.date | None,
    Query(description="The day of the assessment, as 2026-11-23. Default: the case's, or today.", alias="on"),
]
Reader = Annotated[
    Literal["patient", "clinician", "research"],
    Query(description="For whom text and HTML are written. JSON is the same for all."),
]
Detail = Annotated[
    work.Detail,
    Query(
        description="How much JSON tells. `leading`: every explanation with its name, chance and range, in its place; "
        "reasons, claims and sources for those that a report shows. `full`: all of it for every explanation, four "
        "times as long."
    ),
]
FORMS = {"application/json": "json", "text/plain": "text", "text/html": "html"}
POSTED = schemas.problems(400, 406, 408, 413, 415, 422, 500, 503)
CASE = {"text": "my eyelid has been twitching for 3 weeks", "person": {"age": 41, "sex": "female"}}
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
MINE = "private, max-age=300"
NOT_STORED = {**HEADERS, "Cache-Control": "no-store"}
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"


def answered(data: bytes, media: str = "application/json") -> Response:
    """An answer about a person: never to be stored on the way."""
    headers = {**NOT_STORED, "Vary": "Accept"}
    if media == "text/html":
        headers["Content-Security-Policy"] = PAGE_POLICY
    return Response(data, media_type=media, headers=headers)


def looked_up(request: Request, data: bytes, keep: str = "public, max-age=300") -> Response:
    """Something that changes only with a version, or 304 when the asker has it."""
    headers = {**HEADERS, "ETag": reference.tag(), "Cache-Control": keep}
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if reference.tag() in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="application/json", headers=headers)


def form_of(request: Request) -> str:
    """The media type asked for, the first that can be had; JSON when anything will do.  Raises :class:`Refused`."""
    asked = request.headers.get("accept", "*/*")
    for part in asked.split(","):
        media, _, weight = part.strip().partition(";")
        media = media.strip().lower()
        if weight.replace(" ", "") in {"q=0", "q=0.0"}:
            continue
        if media in FORMS:
            return media
        if media in {"*/*", "application/*", ""}:
            return "application/json"
        if media == "text/*":
            return "text/plain"
    detail = say("api.not_acceptable", asked=asked[:80])
    raise Refused("not_acceptable", "header.accept", detail, say("api.not_acceptable_remedy", offered=", ".join(FORMS)))


@router.post(
    "/assessments",
    operation_id="assess",
    tags=["answers"],
    summary="How soon to see a doctor, what could explain it, what would settle it, how the diet stands",
    responses={
        200: schemas.answer(
            Assessment,
            **{"text/plain": "The report for the reader, as text.", "text/html": "The report as one page."},
        ),
        **POSTED,
    },
    openapi_extra=schemas.body(CaseDocument, words=CASE),
)
async def assessments(
    request: Request,
    reader: Reader = "patient",
    on: Day = None,
    authority: Authority = "NASEM",
    detail: Detail = "leading",
) -> Response:
    """The body is a case with the keys of a case file. What is not understood in it is among the answer's issues."""
    media = form_of(request)
    data = await body_of(request)
    return answered(await answers(work.assessment, data, FORMS[media], reader, on, authority, detail), media)


@router.post(
    "/intakes",
    operation_id="intake",
    tags=["answers"],
    summary="A diary against reference intakes",
    responses={200: schemas.answer(IntakeAnswer), **POSTED},
    openapi_extra=schemas.body(
        CaseDocument, diary={"diary": "Day 1\n2 cups cooked spinach\n1 banana", "person": {"age": 52, "sex": "female"}}
    ),
)
async def intakes(request: Request, on: Day = None, authority: Authority = "NASEM") -> Response:
    """The body is a case of which ``diary`` and ``person`` are read. A few days cannot show what is usual."""
    form_of(request)
    data = await body_of(request)
    return answered(await answers(work.intake, data, on, authority))


@router.post(
    "/questions",
    operation_id="nextQuestion",
    tags=["answers"],
    summary="The next question of the interview",
    responses={200: schemas.answer(Standing), **POSTED},
    openapi_extra=schemas.body(
        Answers, second={"case": CASE, "answers": [{"id": "medicines", "answer": "omeprazole"}]}
    ),
)
async def next_question(request: Request, on: Day = None, authority: Authority = "NASEM") -> Response:
    """The case and every answer so far go in; the next question comes out, or why none is asked. Nothing is kept."""
    form_of(request)
    data = await body_of(request)
    return answered(await answers(work.question, data, on, authority))


@router.post(
    "/plans",
    operation_id="plan",
    tags=["answers"],
    summary="The smallest change of the day that closes the gaps",
    responses={200: schemas.answer(Plan), **POSTED},
    openapi_extra=schemas.body(Wishes, vegan={"case": CASE, "pattern": ["vegan"], "alternatives": 1}),
)
async def make_plan(request: Request, on: Day = None, authority: Authority = "NASEM") -> Response:
    """A warning sign takes the place of any plan. Plans are worked out apart; when too many wait, 503 says when."""
    form_of(request)
    data = await body_of(request)
    return answered(await plans(work.plan, data, on, authority))


@router.get(
    "/questions",
    operation_id="questions",
    tags=["reference"],
    summary="Every question that takes yes or no",
    responses={200: schemas.answer(reference.Askables), **schemas.problems(500)},
)
async def questions(request: Request) -> Response:
    """The red flags first, then findings and factors. The order of an interview comes from POST."""
    return looked_up(request, reference.questions())


@router.get(
    "/foods",
    operation_id="searchFoods",
    tags=["reference"],
    summary="Foods by name",
    responses={200: schemas.answer(reference.FoodsFound), **schemas.problems(422, 500)},
)
async def foods(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=400, description="What a person calls the food.")],
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 10,
) -> Response:
    """Typing slips, plurals and British names are understood."""
    return looked_up(request, await answers(reference.foods, q, limit), keep=MINE)


@router.get(
    "/foods/{code}",
    operation_id="food",
    tags=["reference"],
    summary="One food whole",
    responses={200: schemas.answer(FoodPage), **schemas.problems(404, 500)},
)
async def food(request: Request, code: str) -> Response:
    """What 100 g hold, null where the release has no value, and household portions."""
    return looked_up(request, await answers(reference.food, code), keep=MINE)


@router.get(
    "/knowledge",
    operation_id="kinds",
    tags=["reference"],
    summary="The kinds of record that the knowledge holds",
    responses={200: schemas.answer(reference.Kinds), **schemas.problems(500)},
)
async def kinds(request: Request) -> Response:
    """With how many there are of each, and the version."""
    return looked_up(request, reference.kinds())


@router.get(
    "/knowledge/{kind}",
    operation_id="records",
    tags=["reference"],
    summary="Every record of a kind",
    responses={200: schemas.answer(reference.Records), **schemas.problems(404, 500)},
)
async def records(request: Request, kind: str) -> Response:
    """By id and what it is called."""
    return looked_up(request, reference.records(kind))


@router.get(
    "/knowledge/{kind}/{name}",
    operation_id="record",
    tags=["reference"],
    summary="One record with its claims and sources",
    responses={200: schemas.answer(RecordView), **schemas.problems(404, 500)},
)
async def record(request: Request, kind: str, name: str) -> Response:
    """Any number leads to a claim, a claim to its source."""
    return looked_up(request, reference.record(kind, name))


@router.get(
    "/health",
    operation_id="health",
    tags=["service"],
    summary="Whether answers can be given",
    responses={200: schemas.answer(reference.Health), **schemas.problems(500)},
)
async def health() -> Response:
    """For a supervisor; it waits for nothing."""
    return Response(reference.health(), media_type="application/json", headers=NOT_STORED)


@router.get(
    "/version",
    operation_id="version",
    tags=["service"],
    summary="Versions of software, knowledge and food data",
    responses={200: schemas.answer(Versions), **schemas.problems(500)},
)
async def version(request: Request) -> Response:
    """An answer carries the same versions and a fingerprint."""
    return looked_up(request, reference.version())

"""``/record``: a record fetched from a listed server, and the answer to it.  Only with ``serve --smart FILE``.

The browser holds two cookies for minutes, each a random name of something in memory: the sign-in that it began, and
the record that it may see.  Neither is ever in an address.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from repletion.assessment.stations import assess
from repletion.fhir.write import write_bundle
from repletion.report import READERS
from repletion.report.html import page_values
from repletion.report.view import view_of, worst_first
from repletion.report.wording import say
from repletion.smart import Records, Seen, SmartError
from repletion.smart.launch import same
from repletion.smart.records import PENDING_SECONDS, SEEN_SECONDS
from repletion.web.forms import of_this_site
from repletion.web.pages import page
from repletion.web.record_reading import Readings, Under
from repletion.web.waiting import drawn, told

BEGUN, SHOWN = "repletion-sign-in", "repletion-record"
"""Cookies: the sign-in that this browser began; the record that it may see."""
LONGEST = 4000
MOST_WORDS = 20_000


def records_of(request: Request) -> Records:
    """What is under way; 404 where no server is listed."""
    found: Records | None = getattr(request.app.state, "records", None)
    if found is None:
        raise HTTPException(404)
    return found


async def _worked(work: Callable[..., Response], *args: Any) -> Response:
    """A view beside the loop; what goes wrong on the way to the record is a page."""
    try:
        return await run_in_threadpool(work, *args)
    except SmartError as error:
        return _refused(error)


def _refused(error: SmartError) -> Response:
    response = page("record_fault.html.j2", status=400, message=error.message, remedy=error.remedy)
    response.delete_cookie(BEGUN, path="/record")
    return response


async def choose(request: Request) -> Response:
    """``/record``: the listed servers."""
    return page("record.html.j2", servers=records_of(request).settings.servers)


async def start(request: Request) -> Response:
    """``/record/start?server=NAME``: to the sign-in of a listed server."""
    records = records_of(request)
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise HTTPException(403)  # a page elsewhere cannot begin it
    server = records.settings.named(request.query_params.get("server", ""))
    if server is None:
        raise HTTPException(404)
    return await _worked(_begin, records, server, "", request.query_params.get("write") == "1")


async def launched(request: Request) -> Response:
    """``/record/launch?iss=…&launch=…``: opened from within a record system that is listed."""
    records = records_of(request)
    server = records.settings.at(request.query_params.get("iss", ""))
    launch = request.query_params.get("launch", "")
    if server is None or not launch or len(launch) > LONGEST:
        return page("record_fault.html.j2", status=400, message=say("web.record.not_listed"), remedy="")
    return await _worked(_begin, records, server, launch, False)


def _begin(records: Records, server: Any, launch: str, writes: bool) -> Response:
    address, browser = records.start(server, launch=launch, writes=writes)
    response = RedirectResponse(address, status_code=303, headers={"Referrer-Policy": "no-referrer"})
    response.set_cookie(BEGUN, browser, max_age=int(PENDING_SECONDS), path="/record", httponly=True, samesite="lax",
                        secure=records.is_secure)  # fmt: skip
    return response


async def callback(request: Request) -> Response:
    """``/record/callback``: back from the sign-in; the record is read, and the address is left behind at once."""
    records, readings = records_of(request), request.app.state.readings
    answer = {name: value[:20_000] for name, value in request.query_params.items()}
    try:
        under = readings.begin(records, answer, request.cookies.get(BEGUN, ""))
    except SmartError as error:
        return _refused(error)
    errand = under.errand
    if await run_in_threadpool(errand.finished.wait, readings.patience):
        response = _over(readings, under)
    else:
        response = RedirectResponse("/record/wait", status_code=303)
    response.delete_cookie(BEGUN, path="/record")
    if not under.why:
        response.set_cookie(SHOWN, errand.id, max_age=int(SEEN_SECONDS), path="/record", httponly=True,
                            samesite="lax", secure=records.is_secure)  # fmt: skip
    return response


def _over(readings: Readings, under: Under) -> Response:
    """To the answer of a record that was read, or why it was not.  Raises what was a fault of ours."""
    readings.drop(under.errand.id)
    if under.why:
        return _refused(under.why[0])
    if under.errand.answer != ("read",):
        return under.errand.response()
    return RedirectResponse("/record/answer", status_code=303)


def _under(request: Request) -> Under | None:
    """The reading of this browser, if one is under way."""
    records_of(request)
    readings: Readings = request.app.state.readings
    return readings.find(request.cookies.get(SHOWN, ""))


async def waiting(request: Request) -> Response:
    """``/record/wait``: how far the reading is; the answer when it is there."""
    under = _under(request)
    if under is None:
        return RedirectResponse("/record/answer", status_code=303)
    if under.errand.finished.is_set():
        return _over(request.app.state.readings, under)
    return await run_in_threadpool(
        partial(
            drawn,
            under.errand,
            "/record/wait",
            title="web.record.reading",
            text="web.record.reading_text",
            foot="web.record.foot",
        )
    )


async def state(request: Request) -> Response:
    """``/record/wait/state``: the same for the script of the page."""
    under = _under(request)
    if under is None:
        raise HTTPException(410)
    return told(under.errand)


async def end(request: Request) -> Response:
    """``/record/wait/end``: ends the reading; nothing of it is held."""
    records = records_of(request)
    if not of_this_site(request):
        raise HTTPException(403)
    request.app.state.readings.end(records, request.cookies.get(SHOWN, ""))
    response = await run_in_threadpool(page, "record_ended.html.j2")
    response.delete_cookie(SHOWN, path="/record")
    return response


async def answered(request: Request) -> Response:
    """``/record/answer``: what the record gives, for one reader."""
    seen = records_of(request).seen(request.cookies.get(SHOWN, ""))
    if seen is None:
        return RedirectResponse("/record", status_code=303)
    reader = request.query_params.get("reader", "patient")
    return await _worked(_answer, seen, reader if reader in READERS else "patient")


def _answer(seen: Seen, reader: Any) -> Response:
    case = seen.reading.case
    values: dict[str, Any] = page_values(view_of(assess(case), reader))
    values["made"] = [text for text in values["view"].made if text != say("made.private")]  # this came over a network
    issues = worst_first((*seen.issues, *seen.reading.issues))
    return page("record_answer.html.j2", seen=seen, reader=reader, issues=issues, **values)


async def change(request: Request) -> Response:
    """``/record/change``: add words to the record, forget it, or write what was worked out back as preliminary."""
    records = records_of(request)
    key = request.cookies.get(SHOWN, "")
    seen = records.seen(key)
    form = await request.form(max_files=0, max_fields=10)
    if seen is None or not of_this_site(request) or not same(str(form.get("token", "")), seen.token):
        raise HTTPException(403)
    if form.get("do") == "words":
        await run_in_threadpool(records.tell, seen, str(form.get("words", ""))[:MOST_WORDS].strip())
        return RedirectResponse("/record/answer", status_code=303)
    if form.get("do") == "write":
        return await _worked(_write, records, seen)
    records.forget(key)
    response = RedirectResponse("/record", status_code=303, headers={"Clear-Site-Data": '"cache"'})
    response.delete_cookie(SHOWN, path="/record")
    return response


def _write(records: Records, seen: Seen) -> Response:
    found = assess(seen.reading.case)
    records.write(seen, write_bundle(found, reading=seen.reading, version=seen.reading.version))
    return RedirectResponse("/record/answer", status_code=303)


ROUTES = (
    Route("/record", choose),
    Route("/record/start", start),
    Route("/record/launch", launched),
    Route("/record/callback", callback),
    Route("/record/wait", waiting),
    Route("/record/wait/state", state),
    Route("/record/wait/end", end, methods=["POST"]),
    Route("/record/answer", answered),
    Route("/record/change", change, methods=["POST"]),
)

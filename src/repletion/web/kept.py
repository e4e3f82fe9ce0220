"""What is kept: the list, one entry as it was then, comparing, assessing again, diary days; and keeping itself.

Changes are POST, come from a page of this server and carry its token; names in addresses are random.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from repletion.assessment.stations import assess
from repletion.keeping import KeepError, Kept
from repletion.report.html import page_values
from repletion.report.items import sentence_case
from repletion.report.view import view_of
from repletion.report.wording import say
from repletion.web.comparing import beside
from repletion.web.forms import Asked, View, shown
from repletion.web.keepers import keeper_of
from repletion.web.pages import page
from repletion.web.reading import interview_of, today
from repletion.web.shelf import Shelf, Shut
from repletion.web.told import FormError, Told, after, packed, unpacked

SAID = frozenset(
    {"kept", "erased", "everything", "locked", "unlocked", "opened", "shut", "restored", "added", "let_in"}
)
"""What a page may be told in its address about the change that led to it."""


def shelf_of(asked: Asked) -> Shelf:
    """The shelf of whoever asks.  Raises :class:`Shut` for a browser that was not let in."""
    if asked.shelf is None:
        raise Shut("off")
    if not asked.admitted:
        raise Shut("door")
    return asked.shelf


def _told_of(asked: Asked) -> Told:
    return after(unpacked(asked.form.get("told")), asked.form)


def shut_page(asked: Asked, why: str, problem: str = "", status: int = 403) -> Response:
    """Why what is kept cannot be reached, and what opens it; what was told stays in the form."""
    told = _told_of(asked)
    token = asked.shelf.token if asked.shelf is not None and asked.admitted else ""
    place = asked.shelf.place if token and asked.shelf is not None else ""
    values: dict[str, Any] = {"why": why, "problem": problem, "token": token, "place": place}
    return page("kept_shut.html.j2", status=status, packed=packed(told), told=told, **values)


def problem_page(asked: Asked, problem: str, status: int = 400) -> Response:
    """What is wrong, where the file is, and a way to put a backup in its place."""
    shelf = shelf_of(asked)
    token = shelf.token if shelf.has_file else ""
    return page("kept_problem.html.j2", status=status, problem=problem, place=shelf.place, token=token)


def inside(view: View) -> View:
    """A page of what is kept: what shuts it, and what keeping says is wrong, become pages with the way on."""

    @wraps(view)
    def opened(asked: Asked) -> Response:
        try:
            shelf_of(asked)
            return view(asked)
        except Shut as shut:
            return shut_page(asked, shut.why, status=404 if shut.why == "off" else 403)
        except KeepError as error:
            return problem_page(asked, str(error), status=409)

    return opened


def changing(view: View) -> View:
    """A view that changes what is kept: only for a form of this server with its token."""

    @wraps(view)
    def checked(asked: Asked) -> Response:
        shelf = shelf_of(asked)
        if not asked.same_site or not shelf.signed(asked.form.get("token", "")):
            raise HTTPException(403)
        return view(asked)

    return inside(checked)


def done(to: str, what: str) -> Response:
    """To the page after a change; its address names the kind of change and nothing else."""
    return RedirectResponse(f"{to}?said={what}", status_code=303)


def said(asked: Asked) -> str:
    """The kind of change that led here, or nothing."""
    found = asked.query.get("said", "")
    return found if found in SAID else ""


def moment(saved: str) -> str:
    """A moment of the file (UTC) in this machine's time: "2026-11-27 03:40"."""
    try:
        found = dt.datetime.fromisoformat(saved)
    except ValueError:
        return saved
    return f"{found.astimezone():%Y-%m-%d %H:%M}"


def listed(asked: Asked) -> Response:
    """``/kept``: every entry, the latest first, and what can be done with the file."""
    shelf = shelf_of(asked)
    state = shelf.state
    if state == "locked":
        raise Shut("locked")
    lines: tuple[Any, ...] = ()
    is_locked = False
    if state == "open":
        with keeper_of(asked) as keeper:
            lines, is_locked = keeper.all(), keeper.locked
    return page(
        "kept.html.j2",
        lines=lines[::-1],
        pair=_likely_pair(lines),
        moment=moment,
        place=shelf.place,
        has_file=shelf.has_file,
        state=state,
        is_locked=is_locked,
        token=shelf.token,
        said=said(asked),
    )


def _likely_pair(lines: tuple[Any, ...]) -> tuple[str, str]:
    """Whom one most likely wants to compare: the latest entry that has an earlier one of its name, and that one."""
    for later in reversed(lines):
        same = [line.id for line in lines if line.name == later.name and line.version < later.version]
        if same:
            return same[-1], later.id
    return (lines[-2].id, lines[-1].id) if len(lines) > 1 else ("", "")


def day_title(day: str) -> str:
    """The name of a day as its diary gives it: "Day 2", "Monday"; a number alone gets its word."""
    return say("web.kept.day", day=day) if day[:1].isdigit() and len(day) < 4 else sentence_case(day)


def day_lines(day: str, text: str) -> str:
    """What was eaten on a day, without the line that only names it."""
    lines = text.strip().split("\n")
    return "\n".join(lines[1:] if lines[0].strip(" :").lower() == day.lower() and lines[1:] else lines)


def new(asked: Asked) -> Response:
    """``/kept/new``: before anything is kept, where it will lie, under which name, and whether it is locked."""
    shelf = shelf_of(asked)
    told = _told_of(asked)
    if told.is_empty:
        return RedirectResponse("/", status_code=303)
    state = shelf.state
    if state == "locked":
        raise Shut("locked")
    names: list[str] = []
    is_locked = False
    if state == "open":
        with keeper_of(asked) as keeper:
            names = list(dict.fromkeys(line.name for line in keeper.own()))
            is_locked = keeper.locked
    values: dict[str, Any] = {
        "state": state,
        "names": names,
        "is_locked": is_locked,
        "place": shelf.place,
        "token": shelf.token,
    }
    return page("kept_new.html.j2", told=told, packed=packed(told), has_file=shelf.has_file, problem="", **values)


def keep(asked: Asked) -> Response:
    """``/kept`` by POST: keep what was told, with its answer of today; nothing else keeps anything."""
    shelf = shelf_of(asked)
    told = _told_of(asked)
    if told.is_empty:
        raise FormError("told")
    phrase = asked.form.get("passphrase", "")
    if phrase or asked.form.get("again", ""):
        problem = "" if phrase == asked.form.get("again") else "differ"
        problem = problem or ("short" if len(phrase) < shelf.shortest else "")
        if problem or shelf.state != "absent":
            values: dict[str, Any] = {
                "state": shelf.state,
                "names": [],
                "is_locked": False,
                "place": shelf.place,
                "token": shelf.token,
            }
            values |= {"told": told, "packed": packed(told), "has_file": shelf.has_file, "problem": problem or "exists"}
            return page("kept_new.html.j2", status=400, **values)
        shelf.make_locked(phrase)
    interview = interview_of(told)
    form = msgspec.to_builtins(msgspec.structs.replace(told, diary=""))
    name = " ".join(asked.form.get("name", "").split())[:80] or "case"
    entry = Kept.of(interview.case, interview.assessment, name=name, told=form)
    with keeper_of(asked, create=True) as keeper:
        kept = keeper.add(entry)
    return done(f"/kept/{kept}", "kept")


def told_in(kept: Kept) -> Told | None:
    """What was told, as a form takes it up again; ``None`` for an entry that was not kept from these pages."""
    found = kept.case.get("told")
    if found is None:
        return None
    try:
        return unpacked(msgspec.json.encode({**found, "diary": "\n".join(kept.diary.values())}))
    except (FormError, TypeError):
        return None


def _entry(asked: Asked) -> Kept:
    """The entry of an address: only its whole id leads to it."""
    name = asked.path["entry"]
    with keeper_of(asked) as keeper:
        if name not in {line.id for line in keeper.all()}:
            raise HTTPException(404)
        return keeper.get(name)


def entry(asked: Asked) -> Response:
    """``/kept/ID``: the answer as it was given then, to read, with what can be done from it."""
    kept = _entry(asked)
    told = told_in(kept)
    answer = kept.as_answer()
    reader = told.reader if told is not None else "patient"
    return page(
        "kept_entry.html.j2",
        kept=kept,
        saved=moment(kept.saved),
        told=told,
        packed=packed(told) if told is not None else "",
        token=shelf_of(asked).token,
        place=shelf_of(asked).place,
        said=said(asked),
        others=_others(asked, kept),
        moment=moment,
        diary=[(day_title(day), day_lines(day, text)) for day, text in kept.diary.items()],
        **dict[str, Any](page_values(view_of(answer, reader))),
    )


def _others(asked: Asked, kept: Kept) -> list[Any]:
    """Entries to compare with, those of the same name first, the latest before."""
    with keeper_of(asked) as keeper:
        lines = [line for line in keeper.all() if line.id != kept.id]
    latest_first = lines[::-1]
    return sorted(latest_first, key=lambda line: line.name != kept.name)


def again(asked: Asked) -> Response:
    """``/kept/ID/again``: the case of then with what is known today, beside the answer of then."""
    kept = _entry(asked)
    told = told_in(kept)
    if told is not None:
        interview = interview_of(told)
        case, answer = interview.case, interview.assessment
    else:
        case = kept.as_case()
        answer = assess(case, on=today())
    fresh = Kept.of(case, answer, name=kept.name, told=kept.case.get("told"))
    if asked.form.get("do") == "keep":
        with keeper_of(asked) as keeper:
            return done(f"/kept/{keeper.add(fresh)}", "kept")
    reader = told.reader if told is not None else "patient"
    return page(
        "kept_again.html.j2",
        kept=kept,
        told=told,
        packed=packed(told) if told is not None else "",
        token=shelf_of(asked).token,
        b=beside(kept, fresh, reader),
        **dict[str, Any](page_values(view_of(answer, reader))),
    )


def compare(asked: Asked) -> Response:
    """``/kept/compare``: two entries, or one and the answer of today to what was told, beside each other."""
    told = _told_of(asked)
    with keeper_of(asked) as keeper:
        known = {line.id for line in keeper.all()}
        wanted = [name for name in (asked.form.get("before", ""), asked.form.get("after", "")) if name in known]
        found = sorted((keeper.get(name) for name in wanted), key=lambda kept: kept.saved)
        lines = keeper.all()[::-1]
    if not told.is_empty and found:
        interview = interview_of(told)
        found = [found[0], Kept.of(interview.case, interview.assessment)]
    pair = beside(found[0], found[1], told.reader) if len(found) == 2 and found[0].id != found[1].id else None
    values: dict[str, Any] = {"moment": moment, "token": shelf_of(asked).token, "told": told, "packed": packed(told)}
    return page("kept_compare.html.j2", b=pair, pair=found, lines=lines, wanted=wanted, **values)


def days(asked: Asked) -> Response:
    """``/kept/days``: every diary day that is kept, under its case; the same day of later versions stands once."""
    shelves: dict[str, dict[tuple[str, str], tuple[str, Kept]]] = {}
    with keeper_of(asked) as keeper:
        for kept in keeper.entries():
            for day, text in kept.diary.items():
                shelves.setdefault(kept.name, {}).setdefault((day, text.strip()), (day, kept))
    cases = [
        (
            name,
            [
                (day_title(day), day_lines(day, text), text, kept, moment(kept.saved))
                for (_, text), (day, kept) in found.items()
            ],
        )
        for name, found in shelves.items()
    ]
    return page("kept_days.html.j2", cases=cases, packed_day=lambda text: packed(Told(diary=text)))


def erase(asked: Asked) -> Response:
    """``/kept/ID/erase``: asks first; by POST with a yes, erases the entry."""
    kept = _entry(asked)
    if asked.form.get("yes") == "erase":
        with keeper_of(asked) as keeper:
            keeper.erase(kept.id)
        return done("/kept", "erased")
    values: dict[str, Any] = {"token": shelf_of(asked).token, "place": shelf_of(asked).place}
    return page("kept_erase.html.j2", kept=kept, moment=moment, **values)


def route(path: str, view: View, guard: Callable[[View], View] = inside, method: str = "GET") -> Route:
    """A route of what is kept."""
    return Route(path, shown(guard(view)), methods=[method])


ROUTES = (
    route("/kept", listed),
    route("/kept", keep, changing, "POST"),
    route("/kept/new", new, method="POST"),
    route("/kept/compare", compare, method="POST"),
    route("/kept/days", days),
    route("/kept/{entry}", entry),
    route("/kept/{entry}/again", again, changing, "POST"),
    route("/kept/{entry}/erase", erase),
    route("/kept/{entry}/erase", erase, changing, "POST"),
)

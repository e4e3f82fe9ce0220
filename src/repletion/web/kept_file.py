"""What can be done with the file of what is kept: let this browser in, lock, export, back up, put back, erase."""

from __future__ import annotations

import datetime as dt

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from repletion.keeping import KeepError
from repletion.keeping.export import read_back, write
from repletion.report.wording import say
from repletion.web.forms import Asked, shown
from repletion.web.keepers import keeper_of
from repletion.web.kept import changing, done, new, problem_page, route, shelf_of, shut_page
from repletion.web.pages import page
from repletion.web.shelf import COOKIE, Shelf, Shut
from repletion.web.told import unpacked

KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "fhir": "application/fhir+json"}


def _with_key(response: Response, shelf: Shelf) -> Response:
    response.set_cookie(COOKIE, shelf.key, httponly=True, samesite="strict", path="/")
    return response


def come_in(asked: Asked) -> Response:
    """``/open/KEY``: the address that the terminal names; this browser may then reach what is kept, in this run."""
    if asked.shelf is None or not asked.shelf.knows(asked.path["key"]):
        raise HTTPException(404)
    return _with_key(RedirectResponse("/", status_code=303), asked.shelf)


def door(asked: Asked) -> Response:
    """``/kept/door``: the same with the key typed in."""
    if asked.shelf is None:
        return shut_page(asked, "off", status=404)
    if not asked.same_site:
        raise HTTPException(403)
    if not asked.shelf.knows(asked.form.get("key", "")):
        return shut_page(asked, "door", problem="wrong_key")
    return _with_key(_onwards(asked, "let_in"), asked.shelf)


def _onwards(asked: Asked, what: str) -> Response:
    """To where the person was going: keeping what they told, or the list."""
    from dataclasses import replace

    if unpacked(asked.form.get("told")).is_empty:
        return done("/kept", what)
    try:
        return new(replace(asked, admitted=True))
    except Shut as shut:
        return shut_page(replace(asked, admitted=True), shut.why)


def unlock(asked: Asked) -> Response:
    """``/kept/open``: the passphrase, for this run."""
    try:
        shelf_of(asked).unlock(asked.form.get("passphrase", ""))
    except KeepError as error:
        return shut_page(asked, "locked", problem=str(error))
    return _onwards(asked, "opened")


def shut(asked: Asked) -> Response:
    """``/kept/shut``: forget the key of a locked file."""
    shelf_of(asked).shut()
    return done("/kept", "shut")


def lock(asked: Asked) -> Response:
    """``/kept/lock``: set or change the passphrase."""
    phrase = asked.form.get("passphrase", "")
    if phrase != asked.form.get("again", ""):
        return problem_page(asked, say("web.problem.differ"))
    shelf_of(asked).lock(phrase)
    return done("/kept", "locked")


def unlock_for_good(asked: Asked) -> Response:
    """``/kept/unlock``: take the passphrase off."""
    shelf_of(asked).unlock_for_good()
    return done("/kept", "unlocked")


def _file(body: str | bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=kind, headers=headers)


def export(asked: Asked) -> Response:
    """``/kept/export``: everything, or one entry, readable, as JSON, CSV or FHIR."""
    form = asked.form.get("do", "json")
    if form not in KINDS:
        raise HTTPException(400)
    with keeper_of(asked) as keeper:
        found = keeper.entries()
    wanted = asked.form.get("entry", "")
    chosen = [kept for kept in found if not wanted or kept.id == wanted]
    if wanted and not chosen:
        raise HTTPException(404)
    suffix = "csv" if form == "csv" else "json"
    name = f"repletion-{'entry' if wanted else 'kept'}-{dt.date.today()}{'-fhir' if form == 'fhir' else ''}.{suffix}"  # noqa: DTZ011
    return _file(write(chosen, form), KINDS[form], name)  # type: ignore[arg-type]


def backup(asked: Asked) -> Response:
    """``/kept/backup``: the file as it is, checked."""
    return _file(shelf_of(asked).backup(), "application/vnd.sqlite3", f"repletion-backup-{dt.date.today()}.sqlite")  # noqa: DTZ011


def restore(asked: Asked) -> Response:
    """``/kept/restore``: a backup in the place of the file, once the person said that it may be replaced."""
    shelf = shelf_of(asked)
    data = asked.files.get("file", b"")
    if not data or (shelf.exists and asked.form.get("yes") != "replace"):
        return problem_page(asked, say("web.problem.unchosen"))
    shelf.restore(data)
    return done("/kept", "restored")


def add(asked: Asked) -> Response:
    """``/kept/add``: the entries of a JSON export that are not here yet."""
    data = asked.files.get("file", b"")
    if not data:
        return problem_page(asked, say("web.problem.unchosen"))
    with keeper_of(asked, create=True) as keeper:
        read_back(keeper, data)
    return done("/kept", "added")


def erase_all(asked: Asked) -> Response:
    """``/kept/erase``: asks first; by POST with a yes, erases everything and the file."""
    shelf = shelf_of(asked)
    if asked.form.get("yes") == "everything":
        shelf.erase_everything()
        return done("/kept", "everything")
    with keeper_of(asked) as keeper:
        count = len(keeper.own())
    return page("kept_erase.html.j2", kept=None, count=count, place=shelf.place, token=shelf.token)


ROUTES = (
    Route("/open/{key}", shown(come_in)),
    Route("/kept/door", shown(door), methods=["POST"]),
    route("/kept/open", unlock, changing, "POST"),
    route("/kept/shut", shut, changing, "POST"),
    route("/kept/lock", lock, changing, "POST"),
    route("/kept/unlock", unlock_for_good, changing, "POST"),
    route("/kept/export", export, changing, "POST"),
    route("/kept/backup", backup, changing, "POST"),
    route("/kept/restore", restore, changing, "POST"),
    route("/kept/add", add, changing, "POST"),
    route("/kept/erase", erase_all),
    route("/kept/erase", erase_all, changing, "POST"),
)

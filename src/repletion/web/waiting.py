"""The pages of long work: how far it is, its answer when it is there, and the button that ends it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from repletion.report.wording import catalogue, say
from repletion.web.errands import Errand, Errands
from repletion.web.forms import of_this_site, remember_keeping
from repletion.web.pages import page


def _errand(request: Request) -> tuple[Errands, Errand]:
    errands: Errands = request.app.state.errands
    return errands, errands.find(request.path_params["errand"])


def in_words(errand: Errand) -> str:
    """The step that is under way."""
    key = f"step.{errand.step}"
    return say(key if key in catalogue() else "step.working", n=f"{errand.count:,}")


async def waiting(request: Request) -> Response:
    """``/wait/ID``: how far it is; the answer when it is there."""
    remember_keeping(request)
    _, errand = _errand(request)
    if errand.finished.is_set():
        return errand.response()
    return await run_in_threadpool(drawn, errand, f"/wait/{errand.id}")


def drawn(
    errand: Errand, place: str, title: str = "web.wait.title", text: str = "web.wait.text", foot: str = ""
) -> Response:
    """The page that says how far it is; ``place`` is its address, below which its state lies and its end.

    ``title``, ``text``, ``foot``: keys of the wording; without ``foot`` the page has the usual one.
    """
    return page("wait.html.j2", errand=errand, place=place, words=in_words(errand), title=title, text=text, foot=foot)


def told(errand: Errand) -> Response:
    """How far it is, for the script of the page."""
    found = {"finished": errand.finished.is_set(), "done": errand.done, "of": errand.of, "words": in_words(errand)}
    return JSONResponse(found)


async def state(request: Request) -> Response:
    """``/wait/ID/state``: the same for the script of the page."""
    return told(_errand(request)[1])


async def end(request: Request) -> Response:
    """``/wait/ID/end``: ends the work; what was told stays in the form."""
    if not of_this_site(request):
        raise HTTPException(403)
    remember_keeping(request)
    errands, errand = _errand(request)
    errands.end(errand)
    return await run_in_threadpool(page, "wait_ended.html.j2", errand=errand)


ROUTES = (
    Route("/wait/{errand}", waiting),
    Route("/wait/{errand}/state", state),
    Route("/wait/{errand}/end", end, methods=["POST"]),
)

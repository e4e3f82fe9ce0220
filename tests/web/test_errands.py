"""Long work: it says how far it is, can be ended for good, and what was told stays."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator

import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from repletion.api import hands
from repletion.web import create_app, errands
from repletion.web.errands import Errand, Errands, answered, apart, progress
from repletion.web.forms import Asked, View
from repletion.web.told import FormError, Told, packed

TOLD = packed(Told(words=("my face has dropped on one side",)))  # care takes the place of a plan, so it is quick
OURS = {"sec-fetch-site": "same-origin"}
released = threading.Event()


def held(errand: Errand, view: View, asked: Asked) -> None:
    """Work that stands still at its second step until it is released or ended."""
    errand.done, errand.of, errand.step = 1, 4, "gaps"
    while not errand.finished.is_set() and not released.wait(0.01):
        pass
    errand.answer = answered(view, asked) if not errand.finished.is_set() else None


@pytest.fixture
def web() -> Iterator[TestClient]:
    released.clear()
    app = create_app()
    app.state.errands = Errands(held, patience=0.05)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as made:
        yield made
        released.set()


def begun(web: TestClient) -> str:
    answer = web.post("/plan", data={"told": TOLD})
    assert answer.status_code == 303
    place: str = answer.headers["location"]
    assert place.startswith("/wait/")
    assert "face" not in place
    return place


def test_it_says_how_far_it_is_and_then_shows_the_answer(web: TestClient) -> None:
    place = begun(web)
    text = web.get(place).text
    assert '<progress aria-labelledby="step" value="1" max="4">' in text
    assert "Looking at what stays open" in text
    assert '<noscript><meta http-equiv="refresh"' in text
    assert web.get(f"{place}/state").json()["finished"] is False
    released.set()
    for _ in range(2000):
        if web.get(f"{place}/state").json()["finished"]:
            break
        time.sleep(0.01)
    for _ in range(2):  # also when it is gone back to
        answer = web.get(place)
        assert answer.status_code == 200
        assert "<h1>Food plan</h1>" in answer.text


def test_it_can_be_ended_and_nothing_told_is_lost(web: TestClient) -> None:
    place = begun(web)
    for headers in ({}, {"sec-fetch-site": "cross-site"}):
        assert web.post(f"{place}/end", headers=headers).status_code == 403
    ended = web.post(f"{place}/end", headers=OURS)
    assert ended.status_code == 200
    assert "my face has dropped" in ended.text
    for path in (place, f"{place}/state", "/wait/nothing"):
        assert web.get(path).status_code == 410


def test_too_much_at_once_is_refused_in_words(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "MOST", 2)
    begun(web), begun(web)
    full = web.post("/plan", data={"told": TOLD})
    assert (full.status_code, full.headers["retry-after"]) == (503, "10")
    assert "Too much is being worked out" in full.text


def test_what_another_site_sends_is_not_worked_out(web: TestClient) -> None:
    assert web.post("/plan", data={"told": TOLD}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def steps(asked: Asked) -> Response:
    """A view in another process: two steps, then as long as it takes."""
    progress(0, 2, "day")
    progress(1, 2, "gaps")
    if asked.form.get("do") == "wrong":
        raise KeyError("secret words")
    if asked.form.get("do") == "form":
        raise FormError("told")
    if asked.form.get("do") == "long":
        time.sleep(60)
    return PlainTextResponse(str(os.getpid()), headers={"X-Kept": "yes"})


@pytest.fixture
def plain_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that begin without the knowledge, which these views do not need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    monkeypatch.setattr(errands, "starter", lambda _read: context)


@pytest.mark.skipif(sys.platform == "win32", reason="processes begin in another way there")
@pytest.mark.usefixtures("plain_start")
def test_work_in_its_own_process_answers_and_ends() -> None:
    works = Errands(apart)
    done = works.begin(steps, Asked())
    gone = works.begin(steps, Asked(form={"do": "long"}))
    wrong = works.begin(steps, Asked(form={"do": "wrong"}))
    unread = works.begin(steps, Asked(form={"do": "form"}))
    assert done.finished.wait(60)
    answer = done.response()
    assert int(answer.body) not in {os.getpid(), 0}
    assert answer.headers["x-kept"] == "yes"
    assert (done.done, done.of, done.step) == (1, 2, "gaps")
    for _ in range(3000):
        if gone.step == "gaps":
            break
        time.sleep(0.01)
    process = gone.process.pid
    works.end(gone)
    assert wrong.finished.wait(60)
    with pytest.raises(ProcessLookupError):
        for _ in range(1000):  # the process it was begun from takes note of its end
            os.kill(process, 0)
            time.sleep(0.01)
    with pytest.raises(errands.Failed) as failed:
        wrong.response()
    assert "KeyError" in failed.value.place
    assert "secret" not in repr(failed.value)
    assert unread.finished.wait(60)
    with pytest.raises(FormError):
        unread.response()


def test_work_begins_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that may only read: the small process that is copied is reached by a file."""

    def nowhere() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    monkeypatch.setattr(hands, "_starter", None)
    works = Errands(apart)
    done = works.begin(steps, Asked())
    assert done.finished.wait(60)
    assert int(done.response().body) not in {os.getpid(), 0}

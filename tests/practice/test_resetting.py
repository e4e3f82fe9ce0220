"""A new password by a code: once, not for long, by its holder only, and nothing of it in the trail."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from going import WORD, Browser

from repletion.keeping import KeepError
from repletion.practice import audit, resetting
from repletion.practice.desk import Practice
from repletion.practice.passwords import WeakPassword
from repletion.practice.people import People
from repletion.practice.sessions import Sessions
from repletion.practice.settings import Settings

NEW = "granite willow sunday 9"
OTHER = "copper lantern tuesday 4"


@pytest.fixture
def people(house) -> People:
    return People(house, Settings())


def test_a_code_sets_a_new_password_once_and_ends_every_session(people, house, somebody):
    me = somebody(password=WORD)
    sessions = Sessions(house, people.settings)
    held = [sessions.begin(me, "password") for _ in range(2)]
    code = resetting.issue(people, me)
    assert people.admitted(me.name, WORD)  # it changes nothing by itself
    typed = f" {code.lower().replace('-', ' ')} ".replace("0", "o").replace("1", "l")
    assert resetting.reset(people, me.name.upper(), typed, NEW) == me
    assert people.admitted(me.name, WORD) is None
    assert people.admitted(me.name, NEW)
    assert [sessions.of(token) for token in held] == [None, None]
    assert resetting.reset(people, me.name, code, OTHER) is None
    assert people.admitted(me.name, NEW)


def test_what_does_not_fit_changes_nothing_and_tells_nothing(people, house, somebody, monkeypatch):
    me, other = somebody(password=WORD), somebody(password=WORD)
    first, second = resetting.issue(people, me), resetting.issue(people, me)
    theirs = resetting.issue(people, other)
    wrong = [(me.name, code) for code in (first, theirs, "", second[:-1])]
    for name, code in (*wrong, ("nobody", second), ("", "")):
        assert resetting.reset(people, name, code, NEW) is None, (name, code)
    with pytest.raises(WeakPassword):
        resetting.reset(people, me.name, second, f"{me.name}{me.name}")
    people.disable(me)
    assert resetting.reset(people, me.name, second, NEW) is None
    people.enable(me)
    clock = time.time
    monkeypatch.setattr(resetting.time, "time", lambda: clock() + 3601)
    assert resetting.reset(people, me.name, second, NEW) is None
    monkeypatch.setattr(resetting.time, "time", clock)
    assert people.admitted(me.name, WORD)
    assert resetting.reset(people, me.name, second, NEW)  # the refusals took nothing of it


def test_one_code_at_one_moment_is_used_by_one(people, somebody):
    me = somebody(password=WORD)
    code = resetting.issue(people, me)
    gate = threading.Barrier(4)

    def use(number: int) -> bool:
        gate.wait(20)
        return resetting.reset(people, me.name, code, f"{NEW}{number}") is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(4))) == 1


def test_who_gets_no_code(people, somebody):
    gone, outside = somebody(password=WORD), somebody(issuer="https://id.example", subject="7")
    people.disable(gone)
    for person, said in ((people.named(gone.id), "disabled"), (outside, "provider")):
        with pytest.raises(KeepError, match=said):
            resetting.issue(people, person)


def test_the_trail_tells_of_it_and_holds_nothing_of_it(people, house, somebody):
    me = somebody(password=WORD)
    code = resetting.issue(people, me)
    assert resetting.reset(people, me.name, "wrong", NEW) is None
    assert resetting.reset(people, me.name, code, NEW)
    with house.turn() as db:
        lines = audit.lines(db, most=3)
        rows = repr(db.execute(resetting.waiting.select()).all())
    assert [(line.action, line.object) for line in lines] == [
        ("password reset", me.id), ("reset refused", ""), ("reset code issued", me.id)
    ]  # fmt: skip
    for word in (code, code.replace("-", ""), NEW, me.name):
        assert word not in repr(lines) and word not in rows


def test_the_page_of_a_code(app, person, practice: Practice):
    me = person()
    people = People(practice.house, practice.settings)
    people.set_code(me, secret := pyotp.random_base32())
    code = resetting.issue(people, me)
    browser = Browser(app)
    assert 'href="/reset"' in browser.get("/login").text
    browser.get("/reset")
    refused = [browser.post("/reset", name=name, code="no", new=NEW, again=NEW) for name in (me.name, "nobody-at-all")]
    assert [answer.status_code for answer in refused] == [401, 401]
    assert browser.post("/reset", name=me.name, code=code, new=NEW, again=OTHER).status_code == 400
    weak = browser.post("/reset", name=me.name, code=code, new="password1234", again="password1234")
    assert weak.status_code == 400 and "guessed" in weak.text and code not in weak.text
    assert browser.post("/reset", token="x" * 80, name=me.name, code=code, new=NEW, again=NEW).status_code == 403
    browser.get("/reset")
    done = browser.post("/reset", name=me.name, code=code, new=NEW, again=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/login?said=reset")
    assert "The new password is set" in browser.get("/login?said=reset").text
    assert browser.post("/login", name=me.name, password=NEW).status_code == 401  # the device is still asked for
    assert browser.post("/login", name=me.name, password=NEW, code=pyotp.TOTP(secret).now()).status_code == 303


def test_guessing_codes_comes_to_an_end(app, person):
    me, browser = person(), Browser(app)
    browser.get("/reset")
    answers = [browser.post("/reset", name=me.name, code=f"{n}", new=NEW, again=NEW).status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2

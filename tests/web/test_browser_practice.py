"""A real browser over the pages of a practice: each of them once, so that none keeps anybody out."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyotp
import pytest
from playwright.sync_api import Browser
from walking import Walk, serving

import repletion
from repletion.practice import passwords, resetting
from repletion.practice.app import application, assemble
from repletion.practice.database import make
from repletion.practice.desk import Practice
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.people import People
from repletion.practice.settings import Settings
from repletion.practice.vault import make_key_file
from repletion.web import pages

WORD, NEW = "violet kettle orbit 42", "granite willow sunday 9"
WORDS = "my eyelid has twitched for 3 weeks, five coffees a day, no weakness. I am a woman of 34"


class Open(NamedTuple):
    """A practice that is served at ``address``; ``drawn`` are the pages of its own that were drawn."""

    address: str
    practice: Practice
    drawn: set[str]

    @property
    def people(self) -> People:
        return People(self.practice.house, self.practice.settings)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """One server, on SQLite, in a thread of this process; two clinicians, one case, one administrator."""
    place: Path = tmp_path_factory.mktemp("practice")
    make_key_file(place / "key")
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(
        url=address, database=f"sqlite:///{place / 'practice.sqlite'}", key_file=str(place / "key"),
        requests_per_minute=100_000,
    )  # fmt: skip
    patched = pytest.MonkeyPatch()
    for name, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
        patched.setitem(passwords.COST, name, value)
    drawn: set[str] = set()
    draw = pages.draw

    def noted(made: Any, name: str, /, **values: Any) -> str:
        drawn.add(name)
        return draw(made, name, **values)

    patched.setattr(pages, "draw", noted)
    make(settings)
    practice = assemble(settings)
    people = People(practice.house, settings)
    owner = people.add("a.berg", "clinician", password=WORD, shown="Anna Berg")
    people.add("c.dahl", "clinician", password=WORD, shown="Carl Dahl")
    people.add("root", "admin", password=WORD)
    case = repletion.Case.parse(WORDS, "text")
    PracticeKeeper(practice.house, owner, 100).save(case, repletion.assess(case), name="Marigold")
    with serving(application(practice), listening):
        yield Open(address, practice, drawn)
    patched.undo()


def sign_in(walk: Walk, name: str, word: str = WORD, code: str = "") -> None:
    walk.page.goto(f"{walk.address}/login")
    walk.page.fill("#f-name", name)
    walk.page.fill("#f-password", word)
    walk.page.fill("#f-code", code)
    walk.press("main form button.main")


def by_code(walk: Walk, opened: Open, *, axe: bool) -> None:
    """Somebody who forgot the password sets another one with the code that an administrator made."""
    page, people = walk.page, opened.people
    person = people.named("c.dahl")
    code = resetting.issue(people, person)
    page.goto(walk.address)
    assert page.url.endswith("/login?next=/")
    walk.check(axe=axe)
    walk.press('main a[href="/reset"]')
    walk.check(axe=axe)
    for field, value in (("name", "c.dahl"), ("code", code), ("new", NEW), ("again", WORD)):
        page.fill(f"#f-{field}", value)
    walk.press("main form button.main")
    assert page.locator('main [role="alert"]').count() == 1
    assert page.input_value("#f-name") == "c.dahl"
    walk.check(axe=axe)
    for field, value in (("code", code), ("new", NEW), ("again", NEW)):
        page.fill(f"#f-{field}", value)
    walk.press("main form button.main")
    assert page.locator('main [role="status"]').count() == 1
    walk.check(axe=axe)
    sign_in(walk, "c.dahl", NEW)
    assert page.inner_text("h1") == "What is bothering you?"
    people.set_password(person, WORD)


def clinician(walk: Walk, opened: Open, *, axe: bool) -> None:
    """What a clinician has beside the pages of everybody: cases, sharing, the account, one-time codes."""
    page = walk.page
    sign_in(walk, "a.berg")
    page.goto(f"{walk.address}/kept")
    walk.check(axe=axe)
    walk.press('main a:has-text("Marigold")')
    walk.check(axe=axe)
    walk.press('a[href$="/sharing"]')
    walk.check(axe=axe)
    walk.press('button[value="share"]')
    walk.check(axe=axe)
    walk.press('button[value="take_back"]')
    page.goto(f"{walk.address}/account")
    walk.check(axe=axe)
    walk.press('button[value="begin"]')
    walk.check(axe=axe)
    secret = page.input_value('main input[name="secret"]')
    page.fill("#f-code", pyotp.TOTP(secret).now())
    page.fill("#f-password", WORD)
    walk.press("main form button.main")
    page.goto(f"{walk.address}/account/password")
    walk.check(axe=axe)
    page.goto(f"{walk.address}/admin/users")
    walk.check(axe=axe)  # it is not there for a clinician
    person = opened.people.named("a.berg")
    page.goto(walk.address)
    page.fill("#words", WORDS)
    opened.practice.sessions.end_all(person, person.id)
    walk.press("main form button.main")
    assert "still here" in page.inner_text("main")
    walk.check(axe=axe)
    page.fill("#f-name", "a.berg")
    page.fill("#f-password", WORD)
    page.fill("#f-code", pyotp.TOTP(secret).at(time.time() + 30))  # each code counts once
    walk.press("main form button.main")
    walk.check(axe=axe)
    walk.press("main form button.main")
    assert page.url.endswith("/understood")
    opened.people.set_code(person, None)


def administrator(walk: Walk, *, axe: bool) -> None:
    """People, the trail, retention; no case."""
    page = walk.page
    sign_in(walk, "root")
    page.goto(f"{walk.address}/admin/users")
    walk.check(axe=axe)
    page.fill("#f-name", "new.one")
    walk.press("main form button.main")
    assert re.search(r"\S{8}", page.inner_text("main .lead code"))
    walk.check(axe=axe)
    walk.press('main a:has-text("new.one")')
    page.locator("summary").first.click()
    walk.check(axe=axe)
    page.fill("#f-yes", "new.one")
    walk.press('button[value="erase"]')
    for path in ("/admin/audit", "/admin/retention"):
        page.goto(walk.address + path)
        walk.check(axe=axe)
    walk.press("footer form button, header form button")
    assert page.url.endswith("/login")


def test_a_forgotten_password_without_javascript(browser: Browser, opened: Open) -> None:
    walk = Walk(browser, opened.address, "phone", color_scheme="dark", java_script_enabled=False)
    by_code(walk, opened, axe=False)
    walk.close()


@pytest.mark.long
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_every_page_of_a_practice(browser: Browser, opened: Open, size: str) -> None:
    for part in (by_code, clinician):
        walk = Walk(browser, opened.address, size)
        part(walk, opened, axe=True)
        walk.close()
    walk = Walk(browser, opened.address, size)
    administrator(walk, axe=True)
    walk.close()
    own = {path.name for path in (Path(passwords.__file__).parent / "templates").glob("*.html.j2")}
    assert own - opened.drawn == {"practice_pieces.html.j2"}

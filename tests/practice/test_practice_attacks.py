"""The pages of a practice in the hands of somebody who attacks them: every attempt is a trial."""

from __future__ import annotations

import itertools
import re
import threading

import pytest
from going import HERE, STORY, WORD, Browser

from repletion.practice import audit
from repletion.practice.app import PAGES
from repletion.practice.desk import Practice
from repletion.practice.people import People
from repletion.web.app import ROUTES
from repletion.web.guard import HEADERS, LARGEST

NEW = "granite willow sunday 9"
_number = itertools.count(1)


def trail(practice: Practice, actor: str) -> list[str]:
    with practice.house.turn() as db:
        return [line.action for line in audit.lines(db, actor=actor)][::-1]


def test_nothing_opens_without_a_sign_in(app, practice):
    """Every address of both editions, with every method."""
    browser = Browser(app)
    addresses = {(method, route.path) for route in ROUTES for method in route.methods or ()}
    addresses |= {(method, path) for method, path, _, _ in PAGES}
    assert len(addresses) > 70
    for method, path in sorted(addresses):
        if path.startswith(("/static", "/login", "/reset")):
            continue
        filled = re.sub(r"\{\w+\}", "x", path)
        answer = browser.client.request(method, filled, headers=HERE)
        assert answer.status_code in {303, 401, 404}, (method, path)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/login?next=/")
        assert "Signed in as" not in answer.text
    for path in ("/v1/version", "/v1/assessments", "/fhir/metadata", "/cds-services", "/open/x", "/kept/restore"):
        assert browser.client.request("POST", path, headers=HERE).status_code == 404


def test_each_address_with_an_id_is_closed_to_everybody_else(signed_in, person, practice, kept):
    """IDOR: another clinician, a person and an administrator try every address that bears an id."""
    owner = signed_in()
    entry = kept(owner, "Marigold")
    before = practice.house and owner.get(f"/kept/{entry}").text
    tried = 0
    for other in (signed_in(), signed_in("admin")):
        own = kept(other, "mine") if other.person.role != "admin" else ""
        for method, path in [
            ("GET", "/kept/{}"), ("POST", "/kept/{}/again"), ("GET", "/kept/{}/erase"), ("POST", "/kept/{}/erase"),
            ("GET", "/kept/{}/sharing"), ("POST", "/kept/{}/sharing"),
            ("GET", f"/admin/users/{owner.person.id}"), ("POST", f"/admin/users/{owner.person.id}"),
        ]:  # fmt: skip
            if path.startswith("/admin") and other.person.role == "admin":
                continue
            address = path.format(entry)
            fields = {"yes": "erase", "do": "share", "reader": other.person.id, "form": "json", "format": "json"}
            answer = other.get(address) if method == "GET" else other.post(address, **fields)
            assert answer.status_code in {404, 405}, (other.person.role, method, path, answer.status_code)
            assert "Marigold" not in answer.text
            tried += 1
            other.get("/account")
        answer = other.post("/kept/compare", before=entry, after=own)
        assert "Marigold" not in answer.text
        for listing in ("/kept", "/kept/days", "/account"):
            assert "Marigold" not in other.get(listing).text
    assert tried >= 13
    assert signed_in("person").get(f"/kept/{entry}/sharing").status_code == 404
    assert re.sub(r'value="[^"]*"', "", owner.get(f"/kept/{entry}").text) == re.sub(r'value="[^"]*"', "", before)


def test_every_address_of_the_pages_that_bears_an_id_was_tried():
    """A new address with a name in it must be added to the trial above."""
    ours = {path for path in (*(p for _, p, _, _ in PAGES), *(r.path for r in ROUTES)) if "{" in path}
    ours -= {path for path in ours if not path.startswith(("/kept", "/admin"))}
    assert ours == {
        "/kept/{entry}", "/kept/{entry}/again", "/kept/{entry}/erase", "/kept/{entry}/sharing",
        "/admin/users/{person}",
    }  # fmt: skip


def test_a_session_that_was_set_beforehand_is_not_taken_up(app, person, practice):
    """Session fixation: whatever the browser brought along is another one after the sign-in."""
    me, name = person(), practice.cookies.session
    browser = Browser(app)
    browser.client.cookies.set(name, "chosen-by-somebody-else")
    answer = browser.sign_in(me.name, WORD)
    held = re.search(rf"{name}=([^;]+)", answer.headers["set-cookie"])[1]  # type: ignore[index]
    browser.client.cookies.clear()
    browser.client.cookies.set(name, held)
    assert browser.get("/account").status_code == 200
    assert held and held != "chosen-by-somebody-else" and len(held) > 40
    attacker = Browser(app)
    attacker.client.cookies.set(name, "chosen-by-somebody-else")
    assert attacker.get("/").status_code == 303
    assert browser.post("/login", name=me.name, password=WORD).status_code == 303
    stale = Browser(app)
    stale.client.cookies.set(name, held)
    assert stale.get("/").status_code == 303  # the one before ended


def test_a_form_of_another_site_or_without_its_token_changes_nothing(signed_in, practice):
    """CSRF, on every address that takes a form."""
    browser = signed_in("admin")
    stranger = signed_in()
    paths = [path for method, path, _, _ in PAGES if method == "POST"]
    paths += [r.path for r in ROUTES if "POST" in (r.methods or ()) and not r.path.startswith("/kept/re")]
    closed = ("/kept/door", "/kept/open", "/kept/shut", "/kept/lock", "/kept/unlock", "/kept/backup")
    before = trail(practice, browser.person.id)
    attempts = [
        ({"sec-fetch-site": "cross-site"}, True), ({"origin": "https://evil.example"}, True), (HERE, ""),
        ({"sec-fetch-site": "same-site"}, True), ({"origin": "null"}, True), (HERE, "x" * 80), (HERE, stranger.token),
        ({}, ""),
    ]  # fmt: skip
    for path in paths:
        address = re.sub(r"\{\w+\}", browser.person.id, path)
        if address in closed:
            continue
        for headers, token in attempts if path.startswith(("/account", "/logout")) else attempts[:3]:
            said = browser.token if token is True else str(token)
            answer = browser.post(address, token=said, headers=headers, do="disable", form="json")
            assert answer.status_code in ({403, 404} if path.startswith("/kept") else {403}), (path, headers)
        browser.get("/account")
    assert trail(practice, browser.person.id) == before
    assert browser.post("/account/sessions", headers={"origin": "http://127.0.0.1:8000"}).status_code == 303


def test_the_sign_in_form_is_tied_to_the_browser_too(app, person):
    """Login CSRF: nobody is signed in to the account of an attacker."""
    me = person()
    attacker, victim = Browser(app), Browser(app)
    attacker.get("/login")
    victim.get("/login")
    answer = victim.post("/login", token=attacker.token, name=me.name, password=WORD)
    assert answer.status_code == 403
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert victim.post("/login", headers=elsewhere, name=me.name, password=WORD).status_code == 403
    assert Browser(app).post("/login", name=me.name, password=WORD).status_code == 403


def test_every_form_of_every_page_carries_the_token(signed_in, app, kept):
    browser, admin = signed_in(), signed_in("admin")
    entry = kept(browser)
    pages = [browser.get(path).text for path in (
        "/", "/kept", f"/kept/{entry}", f"/kept/{entry}/erase", f"/kept/{entry}/sharing", "/account",
        "/account/password", "/diary", "/compare", "/about",
    )]  # fmt: skip
    browser.get("/")
    pages += [browser.post(path, words=STORY).text for path in ("/understood", "/answer")]
    one = f"/admin/users/{browser.person.id}"
    pages += [admin.get(path).text for path in ("/admin/users", one, "/admin/retention")]
    pages.append(Browser(app).get("/login").text)
    forms = 0
    for page in pages:
        for form in re.findall(r"<form\b[^>]*>.{0,200}", page, re.S):
            token = r'<input type="hidden" name="form_token" value="\w{80}">'
            assert re.search(rf'<form\b[^>]*method="post"[^>]*>{token}', form)
            forms += 1
    assert forms > 25
    assert len(set(re.findall(r'name="form_token" value="(\w+)"', pages[0]))) == 1
    assert browser.get("/").text != browser.get("/").text  # another token on every page: nothing to guess by its length


@pytest.mark.parametrize(
    "next_page",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/%2fevil.example", "javascript:alert(1)",
     "/kept?x=1",
     "\thttps://evil.example", "/a/../..//evil", "/logout", "/login", "https:evil.example", "/@evil.example", " /kept"],
)  # fmt: skip
def test_after_the_sign_in_nobody_is_sent_elsewhere(app, person, next_page):
    me, browser = person(), Browser(app)
    browser.get("/login", params={"next": next_page})
    assert 'name="next" value="/"' in browser.text
    assert browser.post("/login", name=me.name, password=WORD, next=next_page).headers["location"] == "/"


def test_guessing_a_password_comes_to_an_end(practice, person, app):
    me, browser = person(), Browser(app)
    browser.get("/login")
    answers = [browser.post("/login", name=me.name, password=f"guess {n}").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    assert browser.post("/login", name=me.name, password=WORD).status_code == 429
    assert "Too many tries" in browser.text
    practice.throttle.signed_in(me.name)
    assert browser.post("/login", name=me.name, password=WORD).status_code == 303


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(app, person):
    me, browser = person(), Browser(app)
    browser.get("/login")
    answers = [browser.post("/login", name=name, password="wrong") for name in (me.name, "nobody-at-all")]
    assert {a.status_code for a in answers} == {401}
    plain = [re.sub(r'value="[^"]*"', "", a.text) for a in answers]
    assert plain[0] == plain[1]


def test_requests_of_one_session_have_a_rate(other_app):
    browser = Browser(other_app(requests_per_minute=5))
    answers = [browser.get("/login") for _ in range(7)]
    assert [a.status_code for a in answers] == [200] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"] == "60" and "Wait a minute" in answers[-1].text
    assert browser.get("/live").status_code == 200


def test_bodies_have_a_size(app, signed_in):
    browser = signed_in()
    for path in ("/login", "/understood", "/account/password", "/kept"):
        assert browser.post(path, words="x" * LARGEST).status_code == 413
    outside = Browser(app)
    outside.get("/login")
    assert outside.post("/login", name="x" * LARGEST, password="x").status_code == 413
    pieces = (b"x" * 65536 for _ in range(64))  # without a stated length
    kind = {"content-type": "application/x-www-form-urlencoded", **HERE}
    assert outside.client.post("/understood", content=pieces, headers=kind).status_code in {401, 413}
    many = "&".join(f"a{n}=1" for n in range(5000))
    assert browser.client.post("/understood", content=many, headers=kind).status_code in {400, 403}


def test_cookies_are_for_this_host_and_not_for_scripts(other_app, person):
    on_https = other_app(url="https://practice.example")
    browser, me = Browser(on_https, base="https://practice.example"), person()
    first = browser.get("/login").headers["set-cookie"]
    then = browser.post("/login", name=me.name, password=WORD)
    assert then.status_code == 303
    marks = then.headers.get_list("set-cookie")
    for cookie in (first, *marks):
        assert cookie.startswith("__Host-repletion")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert Browser(browser.client.app, base="https://evil.example").get("/login").status_code == 400
    assert browser.get("/").status_code == 200


def test_every_answer_carries_the_strict_headers(signed_in, app):
    browser = signed_in("admin")
    for path in ("/", "/account", "/admin/users", "/admin/audit", "/nowhere", "/login", "/live"):
        answer = browser.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, path
        assert answer.headers["cache-control"] == "no-store"
    for page in ("/account", "/admin/users", "/login"):
        text = browser.get(page).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", text)


def test_nothing_typed_reaches_a_log_or_an_address(signed_in, practice, capfd, caplog):
    browser = signed_in()
    browser.keep("Marigold")
    browser.get("/account")
    browser.post("/account/erase", password="wrong", yes="Marigold")
    said = "".join(capfd.readouterr()) + caplog.text
    assert "Marigold" not in said and "eyelid" not in said and WORD not in said
    with practice.house.turn() as db:
        assert "Marigold" not in repr(audit.lines(db, most=2000))


def test_markup_in_names_stays_text(signed_in, practice, kept):
    evil = "<script>alert(1)</script>"
    owner, reader = signed_in(), signed_in()
    entry = kept(owner, evil)
    admin = signed_in("admin")
    shown = People(practice.house, practice.settings).add(f"evil{next(_number)}", "clinician", shown=evil)
    pages = [owner.get("/kept").text, owner.get(f"/kept/{entry}/sharing").text, admin.get("/admin/users").text,
             admin.get(f"/admin/users/{shown.id}").text, admin.get("/admin/audit").text]  # fmt: skip
    owner.post(f"/kept/{entry}/sharing", do="share", reader=reader.person.id)
    pages += [reader.get("/kept").text, reader.get(f"/kept/{entry}").text]
    for page in pages:
        assert "<script>alert" not in page
    assert "&lt;script&gt;" in pages[0]


def test_long_work_is_shown_to_whoever_began_it_only(signed_in, app):
    """An answer that is worked out apart waits under a random name, for its owner."""
    from repletion.web import errands

    pages = next(route.app for route in app.routes if getattr(route, "path", None) == "")
    before = pages.state.errands
    told_to_wait = threading.Event()  # else a quick answer is there before anybody is told to wait for it

    def later(errand, view, asked):
        assert told_to_wait.wait(20)
        errand.answer = errands.answered(view, asked)

    pages.state.errands = errands.Errands(later, patience=0)
    try:
        owner, other = signed_in(), signed_in()
        owner.get("/")
        owner.post("/understood", words="my face has dropped on one side, I am 50")  # care takes the place of a plan
        place = owner.post("/plan").headers["location"]
        assert place.startswith("/wait/")
        told_to_wait.set()
        assert other.get(place).status_code == 410 and "dropped" not in other.text
        assert other.get(f"{place}/state").status_code == 410
        other.get("/account")
        assert other.post(f"{place}/end").status_code == 410
        answer = owner.get(place)
        assert answer.status_code == 200
        assert "Signed in as" in answer.text and re.search(r'name="form_token" value="\w{80}"', answer.text)
        assert Browser(app).get(place).status_code == 303
    finally:
        pages.state.errands = before

"""The pages of a practice in the hands of its people, and of somebody who attacks them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from going import HERE, STORY, Browser
from msgspec.structs import replace

from repletion.practice import audit
from repletion.practice.app import PAGES, application, assemble
from repletion.practice.database import House
from repletion.practice.desk import Practice
from repletion.practice.people import People, Person
from repletion.web.app import ROUTES
from repletion.web.guard import HEADERS, LARGEST

WORD = "violet kettle orbit 42"
NEW = "granite willow sunday 9"
_number = itertools.count(1)


@pytest.fixture(scope="session")
def practice(on_postgres: House, settings) -> Iterator[Practice]:
    made = assemble(replace(settings, requests_per_minute=100_000, login_tries_address=100_000))
    yield made
    made.house.close()


@pytest.fixture(scope="session")
def app(practice: Practice):
    return application(practice)


@pytest.fixture
def other_app(settings):
    """An application with other settings, over the same database."""
    made: list[Practice] = []

    def make(**more: object):
        made.append(assemble(replace(settings, **{"requests_per_minute": 100_000, **more})))
        return application(made[-1])

    yield make
    for practice in made:
        practice.house.close()


@pytest.fixture
def person(practice: Practice):
    def make(role: str = "clinician", **more: object) -> Person:
        people = People(practice.house, practice.settings)
        return people.add(f"page-{role}{next(_number)}", role, password=WORD, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def signed_in(app, person):
    def make(role: str = "clinician") -> Browser:
        browser = Browser(app)
        browser.person = person(role)  # type: ignore[attr-defined]
        assert browser.sign_in(browser.person.name, WORD).status_code == 303  # type: ignore[attr-defined]
        browser.get("/account")
        return browser

    return make


def trail(practice: Practice, actor: str) -> list[str]:
    with practice.house.turn() as db:
        return [line.action for line in audit.lines(db, actor=actor)][::-1]


def test_a_clinician_keeps_shows_takes_along_and_erases(signed_in, practice):
    browser = signed_in()
    entry = browser.keep("Marigold")
    assert "Marigold" in browser.text and "Signed in as" in browser.text
    assert "Marigold" in browser.get("/kept").text
    for form, kind in (("json", "application/json"), ("csv", "text/csv"), ("fhir", "application/fhir+json")):
        browser.get("/account")
        answer = browser.post("/account/export", form=form)
        assert answer.headers["content-type"].startswith(kind)
        assert "attachment" in answer.headers["content-disposition"]
        assert entry in answer.text if form != "fhir" else "RiskAssessment" in answer.text
    browser.get(f"/kept/{entry}/erase")
    assert browser.post(f"/kept/{entry}/erase", yes="erase").status_code == 303
    assert browser.get(f"/kept/{entry}").status_code == 404
    acts = trail(practice, browser.person.id)
    assert acts[0] == "signed in" and acts.count("entry kept") == 1
    assert {"entry read", "user exported", "entry erased"} <= set(acts)


def test_nothing_opens_without_a_sign_in(app, practice):
    """Every address of both editions, with every method."""
    browser = Browser(app)
    addresses = {(method, route.path) for route in ROUTES for method in route.methods or ()}
    addresses |= {(method, path) for method, path, _, _ in PAGES}
    assert len(addresses) > 70
    for method, path in sorted(addresses):
        if path.startswith(("/static", "/login")):
            continue
        filled = re.sub(r"\{\w+\}", "x", path)
        answer = browser.client.request(method, filled, headers=HERE)
        assert answer.status_code in {303, 401, 404}, (method, path)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/login?next=/")
        assert "Signed in as" not in answer.text
    for path in ("/v1/version", "/v1/assessments", "/fhir/metadata", "/cds-services", "/open/x", "/kept/restore"):
        assert browser.client.request("POST", path, headers=HERE).status_code == 404


def test_what_was_typed_when_the_session_ended_goes_through_the_sign_in(app, person, practice):
    browser, me = Browser(app), person()
    browser.sign_in(me.name, WORD)
    browser.get("/")
    practice.sessions.end_all(me, me.id)
    answer = browser.post("/understood", words=STORY + " <b>&")
    assert answer.status_code == 401 and "still here" in answer.text and "twitching" in answer.text
    assert "<b>&" not in answer.text
    fields = dict(re.findall(r'name="(carried\.[^"]*|post_to|next)" value="([^"]*)"', browser.text))
    assert fields["post_to"] == "/understood"
    import html

    sent = {name: html.unescape(value) for name, value in fields.items()}
    wrong = browser.post("/login", name=me.name, password="no", **sent)
    assert wrong.status_code == 401 and "twitching" in wrong.text
    answer = browser.post("/login", name=me.name, password=WORD, **sent)
    assert answer.status_code == 200
    form = re.search(r'<form method="post" action="/understood">.*?</form>', answer.text, re.S)
    words = html.unescape(re.search(r'name="words" value="([^"]*)"', form[0])[1])  # type: ignore[index]
    browser.get("/")
    assert "omeprazole" in browser.post("/understood", words=words).text.lower()


def test_each_address_with_an_id_is_closed_to_everybody_else(signed_in, person, practice):
    """IDOR: another clinician, a person and an administrator try every address that bears an id."""
    owner = signed_in()
    entry = owner.keep("Marigold")
    before = practice.house and owner.get(f"/kept/{entry}").text
    tried = 0
    for other in (signed_in(), signed_in("person"), signed_in("admin")):
        own = other.keep("mine") if other.person.role != "admin" else ""
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
    assert tried > 20
    assert re.sub(r'value="[^"]*"', "", owner.get(f"/kept/{entry}").text) == re.sub(r'value="[^"]*"', "", before)


def test_every_address_of_the_pages_that_bears_an_id_was_tried():
    """A new address with a name in it must be added to the trial above."""
    ours = {path for path in (*(p for _, p, _, _ in PAGES), *(r.path for r in ROUTES)) if "{" in path}
    ours -= {path for path in ours if not path.startswith(("/kept", "/admin"))}
    assert ours == {
        "/kept/{entry}", "/kept/{entry}/again", "/kept/{entry}/erase", "/kept/{entry}/sharing",
        "/admin/users/{person}",
    }  # fmt: skip


def test_an_administrator_sees_people_and_the_trail_and_no_case(signed_in, practice):
    clinician, admin = signed_in(), signed_in("admin")
    entry = clinician.keep("Marigold")
    page = admin.get("/admin/audit").text
    assert entry in page and "entry kept" in page and clinician.person.name in page
    assert "Marigold" not in page and "eyelid" not in page
    assert admin.get("/kept").status_code in {403, 404}
    assert "/kept" not in admin.get("/").text
    admin.post("/understood", words=STORY)
    assert admin.post("/kept", name="x").status_code in {403, 404}
    for path in ("/admin/users", "/admin/audit", "/admin/retention"):
        assert clinician.get(path).status_code == 404
    admin.get("/admin/retention")
    assert admin.post("/admin/retention", entries="3", audit="").status_code == 400
    assert admin.post("/admin/retention", entries="x", audit="").status_code == 400
    assert admin.post("/admin/retention", entries="", audit="900").status_code == 303
    assert 'value="900"' in admin.get("/admin/retention").text


def test_an_administrator_adds_somebody_who_then_chooses_a_password(app, signed_in, practice):
    admin, name = signed_in("admin"), f"new{next(_number)}"
    admin.get("/admin/users")
    assert admin.post("/admin/users", name="<b>", role="clinician").status_code == 400
    assert admin.post("/admin/users", name=name, role="boss").status_code == 400
    page = admin.post("/admin/users", name=name, role="clinician", shown="New One").text
    password = re.search(r"<code>([^<]+)</code>", page)[1]  # type: ignore[index]
    assert password not in admin.get("/admin/users").text
    browser = Browser(app)
    assert browser.sign_in(name, password).headers["location"] == "/account/password"
    for path in ("/", "/kept", "/account"):
        assert browser.get(path).headers["location"] == "/account/password"
    browser.get("/account/password")
    assert browser.post("/account/password", password=password, new="short", again="short").status_code == 400
    assert browser.post("/account/password", password=password, new=NEW, again="x").status_code == 400
    assert browser.post("/account/password", password="wrong", new=NEW, again=NEW).status_code == 403
    assert browser.post("/account/password", password=password, new=NEW, again=NEW).status_code == 303
    assert browser.get("/").status_code == 200
    new = People(practice.house, practice.settings).named(name)
    for act, status in (("disable", 303), ("enable", 303), ("sessions", 303), ("unknown", 400)):
        admin.get(f"/admin/users/{new.id}")
        assert admin.post(f"/admin/users/{new.id}", do=act).status_code == status
    assert browser.get("/").status_code == 303  # signed out
    admin.get(f"/admin/users/{new.id}")
    assert "<code>" in admin.post(f"/admin/users/{new.id}", do="password").text
    assert admin.post(f"/admin/users/{new.id}", do="role", role="person").status_code == 303
    admin.get(f"/admin/users/{new.id}")
    assert admin.post(f"/admin/users/{new.id}", do="erase", yes="somebody").status_code == 400
    assert admin.post(f"/admin/users/{new.id}", do="erase", yes=name).status_code == 303
    assert admin.get(f"/admin/users/{new.id}").status_code == 404


def test_a_case_is_shared_on_its_page_and_taken_back(signed_in):
    owner, reader = signed_in(), signed_in()
    entry = owner.keep("Marigold")
    owner.get(f"/kept/{entry}/sharing")
    assert owner.post(f"/kept/{entry}/sharing", do="share", reader=reader.person.id).status_code == 303
    assert "Marigold (shared by" in reader.get("/kept").text
    assert "twitch" in reader.get(f"/kept/{entry}").text
    assert "shares this case with you" in reader.get(f"/kept/{entry}/sharing").text
    assert reader.post(f"/kept/{entry}/sharing", do="share", reader=owner.person.id).status_code == 404
    reader.get(f"/kept/{entry}/erase")
    assert reader.post(f"/kept/{entry}/erase", yes="erase").status_code == 409
    reader.get("/account")
    assert entry not in reader.post("/account/export", form="json").text
    owner.get(f"/kept/{entry}/sharing")
    assert owner.post(f"/kept/{entry}/sharing", do="share", reader="nobody").status_code == 400
    assert owner.post(f"/kept/{entry}/sharing", do="take_back", reader=reader.person.id).status_code == 303
    assert reader.get(f"/kept/{entry}").status_code == 404


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


def test_signing_out_ends_the_session_on_the_server(app, signed_in, practice):
    browser = signed_in()
    held = browser.client.cookies.get(practice.cookies.session)
    answer = browser.post("/logout")
    assert answer.headers["location"] == "/login" and "cache" in answer.headers["clear-site-data"]
    copy = Browser(app)
    copy.client.cookies.set(practice.cookies.session, held)
    assert copy.get("/").status_code == 303


def test_a_form_of_another_site_or_without_its_token_changes_nothing(signed_in, practice):
    """CSRF, on every address that takes a form."""
    browser = signed_in("admin")
    stranger = signed_in()
    paths = [path for method, path, _, _ in PAGES if method == "POST"]
    paths += [r.path for r in ROUTES if "POST" in (r.methods or ()) and not r.path.startswith("/kept/re")]
    closed = ("/kept/door", "/kept/open", "/kept/shut", "/kept/lock", "/kept/unlock", "/kept/backup")
    before = trail(practice, browser.person.id)
    for path in paths:
        address = re.sub(r"\{\w+\}", browser.person.id, path)
        if address in closed:
            continue
        for headers, token in (
            ({"sec-fetch-site": "cross-site"}, browser.token), ({"sec-fetch-site": "same-site"}, browser.token),
            ({"origin": "https://evil.example"}, browser.token), ({"origin": "null"}, browser.token), (HERE, ""),
            (HERE, "x" * 80), (HERE, stranger.token), ({}, ""),
        ):  # fmt: skip
            answer = browser.post(address, token=token, headers=headers, do="disable", form="json")
            assert answer.status_code in ({403, 404} if path.startswith("/kept") else {403}), (path, headers, token[:5])
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


def test_every_form_of_every_page_carries_the_token(signed_in, app):
    browser, admin = signed_in(), signed_in("admin")
    entry = browser.keep()
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


def test_the_sign_in_leads_on_to_the_page_that_was_asked_for(app, person):
    me, browser = person(), Browser(app)
    to = browser.get("/kept/abc").headers["location"]
    assert to == "/login?next=/kept/abc"
    browser.get(to)
    assert browser.post("/login", name=me.name, password=WORD, next="/kept/abc").headers["location"] == "/kept/abc"
    assert browser.get("/foods?q=secret").status_code == 200
    assert Browser(app).get("/foods?q=secret").headers["location"] == "/login?next=/foods"


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


def test_signs_of_life_tell_whether_the_database_answers(app, practice, monkeypatch):
    browser = Browser(app)
    assert browser.get("/live").json() == {"alive": True} and browser.get("/ready").json() == {"ready": True}
    from sqlalchemy.exc import OperationalError

    def away(*_given: object, **_more: object) -> None:
        raise OperationalError("x", {}, Exception("my eyelid"))

    monkeypatch.setattr(practice.house.engine, "begin", away)
    assert browser.get("/live").status_code == 200
    assert browser.get("/ready").status_code == 503
    browser.client.cookies.set(practice.cookies.session, "x")
    answer = browser.get("/")
    assert answer.status_code == 503 and "eyelid" not in answer.text and "Traceback" not in answer.text


def test_nothing_typed_reaches_a_log_or_an_address(signed_in, practice, capfd, caplog):
    browser = signed_in()
    browser.keep("Marigold")
    browser.get("/account")
    browser.post("/account/erase", password="wrong", yes="Marigold")
    said = "".join(capfd.readouterr()) + caplog.text
    assert "Marigold" not in said and "eyelid" not in said and WORD not in said
    with practice.house.turn() as db:
        assert "Marigold" not in repr(audit.lines(db, most=2000))


def test_markup_in_names_stays_text(signed_in, practice):
    evil = "<script>alert(1)</script>"
    owner, reader = signed_in(), signed_in()
    entry = owner.keep(evil)
    admin = signed_in("admin")
    shown = People(practice.house, practice.settings).add(f"evil{next(_number)}", "clinician", shown=evil)
    pages = [owner.get("/kept").text, owner.get(f"/kept/{entry}/sharing").text, admin.get("/admin/users").text,
             admin.get(f"/admin/users/{shown.id}").text, admin.get("/admin/audit").text]  # fmt: skip
    owner.post(f"/kept/{entry}/sharing", do="share", reader=reader.person.id)
    pages += [reader.get("/kept").text, reader.get(f"/kept/{entry}").text]
    for page in pages:
        assert "<script>alert" not in page
    assert "&lt;script&gt;" in pages[0]


def test_one_time_codes_and_everything_of_an_account(signed_in, app):
    import pyotp

    browser = signed_in()
    name = browser.person.name
    secret = re.search(r"<code>(\w{32})</code>", browser.post("/account/codes", do="begin").text)[1]  # type: ignore[index]
    totp = pyotp.TOTP(secret)
    assert browser.post("/account/codes", secret=secret, code="0", password=WORD).status_code == 400
    assert browser.post("/account/codes", secret=secret, code=totp.now(), password=WORD).status_code == 303
    other = Browser(app)
    assert other.sign_in(name, WORD).status_code == 401
    assert other.sign_in(name, WORD, code=totp.now()).status_code == 303
    browser.get("/account")
    assert browser.post("/account/sessions").status_code == 303
    assert other.get("/").status_code == 303 and browser.get("/account").status_code == 200
    assert browser.post("/account/codes", do="remove", password="wrong").status_code == 403
    assert browser.post("/account/codes", do="remove", password=WORD).status_code == 303
    browser.keep()
    browser.get("/account")
    assert browser.post("/account/erase", password=WORD, yes="somebody else").status_code == 400
    assert browser.post("/account/erase", password=WORD, yes=name).status_code == 303
    assert Browser(app).sign_in(name, WORD).status_code == 401

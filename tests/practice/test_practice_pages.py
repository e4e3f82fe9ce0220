"""The pages of a practice in the hands of its people."""

from __future__ import annotations

import html
import itertools
import re

from going import HERE, STORY, WORD, Browser

from repletion.practice import audit
from repletion.practice.desk import Practice
from repletion.practice.people import People

NEW = "granite willow sunday 9"
_number = itertools.count(1)


def trail(practice: Practice, actor: str) -> list[str]:
    with practice.house.turn() as db:
        return [line.action for line in audit.lines(db, actor=actor)][::-1]


def test_a_clinician_keeps_shows_takes_along_and_erases(signed_in, practice):
    browser = signed_in()
    entry = browser.keep("Marigold")
    assert "Marigold" in browser.text and "Signed in as" in browser.text
    assert "Marigold" in browser.get("/kept").text and "one file on this machine" not in browser.text
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

    sent = {name: html.unescape(value) for name, value in fields.items()}
    wrong = browser.post("/login", name=me.name, password="no", **sent)
    assert wrong.status_code == 401 and "twitching" in wrong.text
    answer = browser.post("/login", name=me.name, password=WORD, **sent)
    assert answer.status_code == 200
    form = re.search(r'<form method="post" action="/understood">.*?</form>', answer.text, re.S)
    words = html.unescape(re.search(r'name="words" value="([^"]*)"', form[0])[1])  # type: ignore[index]
    browser.get("/")
    assert "omeprazole" in browser.post("/understood", words=words).text.lower()


def test_an_administrator_sees_people_and_the_trail_and_no_case(signed_in, practice, kept):
    clinician, admin = signed_in(), signed_in("admin")
    entry = kept(clinician, "Marigold")
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


def test_a_case_is_shared_on_its_page_and_taken_back(signed_in, kept):
    owner, reader = signed_in(), signed_in()
    entry = kept(owner, "Marigold")
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


def test_signing_out_ends_the_session_on_the_server(app, signed_in, practice):
    browser = signed_in()
    held = browser.client.cookies.get(practice.cookies.session)
    answer = browser.post("/logout")
    assert answer.headers["location"] == "/login" and "cache" in answer.headers["clear-site-data"]
    copy = Browser(app)
    copy.client.cookies.set(practice.cookies.session, held)
    assert copy.get("/").status_code == 303


def test_the_sign_in_leads_on_to_the_page_that_was_asked_for(app, person):
    me, browser = person(), Browser(app)
    to = browser.get("/kept/abc").headers["location"]
    assert to == "/login?next=/kept/abc"
    browser.get(to)
    assert browser.post("/login", name=me.name, password=WORD, next="/kept/abc").headers["location"] == "/kept/abc"
    assert browser.get("/foods?q=secret").status_code == 200
    assert Browser(app).get("/foods?q=secret").headers["location"] == "/login?next=/foods"


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


def test_one_time_codes_and_everything_of_an_account(signed_in, app, kept):
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
    kept(browser)
    browser.get("/account")
    assert browser.post("/account/erase", password=WORD, yes="somebody else").status_code == 400
    assert browser.post("/account/erase", password=WORD, yes=name).status_code == 303
    assert Browser(app).sign_in(name, WORD).status_code == 401


def test_no_name_of_another_case_stands_ready_when_one_is_kept(signed_in, kept):
    """A name that stood in the field already would put one person's case under another's name."""
    browser = signed_in()
    kept(browser, "Marigold")
    browser.told = ""
    browser.get("/")
    browser.post("/understood", words="my face has dropped on one side, I am 50")
    page = browser.post("/kept/new").text
    field = re.search(r'<input id="f-name"[^>]*>', page)[0]  # type: ignore[index]
    assert 'value=""' in field and " required" in field
    assert '<option value="Marigold">' in page and "passphrase" not in page


def test_an_export_is_read_back_on_the_account_page(signed_in, kept):
    owner, other = signed_in(), signed_in()
    kept(owner, "Marigold")
    data = owner.post("/account/export", form="json").content
    other.get("/account")
    sent = {"form_token": other.token, "token": other.token}
    answer = other.client.post("/kept/add", data=sent, files={"file": ("e.json", data)}, headers=HERE)
    assert answer.status_code == 303
    assert "Marigold" in other.get("/kept").text and "shared by" not in other.text

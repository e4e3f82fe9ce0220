"""A record fetched from a listed server: the whole walk in the web app, and everything that may go wrong on it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from invented_server import AUTH, BASE, CALLBACK, SECRET, Invented
from judging import model
from starlette.testclient import TestClient
from synthetic_records import ATC, TERMS, concept, condition, lab, medicine

from repletion.smart import Records, Server, Settings, SmartError, gathering, net, read_settings
from repletion.smart.settings import origin_of
from repletion.web import create_app
from repletion.web.record_reading import Readings

OPEN = Server("Test Hospital", BASE, "public", also=(origin_of(AUTH),))


def record(*, results: int = 7) -> list[dict[str, Any]]:
    named = {"subject": {"reference": "Patient/p1"}}
    every = [
        {"resourceType": "Patient", "gender": "female", "birthDate": "1960-03-01"},
        *(lab("2601-3", "Magnesium [Moles/volume] in Serum or Plasma", 0.45 if n == 0 else 0.8, "mmol/L",
              on=f"2026-{11 - n % 10:02d}-01") for n in range(results)),
        condition({"text": "Type 2 diabetes"}),
        medicine({}, medicationReference={"reference": "Medication/m1"}) | {"medicationCodeableConcept": None},
        {"resourceType": "Medication", "id": "m1", "code": concept(ATC, "A02BC01", "omeprazole")},
        {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p1"}, "category": ["food"],
         "clinicalStatus": concept(f"{TERMS}/allergyintolerance-clinical", "active"), "code": {"text": "Peanut"}},
    ]  # fmt: skip
    return [
        ({"id": "p1"} if one["resourceType"] == "Patient" else {"id": f"r{n}"} | named) | one
        for n, one in enumerate(every)
    ]


class Walk:
    """A browser in front of the web app, and the invented server behind it."""

    def __init__(self, server: Server = OPEN, **made: Any) -> None:
        self.server = Invented(record(), **made)
        self.records = Records(Settings(CALLBACK, (server,)), self.server.transport)
        app = create_app(records=self.records)
        app.state.readings = Readings(patience=60)
        self.web = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)

    def begin(self, address: str = "/record/start?server=Test%20Hospital") -> str:
        gone = self.web.get(address)
        assert gone.status_code == 303, gone.text
        return gone.headers["location"]

    def back(self, address: str) -> httpx.Response:
        parts = urlsplit(address)
        return self.web.get(f"{parts.path}?{parts.query}")

    def through(self, address: str = "/record/start?server=Test%20Hospital") -> httpx.Response:
        return self.back(self.server.sign_in(self.begin(address)))


def test_the_whole_walk() -> None:
    walk = Walk()
    assert "Test Hospital" in walk.web.get("/record").text
    assert "/record" in walk.web.get("/").text
    assert walk.server.asked == []  # nothing is requested before somebody chooses
    gone = walk.web.get("/record/start?server=Test%20Hospital")
    cookie = gone.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/record" in cookie
    asked = dict(parse_qsl(urlsplit(gone.headers["location"]).query))
    assert asked["scope"] == "launch/patient patient/*.rs"
    done = walk.back(walk.server.sign_in(gone.headers["location"]))
    assert (done.status_code, done.headers["location"]) == (303, "/record/answer")
    shown = walk.web.get("/record/answer")
    assert shown.status_code == 200
    for words in ("66", "low magnesium", "omeprazole", "0.45 mmol/L"):
        assert words.lower() in shown.text.lower(), words
    assert "NutritionIntake was not granted or is not there" in shown.text
    assert "Nothing was sent anywhere" not in shown.text
    # pages were followed, and the token went to the FHIR server alone, never into an address
    pages = [request for request in walk.server.asked if "page=" in str(request.url)]
    assert len(pages) >= 2
    for request in walk.server.asked:
        assert request.url.host in {"fhir.example.org", "sign-in.example.org"}
        assert "Bearer" not in str(request.url)
        sent_there = request.url.path.startswith("/r4/") and ".well-known" not in request.url.path
        assert ("authorization" in request.headers) == sent_there
    assert all(seen.grant is None for seen in walk.records._seen.values())  # a token that is not needed is gone
    token = shown.text.split('name="token" value="')[1].split('"')[0]
    own = {"Origin": "http://127.0.0.1"}
    asked_so_far = len(walk.server.asked)
    words = {"do": "words", "token": token, "words": "my hands cramp <b>"}
    assert walk.web.post("/record/change", data=words, headers=own).status_code == 303
    again = walk.web.get("/record/answer").text
    assert "my hands cramp &lt;b&gt;" in again
    assert "Cramps of hands" in again
    assert len(walk.server.asked) == asked_so_far  # words are sent nowhere
    assert walk.web.post("/record/change", data={"do": "forget", "token": token}).status_code == 403
    assert walk.web.post("/record/change", data={"do": "forget", "token": token}, headers=own).status_code == 303
    assert walk.web.get("/record/answer").headers["location"] == "/record"


class Slow:
    """An invented server that begins to answer for conditions and then waits."""

    def __init__(self, walk: Walk) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()
        walk.server.faults[f"{BASE}/Condition"] = self._conditions
        walk.web.app.state.readings.patience = 0.0  # type: ignore[attr-defined]

    def _conditions(self, _request: httpx.Request) -> httpx.Response:
        self.asked.set()
        self.go_on.wait(30)
        return httpx.Response(200, json=ENDLESS)


OWN = {"Origin": "http://127.0.0.1"}


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
    assert done()


def test_a_long_reading_says_how_far_it_is_and_arrives() -> None:
    walk = Walk()
    slow = Slow(walk)
    back = walk.through()
    assert (back.status_code, back.headers["location"]) == (303, "/record/wait")
    assert slow.asked.wait(30)
    state = walk.web.get("/record/wait/state").json()
    assert (state["finished"], state["done"], state["of"]) == (False, 3, len(gathering.SEARCHES))
    shown = walk.web.get("/record/wait").text
    assert "Reading the record: 8 entries so far" in shown  # the patient and seven results
    assert 'data-errand="/record/wait"' in shown
    assert TestClient(walk.web.app, base_url="http://127.0.0.1").get("/record/wait/state").status_code == 410
    slow.go_on.set()
    until(lambda: bool(walk.web.get("/record/wait/state").json()["finished"]))
    assert walk.web.get("/record/wait").headers["location"] == "/record/answer"
    assert walk.web.get("/record/answer").status_code == 200
    assert walk.web.get("/record/wait").headers["location"] == "/record/answer"  # gone back to


def test_a_reading_that_is_ended_asks_nothing_more_and_holds_nothing() -> None:
    walk = Walk()
    slow = Slow(walk)
    walk.through()
    assert slow.asked.wait(30)
    asked = len(walk.server.asked)
    assert walk.web.post("/record/wait/end", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    (under,) = walk.web.app.state.readings._found.values()  # type: ignore[attr-defined]
    ended = walk.web.post("/record/wait/end", headers=OWN)
    assert "nothing of the record is held" in ended.text
    before = under.errand.since
    slow.go_on.set()
    until(lambda: under.errand.since != before)
    assert len(walk.server.asked) == asked
    assert walk.records._seen == {}
    assert walk.web.get("/record/answer").headers["location"] == "/record"


def test_what_goes_wrong_during_a_long_reading_is_said_when_it_is_over() -> None:
    walk = Walk()
    slow = Slow(walk)
    walk.server.faults[f"{BASE}/Procedure"] = respond(401)
    walk.through()
    slow.go_on.set()
    until(lambda: bool(walk.web.get("/record/wait/state").json()["finished"]))
    told = walk.web.get("/record/wait")
    assert told.status_code == 400
    assert "no longer grants" in told.text
    assert walk.records._seen == {}


def test_scopes_of_the_first_version_and_opening_from_a_record_system() -> None:
    walk = Walk(second=False)
    assert walk.through(f"/record/launch?iss={BASE}/&launch=xyz").status_code == 303
    asked = walk.server.signed_in[0]
    assert (asked["scope"], asked["launch"]) == ("launch patient/*.read", "xyz")


@pytest.mark.parametrize(
    "iss", ["https://evil.example.org/r4", "http://fhir.example.org/r4", f"{BASE}.evil.example", ""]
)
def test_a_record_system_that_is_not_listed_gets_no_request(iss: str) -> None:
    walk = Walk()
    told = walk.web.get("/record/launch", params={"iss": iss, "launch": "x"})
    assert told.status_code == 400
    assert "not among the listed" in told.text
    assert walk.server.asked == []


def test_confidential_clients(tmp_path: Path) -> None:
    by_secret = Walk(Server("Test Hospital", BASE, "confidential", also=(origin_of(AUTH),), secret=SECRET))
    assert by_secret.through().status_code == 303
    private = ec.generate_private_key(ec.SECP384R1())
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())  # fmt: skip
    by_key = Walk(Server("Test Hospital", BASE, "keyed", also=(origin_of(AUTH),), key=pem.decode(), key_id="k1"))
    by_key.server.public_key = private.public_key()
    assert by_key.through().status_code == 303
    wrong = Walk(Server("Test Hospital", BASE, "confidential", also=(origin_of(AUTH),), secret="wrong"))
    assert "invalid_client" in wrong.through().text


@pytest.mark.parametrize(("back", "said"), [
    ({"state": "made up"}, "belongs to no sign-in"), ({"state": None}, "belongs to no sign-in"),
    ({"iss": "https://evil.example.org"}, "does not come from"), ({"error": "access_denied", "code": None}, "refused"),
    ({"error": "<script>alert(1)</script>"}, "answered: error"), ({"code": None}, "no code"),
    ({"code": "stolen"}, "invalid_grant"),
])  # fmt: skip
def test_what_comes_back_wrong_is_not_used(back: dict[str, Any], said: str) -> None:
    walk = Walk()
    walk.server.faults["back"] = back
    told = walk.through()
    assert told.status_code == 400
    assert said in told.text
    assert "<script>alert" not in told.text
    assert not any("/Patient" in str(request.url) for request in walk.server.asked)


def test_an_answer_counts_once_and_only_in_the_browser_that_began() -> None:
    walk = Walk()
    address = walk.server.sign_in(walk.begin())
    cookies = dict(walk.web.cookies)
    walk.web.cookies.clear()
    assert "in this browser" in walk.back(address).text  # somebody else's browser: used up and refused
    walk.web.cookies.update(cookies)
    assert "in this browser" in walk.back(address).text
    assert walk.web.get("/record/answer").status_code == 303
    late = Walk()
    address = late.server.sign_in(late.begin())
    late.records._clock = lambda: time.monotonic() + 601
    assert "ten minutes" in late.back(address).text


def respond(status: int, **more: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(status, **more)


WELL_KNOWN = f"{BASE}/.well-known/smart-configuration"
ENDLESS = {"resourceType": "Bundle", "type": "searchset", "entry": []}
FAULTS: list[tuple[dict[str, Any], str]] = [
    ({WELL_KNOWN: respond(404)}, "does not say how to sign in"),
    ({WELL_KNOWN: respond(200, content=b"<html>")}, "does not say how to sign in"),
    ({WELL_KNOWN: respond(302, headers={"location": "http://169.254.169.254/"})}, "sent the request elsewhere"),
    ({"configuration": {"token_endpoint": "http://169.254.169.254/latest"}}, "not https"),
    ({"configuration": {"token_endpoint": "https://evil.example.org/token"}}, "not listed"),
    ({"configuration": {"authorization_endpoint": "javascript:alert(1)"}}, "no address of a server"),
    ({"configuration": {"code_challenge_methods_supported": ["plain"]}}, "S256"),
    ({"token": {"patient": "../../secret"}}, "whose record"), ({"token": {"patient": None}}, "whose record"),
    ({"token": {"token_type": "mac"}}, "unknown kind"), ({"token": {"access_token": "a\nb"}}, "no token"),
    ({"token": {"access_token": "é"}}, "no token"),
    ({"token": {"expires_in": 0}}, "ran out"), ({"patient": {"id": "p2"}}, "another Patient"),
    ({f"{BASE}/Patient/p1": respond(200, json={"resourceType": "OperationOutcome"})}, "gives no Patient"),
    ({f"{BASE}/Condition": respond(401)}, "no longer grants"),
    ({f"{AUTH}/token": respond(500, content=b"boom")}, "status 500"),
    ({f"{AUTH}/token": respond(307, headers={"location": "https://evil.example.org"})}, "sent the request elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("faults", "said"), FAULTS)
def test_a_server_that_misbehaves_is_named_and_nothing_is_read(faults: dict[str, Any], said: str) -> None:
    walk = Walk()
    walk.server.faults |= faults
    told = walk.web.get("/record/start?server=Test%20Hospital")
    if told.status_code == 303:
        told = walk.back(walk.server.sign_in(told.headers["location"]))
    assert told.status_code == 400
    assert said in told.text
    assert "Traceback" not in told.text
    assert walk.web.get("/record/answer").status_code == 303
    assert {request.url.host for request in walk.server.asked} <= {"fhir.example.org", "sign-in.example.org"}


@pytest.mark.parametrize(("faults", "said"), [
    ({"next": "https://evil.example.org/page2"}, "lies on another server"),
    ({"next": f"{BASE}/Observation?patient=p1&category=laboratory&_sort=-date&_count=200"}, "lead back to one another"),
    ({f"{BASE}/Condition": respond(403)}, "Condition was not granted"),
    ({f"{BASE}/Condition": respond(500)}, "Condition could not be read"),
    ({f"{BASE}/Condition": respond(200, content=b"[")}, "Condition could not be read"),
])  # fmt: skip
def test_a_part_that_is_missing_is_said_and_the_rest_is_read(faults: dict[str, Any], said: str) -> None:
    walk = Walk()
    walk.server.faults |= faults
    assert walk.through().status_code == 303
    assert said in walk.web.get("/record/answer").text


def test_endless_pages_and_huge_answers_end(monkeypatch: pytest.MonkeyPatch) -> None:
    walk, count = Walk(), iter(range(10**9))
    walk.server.faults[f"{BASE}/Condition"] = lambda _r: httpx.Response(
        200, json=ENDLESS | {"link": [{"relation": "next", "url": f"{BASE}/Condition?n={next(count)}"}]}
    )
    assert walk.through().status_code == 303
    assert next(count) == gathering.MOST_PAGES
    assert "more than are read" in walk.web.get("/record/answer").text
    monkeypatch.setattr(net, "MOST_BYTES", 5000)
    huge = Walk()
    huge.server.faults[f"{BASE}/Condition"] = respond(200, content=b'{"resourceType": "Bundle", "x": "' + b"y" * 9000)
    assert "sends more than is read" in huge.through().text
    slow = Walk()
    monkeypatch.setattr(net, "SECONDS_OF_ALL", -1.0)
    assert "took longer" in slow.web.get("/record/start?server=Test%20Hospital").text

    def silent(_request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("no answer")

    monkeypatch.undo()
    slow.server.faults[WELL_KNOWN] = silent
    assert "in time" in slow.web.get("/record/start?server=Test%20Hospital").text


@pytest.mark.filterwarnings("ignore")
def test_writing_back_only_if_asked_and_granted() -> None:
    writing = Server("Test Hospital", BASE, "public", also=(origin_of(AUTH),), write=True)
    plain = Walk(writing)
    plain.through()
    assert 'value="write"' not in plain.web.get("/record/answer").text  # not asked for
    refused = Walk(writing)
    refused.server.scope = "launch/patient patient/*.rs"
    refused.through("/record/start?server=Test%20Hospital&write=1")
    assert 'value="write"' not in refused.web.get("/record/answer").text  # not granted
    walk = Walk(writing)
    walk.through("/record/start?server=Test%20Hospital&write=1")
    assert "patient/RiskAssessment.c" in walk.server.signed_in[0]["scope"]
    shown = walk.web.get("/record/answer").text
    assert walk.server.written == []
    token = shown.split('name="token" value="')[1].split('"')[0]
    form = {"do": "write", "token": token}
    assert (
        walk.web.post("/record/change", data=form | {"token": "x"}, headers={"Origin": "http://127.0.0.1"}).status_code
        == 403
    )
    assert walk.web.post("/record/change", data=form, headers={"Origin": "http://127.0.0.1"}).status_code == 303
    assert walk.server.written
    for one in walk.server.written:
        model("R4")("RiskAssessment").model_validate(one)
        assert (one["resourceType"], one["status"]) == ("RiskAssessment", "preliminary")
        assert "urn:uuid" not in json.dumps(one)
    assert 'value="write"' not in walk.web.get("/record/answer").text  # once


def test_without_a_list_there_is_nothing() -> None:
    web = TestClient(create_app(), base_url="http://127.0.0.1", follow_redirects=False)
    for path in ("/record", "/record/start?server=x", "/record/callback?code=1&state=2", "/record/answer"):
        assert web.get(path).status_code == 404
    assert "/record" not in web.get("/").text
    walk = Walk()
    assert walk.web.get("/record/start?server=nobody").status_code == 404
    from_elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert walk.web.get("/record/start?server=Test%20Hospital", headers=from_elsewhere).status_code == 403
    assert walk.server.asked == []


def settings_file(folder: Path, **server: Any) -> Path:
    told = {"name": "A", "base": BASE, "client_id": "c"} | server
    file = folder / "servers.json"
    file.write_text(json.dumps({"callback": CALLBACK, "servers": [told]}), encoding="utf-8")
    return file


@pytest.mark.parametrize(("server", "said"), [
    ({"base": "http://fhir.example.org"}, "https"), ({"base": "file:///etc/passwd"}, "no address"),
    ({"base": "https://user:pw@fhir.example.org"}, "no address"), ({"base": f"{BASE}?x=1"}, "no query"),
    ({"client_id": ""}, "client_id"), ({"also": ["http://10.0.0.1"]}, "https"), ({"algorithm": "HS256"}, "algorithm"),
    ({"secret_file": "nowhere"}, "nowhere"), ({"secret_file": "a", "key_file": "b"}, "one of them"),
    ({"redirect": "x"}, "unknown fields"),
])  # fmt: skip
def test_settings_that_are_wrong_are_named(tmp_path: Path, server: dict[str, Any], said: str) -> None:
    with pytest.raises(SmartError, match=said):
        read_settings(settings_file(tmp_path, **server))


def test_settings(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hush\n", encoding="utf-8")
    found = read_settings(settings_file(tmp_path, base="http://127.0.0.1:8090/fhir/", secret_file="secret.txt"))
    (server,) = found.servers
    assert (server.base, server.secret) == ("http://127.0.0.1:8090/fhir", "hush")
    assert "hush" not in repr(found)
    for content in ("", "[]", '{"servers": []}', '{"callback": "http://127.0.0.1/elsewhere", "servers": [{}]}'):
        (tmp_path / "x.json").write_text(content, encoding="utf-8")
        with pytest.raises(SmartError):
            read_settings(tmp_path / "x.json")

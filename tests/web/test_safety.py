"""The app from an attacker's seat, and from that of somebody who wants to stay private."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from visiting import STORY, Visitor

from repletion.web.app import ROUTES
from repletion.web.guard import HEADERS, LARGEST, LARGEST_UPLOAD
from repletion.web.told import Told, packed

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{% raw %}&#x41;"
FIELDS = (
    "words", "age", "height", "weight", "medicine", "condition", "lab_test", "lab_value", "lab_unit", "lab_date",
    "lab_range", "typed", "diary", "food", "without", "do", "ask_id", "flag.x", "unit.0", "reader", "eating", "sex",
)  # fmt: skip
POSTS = ("/understood", "/answer", "/plan", "/diary", "/doctor", "/saved")
NAMES = {"name": "hypomagnesemia", "code": "fndds:63107010", "entry": "0123456789ab", "key": "none", "errand": "none"}


def safe(text: str) -> None:
    """No tag and no attribute of what was typed, and no template worked out."""
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert not re.search(r"<[^>]*\sonerror\s*=", re.sub(r'"[^"]*"', '""', text))
    assert "49" not in re.findall(r"(?:img>|\)>)(\d+)\{%", text)


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_typed_becomes_markup(client: TestClient, field: str) -> None:
    told = packed(Told(words=("my eyelid twitches",)))
    for path in ("/understood", "/diary"):
        answer = client.post(path, data={"told": told, field: EVIL})
        assert answer.status_code in {200, 400}
        safe(answer.text)


def test_nothing_told_becomes_markup_on_any_page(client: TestClient) -> None:
    told = packed(
        Told(
            words=(f"eyelid twitching {EVIL}",),
            medicines=(f"omeprazole {EVIL}",),
            conditions=(EVIL,),
            diary=f"2 slices toast\n{EVIL}\n",
            not_these=(EVIL,),
        )
    )
    for path in POSTS[:-1]:
        answer = client.post(path, data={"told": told})
        assert answer.status_code == 200
        safe(answer.text)
    pdf = client.post("/doctor.pdf", data={"told": told})
    assert pdf.content.startswith(b"%PDF")


def test_a_layout_is_not_instructed_by_what_was_typed(client: TestClient) -> None:
    words = '#panic("x") #read("/etc/passwd") $ [ ] \\ eyelid twitching'
    answer = client.post("/doctor.pdf", data={"told": packed(Told(words=(words,)))})
    assert answer.status_code == 200
    assert len(re.findall(rb"/Type\s*/Page\b", answer.content)) == 1


@pytest.mark.parametrize(
    "told",
    [
        "{", "[]", "null", "12", '{"schema":"other/1"}', '{"words":"x"}', '{"nobody":1}', '{"sex":"both"}', "\x00",
        json.dumps({"words": ["x"] * 500}), json.dumps({"age": "1" * 5000}), "[" * 5000,
        json.dumps({"answers": [{"kind": "finding", "id": "no_such_finding", "typed": "yes"}]}),
        json.dumps({"answers": [{"kind": "red_flag", "id": "../../etc", "typed": "yes"}]}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/understood", "/answer"])
def test_a_form_that_is_not_ours_is_refused_in_words(client: TestClient, path: str, told: str) -> None:
    answer = client.post(path, data={"told": told})
    assert answer.status_code == 400
    assert "This form could not be read" in answer.text
    assert "Traceback" not in answer.text


def test_other_kinds_of_bodies_are_refused(client: TestClient) -> None:
    for kind in ("application/json", "text/plain", "application/xml", "multipart/form-data"):
        answer = client.post("/answer", content=b"{}", headers={"content-type": kind})
        assert answer.status_code == 400
    many = "&".join(f"a{n}=1" for n in range(5000))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/answer", content=many, headers=kind).status_code == 400
    assert client.post("/understood", content=b"words=%ff%fe%00", headers=kind).status_code == 200


def test_bodies_have_a_size(client: TestClient) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/answer", content=b"words=" + b"x" * LARGEST, headers=kind)
    assert answer.status_code == 413
    assert "256 kB" in answer.text
    pieces = (b"x" * 65536 for _ in range(64))  # without a stated length
    assert client.post("/answer", content=pieces, headers=kind).status_code == 413
    big = client.post("/compare", files={"file": ("a.json", b"x" * (LARGEST_UPLOAD + 1))})
    assert big.status_code == 413


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "....//", "%00", "a" * 3000, "'; DROP TABLE food; --", "*"])
def test_names_in_addresses_reach_nothing(client: TestClient, name: str) -> None:
    for shelf in ("claim", "source", "knowledge", "tests", "foods", "static"):
        answer = client.get(f"/{shelf}/{name}")
        assert answer.status_code == 404
        assert "root:" not in answer.text
        assert "Traceback" not in answer.text


def test_a_saved_file_that_is_none_is_refused_in_words(client: TestClient) -> None:
    for data in (b"{}", b"\x00\xff", b"[" * 10_000, b'{"schema":"repletion.saved/1","told":{"words":[1]}}'):
        answer = client.post("/compare", files={"file": ("<b>.json", data)})
        assert answer.status_code == 400
        assert "not an answer saved from here" in answer.text


def test_every_answer_carries_the_strict_headers(client: TestClient) -> None:
    told = packed(Told(words=("my face has dropped on one side",)))
    for route in ROUTES:
        path = route.path
        for name, value in NAMES.items():
            path = path.replace("{" + name + "}", "style.css" if path.startswith("/static") else value)
        for answer in (client.get(path), client.post(path, data={"told": told})):
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, path
            assert "set-cookie" not in answer.headers
            if not (path.startswith("/static") and answer.status_code == 200):
                assert answer.headers["cache-control"] == "no-store", path
    assert "'unsafe" not in HEADERS["Content-Security-Policy"]


def test_files_come_packed_to_who_takes_them_so_and_plain_to_others(client: TestClient) -> None:
    for name in ("style.css", "app.js", "icon.svg"):
        packed = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        plain = client.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.content == plain.content  # the client unpacks
        assert "Accept-Encoding" in packed.headers["vary"]
        assert "Accept-Encoding" in plain.headers["vary"]


def test_pages_hold_no_inline_style_or_script(client: TestClient, told: str) -> None:
    urgent = packed(Told(words=("my face has dropped on one side",)))
    pages = [client.post(path, data={"told": urgent if path == "/plan" else told}).text for path in POSTS[:-1]]
    pages += [client.get(path).text for path in ("/", "/knowledge/hypomagnesemia", "/about", "/foods?q=milk")]
    for text in pages:
        assert not re.search(r"<style|\sstyle=|\son\w+=", text)
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", text))


def test_no_health_data_stands_in_an_address(client: TestClient, told: str) -> None:
    text = client.post("/answer", data={"told": told}).text + client.post("/understood", data={"told": told}).text
    assert not re.search(r'<form[^>]*method="get"', text)
    for link in re.findall(r'(?:href|action|formaction|src)="([^"]*)"', text):
        assert "omeprazole" not in link
        assert "twitching for" not in html.unescape(link)


def test_get_of_a_form_page_explains_itself(client: TestClient) -> None:
    answer = client.get("/answer")
    assert answer.status_code == 405
    assert "This page opens from a form" in answer.text


def test_a_fault_of_ours_tells_its_place_and_nothing_typed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise KeyError("secret words of mine")

    monkeypatch.setattr("repletion.web.answering.view_of", broken)
    answer = client.post("/answer", data={"told": packed(Told(words=("secret words of mine",)))})
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "KeyError" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    said = "".join(capfd.readouterr())
    assert "a request failed with KeyError at web/" in said  # the operator learns of it
    assert "secret" not in said


def test_what_is_told_is_kept_nowhere(visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    visitor.post("/understood", words=STORY)
    visitor.post("/answer")
    visitor.post("/doctor")
    assert list(tmp_path.iterdir()) == []

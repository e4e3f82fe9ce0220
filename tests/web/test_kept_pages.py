"""Keeping on the pages: only when asked, only for whoever started the program, and every change from our own forms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from visiting import Visitor

from repletion.keeping import Keeper, lock
from repletion.web import create_app
from repletion.web.kept_file import ROUTES as FILE_ROUTES
from repletion.web.shelf import COOKIE, Shelf
from repletion.web.told import unpacked

OURS = {"sec-fetch-site": "same-origin"}
PHRASE = "correct horse battery"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr(lock, "COST", {"n": 2**10, "r": 8, "p": 1})
    return Shelf(tmp_path / "kept.sqlite")


@pytest.fixture
def web(shelf: Shelf) -> Iterator[TestClient]:
    app = create_app(shelf)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False, headers=OURS) as made:
        made.cookies.set(COOKIE, shelf.key)
        yield made


def kept(web: TestClient, shelf: Shelf, told: str, name: str = "me") -> str:
    """Keep what was told; the address of its entry."""
    answer = web.post("/kept", data={"told": told, "name": name, "token": shelf.token})
    assert answer.status_code == 303, answer.text
    place, _, said = str(answer.headers["location"]).partition("?")
    assert said == "said=kept"
    return place


def test_the_way_from_the_answer_to_the_shelf_and_back(web: TestClient, shelf: Shelf, told: str) -> None:
    somebody = Visitor(web)
    somebody.told = told
    assert "/kept/new" in somebody.post("/answer")
    somebody.post("/kept/new", do="keep")
    assert str(shelf.path) in somebody.words
    assert not shelf.path.exists(), "nothing is kept before it is asked for"
    place = kept(web, shelf, somebody.told)
    assert re.fullmatch(r"/kept/[0-9a-f]{12}", place)
    text = somebody.get(f"{place}?said=kept")
    assert "Kept. It is safely on the disk." in text
    assert str(shelf.path) in text
    assert text.index('class="care') < text.index('id="explanations"')
    assert unpacked(somebody.told) == unpacked(told), "it can be gone on with as it was told"
    assert place in somebody.get("/kept")
    with Keeper.open(shelf.path) as keeper:
        assert keeper.get(place.rpartition("/")[2]).as_case().labs[0].value == 3.1


def test_again_compare_and_the_next_version(web: TestClient, shelf: Shelf, told: str) -> None:
    first = kept(web, shelf, told)
    answer = web.post(f"{first}/again", data={"token": shelf.token})
    assert "no change" in answer.text
    assert answer.text.index('class="care') < answer.text.index("no change")
    with Keeper.open(shelf.path) as keeper:
        assert len(keeper.all()) == 1, "assessing again keeps nothing by itself"
    second = web.post(f"{first}/again", data={"token": shelf.token, "do": "keep"}).headers["location"]
    assert "version 2" in web.get(second).text
    pair = {"before": first[6:], "after": second[6:18]}
    assert "no change" in web.post("/kept/compare", data=pair).text
    today = web.post("/kept/compare", data={"told": told, "before": first[6:]})
    assert "no change" in today.text
    assert "Choose two different" in web.post("/kept/compare", data={"before": first[6:], "after": first[6:]}).text


def test_an_entry_kept_on_the_command_line_opens_too(web: TestClient, shelf: Shelf) -> None:
    from repletion import Case, assess

    case = Case.from_mapping({"text": ["my eyelid twitches"], "person": {"age": 41, "sex": "female"}})
    with Keeper.open(shelf.path, create=True) as keeper:
        place = f"/kept/{keeper.save(case, assess(case), name='line')}"
    assert "line, version 1" in web.get(place).text
    assert "no change" in web.post(f"{place}/again", data={"token": shelf.token}).text


def test_diary_days_are_kept_and_shown(web: TestClient, shelf: Shelf) -> None:
    somebody = Visitor(web)
    somebody.post("/diary", diary="Day 1\n2 slices wholemeal toast\nDay 2\n1 banana", do="read")
    place = kept(web, shelf, somebody.told)
    for page in (place, "/kept/days"):
        text = web.get(page).text
        assert "Day 1" in text
        assert "1 banana" in text
    assert unpacked(somebody.told).diary.count("\n") == 3


@pytest.mark.parametrize("form", ["json", "csv", "fhir"])
def test_export(web: TestClient, shelf: Shelf, told: str, form: str) -> None:
    place = kept(web, shelf, told)
    kept(web, shelf, told, "mother")
    whole = web.post("/kept/export", data={"token": shelf.token, "do": form})
    one = web.post("/kept/export", data={"token": shelf.token, "do": form, "entry": place[6:]})
    assert "attachment" in whole.headers["content-disposition"]
    assert "omeprazole" in one.text.lower()
    assert 1.8 < len(whole.content) / len(one.content) < 2.2
    if form == "json":
        web.post("/kept/erase", data={"token": shelf.token, "yes": "everything"})
        file = {"file": ("e.json", whole.content)}
        assert web.post("/kept/add", data={"token": shelf.token}, files=file).status_code == 303
        assert len(json.loads(web.post("/kept/export", data={"token": shelf.token}).content)["entries"]) == 2


def test_lock_shut_open(web: TestClient, shelf: Shelf, told: str) -> None:
    token = {"token": shelf.token}
    place = kept(web, shelf, told)
    assert "differ" in web.post("/kept/lock", data={**token, "passphrase": PHRASE, "again": "other"}).text
    web.post("/kept/lock", data={**token, "passphrase": PHRASE, "again": PHRASE})
    assert web.get(place).status_code == 200, "it stays open for this run"
    assert b"omeprazole" not in shelf.path.read_bytes()
    web.post("/kept/shut", data=token)
    for page in (place, "/kept", "/kept/days"):
        assert "opens with its passphrase" in web.get(page).text
    wrong = web.post("/kept/open", data={**token, "passphrase": "wrong horse battery"})
    assert (wrong.status_code, "does not open" in wrong.text) == (403, True)
    asked = web.post("/kept/new", data={"told": told})
    assert "opens with its passphrase" in asked.text
    opened = web.post("/kept/open", data={**token, "passphrase": PHRASE, "told": told})
    assert "Keep this answer" in opened.text, "what was told is not lost at the lock"
    web.post("/kept/unlock", data=token)
    with Keeper.open(shelf.path) as keeper:
        assert len(keeper.all()) == 1


def test_a_new_file_can_be_locked_from_its_first_byte(web: TestClient, shelf: Shelf, told: str) -> None:
    form = {"told": told, "token": shelf.token, "name": "me", "passphrase": PHRASE}
    assert "differ" in web.post("/kept", data={**form, "again": "x"}).text
    assert "fewer than 8" in web.post("/kept", data={**form, "passphrase": "short", "again": "short"}).text
    assert not shelf.path.exists()
    assert web.post("/kept", data={**form, "again": PHRASE}).status_code == 303
    assert b"omeprazole" not in shelf.path.read_bytes()
    with Keeper.open(shelf.path, PHRASE) as keeper:
        assert keeper.all()[0].name == "me"


def test_backup_restore_and_a_damaged_file(web: TestClient, shelf: Shelf, told: str) -> None:
    token = {"token": shelf.token}
    place = kept(web, shelf, told)
    saved = web.post("/kept/backup", data=token).content
    web.post(f"{place}/erase", data={**token, "yes": "erase"})
    assert web.get(place).status_code == 404
    file = {"file": ("b.sqlite", saved)}
    assert web.post("/kept/restore", data=token, files=file).status_code == 400, "it asks before it replaces"
    assert web.post("/kept/restore", data={**token, "yes": "replace"}, files=file).status_code == 303
    assert web.get(place).status_code == 200
    nonsense = web.post("/kept/restore", data={**token, "yes": "replace"}, files={"file": ("b.sqlite", b"x" * 9999)})
    assert (nonsense.status_code, web.get(place).status_code) == (409, 200)
    shelf.path.write_bytes(b"x" * 9999)
    assert "/kept/restore" in web.get("/kept").text
    assert web.post("/kept/restore", data={**token, "yes": "replace"}, files=file).status_code == 303
    assert sorted(path.name for path in shelf.path.parent.iterdir()) == ["kept.sqlite"]


def test_erasing_asks_first(web: TestClient, shelf: Shelf, told: str) -> None:
    place = kept(web, shelf, told)
    assert "Erase this entry?" in web.get(f"{place}/erase").text
    assert "Erase everything?" in web.get("/kept/erase").text
    for page in (f"{place}/erase", "/kept/erase"):
        assert web.post(page, data={"token": shelf.token}).status_code == 200
    assert web.get(place).status_code == 200
    assert web.post("/kept/erase", data={"token": shelf.token, "yes": "everything"}).status_code == 303
    assert not shelf.path.exists()


CHANGES = [route.path for route in FILE_ROUTES if "POST" in route.methods and route.path != "/kept/door"]  # type: ignore[operator]


@pytest.mark.parametrize("path", ["/kept", "ENTRY/erase", "ENTRY/again", *CHANGES])
def test_no_change_without_a_token_or_from_elsewhere(web: TestClient, shelf: Shelf, told: str, path: str) -> None:
    place = kept(web, shelf, told)
    before = shelf.path.read_bytes()
    path = path.replace("ENTRY", place)
    form = {"told": told, "yes": "erase everything", "do": "keep", "passphrase": PHRASE, "again": PHRASE}
    signed = {**form, "token": shelf.token}
    attempts = [
        (form, OURS),
        ({**form, "token": "x" * 32}, OURS),
        (signed, {"sec-fetch-site": "cross-site"}),
        (signed, {"sec-fetch-site": "same-site"}),
    ]
    for fields, headers in attempts:
        assert web.post(path, data=fields, headers=headers).status_code == 403
    del web.headers["sec-fetch-site"]
    for origin in ("null", "http://127.0.0.1:1", "https://127.0.0.1", "http://evil.example", ""):
        assert web.post(path, data=signed, headers={"origin": origin}).status_code == 403
    assert web.post(path, data=signed).status_code == 403
    assert shelf.path.read_bytes() == before


def test_an_older_browser_is_known_by_the_origin(web: TestClient, shelf: Shelf, told: str) -> None:
    del web.headers["sec-fetch-site"]
    web.headers["origin"] = "http://127.0.0.1"
    kept(web, shelf, told)


def test_another_browser_on_the_machine_sees_nothing(web: TestClient, shelf: Shelf, told: str) -> None:
    place = kept(web, shelf, told)
    web.cookies.clear()
    signed = {"token": shelf.token, "told": told, "do": "json"}
    for page in (place, "/kept", "/kept/days", f"{place}/erase", "/kept/erase"):
        answer = web.get(page)
        assert (answer.status_code, shelf.token in answer.text, str(shelf.path) in answer.text) == (403, False, False)
    for page in ("/kept", "/kept/export", "/kept/backup", "/kept/compare", f"{place}/again"):
        assert web.post(page, data=signed).status_code == 403
    assert web.get("/open/nothing").status_code == 404
    assert web.post("/kept/door", data={"key": "nothing"}).status_code == 403
    inside = web.post("/kept/door", data={"key": shelf.key, "told": told})
    assert "Keep this answer" in inside.text
    cookie = inside.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    web.cookies.clear()
    assert web.get(f"/open/{shelf.key}").headers["location"] == "/"
    assert web.get("/kept").status_code == 200


def test_a_server_that_keeps_nothing_offers_nothing(client: TestClient, told: str) -> None:
    assert "/kept" not in client.get("/").text + client.post("/answer", data={"told": told}).text
    assert client.get("/kept").status_code == 404
    assert client.post("/kept", data={"told": told, "token": ""}, headers=OURS).status_code == 404


def test_words_of_a_name_are_words(web: TestClient, shelf: Shelf, told: str) -> None:
    place = kept(web, shelf, told, "<script>alert(1)</script>\r\nme")
    for page in (place, "/kept", "/kept/days", f"{place}/erase"):
        assert "<script>alert" not in web.get(page).text
    for name in ("..%2f..", "0", place[6:12], "%00", "' OR 1=1 --"):
        assert web.get(f"/kept/{name}").status_code == 404, name


def test_no_form_or_link_of_the_shelf_tells_anything(web: TestClient, shelf: Shelf, told: str) -> None:
    place = kept(web, shelf, told)
    for page in (place, "/kept", "/kept/days", f"{place}/erase"):
        text = web.get(page).text
        assert not re.search(r"<style|\sstyle=|\son\w+=", text)
        for address in re.findall(r'(?:href|action|formaction|src)="([^"]*)"', text):
            assert "omeprazole" not in address
            assert "twitching for" not in unescape(address)

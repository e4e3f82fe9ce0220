"""Requests of somebody who means harm: pages of other sites, other ports, other names, forged tokens, hostile words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.testclient import TestClient

from repletion.assessment.stations import assess
from repletion.case import Case
from repletion.hooks.trust import ALGORITHMS, Trust, Untrusted
from repletion.keeping import Keeper, Kept
from repletion.report.json import compact
from repletion.web import create_app
from repletion.web.app import ROUTES
from repletion.web.shelf import Shelf

HERE = {"sec-fetch-site": "same-origin"}
ELSEWHERE: tuple[dict[str, str], ...] = (
    {},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:9999"},
    {"origin": "http://localhost"},
    {"origin": "https://127.0.0.1"},
    {"origin": "http://127.0.0.1.evil.example"},
    {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "none"},
)
"""What browsers say of a form of another site, of a sandboxed frame, of another port and of none."""
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
FREE = {
    "/understood",
    "/answer",
    "/clear",
    "/plan",
    "/diary",
    "/doctor",
    "/doctor.pdf",
    "/saved",
    "/compare",
    "/symptoms",
}
"""Forms that work something out and change nothing; ``/kept/new`` and ``/kept/compare`` do so too."""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    made = Shelf(tmp_path_factory.mktemp("data") / "inner" / "kept.sqlite")
    case = Case.parse(f"my eyelid twitches, I take omeprazole {EVIL}", "text")
    answer = msgspec.json.decode(compact(assess(case)))
    for part in ("explanations", "understood", "intake", "labs"):
        for row in answer[part]:
            row["label"] = EVIL
    with made.opened(create=True) as keeper:
        for name in ("a" * 12, "b" * 12):
            keeper.add(
                Kept(id=name, name=EVIL, version=0, saved="", versions={"software": EVIL}, answer=answer,
                     case={"text": EVIL}, diary={EVIL: EVIL})
            )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def server(shelf: Shelf) -> Iterator[TestClient]:
    with TestClient(create_app(shelf), base_url="http://127.0.0.1", follow_redirects=False) as made:
        yield made


@pytest.fixture
def browser(server: TestClient, shelf: Shelf) -> Iterator[TestClient]:
    """One that was let in."""
    assert server.get(f"/open/{shelf.key}").status_code == 303
    yield server
    server.cookies.clear()


def count(shelf: Shelf) -> int:
    with Keeper.open(shelf.path) as keeper:
        return len(keeper.all())


def test_no_page_elsewhere_changes_what_is_kept(browser: TestClient, shelf: Shelf) -> None:
    """Every form, from every elsewhere, even with the token of this run."""
    tried = 0
    before = shelf.path.read_bytes()
    for route in ROUTES:
        if "POST" not in (route.methods or ()) or route.path in FREE | {"/kept/new", "/kept/compare"}:
            continue
        path = re.sub(r"\{\w+\}", "a" * 12, route.path)
        for says in ELSEWHERE:
            for token in ("", shelf.token):
                fields = {"token": token, "yes": "everything", "do": "json", "passphrase": "x" * 12, "again": "x" * 12}
                answer = browser.post(path, data=fields, headers=says)
                assert answer.status_code in {403, 404}, (path, says)
                assert "attachment" not in answer.headers.get("content-disposition", "")
                tried += 1
    assert tried > 200
    assert shelf.path.read_bytes() == before


def test_the_right_site_without_the_token_changes_nothing(browser: TestClient, shelf: Shelf) -> None:
    for path in ("/kept/erase", "/kept/lock", "/kept/export", "/kept/backup", f"/kept/{'a' * 12}/erase"):
        for token in ("", "x", shelf.token + "x", shelf.key, "ü"):
            answer = browser.post(path, data={"token": token, "yes": "everything", "do": "json"}, headers=HERE)
            assert answer.status_code == 403, (path, token)
    assert count(shelf) == 2


def test_the_cookie_is_for_this_browser_and_no_script(server: TestClient, shelf: Shelf) -> None:
    said = server.get(f"/open/{shelf.key}")
    server.cookies.clear()
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(said.headers["set-cookie"].split("; "))
    assert said.headers["location"] == "/"  # the key leaves the address at once
    for wrong in ("x", shelf.key[:-1], shelf.token, "%00"):
        assert server.get(f"/open/{wrong}").status_code == 404
    server.cookies.set("repletion", "planted")  # a planted one is worth nothing and is never taken over
    assert "a" * 12 not in server.get("/kept").text
    assert shelf.key not in server.get("/kept").text
    server.cookies.clear()


def test_what_was_kept_becomes_no_markup_and_no_header(browser: TestClient, shelf: Shelf) -> None:
    pages = [browser.get(path) for path in ("/kept", f"/kept/{'a' * 12}", f"/kept/{'a' * 12}/erase", "/kept/days")]
    pages.append(browser.post("/kept/compare", data={"before": "a" * 12, "after": "b" * 12, "token": shelf.token}))
    for answer in pages:
        assert answer.status_code == 200
        assert "alert(1)" in answer.text or answer is not pages[1]
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    for do in ("json", "csv"):
        answer = browser.post("/kept/export", data={"token": shelf.token, "do": do}, headers=HERE)
        assert re.fullmatch(r'attachment; filename="[a-z0-9.-]+"', answer.headers["content-disposition"])
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_the_owner_can_read_what_is_kept_and_nothing_is_left_beside_it(browser: TestClient, shelf: Shelf) -> None:
    assert browser.post("/kept/backup", data={"token": shelf.token}, headers=HERE).content.startswith(b"SQLite")
    refused = browser.post(
        "/kept/restore", data={"token": shelf.token, "yes": "replace"}, files={"file": ("../../x", b"no")}, headers=HERE
    )
    assert refused.status_code == 409
    folder = shelf.path.parent
    assert [left.name for left in folder.iterdir()] == ["kept.sqlite"]
    assert (folder.stat().st_mode & 0o777, shelf.path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_page_elsewhere_cannot_call_the_hooks_blindly(server: TestClient) -> None:
    """A form of text needs no leave of the browser; without listed clients other sites are refused."""
    path = "/cds-services/repletion-patient-view/feedback"
    for says in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        answer = server.post(path, content=b"{}", headers={"content-type": "text/plain", **says})
        assert answer.status_code == 401
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "path", ["/v1/assessments", "/v1/plans", "/fhir/$assess", "/cds-services/repletion-order-select"]
)
def test_depth_and_numbers_without_end_are_refused_in_words(server: TestClient, path: str) -> None:
    for body in (b"[" * 100_000, b'{"a":' * 50_000, b'{"person":{"age":' + b"9" * 9000 + b"}}", b"\xff\xfe", b"nul"):
        answer = server.post(path, content=body, headers={"content-type": "application/json"})
        assert answer.status_code in {400, 422}, answer.text
        assert "Traceback" not in answer.text


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@pytest.fixture
def trust(key: ec.EllipticCurvePrivateKey) -> Trust:
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    return Trust("https://here", {"client": {"k": jwt.PyJWK(public)}})


def claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": "client", "aud": "https://here", "iat": now, "exp": now + 60, "jti": "1", **more}


def test_a_signed_token_counts_once_and_its_own_key_is_never_fetched(key: Any, trust: Trust) -> None:
    token = jwt.encode(claims(), key, "ES384", headers={"kid": "k", "jku": "https://evil.example/keys"})
    assert trust.check(f"Bearer {token}", "/cds-services/x") == "client"
    with pytest.raises(Untrusted, match="before"):
        trust.check(f"Bearer {token}", "/cds-services/x")


def test_forged_tokens_are_refused(key: Any, trust: Trust) -> None:
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    confused = f"{b64({'alg': 'HS256', 'kid': 'k'})}.{b64(claims())}"
    own = ec.generate_private_key(ec.SECP384R1())
    own_public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key()))

    def signed(by: Any = key, head: dict[str, Any] | None = None, **more: Any) -> str:
        return jwt.encode(claims(**more), by, "ES384", headers={"kid": "k", **(head or {})})

    forged = [
        f"{b64({'alg': 'none', 'kid': 'k'})}.{b64(claims())}.",
        f"{b64({'alg': 'None', 'kid': 'k'})}.{b64(claims())}.",
        f"{confused}.{b64(hmac.new(pem, confused.encode(), hashlib.sha256).digest())}",
        *(f"{b64({'alg': name, 'kid': 'k'})}.{b64(claims())}.{b64(b'x' * 96)}" for name in ALGORITHMS),
        *(f"{b64({'alg': 'ES384', 'kid': name})}.{b64(claims())}.{b64(b'x' * 96)}" for name in
          ("../../dev/null", "' OR 1=1", ["k"], {"k": 1}, None, 7)),
        signed(own, {"jwk": own_public, "jku": "https://evil.example/keys"}),
        signed(iss="other"), signed(aud="https://elsewhere"), signed(exp=1), signed(exp=int(time.time()) + 10**6),
        signed(exp=str(int(time.time()) + 60)), signed(iat=-1), signed(jti=None),
        f"{b64(b'[' * 40_000)}.{b64(claims())}.x", f"{b64({'alg': 'ES384'})}.{b64(b'[' * 40_000)}.eA",
        f"{b64([1])}.{b64(claims())}.eA", f"{b64({'alg': 'ES384'})}.{b64([1])}.eA", "", ".", "..", "a.b", "x" * 10_000,
    ]  # fmt: skip
    for token in forged:
        with pytest.raises(Untrusted):
            trust.check(f"Bearer {token}", "/cds-services/x")


def test_a_file_of_clients_holds_no_private_key(tmp_path: Path) -> None:
    from repletion.hooks.trust import read_trust

    for one in ({"kty": "oct", "k": "c2VjcmV0"}, {"kty": "EC", "d": "x"}, {}):
        file = tmp_path / "clients.json"
        file.write_text(json.dumps({"audience": "https://here", "clients": [{"issuer": "i", "keys": [one]}]}))
        with pytest.raises(Untrusted):
            read_trust(file)

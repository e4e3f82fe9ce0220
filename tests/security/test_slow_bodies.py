"""Bodies that do not come: sent a byte at a time, begun and left, by every address that reads one, in both editions."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from repletion.assistant.server import http_app
from repletion.fhir import arriving
from repletion.practice.app import PAGES, application, assemble
from repletion.practice.database import make
from repletion.practice.settings import Settings
from repletion.practice.vault import make_key_file
from repletion.web import create_app
from repletion.web.app import ROUTES
from repletion.web.shelf import Shelf

HERE = [(b"host", b"127.0.0.1"), (b"sec-fetch-site", b"same-origin")]
FORM = b"application/x-www-form-urlencoded"
FORMS = {path for route in ROUTES if "POST" in (route.methods or ()) for path in (route.path,)}
PROGRAMS = {
    "/v1/assessments": b"application/json",
    "/fhir/$assess": b"application/fhir+json",
    "/cds-services/repletion-patient-view": b"application/json",
}
BODILESS = {"/wait/{errand}/end", "/record/wait/end", "/record/change"}
"""The two read nothing, the other is there with ``--smart`` only."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "GRACE", 0.03)


async def _left(app: Any, path: str, kind: bytes, *, drip: float | None) -> tuple[int, dict[bytes, bytes]]:
    """Status and headers of the answer to a body that begins and is left, or of which a byte comes each ``drip``."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await anyio.sleep(60 if drip is None else drip)
        return {"type": "http.request", "body": b"w", "more_body": True}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 80), "headers": [*HERE, (b"content-type", kind), (b"content-length", b"9000")],
    }  # fmt: skip
    await app(scope, receive, send)
    return said[0]["status"], dict(said[0]["headers"])


def left(app: Any, path: str, kind: bytes = FORM, *, drip: float | None = None) -> tuple[int, dict[bytes, bytes]]:
    began = time.monotonic()
    found = asyncio.run(_left(app, path, kind, drip=drip))
    assert time.monotonic() - began < 20  # never a minute
    return found


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return create_app(Shelf(tmp_path_factory.mktemp("kept") / "kept.sqlite"))


@pytest.fixture(scope="module")
def practice_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    place: Path = tmp_path_factory.mktemp("practice")
    make_key_file(place / "key")
    settings = Settings(database=f"sqlite:///{place / 'practice.sqlite'}", key_file=str(place / "key"))
    make(settings)
    practice = assemble(settings)
    yield application(practice)
    practice.house.close()


@pytest.mark.parametrize("path", sorted(FORMS - BODILESS))
def test_no_form_of_the_pages_waits_for_what_does_not_come(app: Any, path: str) -> None:
    status, headers = left(app, re.sub(r"\{\w+\}", "a" * 12, path))
    assert status == 408, path
    assert headers[b"connection"] == b"close"


@pytest.mark.parametrize("path", sorted(PROGRAMS))
@pytest.mark.parametrize("drip", [None, 0.01])
def test_no_interface_waits_either(app: Any, path: str, drip: float | None) -> None:
    status, headers = left(app, path, PROGRAMS[path], drip=drip)
    assert status == 408, path
    assert headers[b"connection"] == b"close"


@pytest.mark.parametrize("drip", [None, 0.01])
def test_the_server_of_an_assistant_does_not_wait(drip: float | None) -> None:
    status, headers = left(http_app(), "/mcp", b"application/json", drip=drip)
    assert status == 408
    assert headers[b"connection"] == b"close"


def test_a_byte_now_and_then_does_not_keep_a_form_open(app: Any) -> None:
    assert left(app, "/understood", drip=0.005)[0] == 408


def test_nobody_without_a_sign_in_holds_a_practice_open(practice_app: Any) -> None:
    """Of whom it does not know it reads no more than a sign-in; that neither waits."""
    tried = [path for method, path, _, _ in PAGES if method == "POST"] + sorted(FORMS)
    for path in tried:
        status, _ = left(practice_app, re.sub(r"\{\w+\}", "a" * 12, path))
        assert status in {303, 401, 403, 404, 408}, path
    assert left(practice_app, "/login")[0] == 408


def test_a_large_body_that_keeps_coming_has_its_time() -> None:
    """The time grows with what has come: a backup over a slow line arrives."""

    async def steady() -> int:
        parts = iter([b"x" * 50_000] * 4)

        async def receive() -> dict[str, Any]:
            await anyio.sleep(0.02)  # 80 ms in all, beyond the grace alone
            part = next(parts, b"")
            return {"type": "http.request", "body": part, "more_body": bool(part)}

        got = arriving.arriving(receive, 10**6)  # type: ignore[arg-type]
        total = 0
        while True:
            message = await got()
            total += len(message["body"])
            if not message["more_body"]:
                return total

    assert asyncio.run(steady()) == 200_000


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("path", sorted(PROGRAMS))
def test_programs_are_read_as_json_by_their_header_only(app: Any, path: str, kind: str | None) -> None:
    """What a page elsewhere can send without asking (no type, a form, plain text) is never read."""
    from starlette.testclient import TestClient

    headers = {"content-type": kind} if kind else {}
    client = TestClient(app, base_url="http://127.0.0.1")
    assert client.post(path, content=b'{"resourceType": "Bundle"}', headers=headers).status_code == 415

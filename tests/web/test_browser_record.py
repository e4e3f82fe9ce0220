"""A real browser fetches a large record from a server on this machine: it sees how far the reading is, and ends it."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser
from walking import Walk, serving

from repletion.smart import Records, Server, Settings
from repletion.web import create_app

sys.path.insert(0, str(Path(__file__).parents[1] / "records"))

import invented_server
from synthetic_records import condition, lab


class Hospital:
    """An invented FHIR server with its sign-in, over HTTP; ``slow``: it waits before it tells the conditions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slow, self.go_on = False, threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.origin = f"http://127.0.0.1:{self.http.server_address[1]}"
        monkeypatch.setattr(invented_server, "BASE", f"{self.origin}/r4")
        monkeypatch.setattr(invented_server, "AUTH", self.origin)
        mine = {"subject": {"reference": "Patient/p1"}}
        results = (lab("2601-3", "Magnesium", 0.45, "mmol/L", on=f"2026-10-{n + 1:02d}") for n in range(9))
        every = [*results, condition({"text": "Type 2 diabetes"})]
        self.invented = invented_server.Invented(
            [{"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1960-03-01"}]
            + [{"id": f"r{n}"} | mine | one for n, one in enumerate(every)]
        )
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hospital = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = hospital.origin + self.path
                if self.path.startswith("/authorize"):
                    self.send_response(303)
                    self.send_header("Location", hospital.invented.sign_in(address))
                    self.end_headers()
                    return
                if hospital.slow and self.path.startswith("/r4/Condition"):
                    hospital.go_on.wait(30)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = httpx.Request(self.command, address, headers=dict(self.headers), content=body)
                answer = hospital.invented._answer(request)
                self.send_response(answer.status_code)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(answer.content)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


class Stay:
    """The hospital, and the web app at ``address`` that lists it."""

    def __init__(self, hospital: Hospital, address: str, records: Records) -> None:
        self.hospital, self.address, self.records = hospital, address, records

    def sign_in(self, walk: Walk, *, axe: bool = True) -> None:
        walk.page.goto(f"{self.address}/record")
        walk.check(axe=axe)
        walk.press('main a[href^="/record/start"]')


@pytest.fixture(scope="module")
def stay() -> Iterator[Stay]:
    with pytest.MonkeyPatch.context() as patched:
        hospital = Hospital(patched)
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        listed = Server("Test Hospital", f"{hospital.origin}/r4", "public")
        records = Records(Settings(f"{address}/record/callback", (listed,)))
        app = create_app(records=records)
        app.state.readings.patience = 0.1
        with serving(app, listening):
            yield Stay(hospital, address, records)
        hospital.http.shutdown()
        hospital.http.server_close()


@pytest.mark.parametrize("script", [True, False])
def test_a_large_record_says_how_far_it_is_and_arrives(browser: Browser, stay: Stay, script: bool) -> None:
    walk = Walk(browser, stay.address, "phone" if script else "desktop", java_script_enabled=script)
    stay.hospital.slow = True
    stay.hospital.go_on.clear()
    stay.sign_in(walk, axe=script)  # axe is a script itself
    assert walk.page.url == f"{stay.address}/record/wait"
    assert "Reading the record" in walk.page.inner_text("main")
    assert walk.page.locator("progress").count() == 1
    walk.check(axe=script)
    stay.hospital.go_on.set()
    walk.page.wait_for_url("**/record/answer", timeout=30_000)  # by its script, or as the page looks again
    assert "0.45 mmol/L" in walk.page.inner_text("main")
    walk.check()
    assert {address.partition("?")[0] for address in walk.elsewhere} == {f"{stay.hospital.origin}/authorize"}
    walk.elsewhere.clear()
    walk.close()


def test_the_reading_of_a_record_is_ended(browser: Browser, stay: Stay) -> None:
    walk = Walk(browser, stay.address, "phone")
    held = len(stay.records._seen)
    stay.hospital.slow = True
    stay.hospital.go_on.clear()
    stay.sign_in(walk)
    walk.press('form[action="/record/wait/end"] button')
    assert "nothing of the record is held" in walk.page.inner_text("main")
    walk.check(axe=True)
    stay.hospital.go_on.set()
    assert len(stay.records._seen) == held
    walk.elsewhere.clear()
    walk.close()

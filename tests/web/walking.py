"""A visit in a real browser: what leaves the machine, what sticks out, and what keeps anybody out is found."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
SHIFT = """() => new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value; })
    .observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 60); })"""
HEAD = """() => ({h1: document.querySelectorAll('h1').length, lang: document.documentElement.lang,
  title: document.title.length > 12, description: document.querySelector('meta[name=description]').content.length > 50,
  main: document.querySelectorAll('main').length})"""
LOW = """() => [...document.querySelectorAll(
    'button.main, .button.main, .dock button, .answers button, .options label, input[type=text], select, textarea')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML.slice(0, 90))"""
SMALL = """() => [...document.querySelectorAll('a, button, input, select, summary, textarea')].filter(e => {
  const r = e.getBoundingClientRect(); const s = getComputedStyle(e);
  if (!r.width || s.visibility === 'hidden' || e.closest('.hidden, .skip') || e.tabIndex < 0) return false;
  if (s.display === 'inline' || e.closest('label')) return false;
  return r.width < 24 || r.height < 24; }).map(e => e.outerHTML.slice(0, 90))"""


class Walk:
    """One visit; what goes elsewhere, what the console complains of, and what is out of place is collected."""

    def __init__(self, browser: Browser, address: str, size: str, **options: Any) -> None:
        self.size = width, height = SIZES[size]
        self.address = address
        self.context: BrowserContext = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page: Page = self.context.new_page()
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.elsewhere.append(request.url)
        assert "omeprazole" not in request.url

    def check(self, *, axe: bool = False, steady: bool = True) -> None:
        """Nothing leaves, nothing sticks out; with ``axe``, nothing that keeps anybody out."""
        self._fits()
        if not axe:
            return
        page = self.page
        assert not steady or page.evaluate(SHIFT) == 0, page.url
        head = {"h1": 1, "lang": "en", "title": True, "description": True, "main": 1}
        assert page.evaluate(HEAD) == head, page.url
        if self.size[0] < 500:
            assert page.evaluate(LOW) == [], page.url
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
        assert page.evaluate(SMALL) == [], page.url
        page.emulate_media(color_scheme="dark")
        found = Axe().run(page, options={"runOnly": ["color-contrast"]})
        assert found.violations_count == 0, f"{page.url} in the dark: {found.generate_report()}"
        page.emulate_media(color_scheme="light")
        for width in (320, 1280):  # 320 px is also 1280 px at 400 %
            page.set_viewport_size({"width": width, "height": 800})
            self._fits()
        width, height = self.size
        page.set_viewport_size({"width": width, "height": height})

    def _fits(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} at {self.page.viewport_size}"

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()

    def close(self) -> None:
        assert self.elsewhere == []
        assert [c for c in self.complaints if not re.search(r"status of 4(?:0[0134]|10)", c)] == []
        self.context.close()


@contextmanager
def serving(application: Any, listening: socket.socket) -> Iterator[None]:
    """The application behind a socket, in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(application, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield
    server.should_exit = True
    thread.join(20)

"""A real browser walks the whole way: small, large, with JavaScript and without, by keyboard, light, dark, on paper.

One server and one browser for all; any request to another host fails the walk.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
STORY = "my left eyelid has been twitching for 3 weeks, I take omeprazole, serum potassium 3.1 mmol/L"
PLAIN = (
    "/", "/about", "/foods?q=banana", "/foods/fndds:63107010", "/knowledge", "/knowledge/hypomagnesemia", "/tests",
    "/tests/serum_magnesium", "/questions", "/popular-claims", "/compare", "/diary", "/claim/RISK-001",
    "/source/srinutta-2019", "/no-such-page",
)  # fmt: skip
SHIFT = """() => new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value; })
    .observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 60); })"""
SMALL = """() => [...document.querySelectorAll('a, button, input, select, summary, textarea')].filter(e => {
  const r = e.getBoundingClientRect(); const s = getComputedStyle(e);
  if (!r.width || s.visibility === 'hidden' || e.closest('.hidden, .skip') || e.tabIndex < 0) return false;
  if (s.display === 'inline' || e.closest('label')) return false;
  return r.width < 24 || r.height < 24; }).map(e => e.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's browser; fetched with its own packager where it is missing and that is allowed."""
    if not CHROMIUM.exists():
        if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("apt-get") is None:
            pytest.skip("no /usr/bin/chromium here, and it cannot be installed without apt-get and its rights")
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            if subprocess.run(command, capture_output=True, timeout=600, check=False).returncode:
                pytest.skip(f"chromium could not be installed: {' '.join(command)} failed")
    return str(CHROMIUM)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A server of its own process, as ``repletion serve`` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "repletion", "serve", "--port", str(port)], stderr=subprocess.PIPE, text=True
    )
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        except OSError:
            assert server.poll() is None, server.stderr.read() if server.stderr else ""
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    said = server.communicate(timeout=20)[1]
    assert "omeprazole" not in said
    assert "/understood" not in said


@pytest.fixture(scope="module")  # while it is open its event loop runs, in which no other test could start one
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield made
        made.close()


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

    def check(self, *, axe: bool = False) -> None:
        """Nothing leaves, nothing sticks out; with ``axe``, nothing that keeps anybody out."""
        self._fits()
        if not axe:
            return
        page = self.page
        assert page.evaluate(SHIFT) < 0.02, page.url
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
        assert [c for c in self.complaints if "404" not in c and "400" not in c] == []
        self.context.close()


def whole_way(walk: Walk, *, axe: bool) -> None:
    """From the box to the plan, the diary and the doctor's page, by buttons."""
    page = walk.page
    page.goto(walk.address)
    walk.check(axe=axe)
    page.fill("#words", STORY)
    walk.press("button.main")
    walk.check(axe=axe)
    page.check('input[name="flag.stroke_signs"][value="no"]')
    page.fill("#f-age", "41")
    page.check('input[name="sex"][value="female"]')
    walk.press('button[value="flags"]')
    walk.check(axe=axe)
    assert page.locator(".asked").count() == 1
    page.fill("#f-typed", "none")
    walk.press('button[value="answer:typed"]')
    page.locator("summary", has_text="Add what is missing").click()
    page.fill("#f-lab_test", "Serum magnesium")
    page.fill("#f-lab_value", "1.4")
    walk.press('details button[value="keep"]')
    page.check('input[name="unit.0"][value="mg/dL"]')
    walk.press('.echoes button[value="keep"]')
    assert "that is low" in page.inner_text("main")
    walk.press('button[formaction="/answer"]')
    walk.check()
    page.locator("#explanations summary").first.click()
    walk.check(axe=axe)
    assert page.locator(".care").first.bounding_box()["y"] < page.locator("#explanations").bounding_box()["y"]  # type: ignore[index]
    walk.press('.dock button[formaction="/doctor"]')
    walk.check(axe=axe)
    walk.press('button[formaction="/answer"]')
    walk.press('button[formaction="/diary"]')
    page.fill("#diary", "2 slices wholemeal toast with butter\n1 banana\nblorb")
    page.fill("#food", "lentil soup")
    walk.press('button[value="find"]')
    page.locator('button[value^="eat:"]').first.click()
    page.wait_for_load_state()
    assert "soup" in page.input_value("#diary").lower()
    walk.check(axe=axe)


def test_the_whole_way_on_a_phone(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "phone", color_scheme="light")
    whole_way(walk, axe=True)
    walk.close()


def test_the_whole_way_without_javascript(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "desktop", color_scheme="dark", java_script_enabled=False, reduced_motion="reduce")
    whole_way(walk, axe=False)
    walk.close()


def test_the_plan_is_open_to_everybody(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "phone")
    walk.page.goto(f"{address}/diary")
    walk.page.fill("#diary", "3 slices wholemeal toast\n1 banana\n200 g yogurt")
    walk.press('button[formaction="/plan"]')
    assert "Food plan" in walk.page.inner_text("h1")
    walk.check(axe=True)
    walk.close()


def test_every_other_page(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "phone")
    for path in PLAIN:
        walk.page.goto(address + path)
        walk.check(axe=True)
    walk.page.goto(f"{address}/symptoms")
    walk.check()
    walk.close()


def test_by_keyboard_alone(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "desktop")
    page = walk.page
    page.goto(address)
    page.keyboard.type("my eyelid twitches")  # the box has the focus
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/understood")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    seen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.name + '=' + document.activeElement.value"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen[-1]
        if seen[-1].startswith("flag.stroke_signs"):
            page.keyboard.press("ArrowDown")  # chooses “no” beside “yes”
        if seen[-1] == "do=flags":
            break
    assert any(name.startswith("do=remove:finding:") for name in seen)
    page.keyboard.press("Enter")
    page.wait_for_url("**/understood#next")
    assert page.locator("summary", has_text="Your answers so far").count() == 1
    walk.close()


def test_on_paper_the_doctors_page_is_one_sheet(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "desktop")
    walk.page.goto(address)
    walk.page.fill("#words", STORY)
    walk.press("button.main")
    walk.press('button[formaction="/answer"]')
    whole = walk.page.pdf(format="A4", prefer_css_page_size=True)
    walk.press('.dock button[formaction="/doctor"]')
    sheet = walk.page.pdf(format="A4", prefer_css_page_size=True)
    pages = [len(re.findall(rb"/Type\s*/Page\b", data)) for data in (whole, sheet)]
    assert pages[1] == 1
    assert pages[0] > 1
    walk.page.emulate_media(media="print")
    assert not walk.page.locator("header.top").is_visible()
    assert walk.page.locator(".a4").is_visible()
    walk.close()

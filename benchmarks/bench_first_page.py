"""The first page in a real browser: first paint of content from a warm server, beside a bare page of one line.

Milliseconds from the start of the navigation (``PerformancePaintTiming``), the median of five loads each, taken in turn
in one open tab on a phone's screen, with an empty cache and with what the browser keeps.  The bare page is what the
browser and the machine take by themselves: the ratio holds on a busy machine too, and the processor time of the page's
main thread until that paint, from the browser's own trace, more so.  Bytes as they are sent, compressed.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LOADS = 5
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PAINTED = """() => new Promise(done => new PerformanceObserver(list => { for (const e of list.getEntries())
  if (e.name === 'first-contentful-paint') done(e.startTime); }).observe({type: 'paint', buffered: true}))"""
SENT = """() => performance.getEntriesByType('navigation')[0].encodedBodySize
  + performance.getEntriesByType('resource').reduce((sum, e) => sum + e.encodedBodySize, 0)"""

ASKED = """() => { const page = performance.getEntriesByType('navigation')[0];
  return [page.responseStart - page.requestStart, performance.getEntriesByType('resource').length + 1,
    document.querySelectorAll('*').length]; }"""
STEPS = {
    "ParseHTML": "parse", "ParseAuthorStyleSheet": "styles", "UpdateLayoutTree": "styles", "Layout": "layout",
    "PrePaint": "paint", "Paint": "paint", "Layerize": "paint", "Commit": "paint", "EvaluateScript": "script",
    "v8.compileModule": "script", "v8.evaluateModule": "script", "FunctionCall": "script",
}  # fmt: skip
"""What the browser's trace calls the work of a page, and what it is called here; the rest is fetching and waiting."""


class _Bare(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>bare</title><p>What is bothering you?"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def bare_page() -> Iterator[str]:
    """The address of a page of one line."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Bare)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@contextmanager
def own_server() -> Iterator[str]:
    """The web app in a process of its own, keeping nothing."""
    command = [sys.executable, "-m", "repletion", "serve", "--port", "0", "--no-keep"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+/", server.stderr.readline())
        assert found is not None
        yield found[0]
    finally:
        server.terminate()
        server.wait(20)


def measure(browser: Any, address: str, *, loads: int = LOADS) -> dict[str, float]:
    """Median milliseconds to the first paint of content: of the page with nothing of it in the cache, of the page as it
    comes again, of the bare page; and bytes of a load without cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    cache = context.new_cdp_session(page)
    found: dict[str, list[float]] = {"bare": [], "page": [], "again": []}
    sent = 0
    with bare_page() as bare:
        for number in range(loads + 2):
            for name, to in (("bare", bare), ("page", address), ("again", address)):
                cache.send("Network.setCacheDisabled", {"cacheDisabled": name == "page"})
                page.goto(to, wait_until="load")
                painted = page.evaluate(PAINTED)
                sent = max(sent, page.evaluate(SENT)) if name == "page" else sent
                if number > 1:  # the first rounds warm the server and the browser
                    found[name].append(painted)
    context.close()
    return {"sent": sent, **{name: statistics.median(times) for name, times in found.items()}}


def traced(page: Any, devtools: Any, to: str) -> dict[str, float]:
    """Milliseconds of the processor that the page's main thread took until its first paint: all, and by step."""
    events: list[dict[str, Any]] = []
    done: list[object] = []
    devtools.on("Tracing.dataCollected", collect := lambda part: events.extend(part["value"]))
    devtools.on("Tracing.tracingComplete", end := lambda told: done.append(told))
    categories = "devtools.timeline,loading,toplevel,blink.user_timing"
    devtools.send("Tracing.start", {"categories": categories, "transferMode": "ReportEvents"})
    page.goto(to, wait_until="load")
    painted = page.evaluate(PAINTED)
    devtools.send("Tracing.end")
    while not done:
        page.wait_for_timeout(20)
    devtools.remove_listener("Tracing.dataCollected", collect)
    devtools.remove_listener("Tracing.tracingComplete", end)
    began = next(
        event
        for event in events
        if event["name"] == "navigationStart" and event["args"].get("data", {}).get("documentLoaderURL") == to
    )
    spent: Counter[str] = Counter()
    for event in events:
        same = (event.get("pid"), event.get("tid")) == (began["pid"], began["tid"])
        if same and began["ts"] <= event["ts"] <= began["ts"] + 1000 * painted:
            name = STEPS.get(event["name"], "all" if event["name"].endswith("RunTask") else "")
            spent[name] += event.get("tdur", 0) / 1000
    return {name: spent[name] for name in ("all", *dict.fromkeys(STEPS.values()))}


def steps(browser: Any, address: str, *, loads: int = LOADS) -> list[dict[str, object]]:
    """A row each for the page, as it comes again, and the bare page: what its main thread took, the medians."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    devtools = page.context.new_cdp_session(page)
    found: dict[str, list[dict[str, float]]] = {}
    counted: dict[str, list[float]] = {}
    with bare_page() as bare:
        for number in range(loads + 2):
            for name, to in (("bare page", bare), ("first page", address), ("as it comes again", address)):
                devtools.send("Network.setCacheDisabled", {"cacheDisabled": name == "first page"})
                spent = traced(page, devtools, to)
                if number > 1:
                    found.setdefault(name, []).append(spent)
                    counted[name] = page.evaluate(ASKED)
    page.context.close()
    rows: list[dict[str, object]] = []
    for name, times in found.items():
        answered, requests, elements = counted[name]
        row = {f"{step}, CPU ms": statistics.median(each[step] for each in times) for step in times[0]}
        rows.append({"what": name, **row, "answer, ms": answered, "requests": requests, "elements": elements})
    return rows


def run() -> list[dict[str, object]]:
    """One row; nothing where there is no browser."""
    if not CHROMIUM.exists():
        print(f"(no {CHROMIUM} here; apt-get install chromium)")
        return []
    from playwright.sync_api import sync_playwright

    with own_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        found = measure(browser, address)
        rows = steps(browser, address)
        browser.close()
    for row, name in zip(rows, ("bare", "page", "again"), strict=True):
        row |= {"first paint, ms": found[name], "of the bare page": found[name] / found["bare"]}
        if name == "page":
            row["kB sent"] = found["sent"] / 1000
    return rows

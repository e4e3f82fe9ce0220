"""A real browser walks the whole way: small, large, with JavaScript and without, by keyboard, light, dark, on paper.

One server and one browser for all; any request to another host fails the walk.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks import bench_first_page as first_page
from playwright.sync_api import Browser
from walking import Walk

STORY = "my left eyelid has been twitching for 3 weeks, I take omeprazole, serum potassium 3.1 mmol/L"
LONG = (
    "I am a 52 year old woman. For 3 months I have been tired, my eyelid twitches, leg cramps at night, tingling "
    "fingers, hair loss, brittle nails, sore tongue, dizziness, palpitations and constipation. I take omeprazole, "
    "metformin, furosemide, levothyroxine, sertraline, atorvastatin, amlodipine, ramipril, prednisolone and vitamin D "
    "1000 IU. I have celiac disease and type 2 diabetes. ferritin 8 ng/mL, hemoglobin 10.2 g/dL, MCV 76 fL, vitamin "
    "B12 160 pg/mL, folate 3 ng/mL, potassium 3.3 mmol/L, magnesium 0.6 mmol/L, calcium 2.0 mmol/L, albumin 28 g/L, "
    "25-OH vitamin D 22 nmol/L, TSH 6.1 mIU/L, CRP 24 mg/L, creatinine 1.4 mg/dL, zinc 55 ug/dL, phosphate 0.7 mmol/L, "
    "PTH 90 pg/mL"
)
"""Sixteen results, ten complaints, ten medicines."""
PLAIN = (
    "/", "/about", "/foods?q=banana", "/foods/fndds:63107010", "/knowledge", "/knowledge/hypomagnesemia", "/tests",
    "/tests/serum_magnesium", "/questions", "/popular-claims", "/compare", "/diary", "/claim/RISK-001",
    "/source/srinutta-2019", "/symptoms", "/symptoms/fatigue", "/no-such-page", "/wait/none-of-ours",
    "/open/a-wrong-key", "/kept",
)  # fmt: skip
FIRST = """async () => { const sent = performance.getEntriesByType('navigation')[0].encodedBodySize
    + performance.getEntriesByType('resource').reduce((sum, e) => sum + e.encodedBodySize, 0);
  const page = performance.getEntriesByType('navigation')[0];
  return [sent, page.responseEnd - page.requestStart]; }"""


@pytest.fixture(scope="session")
def entrance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own process, as ``repletion serve`` starts it; the address that it names."""
    file = tmp_path_factory.mktemp("kept") / "kept.sqlite"
    command = [sys.executable, "-m", "repletion", "serve", "--port", "0", "--file", str(file)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    named = server.stderr.readline()
    found = re.search(r"Open (http://127\.0\.0\.1:\d+/open/\S+) in", named)
    assert found, named
    yield found[1]
    server.terminate()
    said = server.communicate(timeout=20)[1]
    assert "omeprazole" not in said
    assert "/understood" not in said


@pytest.fixture(scope="session")
def address(entrance: str) -> str:
    return entrance.partition("/open/")[0]


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


@pytest.mark.long
def test_the_whole_way_on_a_phone(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "phone", color_scheme="light")
    whole_way(walk, axe=True)
    walk.close()


def test_the_whole_way_without_javascript(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "desktop", color_scheme="dark", java_script_enabled=False, reduced_motion="reduce")
    whole_way(walk, axe=False)
    walk.close()


def test_the_first_page_is_small_and_soon_there(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "phone")
    sizes, times = [], []
    for _ in range(6):  # the machine may be busy: the best of some is what the page needs
        walk.page.goto(address)
        sent, milliseconds = walk.page.evaluate(FIRST)
        sizes.append(sent)
        times.append(milliseconds)
    assert 1_000 < sizes[0] < 60_000
    assert 0 < min(times) < 100
    walk.close()


@pytest.mark.long
def test_the_first_page_is_painted_within_a_tenth_of_a_second(browser: Browser, address: str) -> None:
    """Where even a page of one line takes most of that time, the machine is too busy to tell."""
    for _ in range(3):
        found = first_page.measure(browser, address)
        assert 1_000 < found["sent"] < 60_000
        if 0 < found["page"] < 100:
            return
    if found["bare"] > 60:
        pytest.skip(f"this machine is busy: a page of one line is painted after {found['bare']:.0f} ms")
    raise AssertionError(found)


def begin_plan(walk: Walk, *, week: bool) -> None:
    walk.page.goto(f"{walk.address}/diary")
    walk.page.fill("#diary", "3 slices wholemeal toast\n1 banana\n200 g yogurt")
    if week:  # as the button of the plan does
        walk.page.evaluate("document.forms.case.insertAdjacentHTML('beforeend', '<input name=week value=yes>')")
    walk.press('button[formaction="/plan"]')


@pytest.mark.long
def test_a_plan_says_how_far_it_is_and_another_is_ended(browser: Browser, address: str) -> None:
    walk, other = Walk(browser, address, "phone"), Walk(browser, address, "phone")
    begin_plan(walk, week=True)
    begin_plan(other, week=True)  # long enough to be ended, whether it waits for its turn or has begun
    assert other.page.locator("progress").count() == 1
    other.check(axe=True)
    other.press('button[value="end"]')
    assert "Nothing of it is held" in other.page.inner_text("main")
    assert "wholemeal toast" in other.page.input_value('input[name="told"]')
    other.check(axe=True)
    other.close()
    walk.page.wait_for_selector("#h-wishes", timeout=120_000)  # the script of the page finds the answer
    assert "Food plan" in walk.page.inner_text("h1")
    assert "There was no diary" not in walk.page.inner_text("main")
    assert walk.page.locator('button[value="week"]').count() == 0  # it is a week already
    walk.check(axe=True)
    walk.close()


@pytest.mark.long
def test_a_plan_arrives_without_javascript(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "desktop", java_script_enabled=False)
    begin_plan(walk, week=False)
    walk.page.wait_for_selector("#h-wishes", timeout=120_000)
    walk.close()


@pytest.mark.long
def test_keeping_from_the_answer_to_the_last_erasing(browser: Browser, address: str, entrance: str) -> None:
    walk = Walk(browser, address, "phone")
    page = walk.page
    page.goto(address)
    page.fill("#words", STORY)
    walk.press("button.main")
    walk.press('.dock button[formaction="/answer"]')
    walk.press('.dock button[formaction="/kept/new"]')
    walk.check(axe=True)  # the door: this browser did not come by the address that the terminal named
    page.fill("#f-key", entrance.rpartition("/")[2])
    walk.press("form[action='/kept/door'] button")
    walk.check(axe=True)
    assert "kept.sqlite" in page.inner_text(".where")
    page.fill("#f-name", "me")
    walk.press('form[action="/kept"] button.main')
    assert "safely on the disk" in page.inner_text(".done")
    walk.check(axe=True)
    walk.press('form[action$="/again"] button')
    walk.check(axe=True)
    walk.press('form[action$="/again"] button')
    page.goto(f"{address}/diary")
    page.fill("#diary", "Day 1\n2 slices wholemeal toast with butter\nDay 2\n1 banana")
    walk.press('button[value="read"]')
    walk.press('button[formaction="/kept/new"]')
    walk.press('form[action="/kept"] button.main')
    page.goto(f"{address}/kept")
    walk.check(axe=True)
    walk.press('form[action="/kept/compare"] button')
    walk.check(axe=True)
    page.goto(f"{address}/kept/days")
    assert "1 banana" in page.inner_text("main")
    walk.check(axe=True)
    page.goto(f"{address}/kept")
    page.locator("summary", has_text="Lock it").click()
    page.fill("#f-passphrase", "correct horse battery")
    page.fill("#f-again", "correct horse battery")
    walk.press('form[action="/kept/lock"] button')
    walk.press('form[action="/kept/shut"] button')
    page.goto(f"{address}/kept")
    walk.check(axe=True)
    page.fill("#f-passphrase", "correct horse battery")
    walk.press('form[action="/kept/open"] button')
    with page.expect_download() as saved:
        page.locator('form[action="/kept/export"] button').first.click()
    assert "omeprazole" in Path(saved.value.path()).read_text(encoding="utf-8").lower()
    walk.press('a[href="/kept/erase"]')
    walk.check(axe=True)
    walk.press('button[value="everything"]')
    assert "Everything is erased" in page.inner_text(".done")
    walk.check(axe=True)
    walk.close()


@pytest.mark.long
def test_every_other_page(browser: Browser, address: str) -> None:
    walk = Walk(browser, address, "phone")
    for path in PLAIN:
        walk.page.goto(address + path)
        walk.check(axe=True)
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
    walk.page.emulate_media(media="null")
    walk.page.goto(address)
    walk.page.fill("#words", LONG)
    walk.press("button.main")
    walk.press('button[formaction="/answer"]')
    walk.press('.dock button[formaction="/doctor"]')
    assert walk.page.locator(".a4 tbody tr").count() == 16
    sheet = walk.page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    walk.close()

"""Reports of the worked cases, reasoned for real: whole pages, followable, calm."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import pytest
from test_html import Page
from test_wording import PATTERN

import repletion
from repletion.report import READERS, render
from repletion.report.wording import display, say

CASES = Path(__file__).parents[2] / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.yaml") if ".expect" not in path.name)
FRIGHTENING = ("motor neuron", "amyotrophic", "brain tumo")


@cache
def answer(name: str) -> repletion.Assessment:
    return repletion.assess(repletion.Case.read(CASES / f"{name}.yaml"), on=dt.date(2026, 11, 23))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", NAMES)
def test_page_is_whole_and_every_step_arrives(name: str, reader: str) -> None:
    page = Page(render(answer(name), format="html", reader=reader))
    links = {str(a["href"])[1:] for a in page.all("a") if str(a["href"]).startswith("#")}
    assert page.open == [] and len(page.ids) == len(set(page.ids))
    assert links <= set(page.ids)
    assert sum(link.startswith("claim-") for link in links) > 5
    assert sum(link.startswith("source-") for link in links) > 3


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", NAMES)
def test_text_fits_and_passes_no_verdict(name: str, reader: str) -> None:
    text = render(answer(name), reader=reader)
    assert max(map(len, text.splitlines())) <= display().width
    found = PATTERN.search(re.sub(r"\s+", " ", text))
    assert found is None or "?" in text[found.start() :][:200], found


@pytest.mark.parametrize("name", NAMES)
def test_none_of_these_is_always_offered(name: str) -> None:
    assert "None of these" in render(answer(name))


def test_isolated_twitch_is_calm_and_says_why_not_minerals() -> None:
    text = re.sub(r"\s+", " ", render(answer("eyelid_twitch")))
    assert not any(word in text.casefold() for word in FRIGHTENING)
    about = text[text.index("What is often said, and what studies found") :][:900]
    assert "Two studies" in about and "moves none of them" in about.replace("\n", " ").replace("  ", " ")
    assert all(name in about for name in ("magnesium", "calcium", "potassium", "sodium"))


@pytest.mark.parametrize("name", ["face_droop", "tetany_after_thyroidectomy"])
def test_an_emergency_leads_without_an_all_clear(name: str) -> None:
    for form in ("text", "html"):
        text = re.sub(r"\s+", " ", render(answer(name), format=form))
        assert text.index(say("urgency.emergency.heading")) < text.index(say("section.explanations"))
        assert say("explanation.urgent") in text and say("diet.later") in text
        assert say("explanation.none_note") not in text

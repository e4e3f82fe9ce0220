"""Every state has a page, for every reader and in every format, with nothing assumed left unmarked."""

from __future__ import annotations

import re
from functools import cache

import msgspec
import pytest

from repletion.foods import open_table
from repletion.handbook.build import state_page
from repletion.handbook.document import Document, lines_of
from repletion.handbook.model import StatePage
from repletion.handbook.rendering import render
from repletion.handbook.state_document import state_document
from repletion.knowledge import load
from repletion.report import READERS
from repletion.report.json import to_json
from repletion.report.wording import say

KNOWN = load()
STATES = sorted(KNOWN.states)
MARK = say("handbook.mark")
SECTIONS = ("what", "help", "common", "signs")


@cache
def page(name: str) -> StatePage:
    return state_page(KNOWN, name)


@cache
def document(name: str, reader: str) -> Document:
    return state_document(KNOWN, page(name), reader)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", STATES)
def test_every_state_has_a_page_for_every_reader(name: str) -> None:
    for reader in READERS:
        made = document(name, reader)
        titles = [section.title for section in made.sections]
        assert [say(f"handbook.section.{key}") for key in SECTIONS] == titles[:4]
        assert all(section.blocks for section in made.sections)
        assert ("mechanism" in str(titles).lower()) is False
        assert (say("handbook.section.mechanism") in titles) is (KNOWN.states[name].mechanism is not None)
        assert (say("section.claims") in titles) is (reader != "patient")


@pytest.mark.parametrize("name", STATES)
def test_no_assumed_number_is_unmarked(name: str) -> None:
    for line in lines_of(document(name, "research")):
        claims = [span.to.removeprefix("claim:") for span in line if span.to and span.to.startswith("claim:")]
        if any(KNOWN.claims[claim].assumed for claim in claims):
            assert any(span.assumed for span in line), line
    # what is marked for those who follow claims is marked for a patient too
    shown = {reader: list(document(name, reader).sections) for reader in ("patient", "research")}
    for section in shown["patient"]:
        same = next((s for s in shown["research"] if s.title == section.title), None)
        if same is None or section.title in (say("section.sources"), say("handbook.section.course")):
            continue
        marks = [sum(span.assumed for span in line) for line in lines_of(Document(title="", sections=(section,)))]
        other = [sum(span.assumed for span in line) for line in lines_of(Document(title="", sections=(same,)))]
        assert [m for m in marks if m] == [o for o in other if o], section.title


@pytest.mark.parametrize("name", STATES)
def test_every_page_renders_in_every_format_with_its_marks(name: str) -> None:
    for reader in ("patient", "research"):
        if reader == "research" and STATES.index(name) % 4:
            continue  # the same code draws every page; the long ones of all states take half a minute
        made = document(name, reader)
        marks = sum(span.assumed for line in lines_of(made) for span in line)
        note = say("handbook.mark_note").count(MARK)
        for form in ("text", "markdown", "html"):
            text = render(made, form)  # type: ignore[arg-type]
            assert text.count(MARK) - note == marks, (form, reader)
            assert text.endswith("\n")
            assert "nan" not in re.findall(r"[a-z]+", text.lower().replace("dominant", ""))


@pytest.mark.parametrize("name", ["hypomagnesemia", "vitamin_b12_deficiency", "amyotrophic_lateral_sclerosis"])
def test_the_html_page_asks_for_nothing_and_its_links_lead_somewhere(name: str) -> None:
    text = render(document(name, "research"), "html")
    assert "default-src 'none'" in text
    assert not re.search(r"<script|<img|<link|@import|url\(|src=", text)
    here = set(re.findall(r'\bid="([^"]+)"', text))
    inside = re.findall(r'href="#([^"]+)"', text)
    assert len(inside) > 30
    assert set(inside) <= here


@pytest.mark.parametrize("name", STATES)
def test_json_holds_the_whole_page(name: str) -> None:
    again = msgspec.json.decode(to_json(page(name)), type=StatePage)
    assert again == page(name)
    cited = {source.id for source in again.citations}
    assert {claim.source for claim in again.claims} <= cited


def test_risks_and_signs_stand_in_order_of_strength() -> None:
    found = page("hypomagnesemia")
    strengths = [max(risk.odds, 1 / risk.odds) for risk in found.risks]
    assert strengths == sorted(strengths, reverse=True)
    ratios = [sign.ratio for sign in found.signs]
    assert ratios == sorted(ratios, reverse=True)
    eyelid = next(sign for sign in found.signs if sign.finding == "eyelid_twitching")
    assert eyelid.ratio == pytest.approx(1.0), "a twitching eyelid is as common in anybody"


def test_every_nutrient_that_runs_short_has_foods_for_every_way_of_eating() -> None:
    slugs = {nutrient.slug for nutrient in open_table().nutrients}
    for state in KNOWN.states.values():
        if state.kind != "deficiency" or state.nutrient is None:
            continue
        assert state.nutrient in slugs, state.id
        foods = page(state.id).foods
        if foods is None:
            continue
        assert foods.any and foods.vegetarian, state.id
        for way, suits in (("vegetarian", {"vegan", "vegetarian"}), ("vegan", {"vegan"})):
            from repletion.plan.sources import servings

            ways = {serving.food: serving.suits for serving in servings()}
            assert all(ways[food.food] in suits for food in getattr(foods, way))


def test_a_patient_reads_no_dose_and_no_verdict() -> None:
    for name in STATES:
        treatment = page(name).treatment
        text = render(document(name, "patient"), "markdown")
        if treatment is not None:
            assert treatment.text[:40] not in text
            assert treatment.text[:30] in render(document(name, "clinician"), "markdown").replace("\\", "")
        assert not re.search(r"\byou have (?:an? |low |high )?\w+ ?(?:deficiency|disease)", text, re.I)


def test_help_stands_by_urgency_and_belongs_to_the_state() -> None:
    found = page("hypocalcemia").help
    assert {"tetany"} <= {entry.id for entry in found}
    assert "thyroid_pattern" not in {entry.id for entry in found}
    order = ["emergency", "same_day", "same_week", "routine", "self_care"]
    places = [order.index(entry.urgency) for entry in found]
    assert places == sorted(places)


def test_confusions_share_findings_and_spare_the_states_own_levels() -> None:
    for name in ("hypomagnesemia", "severe_hypocalcemia", "amyotrophic_lateral_sclerosis"):
        mine = {sign.finding for sign in page(name).signs}
        for entry in page(name).confusions:
            assert set(entry.shared) <= mine
            assert KNOWN.states[entry.state].requires != name
            assert not set(entry.here) & set(entry.there)
            assert 0 < entry.closeness <= 1

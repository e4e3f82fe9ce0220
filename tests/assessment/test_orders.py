"""Tests are suggested as they are ordered: a panel at one price, and what no laboratory settles by its name."""

import datetime as dt

from repletion import Case, assess
from repletion.knowledge import load
from repletion.report.orders import order_codes, order_name

ON = dt.date(2026, 11, 23)


def answer(**case):
    return assess(Case.from_mapping(case), on=ON)


def test_what_one_sample_gives_is_one_suggestion():
    found = answer(
        person={"age": 61, "sex": "female"},
        symptoms=["muscle weakness", "muscle cramps", "constipation"],
        drugs=["hydrochlorothiazide"],
    ).next.tests
    panel = next(test for test in found if test.id == "serum_potassium" or "serum_potassium" in test.tests)
    assert panel.panel == "Basic metabolic panel" and panel.panel_loinc == ("24321-2",)
    assert len(panel.tests) > 1
    named = [name for test in found for name in test.tests]
    assert len(named) == len(set(named)), "a test stands twice"
    panels = [test.panel for test in found if test.panel]
    assert len(panels) == len(set(panels)), "one order stands twice"
    assert "blood chemistry" in order_name(panel, lay=True)
    assert order_codes(panel) == "LOINC 24321-2"


def test_what_is_told_does_not_come_again_with_its_panel():
    found = answer(
        person={"age": 61, "sex": "female"},
        symptoms=["muscle weakness", "muscle cramps"],
        drugs=["hydrochlorothiazide"],
        labs=[{"test": "potassium", "value": "4.2 mmol/L"}],
    ).next.tests
    assert all("serum_potassium" not in test.tests for test in found)


def test_a_study_is_named_where_no_laboratory_settles_it():
    twitch = answer(
        person={"age": 58, "sex": "male"},
        symptoms=["jerking of face and arm on the same side, many times a day", "memory loss", "confusion"],
    )
    kinds = {test.id: test for test in twitch.next.tests if test.kind == "investigation"}
    leading = twitch.explanations[0]
    wanted = load().states[leading.id].investigations
    assert leading.explains > load().rule("investigation_least_explains") and wanted, leading.id
    assert wanted[0] in kinds and kinds[wanted[0]].separates == (leading.id,)


def test_a_harmless_twitch_draws_no_scan():
    found = answer(person={"age": 30, "sex": "female"}, symptoms=["eyelid twitching"])
    assert all(test.kind == "laboratory" for test in found.next.tests)


def test_what_is_stated_needs_no_settling():
    found = answer(person={"age": 40, "sex": "female"}, symptoms=["fatigue"], conditions=["depression"])
    assert "mood_questionnaire" not in [test.id for test in found.next.tests]

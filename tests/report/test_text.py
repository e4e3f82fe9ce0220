"""The terminal text: order, natural frequencies, what each reader is shown and spared."""

from __future__ import annotations

import re

import pytest
from sample import record, sample

from repletion.report import READERS, render
from repletion.report.numbers import amount, frequency, percent, span, strength
from repletion.report.wording import display, say


def places(text: str, *keys: str) -> list[int]:
    return [text.index(say(f"section.{key}")) for key in keys]


@pytest.mark.parametrize("reader", READERS)
def test_sections_stand_in_reading_order(reader: str) -> None:
    text = render(sample(), reader=reader)
    found = places(text, "act", "explanations", "settle", "diet", "understood", "issues", "know", "limits", "made")
    assert found == sorted(found)
    assert say("urgency.same_week.heading") in text
    assert text.count(say("draft")) == 1


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("width", [None, 80, 60])
def test_text_fits_its_columns_without_styles(reader: str, width: int | None) -> None:
    text = render(sample(), reader=reader, width=width)
    assert max(map(len, text.splitlines())) <= (width or display().width)
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_color_changes_no_word() -> None:
    styled = render(sample(), color=True)
    assert "\x1b[1m" in styled
    assert re.sub(r"\x1b\[[0-9;]*m", "", styled).split() == render(sample()).split()


def test_patient_reads_natural_frequencies_and_lay_words_first() -> None:
    text = render(sample())
    assert "About 62 in 100 people like this (range 35 to 84)" in text
    assert text.index("Low magnesium in the blood (Low serum magnesium)") > 0
    assert "log-odds" not in text
    assert "None of these" in text


def test_frightening_names_are_spared_while_they_are_far_fetched() -> None:
    text, page = render(sample()), render(sample(), format="html")
    for shown in (text, page):
        assert "otor neuron" not in shown
        assert "myotrophic" not in shown
    assert "myotrophic" not in render(sample(), reader="clinician")  # below one in a thousand: counted, not named
    assert "amyotrophic_lateral_sclerosis" in render(sample(), reader="research")


def test_a_frightening_name_is_shown_once_it_is_likely_or_its_sign_is_there() -> None:
    data = record()["explanations"]
    rare = next(e for e in data if e["id"] == "amyotrophic_lateral_sclerosis")
    rare.update(probability=0.02, high=0.03)
    assert "Motor neurone disease" in render(sample(explanations=data))
    sign = {"finding": "muscle_atrophy", "label": "wasting", "kind": "finding", "text": "thin hands", "present": True}
    rare.update(probability=0.002, because=[{**sign, "weight": 3.0, "claims": [], "assumed": False}])
    assert "Motor neurone disease" in render(sample(explanations=data))
    rare["because"][0]["present"] = False
    assert "Motor neurone disease" not in render(sample(explanations=data))


def test_clinician_reads_weights_codes_claims_and_dates() -> None:
    text = render(sample(), reader="clinician")
    for part in ("×18.2", "+2.90", "LAB-001", "LOINC 2601-3", "2026-11-20", "0.62 mmol/L", "LOINC 1995-0", "0.4 bits"):
        assert part in text, part
    assert "4 in 1000" in text


def test_research_reads_every_state_and_level() -> None:
    text = render(sample(), reader="research")
    for explanation in sample().explanations:
        assert explanation.id in text
    assert "severe_hypomagnesemia" in text


@pytest.mark.parametrize("urgency", display().later_when)
def test_a_red_flag_leads_and_the_diet_waits(urgency: str) -> None:
    triage = {**record()["triage"], "urgency": urgency, "suppresses_plan": True}
    for form in ("text", "html"):
        shown = render(sample(triage=triage), format=form)
        assert say("diet.later") in re.sub(r"\s+", " ", shown)
        assert "Spinach" not in shown
        assert say("explanation.urgent") in shown
        assert say("explanation.none_note") not in re.sub(r"\s+", " ", shown)  # nothing sounds like an all-clear
        assert shown.index(say(f"urgency.{urgency}.heading")) < shown.index(say("section.explanations"))


def test_energy_is_hidden_from_the_patient_only() -> None:
    assert "kcal" not in render(sample())
    assert "kcal" not in render(sample(), format="html")
    assert "1,850 kcal" in render(sample(), reader="clinician")


def test_missing_is_not_zero_and_partial_is_a_lower_bound() -> None:
    text = render(sample())
    assert re.search(r"Iodine +not known", text)
    assert "≥ 3.1 µg" in text
    assert say("diet.lower_bound_note") in re.sub(r"\s+", " ", text)


def test_what_was_typed_cannot_steer_a_terminal() -> None:
    issue = {"level": "error", "where": "text", "message": "\x1b[31mred\x07 \u202egnorw", "remedy": "[bold]x[/bold]"}
    text = render(sample(issues=[issue]))
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert "[bold]x[/bold]" in text


def test_assumed_numbers_are_marked_where_they_stand() -> None:
    for reader in READERS:
        text = render(sample(), reader=reader)
        line = next(line for line in text.splitlines() if "No muscle weakness" in line)
        assert say("assumed_mark") in line


def test_unknown_format_or_reader_is_refused() -> None:
    with pytest.raises(ValueError, match="no format 'pdf'"):
        render(sample(), format="pdf")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no reader 'nobody'"):
        render(sample(), reader="nobody")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "fewer than 1 in 100"),
        (0.0099, "fewer than 1 in 100"),
        (0.01, "about 1 in 100"),
        (0.124, "about 12 in 100"),
        (0.999, "more than 99 in 100"),
        (1.0, "about 100 in 100"),
    ],
)
def test_natural_frequencies_keep_one_denominator(probability: float, words: str) -> None:
    assert frequency(probability) == words


def test_small_numbers_never_become_nothing() -> None:
    assert span(0.001, 0.03) == "range up to 3"
    assert span(0.05, 0.24) == "range 5 to 24"
    assert percent(0.00004) == "<0.01 %"
    assert percent(0.0004) == "0.04 %"
    assert [amount(x) for x in (0.0, 0.0123, 241.3, 1850.0, None)] == ["0", "0.0123", "241", "1,850", "–"]


def test_words_for_strength_follow_the_size_alone() -> None:
    assert [strength(w) for w in (0.0, 0.2, -0.5, 1.2, -3.0)] == [
        "not_at_all",
        "slightly",
        "somewhat",
        "strongly",
        "very_strongly",
    ]

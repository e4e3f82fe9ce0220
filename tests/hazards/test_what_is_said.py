"""What is said to people, and what is never said."""

from __future__ import annotations

import re

import msgspec
import pytest

from repletion.assessment import assess
from repletion.case import Case
from repletion.knowledge import load
from repletion.report import render

parse = Case.parse

CASES = [
    "34 year old woman, eyelid twitching for 3 weeks, tired, five coffees a day",
    "66 year old woman on omeprazole and a thiazide, type 2 diabetes, perioral tingling, cramps, Mg 0.45 mmol/L",
    "61 year old man, vegan, metformin, numb feet, unsteady gait, B12 260 pmol/L",
    "72 year old man, left side of the face is drooping since this morning",
    "28 year old woman, tired, heavy periods, ferritin 8 ug/L",
]
VERDICTS = re.compile(
    r"\byou (?:have|suffer from|are) (?:a |an )?(?:\w+ )?(?:deficien|hypo|lack)|\byou are deficient|\bdiagnosed with\b",
    re.I,
)
STOPPING = re.compile(
    r"\b(?:stop|discontinue|quit|come off|halve|reduce) (?:taking |your |the )"
    r"(?:medicine|medication|tablet|omeprazole|pill|dose)",
    re.I,
)


def knowledge_texts() -> list[str]:
    texts = []
    for state in load().states.values():
        texts += [state.summary, *(r.text for r in state.remarks)]
        if state.course:
            texts += [state.course.food, *(t.text for t in state.course.safety)]
            texts += [t.text for t in (state.course.treatment, state.course.time) if t]
    return texts + [flag.message for flag in load().red_flags.values()]


@pytest.mark.parametrize("words", CASES)
@pytest.mark.parametrize("reader", ["patient", "clinician"])
def test_no_verdict_in_any_answer(words: str, reader: str) -> None:
    text = render(assess(parse(words)), format="text", reader=reader)
    assert not VERDICTS.search(text)
    assert re.search(r"in 100|in 1,?000", text)


def test_no_medicine_is_ever_stopped() -> None:
    for text in [*knowledge_texts(), *(render(assess(parse(w)), format="text", reader="patient") for w in CASES)]:
        for sentence in re.split(r"(?<=[.!?])\s", text):
            if STOPPING.search(sentence):
                assert re.search(r"\b(?:do not|don't|never|without)\b", sentence, re.I), sentence


def test_no_supplement_is_suggested_to_a_patient() -> None:
    for words in CASES:
        text = render(assess(parse(words)), format="text", reader="patient").lower()
        assert not re.search(
            r"\b(?:take|try|start|buy) (?:a |some |folic|potassium|magnesium)\w* ?\w* ?(?:supplement|tablet)", text
        )
        assert "folic acid tablet" not in text


def test_dreaded_diseases_are_not_dangled() -> None:
    text = render(assess(parse(CASES[0])), format="text", reader="patient").lower()
    assert "motor neuron" not in text and "sclerosis" not in text and "tumour" not in text and "tumor" not in text
    answer = assess(parse(CASES[0]))
    assert next(e for e in answer.explanations if e.id == "amyotrophic_lateral_sclerosis").probability < 0.001
    assert any(e.id == "none_of_these" for e in answer.explanations)
    assert "none of these" in text or "everyday causes" in text


@pytest.mark.parametrize("words", CASES)
def test_urgency_leads_every_answer(words: str) -> None:
    answer = assess(parse(words))
    data = msgspec.json.decode(render(answer, format="json", reader="patient"))
    keys = [key for key in data if key not in {"schema", "title", "on", "person", "reader"}]
    assert keys[0] == "triage" and data["triage"]["urgency"] == answer.triage.urgency
    text = render(answer, format="text", reader="patient")
    first = text.lower().find("what to do")
    assert 0 <= first < text.lower().find("in 100")
    if answer.triage.urgency == "emergency":
        assert re.search(r"emergency|ambulance|999|911|112", text[:800], re.I)


def test_improvement_on_magnesium_is_no_proof() -> None:
    state = load().states["hypomagnesemia"]
    texts = " ".join(r.text for r in state.remarks).lower()
    assert "placebo" in texts or "proof" in texts or "prove" in texts
    base = "34 year old woman, eyelid twitching for 3 weeks"
    plain, better = assess(parse(base)), assess(parse(base + ". It got better on magnesium"))
    p, q = (next(e.probability for e in a.explanations if e.id == "hypomagnesemia") for a in (plain, better))
    assert q <= p * 1.01

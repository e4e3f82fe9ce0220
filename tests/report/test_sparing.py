"""What is left out of a report because it says nothing to this person, and what is never left out."""

from __future__ import annotations

import re

from repletion.assessment import assess
from repletion.case import Case
from repletion.knowledge import load
from repletion.report import render
from repletion.report.view import view_of

ONE_LINE = re.compile(r"\s+")


def told(words: str, reader: str = "patient", form: str = "text") -> str:
    return ONE_LINE.sub(" ", render(assess(Case.parse(words)), format=form, reader=reader))


def test_what_studies_of_twitching_found_is_said_to_those_who_twitch_and_to_nobody_else() -> None:
    words = "41 year old woman, muscle cramps for 6 weeks, magnesium 0.52 mmol/L, potassium 3.1 mmol/L"
    for form in ("text", "html"):
        assert "Twitching of one eyelid" not in told(words, form=form)
        assert "Twitching of one eyelid" in told(f"{words}, eyelid twitching", form=form)


def test_general_advice_gives_way_to_what_says_more_and_stands_where_nothing_does() -> None:
    lasting = "This has lasted long enough"
    assert lasting in told("45 year old man, tired for 3 months")
    assert lasting not in told("45 year old man, tired for 3 months, new confusion since yesterday")
    # the whole record keeps it
    ids = {
        r.id for r in assess(Case.parse("45 year old man, tired for 3 months, confused since yesterday")).triage.reasons
    }
    assert "lasting_symptom" in ids


def test_advice_on_other_words_of_the_same_urgency_stands() -> None:
    text = told("40 year old woman, falls, zinc 50 mg a day")
    assert "A supplement named here is above" in text
    assert "go on as prescribed until you have asked" in text
    assert "worth an ordinary appointment" in text or "enough for an ordinary appointment" in text


def test_of_a_small_child_nobody_is_asked_what_it_feels_and_that_is_said() -> None:
    words = "girl of 2, pale, eats little but milk, no fever"
    assert "A small child cannot be asked" in told(words)
    findings = load().findings
    asked = [q.id for q, _ in view_of(assess(Case.parse(words)), "clinician").questions]
    assert all(findings[name].kind == "sign" for name in asked if name in findings)


def test_of_several_urgent_rules_on_the_same_words_the_most_urgent_speaks() -> None:
    words = "48 year old woman, calcium 1.85 mmol/L, tingling around the mouth and cramps in both hands"
    answer = assess(Case.parse(words))
    assert {"calcium_critical", "minerals_low"} <= {reason.id for reason in answer.triage.reasons}
    for reader in ("patient", "clinician"):
        assert "minerals_low" not in {one.id for one in view_of(answer, reader).also}
    assert "Repeat with magnesium" in view_of(answer, "clinician").hints


def test_what_may_have_falsified_a_result_is_said_where_it_was_told() -> None:
    labs = "PTH 9 pg/mL, calcium 2.3 mmol/L"
    without = view_of(assess(Case.parse(f"47 year old woman, tired, {labs}")), "clinician")
    assert not without.lab_cautions
    told_of = view_of(assess(Case.parse(f"47 year old woman, tired, takes biotin, {labs}")), "clinician")
    assert [test for test, _ in told_of.lab_cautions] == ["Parathyroid hormone"]


def test_in_an_emergency_a_patient_is_asked_nothing_and_a_clinician_is() -> None:
    words = "52 year old man, bottle of vodka a day, vomiting, confused, double vision and unsteady walking for 2 days"
    answer = assess(Case.parse(words))
    assert answer.triage.urgency == "emergency"
    assert answer.next.questions
    assert not view_of(answer, "patient").questions
    assert view_of(answer, "clinician").questions
    assert "Questions can wait" in told(words)
    assert "Go sooner" not in told(words)


def test_every_other_answer_says_what_must_not_wait() -> None:
    for words in ("34 year old woman, eyelid twitching for 3 weeks", "vegan man of 37, numb feet for 5 months"):
        for form in ("text", "html"):
            assert "Call the emergency number at once if a face drops" in told(words, form=form)


def test_the_page_shows_the_lesser_advice_too() -> None:
    words = (
        "48 year old woman, thyroid taken out years ago, tingling around the mouth and cramps in both hands for "
        "4 days, lost 8 kg without wanting to"
    )
    view = view_of(assess(Case.parse(words)), "patient")
    assert view.also
    html = told(words, form="html")
    assert all(ONE_LINE.sub(" ", one.message)[:40] in html for one in view.also)


def test_a_child_is_named_before_any_number() -> None:
    text = told("boy of 18 months, bowed legs, first seizure yesterday")
    assert text.index("This person is under 18") < text.index("Out of 100 people")


def test_findings_have_lay_names_for_patients_alone() -> None:
    words = "37 year old vegan man, sore tongue, double vision, numb feet for 2 months"
    assert "Sore smooth tongue" in told(words)
    assert "Glossitis" not in told(words)
    assert "Glossitis" in told(words, reader="clinician")


def test_nothing_is_said_twice_of_one_explanation() -> None:
    answer = assess(Case.parse("71 year old man with heart failure and Crohn's disease, diarrhea, tired, dizzy"))
    for reader in ("patient", "clinician"):
        for item in view_of(answer, reader).shown:  # type: ignore[arg-type]
            names = [(reason.name, reason.typed) for reason in item.reasons]
            assert len(names) == len(set(names))
            assert len(item.notes) == len(set(item.notes))


def test_a_form_that_nobody_of_this_age_has_is_not_named_to_a_patient() -> None:
    text = told("37 year old vegan man, numb feet for 5 months, sore tongue")
    assert "of infancy" not in text


def test_legs_cramp_of_pregnancy_in_nobody_past_it() -> None:
    answer = assess(Case.parse("64 year old woman, calf cramps at night for 2 months"))
    found = next(e for e in answer.explanations if e.id == "pregnancy_leg_cramps")
    assert found.probability < 0.001

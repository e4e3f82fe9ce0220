"""The interview: what it asks, in which order, what it hears, and when it stops."""

from __future__ import annotations

import statistics
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from scripted import PEOPLE, interviewed, read, reply

from repletion.case.model import Case, Person, Understood
from repletion.errors import RepletionError
from repletion.interview import Interview, start
from repletion.interview.model import StopReason
from repletion.interview.wording import wording
from repletion.knowledge import load

LID = "my left eyelid has been twitching for 3 weeks"


@cache
def talked(path: Path) -> Interview:
    return interviewed(read(path))


def ids(interview: Interview) -> list[str]:
    return [done.asked.id for done in interview.answered]


def until(interview: Interview, name: str, typed: str = "not sure") -> Interview:
    """The interview at the question ``name``, all before it answered alike."""
    while (asked := interview.next()) is not None and asked.id != name:
        interview = interview.answer(typed)
    assert asked is not None, ids(interview)
    return interview


def at_a_finding() -> tuple[Interview, str]:
    """An interview at the first question about a symptom, and the symptom."""
    interview = start("tired for 3 months and my hands tingle, 50 year old woman")
    while (asked := interview.next()) is not None and asked.kind != "finding":
        interview = interview.answer("not sure")
    assert asked is not None, ids(interview)
    return interview, asked.id


@pytest.mark.parametrize("path", PEOPLE, ids=lambda path: path.stem)
def test_a_person_is_asked_nothing_twice_and_nothing_that_was_told(path: Path) -> None:
    person = read(path)
    interview = start(person["text"])
    asked_ids: set[str] = set()
    while (asked := interview.next()) is not None:
        told = {u.id for u in interview.case.understood}
        assert asked.id not in asked_ids and asked.id not in told
        assert asked.why and asked.question.endswith((".", "?")) and asked.choices[-2:] == ("not_sure", "skip")
        if asked.kind in {"finding", "factor"}:
            assert asked.gain is not None and asked.gain >= load().rule("interview_least_gain")
        if asked.kind == "finding":
            assert load().findings[asked.id].kind == "symptom"
        asked_ids.add(asked.id)
        interview = interview.answer(reply(person, asked))
    assert interview.stop is not None and interview.stop.text
    assert len(interview.answered) <= load().rule("interview_most_questions")


@pytest.mark.parametrize("path", PEOPLE, ids=lambda path: path.stem)
def test_the_urgency_is_what_the_story_calls_for(path: Path) -> None:
    expected = read(path)["expected"]
    if "urgency" in expected:
        assert talked(path).assessment.triage.urgency == expected["urgency"]
        assert (talked(path).stop.reason == "emergency") is (expected["urgency"] == "emergency")


def test_twenty_people_are_settled_in_a_median_of_twelve_questions() -> None:
    assert len(PEOPLE) == 20
    assert statistics.median(len(talked(path).answered) for path in PEOPLE) <= 12
    assert sum(talked(path).stop.reason in {"most", "too_wide"} for path in PEOPLE) <= 5


def test_what_is_behind_it_comes_out_among_the_first_three() -> None:
    missed = []
    for path in PEOPLE:
        wanted = set(read(path)["expected"].get("explained_by", ()))
        first = [e.id for e in talked(path).assessment.explanations[:3]]
        if wanted and not wanted & set(first):
            missed.append(path.stem)
    assert len(missed) <= 2, missed


def test_red_flags_come_first_and_are_few() -> None:
    for path in PEOPLE:
        kinds = [done.asked.kind for done in talked(path).answered if done.asked.id != "rephrase"]
        flags = kinds.count("red_flag")
        assert flags <= load().rule("interview_most_red_flags") + load().rule("interview_more_red_flags")
        if "factor" not in kinds and "finding" not in kinds:
            assert kinds[:flags].count("red_flag") == flags, path.stem


@pytest.mark.parametrize("name", sorted(wording().red_flags))
def test_a_yes_to_a_red_flag_raises_it_whatever_it_concerns(name: str) -> None:
    knowledge = load()
    flag = wording().red_flags[name]
    for concern in flag.concerns:
        if concern == flag.finding:
            continue
        kind = "finding" if concern in knowledge.findings else "factor"
        said = Understood(text=concern, where="text", kind=kind, id=concern, label=concern)
        interview = start(Case(understood=(said,), said=(concern,), person=Person(age=40, sex="female")))
        while (asked := interview.next()) is not None and asked.kind == "red_flag" and asked.id != name:
            interview = interview.answer("skip")
        if asked is None or asked.id != name:
            continue  # others go before it, or it was raised by what was said
        after = interview.answer("yes")
        fired = [reason for reason in after.urgency.reasons if reason.id == name]
        assert fired or flag.factor or flag.finding, (name, concern)
        if knowledge.red_flags[name].urgency == "emergency":
            assert after.urgency.urgency == "emergency" and after.next() is None, (name, concern)
            assert after.stop is not None and after.stop.reason == "emergency"


def test_every_name_in_the_catalogue_is_known() -> None:
    knowledge, words = load(), wording()
    names = {*knowledge.findings, *knowledge.factors}
    assert set(words.red_flags) | set(words.red_flags_for_anybody) <= set(knowledge.red_flags)
    used = [*words.questions, *words.never, *words.only_female, *words.not_covered]
    for flag in words.red_flags.values():
        used += [*flag.concerns, *flag.denies, *filter(None, (flag.finding, flag.factor))]
    assert not set(used) - names


def test_every_question_that_can_be_asked_reads_as_yes_or_no() -> None:
    words = wording()
    openers = ("what", "which", "where", "how", "who", "fewer")
    for record in [*load().findings.values(), *load().factors.values()]:
        if getattr(record, "kind", "") == "sign" or record.id in words.never or not record.question:
            continue
        text = words.questions.get(record.id, record.question)
        linked = any(record.id in {link.finding for link in s.findings} for s in load().states.values())
        if linked:
            assert not text.lower().startswith(openers), (record.id, text)


def test_a_raised_flag_is_cited_and_takes_the_food_advice_away() -> None:
    interview = until(start("my cheek is twitching"), "stroke_signs").answer("yes")
    answer = interview.assessment
    assert answer.triage.urgency == "emergency" and answer.triage.suppresses_plan and not answer.food_sources
    assert answer.triage.reasons[0].source in {citation.id for citation in answer.citations}
    assert "yes" in answer.triage.reasons[0].evidence[0]
    assert "facial_palsy" not in {u.id for u in answer.understood}  # which of the three was not said
    other = until(start("my cheek is twitching"), "stroke_signs").answer("no").assessment
    assert other.fingerprint != answer.fingerprint


def test_not_sure_and_skip_are_neither_yes_nor_no() -> None:
    first, name = at_a_finding()
    unsure, skipped, denied = (first.answer(typed) for typed in ("not sure", "", "no"))
    told = {u.id for u in first.case.understood}
    assert {u.id for u in unsure.case.understood} == {u.id for u in skipped.case.understood} == told
    assert [u.present for u in denied.case.understood if u.id == name] == [False]
    assert [done.reply for done in (unsure.answered[-1], skipped.answered[-1])] == ["not_sure", "skip"]


def test_an_interview_does_not_change() -> None:
    first = start(LID)
    before = first.next()
    later = first.answer("no")
    assert first.next() == before and not first.answered and len(later.answered) == 1
    with pytest.raises(AttributeError):
        first.case = later.case  # type: ignore[misc]


def test_further_words_after_yes_or_no_are_read() -> None:
    interview, name = at_a_finding()
    interview = interview.answer("no, but my calves cramp")
    present = {u.id: u.present for u in interview.case.understood}
    assert present[name] is False and present["leg_cramps"] is True


def test_words_that_are_no_answer_stay_as_an_issue() -> None:
    interview, name = at_a_finding()
    interview = interview.answer("flibbertigibbet")
    assert interview.answered[-1].reply == "words"
    assert any("flibbertigibbet" in issue.message and issue.remedy for issue in interview.assessment.issues)
    assert interview.next() is None or interview.next().id != name


def test_medicines_and_illnesses_are_read_and_not_asked_for_again() -> None:
    interview = until(start("numb feet, I am 71, male"), "medicines").answer("metformin and omeprazole")
    interview = interview.answer("type 2 diabetes; stroke 3 years ago")
    found = {u.id for u in interview.case.understood}
    assert {"metformin", "omeprazole", "type_2_diabetes"} <= found
    while (asked := interview.next()) is not None:
        if asked.kind == "factor" and asked.id not in wording().not_covered:
            assert load().factors[asked.id].kind not in {"medicine", "supplement", "condition", "history"}
        interview = interview.answer("no")


def test_age_sex_and_duration_are_read_as_typed() -> None:
    interview = until(start("eyelid twitching"), "age").answer("41 years").answer("woman").answer("since 5 weeks")
    assert interview.case.person.age == 41 and interview.case.person.sex == "female"
    lid = next(u for u in interview.case.understood if u.id == "eyelid_twitching")
    assert lid.duration_days == 35
    assert {"age", "sex", "duration"} <= set(ids(interview))
    told = start(LID + ", I am a 41 year old woman", person=Person(age=60))
    assert told.case.person.sex == "female"
    wrong = until(start("eyelid twitching"), "age").answer("two hundred 200")
    assert wrong.case.person.age is None and wrong.case.issues


def test_women_s_questions_are_not_put_to_men() -> None:
    interview = start("tired, short of breath on stairs, 34 year old man")
    while (asked := interview.next()) is not None:
        assert asked.id not in wording().only_female
        interview = interview.answer("not sure")


def test_nothing_said_and_nothing_understood_end_soon_and_say_so() -> None:
    asked = start().next()
    assert asked is not None and asked.id == "complaint"
    interview = start("xyzzy blorp")
    while (asked := interview.next()) is not None:
        interview = interview.answer("skip")
    assert interview.stop.reason == "no_complaint" and ids(interview)[0] == "rephrase"
    assert any("xyzzy" in issue.message for issue in interview.assessment.issues)


def test_an_emergency_in_the_first_sentence_asks_nothing() -> None:
    interview = start("one side of my face is drooping since an hour")
    assert interview.next() is None and interview.stop.reason == "emergency"
    with pytest.raises(RepletionError, match="ended"):
        interview.answer("yes")


def test_the_order_of_the_same_answers_from_a_case_is_the_same() -> None:
    case = Case.parse(LID + ", I am a 41 year old woman", "text")
    one, other = start(case), start(LID + ", I am a 41 year old woman")
    while (asked := one.next()) is not None:
        assert asked == other.next()
        one, other = one.answer("no"), other.answer("no")
    assert other.stop == one.stop


def test_every_sentence_of_the_catalogue_is_said() -> None:
    home = Path(wording.__wrapped__.__code__.co_filename).parent
    code = "".join(p.read_text(encoding="utf-8") for p in [*home.glob("*.py"), home.parent / "cli" / "ask.py"])
    for key in wording().said:
        name = key.removesuffix("_why").removesuffix("_other")
        assert any(f"{q}{key}{q}" in code for q in "\"'") or (key != name and name in wording().said), key
    for reason in wording().stop:
        assert f'_stop("{reason}")' in code
    assert set(wording().stop) == set(get_args(StopReason))


def test_without_a_complaint_there_is_no_screening() -> None:
    interview = start("I think I have low magnesium")
    while interview.next() is not None:
        interview = interview.answer("not sure")
    assert not [done for done in interview.answered if done.asked.id in {"depression", "carpal_tunnel", "dry_eyes"}]
    assert interview.assessment.explanations


def test_many_complaints_at_once_are_still_weighed_and_none_is_asked_again() -> None:
    interview = start(
        "tired, numb feet, tingling, unsteady walking, cramps, palpitations, dizziness, memory problems, headaches"
    )
    told = {u.id for u in interview.case.understood}
    assert len(told) >= 8
    kinds = set()
    while "finding" not in kinds:  # the first of some fifteen questions: each weighs nine complaints
        asked = interview.next()
        assert asked is not None and asked.id not in told
        told.add(asked.id)
        kinds.add(asked.kind)
        interview = interview.answer("not sure")
    assert interview.stop is None or interview.stop.reason != "too_wide"
    assert {"fatigue", "palpitations", "headache"} <= {u.id for u in interview.assessment.understood}

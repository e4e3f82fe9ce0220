"""What is denied as a whole: lists, and the signs of a normal examination."""

from __future__ import annotations

from typing import Any

import pytest

from repletion import assess
from repletion.case import Case
from repletion.case.words import load_words
from repletion.knowledge import load

WHO = {"age": 49, "sex": "female"}


def lists(data: dict[str, Any]) -> list[str]:
    return [u.id for u in Case.from_mapping({"person": WHO, **data}).understood if u.kind == "list"]


@pytest.mark.parametrize(
    "said",
    [
        "tired, no medicines",
        "I am tired. I take no regular medication.",
        "tired; not on any medication",
        "tired, no other medicines or supplements",
        "tired. She takes no prescribed tablets",
        "tired. Drug history nil",
    ],
)
def test_all_medicines_are_denied_in_many_words(said: str) -> None:
    assert lists({"text": said}) == ["other_medicines"]


@pytest.mark.parametrize(
    "said",
    [
        "tired. Previously healthy.",
        "tired, no past medical history",
        "tired. No chronic diseases",
        "tired; no medical problems",
    ],
)
def test_all_conditions_are_denied_in_many_words(said: str) -> None:
    assert lists({"text": said}) == ["other_conditions"]


@pytest.mark.parametrize(
    "said",
    [
        "tired, no change in medication",
        "tired. Not taking my medication",
        "tired, no drug allergies",
        "tired since new medication",
        "tired, takes omeprazole",
        "tired, no longer takes medicines",
    ],
)
def test_other_words_about_medicines_deny_nothing(said: str) -> None:
    assert lists({"text": said}) == []


def test_a_list_of_medicines_speaks_of_other_medicines() -> None:
    assert lists({"text": "tired", "drugs": ["omeprazole 20 mg"]}) == ["other_medicines"]
    assert lists({"text": "tired", "drugs": "none"}) == ["other_medicines"]
    assert lists({"text": "tired", "conditions": ["none"]}) == ["other_conditions"]
    assert lists({"text": "tired", "conditions": ["asthma"]}) == []  # conditions are named as they seem to matter
    assert lists({"text": "tired", "drugs": []}) == []  # an empty list says nothing: unknown is not no
    assert lists({"text": "tired", "lifestyle": ["no drugs"]}) == []
    assert lists({"text": "tired", "diet": "healthy"}) == []


def test_what_is_not_on_the_list_becomes_rarer_and_not_impossible() -> None:
    def hypoglycemia(**data: Any) -> float:
        answer = assess(Case.from_mapping({"person": WHO, "text": "seizure", **data}))
        return next(e.probability for e in answer.explanations if e.id == "hypoglycemia")

    unknown, listed, insulin = hypoglycemia(), hypoglycemia(drugs=["omeprazole"]), hypoglycemia(drugs=["insulin"])
    no_diabetes = hypoglycemia(stated_negatives=["no diabetes"])
    assert 0.003 < listed < 0.8 * unknown < unknown < insulin
    assert no_diabetes < listed < unknown  # who has no diabetes takes no insulin


def test_a_complete_list_is_shown_as_a_reason_and_ends_questions_about_it() -> None:
    knowledge = load()
    answer = assess(Case.from_mapping({"person": WHO, "text": "seizure", "drugs": "none"}))
    found = next(e for e in answer.explanations if e.id == "hypoglycemia")
    reason = next(b for b in found.because if b.finding == "other_medicines")
    assert reason.weight < 0
    assert reason.claims == (knowledge.lists["other_medicines"].omitted,)
    assert reason.claims[0] in {claim.id for claim in answer.claims}
    assert not [
        q.id for q in answer.next.questions if q.kind == "factor" and knowledge.factors[q.id].kind == "medicine"
    ]


def signs(said: str) -> dict[str, bool]:
    return {u.id: u.present for u in Case.from_mapping({"person": WHO, "text": said}).understood if u.kind == "finding"}


def test_a_normal_examination_denies_its_signs() -> None:
    found = signs("my eyelid twitches. Neurological examination was normal.")
    assert found["eyelid_twitching"]
    assert not found["areflexia"]
    assert not found["nystagmus"]
    assert not signs("tired; vital signs normal")["fever"]
    assert "areflexia" not in signs("my eyelid twitches, neurological examination planned")


def test_a_sign_that_is_named_stays_beside_a_normal_examination() -> None:
    found = signs("double vision, nystagmus; otherwise neurological examination normal")
    assert found["nystagmus"]
    assert not found["areflexia"]
    case = Case.from_mapping({"person": WHO, "symptoms": ["facial palsy"], "stated_negatives": ["no focal deficit"]})
    assert {u.id: u.present for u in case.understood}["facial_palsy"]
    assert not [i for i in case.issues if "facial palsy" in i.message.lower()]


def test_every_sign_of_a_normal_examination_is_known() -> None:
    knowledge = load()
    assert {name for names in load_words().normal.values() for name in names} <= set(knowledge.findings)


def beside(said: str) -> tuple[set[str], set[str]]:
    found = Case.from_mapping({"person": WHO, "signs": [said]}).understood
    return {u.id for u in found if u.present}, {u.id for u in found if not u.present}


@pytest.mark.parametrize(
    ("said", "present", "absent"),
    [
        ("power, reflexes, cerebellar signs and cranial nerves normal", set(), {"ataxia", "areflexia", "ptosis"}),
        ("weak grip, tone, reflexes and sensation normal", {"distal_muscle_weakness"}, {"areflexia", "spasticity"}),
        ("normal tone, power and reflexes, numb feet", {"numb_feet"}, {"areflexia", "muscle_weakness"}),
        ("tone, power and reflexes normal but gait was ataxic", {"gait_ataxia"}, {"muscle_weakness", "hyporeflexia"}),
        ("power normal, reflexes absent", {"areflexia"}, {"muscle_weakness"}),
        ("normal sensation, gait ataxic", {"gait_ataxia"}, set()),
    ],
)  # fmt: skip
def test_what_is_normal_beside_other_words_is_absent(said: str, present: set[str], absent: set[str]) -> None:
    told, denied = beside(said)
    assert present == told
    assert absent <= denied
    assert not told & denied


@pytest.mark.parametrize("said", ["power and reflexes abnormal", "is my tone, power and reflexes normal?"])
def test_what_is_asked_or_abnormal_denies_nothing(said: str) -> None:
    assert beside(said) == (set(), set())

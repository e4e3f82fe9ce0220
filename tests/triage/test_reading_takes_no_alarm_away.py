"""A cleverer reading must not take an alarm away: relatives turned into the person, denials, other names for eating."""

from __future__ import annotations

import pytest

from repletion import Case, assess
from repletion.case.words import relatives
from repletion.knowledge.models import URGENCIES


def _urgency(text: str) -> str:
    return assess(Case.parse(text, "text")).triage.urgency


def _present(text: str) -> set[str]:
    return {u.id for u in Case.parse(text, "text").understood if u.present}


def _denied(text: str) -> set[str]:
    return {u.id for u in Case.parse(text, "text").understood if not u.present}


@pytest.mark.parametrize("who", sorted(relatives()))
@pytest.mark.parametrize("opening", ["{}", "The {}", "My {}"])
def test_somebody_who_cannot_be_woken_is_an_emergency_whoever_it_is(opening: str, who: str) -> None:
    assert _urgency(opening.format(who).capitalize() + " won't wake up") == "emergency"


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        ("Daughter is vomiting and won't wake up", "emergency"),
        ("Dad won't wake up and his lips are blue", "emergency"),
        ("The son ate tablets", "emergency"),
        ("Son is choking", "emergency"),
        ("Son won't walk since yesterday", "same_day"),
        ("19 year old woman, restrictive eating, palpitations and weakness", "same_day"),
        ("Restrictive eating, fainting and slow pulse", "same_day"),
        ("My eating is restrictive and I feel faint", "same_day"),
        ("10-year-old restrictive eating, weight loss, faint", "same_day"),
        ("I restrict my eating and have palpitations", "same_day"),
        ("Restrictive eating, fear of gaining weight, BMI 14", "same_day"),
        ("Severe restrictive eating and vomiting after meals", "same_week"),
    ],
)
def test_at_least_as_soon_as(text: str, at_least: str) -> None:
    assert URGENCIES.index(_urgency(text)) <= URGENCIES.index(at_least)  # type: ignore[arg-type]


def test_restrictive_eating_names_no_eating_disorder_in_a_small_child() -> None:
    assert "anorexia_nervosa" not in _present("2-year-old boy, restrictive eating")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("The scan was negative weakness in the left arm", "asymmetric_limb_weakness"),
        ("ECG was negative palpitations", "palpitations"),
        ("Covid test was negative fever continues", "fever"),
        ("Blood test was negative confusion persists", "confusion"),
        ("Tests were negative vomiting blood continues", "gi_bleeding"),
        ("Blood test was negative chest pain persists", "chest_pain"),
        ("Positive for COVID, negative for flu, severe breathlessness", "dyspnea"),
        ("No bowel symptoms, vomiting", "vomiting"),
        ("Power abnormal, reflexes normal", "muscle_weakness"),
        ("No other medication than metformin", "biguanides"),
        ("No current medications other than the pill", "oral_contraceptives"),
    ],
)
def test_what_a_test_or_an_exception_says_denies_no_complaint(text: str, finding: str) -> None:
    assert finding in _present(text)
    assert finding not in _denied(text)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Negative Romberg and Babinski signs", {"romberg_sign", "babinski_sign"}),
        ("Negative Chvostek sign", {"chvostek_sign"}),
        ("Negative for fever, vomiting", {"fever", "vomiting"}),
        ("No bowel symptoms", {"diarrhea", "constipation"}),
        ("No other medication", {"other_medicines"}),
        ("Is my power normal?", set()),
        ("Normal strength paracetamol daily", set()),
        ("Lungs: crackles; breath sounds normal", set()),
    ],
)
def test_what_is_denied_is_this_and_no_more(text: str, denied: set[str]) -> None:
    assert _denied(text) == denied


@pytest.mark.parametrize(
    "text", ["Lungs: crackles; breath sounds normal", "Reflexes normal; something odd in the grommet"]
)
def test_a_denial_beside_words_that_were_not_recognized_reassures_nobody(text: str) -> None:
    assert _urgency(text) == "routine"

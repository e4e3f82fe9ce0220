"""What is read of words beside which something else stands: a number, a time, a denial, another meaning of the word."""

from __future__ import annotations

import pytest

from repletion import Case


def _said(text: str) -> dict[str, bool]:
    return {u.id: u.present for u in Case.from_mapping({"symptoms": [text]}).understood}


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("poop was green", {"diarrhea", "fatigue"}),
        ("her stools are grey", {"diarrhea", "fatigue"}),
        ("stools normal", {"diarrhea", "fatigue"}),
        ("last stool 5 days ago", {"diarrhea", "fatigue"}),
        ("no bowel movement for 5 days", {"diarrhea"}),
        ("bowel movement every 4 days", {"diarrhea"}),
        ("pitting edema 3+, reflexes intact", {"hyperreflexia"}),
        ("urine protein 3+, reflexes normal", {"hyperreflexia"}),
        ("pulses 1+, reflexes normal", {"hyporeflexia"}),
        ("wrecked my car", {"fatigue"}),
        ("ejection fraction was 25, now 60", {"cardiomyopathy"}),
        ("watch TV on HD", {"dialysis_dependence"}),
        ("I play hurling", {"vomiting"}),
        ("MRI: lesion at T 12", {"hypothermia"}),
    ],
)
def test_it_is_not_there(text: str, absent: set[str]) -> None:
    assert absent.isdisjoint(name for name, present in _said(text).items() if present)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("stooling 8 times a day", "diarrhea"),
        ("6 stools a day", "diarrhea"),
        ("bowel movement 5 times a day", "diarrhea"),
        ("no bowel movement for 5 days", "constipation"),
        ("reflexes 3+", "hyperreflexia"),
        ("3+ reflexes", "hyperreflexia"),
        ("pooped out", "fatigue"),
        ("I feel wrecked", "fatigue"),
        ("on HD three times a week", "dialysis_dependence"),
        ("hurling all night", "vomiting"),
        ("ejection fraction 25", "cardiomyopathy"),
        ("ejection fraction was 60, now 25", "cardiomyopathy"),
        ("RR 30", "very_fast_breathing"),
        ("T 34", "hypothermia"),
    ],
)
def test_it_is_there(text: str, name: str) -> None:
    assert _said(text).get(name) is True


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("not a healthy diet", "poor_diet"),
        ("healthy diet is not possible, no money", "poor_diet"),
        ("no plenty of vegetables", "no_fruit_or_vegetables"),
    ],
)
def test_what_is_good_and_denied_excludes_nothing(text: str, name: str) -> None:
    assert _said(text).get(name) is not False


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("tapered off prednisolone from 40 mg, now on 10 mg", False),
        ("came off omeprazole but back on it since May", False),
        ("came off omeprazole", True),
        ("came off omeprazole, now on lansoprazole", True),
    ],
)
def test_taken_again(text: str, past: bool) -> None:
    told = {u.id: u.past for u in Case.from_mapping({"symptoms": [text]}).understood}
    assert next(iter(told.values())) is past


@pytest.mark.parametrize("text", ["marked reduction of potassium intake", "potassium not detectable change"])
def test_a_band_of_something_else(text: str) -> None:
    assert not Case.from_mapping({"symptoms": [text]}).labs


def test_a_name_is_no_relative() -> None:
    case = Case.parse("da vinci surgery, numb leg")
    assert not any("somebody else" in issue.message for issue in case.issues)


@pytest.mark.parametrize(
    ("text", "fast"),
    [
        ("5 months old, RR 45", False),
        ("5 months old, RR 55", True),
        ("2 weeks old, RR 48", False),
        ("2 weeks old, RR 62", True),
        ("3 years old, RR 42", True),
        ("30 years old, RR 26", True),
    ],
)
def test_fast_breathing_is_of_an_age(text: str, fast: bool) -> None:
    assert ("very_fast_breathing" in {u.id for u in Case.parse(text).understood}) is fast

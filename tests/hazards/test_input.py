"""What is typed is read with its unit, its range and its person."""

from __future__ import annotations

import pytest

from repletion.assessment import assess
from repletion.case import Case

parse = Case.parse


@pytest.mark.parametrize(
    ("words", "unusable"),
    [
        ("potassium 41 mmol/L", True),  # a decimal point lost
        ("magnesium 19 mmol/L", True),
        ("calcium 9.4 mmol/L", True),  # that is mg/dL
        ("sodium 14 mmol/L", True),
        ("vitamin B12 350 pmol/L", False),
    ],
)
def test_unit_slips_are_caught(words: str, unusable: bool) -> None:
    case = parse(words)
    assert len(case.labs) == 1
    if unusable:
        assert not case.labs[0].usable
        (issue,) = case.issues
        assert issue.level == "error" and words.rsplit(" ", 1)[0].split()[-1] in issue.message and issue.remedy
    else:
        assert case.labs[0].usable


def test_milliequivalents_are_not_millimoles() -> None:
    moles, equivalents = parse("magnesium 0.8 mmol/L").labs[0], parse("magnesium 1.6 mEq/L").labs[0]
    assert moles.value == pytest.approx(0.8) and equivalents.value == pytest.approx(0.8)


def test_the_laboratorys_own_range_is_kept() -> None:
    case = parse("labs:\n- {test: magnesium, value: 0.72, unit: mmol/L, reference_range: 0.75-1.0}\n")
    low, high = case.labs[0].reference or (None, None)
    assert (low, high) == (pytest.approx(0.75), pytest.approx(1.0))


@pytest.mark.parametrize(
    ("words", "expected"), [("9 year old girl, eyelid twitching", "18"), ("28 weeks pregnant, leg cramps", "pregnan")]
)
def test_pregnancy_and_childhood_are_said(words: str, expected: str) -> None:
    assert expected in " ".join(assess(parse(words)).not_considered).lower()

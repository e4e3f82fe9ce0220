"""Copied laboratory sheets: flags, ranges and units behind a value, in any order."""

from __future__ import annotations

import pytest

from repletion import Case


@pytest.mark.parametrize(
    ("text", "test", "value", "reference"),
    [
        ("Sodium 128 L (135-145) mmol/L", "serum_sodium", 128, (135, 145)),
        ("Ferritin   8   ug/L   L   (13 - 150)", "ferritin", 8, (13, 150)),
        ("Hb 94 g/L (115-165) L", "hemoglobin", 94, (115, 165)),
        ("CALCIUM 10.9 mg/dL H 8.6-10.3", "serum_calcium", 2.72, None),
        ("TSH <0.01 L", "tsh", 0.01, None),
        ("Potassium  2.3  LL  mmol/L  3.5-5.1", "serum_potassium", 2.3, (3.5, 5.1)),
        ("Glucose (fasting) 78 mg/dL   70-99   normal", "serum_glucose", 4.33, None),
        ("k+ 7.1 and weak", "serum_potassium", 7.1, None),
        ("vitamin B12 report 110 pg/ml", "vitamin_b12", 81.2, None),
        ("A1C was 11.2 %", "hba1c", 98.9, None),
    ],
)
def test_a_line_of_a_sheet_is_read(text: str, test: str, value: float, reference: tuple[float, float] | None) -> None:
    labs = {lab.test: lab for lab in Case.parse(text, "text").labs}
    assert labs[test].usable and labs[test].value == pytest.approx(value, rel=0.02)
    assert reference is None or labs[test].reference == reference


@pytest.mark.parametrize(
    ("text", "test", "value"),
    [
        ("potassium 3.1, low for 2 weeks", "serum_potassium", 3.1),
        ("sodium 118 and drink 3 L of water", "serum_sodium", 118),
    ],
)
def test_words_behind_a_value_are_no_flag(text: str, test: str, value: float) -> None:
    assert [(lab.test, lab.value) for lab in Case.parse(text, "text").labs] == [(test, value)]


def test_thousands_of_units_are_a_dose() -> None:
    case = Case.parse("vitamin D 10,000 units daily", "text")
    assert not case.labs and "high_dose_vitamin_d" in {u.id for u in case.understood if u.present}

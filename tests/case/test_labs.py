"""Units, slips and words of laboratory results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repletion.case import Case, Lab
from repletion.knowledge import load
from repletion.units import normalize


def lab(**item: object) -> tuple[Lab, str]:
    case = Case.from_mapping({"labs": [item]})
    return case.labs[0], " ".join(i.message for i in case.issues)


@pytest.mark.parametrize(
    ("test", "value", "unit", "expected"),
    [
        ("magnesium", 1.4, "mg/dL", 0.576),
        ("Mg", 1.5, "mEq/L", 0.75),
        ("corrected calcium", 9.1, "mg/dl", 2.271),
        ("ionised calcium", 3.1, "mg/dL", 0.7735),
        ("K+", 2.1, "mEq/L", 2.1),
        ("25-OH vitamin D", 12, "ng/ml", 29.95),
        ("vitamin B12", 200, "pg/mL", 147.6),
        ("Hb", 8.3, "g/dL", 83),
        ("HbA1c", 9, "%", 74.9),
        ("creatinine", 1.0, "mg/dL", 88.4),
        ("PTH", 26, "ng/L", 2.76),
        ("phosphate", 2.5, "mg/dL", 0.807),
        ("glucose", 48, "mg/dL", 2.664),
        ("ferritin", 11, "ng/mL", 11),
        ("TSH", 9.21, "µIU/mL", 9.21),
        ("homocysteine", 26, "μmol/l", 26),
    ],
)
def test_conversion(test: str, value: float, unit: str, expected: float) -> None:
    """Molar masses: Mg 24.305, Ca 40.078, 25-OH-D3 400.64, B12 1355.37, creatinine 113.12, P 30.974, glucose 180.16."""
    found, issues = lab(test=test, value=value, unit=unit)
    assert found.value == pytest.approx(expected, rel=2e-3)
    assert found.usable
    assert not issues


def test_milliequivalents_are_not_millimoles() -> None:
    half, _ = lab(test="magnesium", value=1.6, unit="mEq/L")
    whole, _ = lab(test="magnesium", value=1.6, unit="mmol/L")
    assert half.value == pytest.approx(0.8)
    assert whole.value == pytest.approx(1.6)
    slip, message = lab(test="magnesium", value=1.7, unit="mmol/L", reference_range="1.4-2.1")
    assert slip.value is None
    assert slip.band == "normal"
    assert "fits" in message
    assert "mmol/L" in message


def test_missing_unit_is_filled_in_only_when_it_can_be_one() -> None:
    found, message = lab(test="potassium", value=2.9)
    assert found.value == 2.9
    assert "assumed" in message
    doubtful, message = lab(test="magnesium", value=1.4)
    assert doubtful.value is None
    assert not doubtful.usable
    assert "more than one unit" in message
    acid, message = lab(test="arterial pH", value=7.47)
    assert acid.value == 7.47
    assert not message


def test_impossible_value_is_shown_and_not_used() -> None:
    found, message = lab(test="potassium", value=41, unit="mmol/L")
    assert not found.usable
    assert "not possible" in message
    slip, message = lab(test="calcium", value=9.1, unit="mmol/L")
    assert not slip.usable
    assert "mg/dL" in message


def test_wrong_unit_falls_back_on_the_laboratorys_range() -> None:
    found, message = lab(test="homocysteine", value=26, unit="mmol/L (as printed)", reference_range="0-11")
    assert found.value is None
    assert found.band == "high"
    assert "umol/L" in message
    lost, message = lab(test="vitamin D", value=25.2, unit="pg/mL (as printed)")
    assert not lost.usable
    assert "pg/mL" in message


@pytest.mark.parametrize(
    ("value", "number", "comparator"),
    [("<0.08", 0.08, "<"), ("1,47", 1.47, None), ("0.67 mmol/L", 0.67, None), (">2.0", 2.0, ">"), (0.7, 0.7, None)],
)
def test_values_as_text(value: object, number: float, comparator: str | None) -> None:
    found, _ = lab(test="magnesium", value=value, unit="mmol/L")
    assert found.value == pytest.approx(number)
    assert found.comparator == comparator


def test_thousands() -> None:
    found, message = lab(test="vitamin B12", value="1,322", unit="pg/mL")
    assert found.value == pytest.approx(975.4, rel=1e-3)
    assert "1322" in message


@pytest.mark.parametrize(
    ("value", "band"),
    [
        ("low", "low"),
        ("profoundly low", "very_low"),
        ("severely high and rising", "very_high"),
        ("normal", "normal"),
        ("inappropriately normal", "normal"),
        ("suppressed", "very_low"),
        ("mildly low", "low"),
        ("within normal limits", "normal"),
    ],
)
def test_bands(value: str, band: str) -> None:
    found, _ = lab(test="PTH", value=value)
    assert found.band == band
    assert found.value is None


def test_words_as_value_are_read() -> None:
    case = Case.from_mapping({"labs": [{"test": "blood count", "value": "macrocytic anaemia"}]})
    assert {lab.test: lab.band for lab in case.labs} == {"hemoglobin": "low", "mcv": "high"}
    thyroid = Case.from_mapping({"labs": [{"test": "thyroid function", "value": "primary hyperthyroidism"}]})
    assert {lab.test: lab.band for lab in thyroid.labs} == {"tsh": "very_low", "free_t4": "high"}


def test_other_fluids_are_other_tests() -> None:
    urine, _ = lab(test="urine potassium 24 h", value=115, unit="mmol/24 h")
    assert urine.test == "urine_potassium_24h"
    case = Case.from_mapping({"labs": [{"test": "CSF glucose", "value": 3.1, "unit": "mmol/L"}]})
    assert not case.labs
    assert case.issues


def test_results_and_doses_in_text() -> None:
    case = Case.parse("Mg 1.4 mg/dL, PTH was low and B12 260 pmol/L. Takes magnesium 400 mg and vitamin D 1000 IU.")
    values = {found.test: (found.value, found.band) for found in case.labs}
    assert values["serum_magnesium"][0] == pytest.approx(0.576, rel=1e-2)
    assert values["parathyroid_hormone"] == (None, "low")
    assert values["vitamin_b12"][0] == 260
    assert len(case.labs) == 3
    assert {u.id for u in case.understood} >= {"magnesium_supplements", "vitamin_d_products"}


@given(st.data())
def test_every_accepted_unit_gives_the_same_value(data: st.DataObject) -> None:
    """A value written in any unit of the test comes back as the same value in the test's own unit."""
    test = data.draw(st.sampled_from([t for t in load().tests.values() if len(t.units) > 1]))
    unit = data.draw(st.sampled_from(test.units))
    low, high = test.plausible.low or 0.0, test.plausible.high or 1.0
    wanted = low + (high - low) * data.draw(st.floats(0.05, 0.95))
    typed = (wanted - unit.offset) / unit.factor
    found, _ = lab(test=test.id.replace("_", " "), value=typed, unit=unit.unit)
    assert found.test == test.id
    assert found.value == pytest.approx(wanted, rel=1e-4, abs=1e-5)


def test_spellings_of_units() -> None:
    same = ["umol/L", "µmol/l", "μmol / L", "mcmol/L", "micromol/L"]
    assert {normalize(unit) for unit in same} == {"umol/L"}
    assert normalize("mEq/l") != normalize("mmol/l")
    assert normalize("banana") is None
    assert normalize("mg%") == "mg/dL"


def test_every_unit_in_the_knowledge_is_in_its_one_spelling() -> None:
    for test in load().tests.values():
        for unit in (*test.units, test):
            assert normalize(unit.unit) == unit.unit, (test.id, unit.unit)


def test_a_conclusion_about_a_panel_stands_for_its_results() -> None:
    def read(name: str, value: str) -> dict[str, str | None]:
        return {lab.test: lab.band for lab in Case.from_mapping({"labs": [{"test": name, "value": value}]}).labs}

    assert read("thyroid function", "thyrotoxic") == {"tsh": "very_low", "free_t4": "high"}
    assert read("TFTs", "primary hypothyroidism") == {"tsh": "high", "free_t4": "low"}
    assert read("FBC", "macrocytic anaemia") == {"hemoglobin": "low", "mcv": "high"}
    assert read("U&E", "hypokalaemia") == {"serum_potassium": "low"}
    assert read("U&E", "no hypokalaemia") == {}
    assert read("ABG", "respiratory alkalosis") == {"blood_ph": "high", "blood_pco2": "low"}

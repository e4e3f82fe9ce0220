"""Results as people type them in a hurry: no unit, small letters, words for signs, somebody else's."""

from __future__ import annotations

import pytest

from repletion.case.model import Case
from repletion.knowledge import load
from repletion.triage import triage


def one(text: str) -> tuple[str, float | None, str | None, bool]:
    (lab,) = Case.parse(text, "text").labs
    return lab.test, None if lab.value is None else round(lab.value, 2), lab.comparator, lab.usable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mg 0.3", ("serum_magnesium", 0.3, None, True)),  # low in each unit: the mildest
        ("K 7.2", ("serum_potassium", 7.2, None, True)),  # no laboratory reports it in mg/dL
        ("Hb 5.2", ("hemoglobin", 83.79, None, True)),
        ("k 2.1 mmol/l", ("serum_potassium", 2.1, None, True)),
        ("Vitamin B12 less than 150 pg/mL", ("vitamin_b12", 110.67, "<", True)),
        ("ferritin under 10 ug/L", ("ferritin", 10.0, "<", True)),
        ("B12 low-normal 210 pg/mL", ("vitamin_b12", 154.94, None, True)),
        ("glucose 35", ("serum_glucose", None, None, False)),  # far too high or far too low
        ("Hb 9.8", ("hemoglobin", None, None, False)),  # may be normal in mmol/L
        ("B12 150", ("vitamin_b12", None, None, False)),
    ],
)
def test_a_result_typed_in_a_hurry(text: str, expected: tuple[str, float | None, str | None, bool]) -> None:
    assert one(text) == expected


def test_low_normal_is_no_deficiency() -> None:
    case = Case.parse("magnesium low normal", "text")
    assert not case.understood
    assert [lab.band for lab in case.labs] == ["normal"]


def test_a_relatives_result_is_not_the_persons() -> None:
    case = Case.parse("My mother's potassium was 2.4 mmol/L, I have tingling", "text")
    assert not case.labs
    assert any("somebody else" in issue.message for issue in case.issues)


def test_a_result_that_could_not_be_used_reassures_nobody() -> None:
    result = triage(Case.parse("tired, B12 150", "text"), load())
    assert result.urgency == "routine"
    assert [reason.id for reason in result.reasons] == ["no_red_flag_result"]


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("tiredness that does not improve with sleep and dizziness", "dizziness"),
        ("my daughter has a rash that doesn't fade and fever", "fever"),
    ],
)
def test_a_negation_about_the_word_before_ends_at_and(text: str, present: str) -> None:
    assert (present, True) in {(item.id, item.present) for item in Case.parse(text, "text").understood}


@pytest.mark.parametrize(
    ("text", "finding", "present"),
    [
        ("I have never been this tired", "fatigue", True),
        ("never felt so weak", "muscle_weakness", True),
        ("I have never had a headache like this", "headache", True),
        ("never had cramps", "muscle_cramps", False),
        ("without warning I passed out", "syncope", True),
        ("for no reason I get cramps", "muscle_cramps", True),
        ("heart attack ruled out yesterday", "chest_pain", False),
        ("never so far had cramps", "muscle_cramps", False),
        ("pre-diabetic", "prediabetes", True),
        ("pre-existing diabetes", "diabetes_mellitus", True),
    ],
)
def test_never_that_measures_denies_nothing(text: str, finding: str, present: bool) -> None:
    assert (finding, present) in {(item.id, item.present) for item in Case.parse(text, "text").understood}


@pytest.mark.parametrize(
    ("said", "test", "value"),
    [
        ("calcium 1.9 - 2.0 mmol/L on three days", "serum_calcium", 1.95),
        ("potassium 2.9–3.1 mmol/L", "serum_potassium", 3.0),
        ("creatinine 160 to 180 umol/L", "serum_creatinine", 170.0),
        ("potassium 3.1 - 4 weeks later better", "serum_potassium", 3.1),
    ],
)
def test_of_a_range_in_words_the_middle_is_taken(said: str, test: str, value: float) -> None:
    (lab,) = Case.from_mapping({"text": said}).labs
    assert (lab.test, lab.value) == (test, pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("potassium 2.9mmol/L", ("serum_potassium", 2.9, None, True)),  # the unit right behind: 2.9, not 2
        ("vitamin d 32.9nmol/l", ("vitamin_d_25oh", 32.9, None, True)),
        ("Free T4 (9-19) - 10pmol/L", ("free_t4", 10.0, None, True)),  # the range stands first
        ("Zinc (11-24): 8.1 umol/L", ("zinc", 8.1, None, True)),
        ("Ferritin H 281.0 13 - 150 ug/L", ("ferritin", 281.0, None, True)),  # a mark, then the range before the unit
        ("Magnesium 0.95 0.66 - 0.99 mmol/L", ("serum_magnesium", 0.95, None, True)),
        ("Active B12 L 22 (37.5 - 150)", ("holotranscobalamin", 22.0, None, True)),
        ("Crp 3.26 (<5)", ("crp", 3.26, None, True)),
        ("haematocrit 0.39", ("hematocrit", 39.0, None, True)),
    ],
)
def test_a_result_as_the_laboratory_prints_it(text: str, expected: tuple[str, float | None, str | None, bool]) -> None:
    assert one(text) == expected


def test_the_range_behind_a_result_says_where_it_lies() -> None:
    (lab,) = Case.parse("Vit D 44 50 - 200", "text").labs
    assert (lab.value, lab.band) == (None, "low")
    (lab,) = Case.parse("Serum B12 150 (range 180 - 900)", "text").labs
    assert lab.usable and lab.band in {"low", None}
    case = Case.parse("potassium 3.1 (2 weeks ago)", "text")
    assert [lab.value for lab in case.labs] == [3.1]


@pytest.mark.parametrize("text", ["iron 65 mg", "zinc 15 mg (2-3 tablets)", "alt 3 years"])
def test_a_dose_or_a_time_is_no_result(text: str) -> None:
    assert not Case.parse(text, "text").labs


@pytest.mark.parametrize(
    ("said", "test"),
    [("serum zinc below the detection limit", "zinc"), ("B12 below the limit of detection", "vitamin_b12")],
)
def test_a_band_of_many_words_is_read_whole(said: str, test: str) -> None:
    (lab,) = Case.from_mapping({"signs": [said]}).labs
    assert (lab.test, lab.band) == (test, "very_low")

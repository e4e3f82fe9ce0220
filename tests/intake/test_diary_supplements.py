"""Supplements among the foods: salts, international units, products of unknown composition."""

from __future__ import annotations

import re

import pytest

from repletion.intake.diary import read_diary
from repletion.intake.supplements import products
from repletion.intake.totals import day_matrix, totals

# Standard atomic weights, abridged (IUPAC 2021).
WEIGHTS = {
    "H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Mg": 24.305, "S": 32.06, "Cl": 35.45, "K": 39.0983,
    "Ca": 40.078, "Fe": 55.845, "Zn": 65.38,
}  # fmt: skip
ELEMENTS = {"magnesium": "Mg", "calcium": "Ca", "potassium": "K", "iron": "Fe", "zinc": "Zn"}


def mass(formula: str) -> float:
    return sum(WEIGHTS[el] * int(n or 1) for el, n in re.findall(r"([A-Z][a-z]?)(\d*)", formula))


def test_shares_are_molar_shares():
    salts = {row.id: row for group in products().values() for row in group if row.basis == "salt"}
    assert len(salts) > 20
    for row in salts.values():
        if row.id in ("calcium_citrate", "potassium_citrate", "calcium_gluconate"):
            water = {"calcium_citrate": 4, "potassium_citrate": 1, "calcium_gluconate": 1}[row.id]
            dry = {
                "calcium_citrate": "Ca3C12H10O14",
                "potassium_citrate": "K3C6H5O7",
                "calcium_gluconate": "CaC12H22O14",
            }
            assert mass(row.formula) == pytest.approx(mass(dry[row.id]) + water * mass("H2O"), abs=0.01)
        share = row.atoms * WEIGHTS[ELEMENTS[row.nutrient[0]]] / mass(row.formula)
        assert row.factor == pytest.approx(share, rel=0.005), row.id


@pytest.mark.parametrize(
    ("text", "nutrient", "amount"),
    [
        ("vitamin D 1000 IU", "vitamin_d", 25),
        ("vitamin d3 25 mcg", "vitamin_d", 25),
        ("B12 1000 mcg", "vitamin_b12", 1000),
        ("vitamin B12 1 mg", "vitamin_b12", 1000),
        ("vitamin B6 100 mg tablet", "vitamin_b6", 100),
        ("vitamin b 6 50mg", "vitamin_b6", 50),
        ("folic acid 400 mcg", "folate", 680),
        ("vitamin A 1000 IU", "retinol", 300),
        ("natural vitamin E 100 IU", "vitamin_e", 67),
        ("vitamin E 100 IU", "vitamin_e", 45),
        ("iron 14 mg", "iron", 14),
        ("magnesium citrate 200 mg elemental", "magnesium", 200),
        ("2 x 100 mg magnesium", "magnesium", 200),
    ],
)
def test_doses(text, nutrient, amount):
    (line,) = read_diary(text).lines
    assert line.status == "supplement"
    assert {dose.nutrient: dose.amount for dose in line.doses}[nutrient] == pytest.approx(amount)


def test_salt_or_element_gives_both_readings_and_counts_the_smaller():
    diary = read_diary("magnesium oxide 400 mg")
    (dose,) = diary.lines[0].doses
    assert (dose.low, dose.high) == (pytest.approx(241, abs=1), pytest.approx(400))
    assert dose.amount == dose.low
    (issue,) = diary.issues
    assert "241" in issue.message and "400" in issue.message


def test_unknown_composition_is_unknown():
    diary = read_diary("500 g white bread\nmultivitamin")
    found = {each.nutrient: each for each in totals(diary)}
    assert found["vitamin_d"].status == "partial"
    assert found["vitamin_d"].ledgers["supplement"] is None
    assert found["potassium"].status == "complete"
    assert any("label" in issue.remedy for issue in diary.issues)


def test_supplements_stay_in_their_own_ledger():
    diary = read_diary("500 g white bread\nvitamin B6 100 mg")
    found = {each.nutrient: each for each in totals(diary)}["vitamin_b6"]
    assert found.ledgers["supplement"] == pytest.approx(100)
    assert found.amount == pytest.approx(100 + found.ledgers["food"])
    matrix = day_matrix(diary, ledger="food")
    assert matrix.amounts[0, matrix.nutrients.index("vitamin_b6")] < 5


def test_foods_are_not_supplements():
    for text in ("orange juice with calcium", "1 cup milk", "iron steak 100 g", "calcium fortified orange juice"):
        assert all(line.status != "supplement" for line in read_diary(text).lines), text


def test_wrong_unit_is_reported():
    diary = read_diary("magnesium 400 IU")
    assert diary.issues[0].level == "error"
    assert diary.lines[0].doses[0].amount is None

"""Recalls of a national survey, read as text, against their official totals."""

from __future__ import annotations

import csv
import statistics
from pathlib import Path

import pytest

from repletion.intake.diary import read_diary
from repletion.intake.totals import day_matrix

DIARIES = Path(__file__).resolve().parents[3] / "shared" / "data" / "diaries"
COLUMNS = {
    "energy": "energy_kcal",
    "magnesium": "magnesium_mg",
    "calcium": "calcium_mg",
    "potassium": "potassium_mg",
    "vitamin_b12": "vit_b12_ug",
}


@pytest.mark.skipif(not DIARIES.is_dir(), reason="the survey's recalls are not shipped with the project")
def test_survey_recalls():
    diary = read_diary((DIARIES / "nhanes_recalls.md").read_text("utf-8"))
    truth = list(csv.DictReader((DIARIES / "nhanes_recalls_truth.csv").read_text("utf-8").splitlines()))
    assert len(diary.days) == len(truth)
    assert all(
        line.food is not None or any(f"line {line.line}" in i.where for i in diary.issues) for line in diary.lines
    )
    matrix = day_matrix(diary)
    for slug, column in COLUMNS.items():
        found = matrix.amounts[:, matrix.nutrients.index(slug)]
        wrong = [abs(a / float(row[column]) - 1) for a, row in zip(found, truth, strict=True)]
        assert statistics.median(wrong) <= 0.08, slug


OLDER_NAMES = {
    # Names as older releases write them, and the food of the present release.
    "Milk, cow's, fluid, whole, 100 g": "Milk, whole",
    "Milk, cow's, fluid, 2% fat, 100 g": "Milk, reduced fat (2%)",
    "Coffee, made from ground, regular, 100 g": "Coffee, brewed",
    "Soft drink, cola-type, 100 g": "Soft drink, cola",
    "Rice, white, cooked, fat added in cooking, made with oil, 100 g": "Rice, white, cooked, made with oil",
    "Broccoli, cooked, from fresh, fat not added in cooking, 100 g": "Broccoli, fresh, cooked, no added fat",
    "Corn Flakes, Kellogg's, 30 g": "Cereal (Kellogg's Corn Flakes)",
}


@pytest.mark.parametrize(("typed", "present"), OLDER_NAMES.items())
def test_names_of_older_releases(typed, present):
    (line,) = read_diary(typed).lines
    assert line.food.description == present

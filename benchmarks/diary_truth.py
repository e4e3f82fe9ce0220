"""Diary totals against the official totals of the same recalls, and how fast a diary is read.

    python -m benchmarks.diary_truth RECALLS.md TRUTH.csv

RECALLS is a diary as text with a heading per person and day; TRUTH one row per person-day, in the same order, with
the columns ``energy_kcal, magnesium_mg, calcium_mg, potassium_mg, vit_b12_ug``.
"""

from __future__ import annotations

import csv
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from repletion.intake.diary import read_diary
from repletion.intake.totals import day_matrix

COLUMNS = {
    "energy": "energy_kcal",
    "magnesium": "magnesium_mg",
    "calcium": "calcium_mg",
    "potassium": "potassium_mg",
    "vitamin_b12": "vit_b12_ug",
}


def errors(recalls: str, truth: list[dict[str, str]]) -> dict[str, list[float]]:
    """Relative error of each person-day, by nutrient."""
    matrix = day_matrix(read_diary(recalls))
    if len(matrix.days) != len(truth):
        raise SystemExit(f"{len(matrix.days)} days in the diary, {len(truth)} in the truth")
    return {
        slug: [
            float(amount) / float(row[column]) - 1
            for amount, row in zip(matrix.amounts[:, matrix.nutrients.index(slug)], truth, strict=True)
        ]
        for slug, column in COLUMNS.items()
    }


def main(recalls: str, truth: str) -> None:
    text = Path(recalls).read_text("utf-8")
    rows = list(csv.DictReader(Path(truth).read_text("utf-8").splitlines()))
    started = time.perf_counter()
    diary = read_diary(text)
    first = time.perf_counter() - started
    started = time.perf_counter()
    read_diary(text)
    warm = time.perf_counter() - started
    print(f"{len(diary.lines)} lines: {dict(Counter(line.status for line in diary.lines))}")
    print(f"first reading {first * 1000:.0f} ms, again {warm * 1000:.0f} ms")
    for slug, values in errors(text, rows).items():
        print(f"{slug:12} median absolute error {100 * statistics.median(map(abs, values)):5.1f} %")


if __name__ == "__main__":
    main(*sys.argv[1:])

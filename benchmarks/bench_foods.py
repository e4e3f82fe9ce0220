"""Food search and diary totals beside nutra 0.2.7, in one run.

Set ``NUTRA`` to its executable and ``NUTRA_HOME`` to the folder of its database (SR28 in its own tables).
"""

from __future__ import annotations

import csv
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUERIES = ROOT / "tests" / "foods" / "queries.csv"
DAY = [("09040", "banana, raw", 118.0), ("01077", "whole milk", 244.0), ("11457", "spinach, raw", 30.0)]


def _ours(queries: list[dict[str, str]]) -> tuple[float, float]:
    """Share right at rank 1 by description words, and median milliseconds a query."""
    from repletion.foods import search

    search("warm up")
    right, taken = 0, []
    for row in queries:
        start = time.perf_counter()
        hits = search(row["query"], limit=1)
        taken.append(time.perf_counter() - start)
        right += bool(hits) and _fits(row, hits[0].food.description)
    return right / len(queries), statistics.median(taken) * 1000


def _fits(row: dict[str, str], description: str) -> bool:
    """Whether a hit is what the label expects."""
    return re.search(row["expected"], description, re.IGNORECASE) is not None


def _nutra(program: str, queries: list[dict[str, str]]) -> tuple[float, float]:
    """The same for nutra, one process a query: its short descriptions are all it prints."""
    from repletion.foods import open_table

    table = open_table()
    right, taken = 0, []
    for row in queries:
        start = time.perf_counter()
        out = subprocess.run([program, "--no-pager", "search", *row["query"].split()], capture_output=True, text=True)
        taken.append(time.perf_counter() - start)
        ids = re.findall(r"^\s*(\d{4,5})\s", out.stdout, re.MULTILINE)
        if ids:
            food = f"sr28:{int(ids[0]):05d}"
            try:
                description = table.food(food).description
            except Exception:
                description = ""
            right += _fits(row, description)
    return right / len(queries), statistics.median(taken) * 1000


def _our_process(query: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "repletion", "foods", "search", query], capture_output=True, check=True)
    return (time.perf_counter() - start) * 1000


def _day(program: str) -> list[dict[str, object]]:
    """Totals of the same three foods: ours from words, nutra's from food numbers."""
    from repletion.foods import open_table
    from repletion.intake.diary import read_diary
    from repletion.intake.totals import totals

    table = open_table()
    lines = "\n".join(f"{name}, {grams:g} g" for _, name, grams in DAY)
    read_diary("banana 1 g")
    start = time.perf_counter()
    ours = {row.nutrient: row.amount for row in totals(read_diary(lines))}
    our_ms = (time.perf_counter() - start) * 1000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "day.csv"
        with path.open("w", newline="") as handle:
            csv.writer(handle).writerows([("id", "grams"), *((int(code), grams) for code, _, grams in DAY)])
        start = time.perf_counter()
        out = subprocess.run([program, "--no-pager", "day", str(path)], capture_output=True, text=True).stdout
        their_ms = (time.perf_counter() - start) * 1000
    rows: list[dict[str, object]] = []
    for nutrient, tag in (("magnesium", "MG"), ("calcium", "CA"), ("potassium", "K")):
        found = re.search(rf"\[([\d.]+)/[\d.]+ mg\s+-- {tag}\]", out)
        theirs = float(found.group(1)) if found else float("nan")
        mine = ours.get(nutrient) or float("nan")
        same = sum(float(table.amounts(f"sr28:{code}")[table.index(nutrient)]) * grams / 100 for code, _, grams in DAY)
        rows.append(
            {
                "what": f"{nutrient} of the same foods by number, mg",
                "repletion": same,
                "nutra": theirs,
                "ratio": same / theirs,
            }
        )
        rows.append(
            {
                "what": f"{nutrient} of those words as a diary, mg",
                "repletion": mine,
                "nutra": theirs,
                "ratio": mine / theirs,
            }
        )
    rows.append(
        {
            "what": "day total, ms (warm call against process)",
            "repletion": our_ms,
            "nutra": their_ms,
            "ratio": our_ms / their_ms,
        }
    )
    return rows


def run() -> list[dict[str, object]]:
    """Rows: share right at rank 1, time a query, day totals; ours, nutra's, and the ratio."""
    with QUERIES.open(encoding="utf-8", newline="") as handle:
        queries = list(csv.DictReader(handle))
    ours, our_ms = _ours(queries)
    program = os.environ.get("NUTRA")
    if not program:
        return [
            {
                "what": f"right at rank 1 of {len(queries)}",
                "repletion": ours,
                "nutra": "set NUTRA and NUTRA_HOME to compare",
            },
            {"what": "ms a query, warm", "repletion": our_ms},
        ]
    theirs, their_ms = _nutra(program, queries)
    process = statistics.median(_our_process("banana") for _ in range(5))
    return [
        {
            "what": f"right at rank 1 of {len(queries)}",
            "repletion": ours,
            "nutra": theirs,
            "ratio": ours / max(theirs, 1e-9),
        },
        {"what": "ms a query, warm call", "repletion": our_ms},
        {"what": "ms a query, whole process", "repletion": process, "nutra": their_ms, "ratio": process / their_ms},
        *_day(program),
    ]

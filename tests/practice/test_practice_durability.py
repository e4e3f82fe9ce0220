"""Whatever was confirmed is there after a kill of the server or of PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_a_handful_of_kills_lose_nothing_confirmed(server: object) -> None:
    """``python benchmarks/durability_practice.py 500`` is the same for longer."""
    run = subprocess.run(
        [sys.executable, "benchmarks/durability_practice.py", "4", "7"],
        cwd=ROOT, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(run.stdout)
    assert found["confirmed"] > 0 and found["of_the_database"] == 1
    wrong = ("lost", "half_written", "back_from_erasing", "audit_wrong", "without_audit", "backups_unequal")
    assert {found[name] for name in wrong} == {0}

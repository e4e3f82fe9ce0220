"""Whatever was confirmed is there after a kill at any moment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_twenty_five_kills_lose_nothing_confirmed():
    """``python benchmarks/durability.py 500`` is the same for longer."""
    run = subprocess.run(
        [sys.executable, "benchmarks/durability.py", "25", "7"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(run.stdout)
    assert found["confirmed"] > 0
    assert {found[name] for name in ("lost", "half_written", "back_from_erasing", "backups_unequal")} == {0}

"""Start and answer: how long a person waits, against the bare interpreter."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASE = ROOT / "cases" / "eyelid_twitch.yaml"
WIDE = ROOT / "cases" / "tetany_after_thyroidectomy.yaml"
DIARY = ROOT / "cases" / "eyelid_twitch_diary.txt"


def _wall(command: list[str], *, times: int) -> float:
    """Median wall time of a command in seconds, after one warm-up."""
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def _warm(function, *, times: int) -> float:  # type: ignore[no-untyped-def]
    """Median time of a call in seconds, after one warm-up."""
    function()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def run() -> list[dict[str, object]]:
    """Rows: what, milliseconds, the limit set for it, ratio to a bare interpreter."""
    python = sys.executable
    bare = _wall([python, "-c", "pass"], times=7)
    imported = _wall([python, "-c", "import repletion"], times=7)
    cli = [python, "-m", "repletion"]
    whole = _wall([*cli, "assess", str(CASE)], times=5)
    with_diary = _wall([*cli, "assess", str(CASE), "--diary", str(DIARY)], times=5)
    search_process = _wall([*cli, "foods", "search", "banana"], times=5)

    import repletion
    from repletion.foods import search

    case, wide = repletion.Case.read(CASE), repletion.Case.read(WIDE)
    diary = DIARY.read_text(encoding="utf-8")
    rows = [
        ("import repletion (over the interpreter)", imported - bare, 150),
        ("repletion assess CASE, whole process", whole, 1500),
        ("repletion assess CASE --diary, whole process", with_diary, 1500),
        ("repletion foods search, whole process", search_process, None),
        ("assess(case), warm", _warm(lambda: repletion.assess(case), times=20), 50),
        ("assess(an empty case), warm", _warm(lambda: repletion.assess(repletion.Case()), times=10), 50),
        ("assess(a case of six findings), warm", _warm(lambda: repletion.assess(wide), times=5), 120),
        ("assess(case, diary), warm", _warm(lambda: repletion.assess(case, diary=diary), times=5), None),
        ("foods.search, warm, plain", _warm(lambda: search("banana"), times=50), 10),
        ("foods.search, warm, misspelled", _warm(lambda: search("brocolli chese"), times=50), 10),
    ]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found: list[dict[str, object]] = [
        {"what": what, "ms": seconds * 1000, "limit ms": limit or "", "× bare interpreter": seconds / bare}
        for what, seconds, limit in rows
    ]
    found.append({"what": "peak memory of this process, MB", "ms": memory})
    return found

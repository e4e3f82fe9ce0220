"""The interview: how long each next question takes, and how many it takes to settle twenty scripted people."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

HOME = Path(__file__).parents[1] / "tests" / "interview"


def run() -> list[dict[str, object]]:
    """Rows: what, milliseconds or number, the limit set for it."""
    sys.path.insert(0, str(HOME))
    from scripted import PEOPLE, read, reply

    from repletion.interview import start

    def talk(person: dict[str, object]) -> tuple[list[float], object]:
        interview, taken = start(str(person["text"])), []
        while True:
            began = time.perf_counter()
            asked = interview.next()
            taken.append((time.perf_counter() - began) * 1000)
            if asked is None:
                return taken, interview
            began = time.perf_counter()
            interview = interview.answer(reply(person, asked))
            taken[-1] += (time.perf_counter() - began) * 1000

    people = [read(path) for path in PEOPLE]
    talk(people[0])  # loads the knowledge
    waits: list[float] = []
    counts, reasons = [], []
    for person in people:
        taken, ended = talk(person)
        waits += taken
        counts.append(len(taken) - 1)
        reasons.append(ended.stop.reason)  # type: ignore[attr-defined]
    busy = {  # a first sentence that says very much
        "text": "tired, numb feet, tingling, unsteady walking, cramps, palpitations, dizziness, memory problems, "
        "headaches and low mood, vegan for 8 years, metformin, omeprazole, coffee",
        "otherwise": "not sure",
    }
    full, _ = talk(busy)
    return [
        {"what": "next question, median ms", "value": statistics.median(waits), "limit": 200},
        {"what": "next question, 95th percentile ms", "value": statistics.quantiles(waits, n=20)[-1], "limit": 200},
        {"what": "next question, longest ms", "value": max(waits), "limit": 200},
        {"what": "the same when ten complaints were given at once, longest ms", "value": max(full)},
        {"what": f"people ({len(people)}): questions, median", "value": statistics.median(counts), "limit": 12},
        {"what": "questions, fewest to most", "value": f"{min(counts)} to {max(counts)}"},
        {"what": "why it stopped", "value": ", ".join(f"{r} {reasons.count(r)}" for r in sorted(set(reasons)))},
    ]

"""Two hundred synthetic people and recorded days: what a plan costs, and whether any plan breaks what it promises.

    python -m benchmarks.plan_people [--people 200] [--seed 4] [--first 0] [--recalls RECALLS.md] [--items ITEMS.csv]

Seconds are processor seconds.  *solve* is the search with its check outside the solver, *whole* everything that
``repletion.plan(case)`` does, *swap* one "not this food".  RECALLS is a diary as text with a heading per person and
day; ITEMS has one coded food a row (``UserName``, ``RecallNo``, ``FoodAmt`` in grams, ``Food_Description``).
"""

from __future__ import annotations

import argparse
import csv
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "plan"))

from checked_plan import broken
from people import Someone, people
from test_laws_of_a_plan import rules_for

from repletion.case import Case
from repletion.plan.session import Checked, Session
from repletion.plan.station import prepare, told


def recalled(path: Path) -> Iterator[str]:
    """Days of a diary in text."""
    for part in re.split(r"^## ", path.read_text("utf-8"), flags=re.M):
        if part.strip():
            yield part.partition("\n")[2]


def coded(path: Path) -> Iterator[str]:
    """Days of coded items, as a diary in text."""
    days: dict[tuple[str, str], list[str]] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            line = f"{row['FoodAmt']} g {row['Food_Description']}"
            days.setdefault((row["UserName"], row["RecallNo"]), []).append(line)
    yield from ("\n".join(lines) for lines in days.values())


def spread(values: list[float]) -> str:
    """Median, 95 percent and worst."""
    ordered = sorted(values)
    high = ordered[int(0.95 * (len(ordered) - 1))]
    return f"median {statistics.median(ordered):.2f}, 95 % {high:.2f}, worst {ordered[-1]:.2f}"


def _timed(session: Session, took: list[float]) -> list[Checked]:
    """Let a session note what each whole search took, and what the last of them found."""
    solve, found = session.solve, []

    def noted(*arguments: Any, **options: Any) -> Checked | None:
        start = time.process_time()
        plan = solve(*arguments, **options)
        took.append(time.process_time() - start)
        if plan is not None:
            found.append(plan)
        return plan

    session.solve = noted  # type: ignore[method-assign]
    return found


def measure(group: str, everyone: list[Someone], *, swaps_of: int = 1) -> None:
    """Plan for everybody of a group and print what it cost and what was wrong; swaps for one in ``swaps_of``."""
    seconds: dict[str, list[float]] = {"solve": [], "whole": [], "swap": []}
    servings, new, reasons, wrong = [], [], Counter[str](), []
    gap, proved, bare = [], 0, 0
    for number, one in enumerate(everyone):
        start = time.process_time()
        request = prepare(Case.parse(one.text), pattern=one.pattern, without=one.without, diary=one.diary or None)
        session = request.session
        if session is None:
            wrong.append(f"{number} {one.text}: no plan")
            continue
        took: list[float] = []
        found = _timed(session, took)
        plan = told(request)
        seconds["whole"].append(time.process_time() - start)
        seconds["solve"].append(took[0])
        if not plan.proof or not found:
            wrong.append(f"{number} {one.text}: {plan.status}")
            continue
        for place in sorted(session.new_foods(found[-1])) if number % swaps_of == 0 else ():
            start = time.process_time()
            session.not_this([session.instance.items[place].code], found[-1])
            seconds["swap"].append(time.process_time() - start)
        faults = broken(plan, pattern=one.pattern, without=one.without, rules=rules_for(one.text))
        wrong += [f"{number} {one.text} {one.pattern}: {fault}" for fault in faults]
        bare += sum(not (gap.reason and gap.text and gap.steps) for gap in plan.unmet)
        reasons.update(gap.reason for gap in plan.unmet)
        made = [change for change in plan.changes if change.kind != "out"]
        servings.append(sum(abs(change.servings_to - change.servings_from) for change in made))
        new.append(sum(change.kind == "new" for change in made))
        proved += plan.proof.proved
        if plan.proof.objective > 0:
            gap.append(1 - plan.proof.bound / plan.proof.objective)
    print(f"## {group}: {len(everyone)}")
    print(f"broken: {len(wrong)}; open goals without a reason or a next step: {bare}")
    for line in wrong[:20]:
        print("  ", line)
    for name, values in seconds.items():
        print(f"{name:6} {spread(values)} s ({len(values)})")
    print(f"change: median {statistics.median(servings):g} servings, {statistics.median(new):g} new foods")
    print(f"proved inside the kernel: {proved}; gap to the bound over all foods: median {statistics.median(gap):.0%}")
    print("reasons:", ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()), flush=True)


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--recalls", type=Path)
    parser.add_argument("--items", type=Path)
    options = parser.parse_args()
    told(prepare(Case.parse("woman 35")))  # tables are read once in a process
    if options.people:
        everyone = people(options.first + options.people, options.seed)[options.first :]
        measure("synthetic people", everyone, swaps_of=4)
    days = [*(recalled(options.recalls) if options.recalls else ()), *(coded(options.items) if options.items else ())]
    if days:
        stages = ("man 45", "woman 35", "woman 62", "man 70")
        measure(
            "recorded days",
            [Someone(text=stages[n % 4], pattern=(), without=(), diary=day) for n, day in enumerate(days)],
        )


if __name__ == "__main__":
    main()

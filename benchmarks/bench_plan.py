"""The food plan's search beside plain HiGHS on the whole model, CBC (PuLP) and SCIP (OR-Tools), in one run.

Seconds are processor seconds.  Every solver gets the same second step: the least change with the misses that the
first step settled, over the whole table of servings.  PuLP and OR-Tools come with the extra ``bench``; without them
their rows say so.
"""

from __future__ import annotations

import importlib.util
import resource
import statistics
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

SECONDS = 20.0
CASES = (
    ("woman 35, typical day", "woman 35", (), ""),
    ("man 60, typical day", "man 60", (), ""),
    ("vegan woman 28", "woman 28", ("vegan",), ""),
    (
        "man 45, burger day",
        "man 45",
        (),
        "2 slices white bread\n1 cheeseburger\n1 serving french fries\n1 can cola\n1 cup pasta with tomato sauce\n"
        "30 g cheddar cheese\n1 slice chocolate cake",
    ),
)


@dataclass(frozen=True)
class Result:
    """One solver on one instance; ``objective`` in servings, ``bound`` what it proved."""

    seconds: float
    objective: float
    bound: float


def cpu() -> float:
    """Processor seconds of this process and of the solvers it called; a busy machine does not change them."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _highs(program: Any) -> Result:
    from repletion.plan import solver

    start = cpu()
    solver.SECONDS = SECONDS
    point = solver.solve(program)
    return Result(cpu() - start, point.objective, point.bound)


def _bounds(program: Any) -> Any:
    matrix = program.matrix.tocsr()
    for row in range(matrix.shape[0]):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        yield matrix.indices[part], matrix.data[part], program.row_low[row], program.row_high[row]


def _cbc(program: Any) -> Result:
    import pulp

    start = cpu()
    model = pulp.LpProblem("plan", pulp.LpMinimize)
    names = [
        pulp.LpVariable(
            f"x{j}",
            float(program.low[j]),
            float(program.high[j]) if np.isfinite(program.high[j]) else None,
            pulp.LpInteger if program.integer[j] else pulp.LpContinuous,
        )
        for j in range(len(program.cost))
    ]
    model += pulp.lpSum(float(c) * x for c, x in zip(program.cost, names, strict=True))
    for index, value, low, high in _bounds(program):
        row = pulp.lpSum(float(v) * names[j] for j, v in zip(index, value, strict=True))
        if np.isfinite(low):
            model += row >= float(low)
        if np.isfinite(high):
            model += row <= float(high)
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=SECONDS, threads=1))
    value = pulp.value(model.objective)
    # PuLP hands no bound on, and calls a run that was cut short optimal: what is not in whole portions is no plan.
    points = [x.value() or 0.0 for x in names]
    if any(whole and abs(x - round(x)) > 1e-5 for whole, x in zip(program.integer, points, strict=True)):
        value = None
    return Result(cpu() - start, float("inf") if value is None else float(value), float("nan"))


def _ortools(program: Any) -> Result:
    from ortools.linear_solver import pywraplp

    start = cpu()
    model = pywraplp.Solver.CreateSolver("SCIP")
    names = [
        (model.IntVar if program.integer[j] else model.NumVar)(
            float(program.low[j]),
            float(program.high[j]) if np.isfinite(program.high[j]) else model.infinity(),
            f"x{j}",
        )
        for j in range(len(program.cost))
    ]
    for index, value, low, high in _bounds(program):
        row = model.Constraint(
            float(low) if np.isfinite(low) else -model.infinity(),
            float(high) if np.isfinite(high) else model.infinity(),
        )
        for j, v in zip(index, value, strict=True):
            row.SetCoefficient(names[j], float(v))
    goal = model.Objective()
    for x, c in zip(names, program.cost, strict=True):
        goal.SetCoefficient(x, float(c))
    goal.SetMinimization()
    model.SetTimeLimit(int(SECONDS * 1000))
    status = model.Solve()
    found = status in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE)
    return Result(cpu() - start, goal.Value() if found else float("inf"), goal.BestBound())


def _row(case: str, solver: str, foods: int, result: Result | None, why: str = "") -> dict[str, object]:
    return {
        "case": case,
        "solver": solver,
        "foods": foods,
        "seconds": "" if result is None else round(result.seconds, 2),
        "servings": "" if result is None else round(result.objective, 2),
        "proved at least": "" if result is None else round(result.bound, 2),
        "remark": why,
    }


def run() -> list[dict[str, object]]:
    """Rows of the table."""
    from repletion.case import Case
    from repletion.plan.kernel import held, search
    from repletion.plan.program import Freedom, write
    from repletion.plan.station import prepare

    there = {name: importlib.util.find_spec(name) is not None for name in ("pulp", "ortools")}
    rows: list[dict[str, object]] = []
    times: list[float] = []
    again: list[float] = []
    for name, words, pattern, diary in CASES:
        session = prepare(Case.parse(words), pattern=pattern, diary=diary or None).session
        assert session is not None
        start = cpu()
        plan = session.solve()
        times.append(cpu() - start)
        assert plan is not None
        found = search(session.relaxation())
        assert found is not None
        foods = len(session.instance.items)
        ours = Result(times[-1], found.objective, found.bound)
        rows.append(_row(name, "kernel search", foods, ours, "both steps and the check outside the solver"))
        new = sorted(session.new_foods(plan))
        if new:
            start = cpu()
            session.not_this([session.instance.items[new[0]].code], plan)
            again.append(cpu() - start)
        freedom = replace(
            Freedom(), miss=held(session.instance, found.first), miss_cost=0.0, change_cost=1.0, rare_cost=0.0
        )
        program = write(session.instance, range(foods), freedom, relaxed=False).program
        rows.append(
            _row(name, "HiGHS, whole model", foods, _highs(program), f"second step only, at most {SECONDS:g} s")
        )
        for module, label, solve in (
            ("pulp", "CBC through PuLP", _cbc),
            ("ortools", "SCIP through OR-Tools", _ortools),
        ):
            if there[module]:
                rows.append(_row(name, label, foods, solve(program), f"second step only, at most {SECONDS:g} s"))
            else:
                rows.append(_row(name, label, foods, None, f"not installed: pip install 'repletion[bench]' ({module})"))
    middle = statistics.median(times)
    rows.append(_row("all", "kernel search", 0, None, f"median {middle:.2f} s, worst {max(times):.2f} s"))
    rows.append(
        _row("all", "not this food", 0, None, f"median {statistics.median(again):.2f} s, worst {max(again):.2f} s")
    )
    return rows

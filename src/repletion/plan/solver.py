"""HiGHS behind one function: a linear or integer program in, a point with its proof out.

One thread, a fixed seed and a limit in branches instead of seconds: the same program gives the same point everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix

    Array = NDArray[np.float64]

# A stop for a machine that hangs; far beyond what the branches allowed take.
SECONDS = 60.0
# Misses and prices below this are none.
LEAST = 1e-7


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise ``cost @ x`` under ``row_low <= matrix @ x <= row_high`` and ``low <= x <= high``."""

    cost: Array
    matrix: csc_matrix
    row_low: Array
    row_high: Array
    low: Array
    high: Array
    integer: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Point:
    """A solution: ``x``, its ``objective``, the proved lower ``bound``; ``dual`` of rows for a linear program."""

    feasible: bool
    optimal: bool
    x: Array
    objective: float
    bound: float
    dual: Array


def _highs() -> Any:
    """A silent solver on one thread."""
    import highspy

    # The wrapper's constructor turns on callbacks, and that prints a banner before anything can silence it.
    make: Any = highspy.Highs.__bases__[0]
    h = make()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", 1)
    return h


def _passed(program: Program, *, whole: bool = False) -> Any:
    """A silent solver that holds ``program``; ``whole`` keeps its whole numbers."""
    import highspy

    h: Any = _highs()
    lp: Any = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.cost), program.matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.low, program.high
    lp.row_lower_, lp.row_upper_ = program.row_low, program.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = program.matrix.indptr, program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    if whole:
        kind = highspy.HighsVarType
        lp.integrality_ = [kind.kInteger if flag else kind.kContinuous for flag in program.integer]
    h.passModel(lp)
    return h


def _point(h: Any, columns: int, *, whole: bool) -> Point:
    """What the solver came to."""
    import highspy

    info, status, found = h.getInfo(), h.getModelStatus(), h.getSolution()
    feasible = int(info.primal_solution_status) == 2
    optimal = status == highspy.HighsModelStatus.kOptimal
    objective = float(info.objective_function_value) if feasible else float("inf")
    return Point(
        feasible=feasible,
        optimal=optimal,
        x=np.array(found.col_value, dtype=float) if feasible else np.zeros(columns),
        objective=objective,
        bound=float(info.mip_dual_bound) if whole else (objective if optimal else float("-inf")),
        dual=np.array(found.row_dual, dtype=float) if feasible and not whole else np.zeros(0),
    )


def solve(
    program: Program,
    *,
    relaxed: bool = False,
    nodes: int = 0,
    gap: float = 0.0,
    absolute: float = 1e-7,
    start: Array | None = None,
) -> Point:
    """Solve to the relative ``gap`` or the ``absolute`` one, or until ``nodes`` branches are open.

    ``relaxed`` drops the whole numbers.  ``start``: a point that is known to hold.
    """
    import highspy

    whole = not relaxed and bool(program.integer.any())
    h = _passed(program, whole=whole)
    for name, value in {
        "random_seed": 0,
        "time_limit": SECONDS,
        "mip_rel_gap": gap,
        "mip_abs_gap": absolute,
        # Measured on these small programs: what is off costs more than the branches that it saves.
        "mip_detect_symmetry": False,
        "mip_heuristic_run_rins": True,
        "mip_heuristic_run_rens": False,
        "mip_heuristic_run_root_reduced_cost": False,
        **({"mip_max_nodes": nodes} if nodes else {}),
    }.items():
        h.setOptionValue(name, value)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start
        h.setSolution(known)
    h.run()
    return _point(h, len(program.cost), whole=whole)


class Standing:
    """A linear program that stays in the solver.

    Costs and bounds change in place.  Each question starts from the answer to the program as it was given, which costs
    a small part of a fresh start, and gives the same answer whatever was asked before.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._solver = _passed(program)
        self._columns = np.arange(len(program.cost), dtype=np.int32)
        self._rows = np.arange(program.matrix.shape[0], dtype=np.int32)
        self._solver.run()
        basis = self._solver.getBasis()
        self._home = basis if basis.valid else None

    def solve(self, cost: Array, *, row_low: Array, row_high: Array, high: Array) -> Point:
        """The least of ``cost @ x`` under these bounds; rows, columns and lower bounds of columns are the program's."""
        import highspy

        h = self._solver
        h.changeColsCost(len(self._columns), self._columns, cost)
        h.changeColsBounds(len(self._columns), self._columns, self.program.low, high)
        h.changeRowsBounds(len(self._rows), self._rows, row_low, row_high)
        if self._home is None:
            h.clearSolver()
        else:
            h.setBasis(self._home)
        h.run()
        point = _point(h, len(cost), whole=False)
        if not point.optimal and h.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
            # The way from there led nowhere; a fresh start tells.
            h.clearSolver()
            h.run()
            point = _point(h, len(cost), whole=False)
        return point


def conflict(
    standing: Standing, cost: Array, names: Sequence[str], *, row_low: Array, row_high: Array, high: Array
) -> tuple[str, ...]:
    """Names of rows that cannot all hold, none of them spare; empty if they can.  Conflicts are not unique.

    ``cost``: of what a row may be missed by, as a first question: the rows with a price there cannot all hold
    without a miss, so only those are looked at further (deletion filter).  ``high`` allows no miss.
    """
    point = standing.solve(cost, row_low=row_low, row_high=row_high, high=standing.program.high)
    if point.feasible and point.objective <= LEAST:
        return ()
    places = [place for place in range(len(names)) if not point.feasible or abs(float(point.dual[place])) > LEAST]
    bottom, top = np.full(len(names), -np.inf), np.full(len(names), np.inf)
    bottom[places], top[places] = row_low[places], row_high[places]
    nothing = np.zeros(len(cost))

    def possible() -> bool:
        return standing.solve(nothing, row_low=bottom, row_high=top, high=high).feasible

    if possible():
        return ()
    kept = []
    for place in places:
        bottom[place], top[place] = -np.inf, np.inf
        if possible():
            bottom[place], top[place] = row_low[place], row_high[place]
            kept.append(names[place])
    return tuple(kept)

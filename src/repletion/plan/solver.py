"""HiGHS behind one function: a linear or integer program in, a point with its proof out.

One thread, a fixed seed and a limit in branches instead of seconds: the same program gives the same point everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix

    Array = NDArray[np.float64]

# A stop for a machine that hangs; far beyond what the branches allowed take.
SECONDS = 60.0


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


def solve(program: Program, *, relaxed: bool = False, nodes: int = 0, gap: float = 0.0) -> Point:
    """Solve to ``gap`` or until ``nodes`` branches are open; ``relaxed`` drops the whole numbers."""
    import highspy

    h: Any = highspy.Highs()
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "time_limit": SECONDS,
        "mip_rel_gap": gap,
        "mip_abs_gap": 1e-7,
        **({"mip_max_nodes": nodes} if nodes else {}),
    }.items():
        h.setOptionValue(name, value)
    lp: Any = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.cost), program.matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.low, program.high
    lp.row_lower_, lp.row_upper_ = program.row_low, program.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = program.matrix.indptr, program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    whole = not relaxed and bool(program.integer.any())
    if whole:
        kind = highspy.HighsVarType
        lp.integrality_ = [kind.kInteger if flag else kind.kContinuous for flag in program.integer]
    h.passModel(lp)
    h.run()
    info, status, found = h.getInfo(), h.getModelStatus(), h.getSolution()
    feasible = int(info.primal_solution_status) == 2
    optimal = status == highspy.HighsModelStatus.kOptimal
    objective = float(info.objective_function_value) if feasible else float("inf")
    return Point(
        feasible=feasible,
        optimal=optimal,
        x=np.array(found.col_value, dtype=float) if feasible else np.zeros(len(program.cost)),
        objective=objective,
        bound=float(info.mip_dual_bound) if whole else (objective if optimal else float("-inf")),
        dual=np.array(found.row_dual, dtype=float) if feasible and not whole else np.zeros(0),
    )

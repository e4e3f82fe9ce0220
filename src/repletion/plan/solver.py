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


def _highs() -> Any:
    """A silent solver on one thread."""
    import highspy

    # The wrapper's constructor turns on callbacks, and that prints a banner before anything can silence it.
    make: Any = highspy.Highs.__bases__[0]
    h = make()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", 1)
    return h


def solve(
    program: Program, *, relaxed: bool = False, nodes: int = 0, gap: float = 0.0, absolute: float = 1e-7
) -> Point:
    """Solve to the relative ``gap`` or the ``absolute`` one, or until ``nodes`` branches are open.

    ``relaxed`` drops the whole numbers.
    """
    import highspy

    h: Any = _highs()
    for name, value in {
        "random_seed": 0,
        "time_limit": SECONDS,
        "mip_rel_gap": gap,
        "mip_abs_gap": absolute,
        # Measured on these small programs: the heuristics cost more than the branches that they save.
        "mip_detect_symmetry": False,
        "mip_heuristic_run_rins": False,
        "mip_heuristic_run_rens": False,
        "mip_heuristic_run_root_reduced_cost": False,
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


def conflict(program: Program, names: tuple[str, ...], *, firm: frozenset[int] = frozenset()) -> tuple[str, ...]:
    """Names of rows that cannot all hold, none of them spare (deletion filter on the relaxation); empty if they can.

    ``firm``: places of rows that are never let go, since they are no wish of anybody.  Conflicts are not unique.
    """
    import highspy

    h: Any = _highs()
    lp: Any = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.cost), program.matrix.shape[0]
    lp.col_cost_ = np.zeros(len(program.cost))
    lp.col_lower_, lp.col_upper_ = program.low, program.high
    lp.row_lower_, lp.row_upper_ = program.row_low, program.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = program.matrix.indptr, program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    h.passModel(lp)
    infinite = highspy.kHighsInf

    def possible() -> bool:
        h.run()
        return bool(h.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    if possible():
        return ()
    kept = []
    for place, name in enumerate(names):
        if place in firm:
            continue
        h.changeRowBounds(place, -infinite, infinite)
        if possible():
            h.changeRowBounds(place, float(program.row_low[place]), float(program.row_high[place]))
            kept.append(name)
    return tuple(kept)

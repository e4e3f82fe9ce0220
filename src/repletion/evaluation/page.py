"""The results as one self-contained HTML page: tables, drawn intervals, no script."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from repletion.evaluation.model import TOPS, CaseResult, Rate, Simulation, Summary
from repletion.report.drawing import add, draw, environment


def percent(share: float | None) -> str:
    """A share as a percentage; a dash when there was nothing to count."""
    if share is None:
        return "–"
    value = 100 * share
    return f"{value:.0f}\u00a0%" if value >= 9.95 or value < 1e-9 else f"{value:.2g}\u00a0%"


def counted(rate: Rate) -> str:
    """``75 % (9 of 12; 47–91)``."""
    if rate.share is None or rate.low is None or rate.high is None:
        return "–"
    return f"{100 * rate.share:.0f} % ({rate.hits} of {rate.of}; {100 * rate.low:.0f}–{100 * rate.high:.0f})"


@cache
def _templates() -> Any:
    made = environment(Path(__file__).parent / "templates")
    return add(made, filters={"percent": percent, "counted": counted}, values={"tops": TOPS})


def render(name: str, **values: object) -> str:
    """A template of this floor with its values, without empty lines."""
    return draw(_templates(), name, **values)


def case_page(summary: Summary, results: Sequence[CaseResult]) -> str:
    """The page of an evaluation on cases."""
    return render("cases.html.j2", s=summary, results=results)


def simulation_page(simulation: Simulation) -> str:
    """The page of a calibration on simulated people."""
    return render("simulation.html.j2", s=simulation)

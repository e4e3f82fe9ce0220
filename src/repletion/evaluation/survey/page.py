"""The results as one self-contained page: tables, a drawn reliability diagram, no script."""

from __future__ import annotations

import base64
import io

from repletion.evaluation.page import render
from repletion.evaluation.survey.model import Estimate, OutcomeResult, SurveySummary


def plot(outcome: OutcomeResult) -> str:
    """The reliability diagram of one outcome as a ``data:`` address; both axes logarithmic, since most are small."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    steps = [step for step in outcome.reliability if step.observed.value is not None]
    figure = Figure(figsize=(4.6, 4.2), dpi=100, layout="constrained")
    axes = FigureCanvasAgg(figure).figure.subplots()
    least = max(min(step.predicted for step in steps) / 2, 1e-4)
    most = min(max(max(step.predicted, step.observed.high or 0.0) for step in steps) * 1.5, 1.0)
    axes.plot([least, most], [least, most], color="0.6", linewidth=1)
    for step in steps:
        seen = step.observed
        value = max(seen.value or 0.0, least)
        low, high = max(seen.low or 0.0, least), max(seen.high or 0.0, least)
        axes.plot([step.predicted] * 2, [low, high], color="#1d6fa5", linewidth=1.5)
        axes.plot([step.predicted], [value], "o", color="#1d6fa5", markersize=5)
    axes.set(xscale="log", yscale="log", xlim=(least, most), ylim=(least, most), xlabel="predicted", ylabel="observed")
    axes.grid(True, color="0.9")
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def shown(estimate: Estimate, *, percent: bool = False, digits: int = 2) -> str:
    """``1.8 % (1.5–2.2)``, or ``0.93 (0.81–1.05)``."""
    if estimate.value is None:
        return "–"
    scale, digits, unit = (100, 1, " %") if percent else (1, digits, "")
    text = f"{estimate.value * scale:.{digits}f}{unit}"
    if estimate.low is not None and estimate.high is not None:
        text += f" ({estimate.low * scale:.{digits}f}–{estimate.high * scale:.{digits}f})"
    return text


def survey_page(summary: SurveySummary) -> str:
    """The page of a calibration on survey people."""
    return render("survey.html.j2", s=summary, plot=plot, shown=shown)

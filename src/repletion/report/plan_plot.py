"""The bars of a plan: each nutrient before and after, as a share of its goal.

Drawn for paper and for eyes that see no color: before is hatched and light, after is solid and dark, and the table
beside it holds the same numbers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from repletion.plan.model import NutrientRow

# Beyond this the bar is cut and says its number.
LONGEST = 200.0
# Two colors of the palette of Okabe and Ito, which the color-blind tell apart; they differ in lightness too.
BEFORE, AFTER, LINE = "#9ecae9", "#0b4f8a", "#222222"


def bars(rows: Sequence[NutrientRow]) -> str:
    """An SVG drawing of the rows that have a goal; the same rows give the same text."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    from repletion.plan.data import say

    shown = [row for row in rows if row.floor]
    # The shortest stand at the top.
    shown.sort(key=lambda row: -row.before / (row.floor or 1.0))
    before = [100 * row.before / (row.floor or 1.0) for row in shown]
    after = [100 * row.after / (row.floor or 1.0) for row in shown]
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "repletion", "hatch.linewidth": 0.6}):
        figure = Figure(figsize=(7.2, 0.34 * len(shown) + 1.2))
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        places = list(range(len(shown)))
        for shift, values, color, hatch, name in (
            (0.19, before, BEFORE, "////", say("plot_before")),
            (-0.19, after, AFTER, "", say("plot_after")),
        ):
            axes.barh(
                [place + shift for place in places],
                [min(value, LONGEST) for value in values],
                height=0.36,
                color=color,
                edgecolor=LINE,
                linewidth=0.5,
                hatch=hatch,
                label=name,
            )
        for place, value in zip(places, after, strict=True):
            axes.text(min(value, LONGEST) + 2, place - 0.19, f"{value:.0f}", va="center", fontsize=7, color=LINE)
        axes.axvline(100, color=LINE, linewidth=1.2, linestyle="--", label=say("plot_goal"))
        axes.set_yticks(places, [row.label for row in shown], fontsize=8)
        axes.set_ylim(-0.8, len(shown) - 0.2)
        axes.set_xlim(0, LONGEST + 18)
        axes.set_xlabel(say("plot_axis"), fontsize=8)
        axes.tick_params(axis="x", labelsize=8)
        axes.legend(loc="upper right", fontsize=8, frameon=True)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        figure.tight_layout()
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    drawing = out.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    # No link to a document type elsewhere, no style of its own that the page forbids; a name for those who hear it.
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    return drawing.replace("<svg ", f'<svg role="img" aria-label="{say("plot_alt")}" ', 1)

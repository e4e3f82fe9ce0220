"""A food plan said to a reader: text, JSON, or one self-contained HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repletion.plan.data import say
from repletion.plan.words import amount, bought, grams, inner, unit
from repletion.report.drawing import draw, environment
from repletion.report.json import to_json
from repletion.report.open_goals import open_points
from repletion.report.text import Page

if TYPE_CHECKING:
    from repletion.plan.model import Change, NutrientRow, Option, Plan, Shopping

MEALS = ("breakfast", "lunch", "dinner", "snack", "drink")


def change_line(change: Change) -> str:
    """One change in a sentence, with what it brings."""
    label = change.food.replace(", NFS", "")
    text = say(f"change_{change.kind}", food=label, household=change.household, grams=grams(change.grams))
    if change.brings:
        best = ", ".join(say("brings", label=inner(b.label), share=f"{b.share * 100:.0f}") for b in change.brings[:3])
        text = f"{text} {say('brings_all', list=best)}"
    return text


def nutrient_cells(row: NutrientRow) -> list[str]:
    """One nutrient of the table: label, before, after, goal, limit, how it stands."""
    goal = "" if row.floor is None else f"{amount(row.floor)} {row.floor_kind}"
    limit = "" if row.ceiling is None else f"{amount(row.ceiling)} {say('kind_' + (row.ceiling_kind or ''))}"
    if row.ceiling_counts not in (None, row.nutrient) and row.ceiling_after is not None:
        limit = say(
            "limit_counts", limit=limit, what=say(f"counts_{row.ceiling_counts}"), now=amount(row.ceiling_after)
        )
    words = []
    if row.met is not None:
        reached = row.floor is not None and row.after >= row.floor
        words.append(say("met" if row.met else "only_added" if reached else "not_met"))
    if row.kept is False:
        words.append(say("above"))
    before, after = row.before, row.after
    if row.floor is None and row.ceiling_before is not None and row.ceiling_after is not None:
        before, after = row.ceiling_before, row.ceiling_after
    mark = " *" if row.lower_bound else ""
    return [
        f"{row.label} ({unit(row.unit)})",
        amount(before) + mark,
        amount(after) + mark,
        goal,
        limit,
        ", ".join(words),
    ]


COLUMNS = ("nutrient", "before", "after", "goal", "limit", "stands")


def option_line(option: Option) -> str:
    """Another plan in one line."""
    added = [f"{change.food}, {change.household}" for change in option.changes if change.kind in ("new", "more")]
    text = "; ".join(added) or say("same")
    return say("gives_up", text=text, labels=", ".join(map(inner, option.gives_up))) if option.gives_up else text


def shopping_line(line: Shopping) -> str:
    """One line of the shopping list: kitchen words where they fit, and a weight rounded up to what a shop sells."""
    return say("buy", food=line.food, household=line.household, weight=bought(line.grams))


def render_plan(plan: Plan, *, form: str = "text", color: bool = False, width: int | None = None) -> str:
    """The plan as ``text``, ``json`` or ``html``, ending with a newline.

    Raises :class:`ValueError` for another form.
    """
    if form == "json":
        return to_json(plan)
    if form == "html":
        return _html(plan)
    if form != "text":
        raise ValueError(f"no format {form!r}; there are text, json, html")
    page = Page(color=color, width=width)
    _head(page, plan)
    if plan.changes:
        page.heading(say("section_changes"))
        for change in plan.changes:
            page.point(change_line(change), mark=say(f"mark_{change.kind}"))
    _open(page, plan)
    if plan.nutrients:
        page.heading(say("section_nutrients"))
        page.table(
            [(say(f"column_{name}"), name in ("before", "after")) for name in COLUMNS],
            [nutrient_cells(row) for row in plan.nutrients if row.nutrient not in HIDDEN],
        )
        if any(row.lower_bound for row in plan.nutrients):
            page.line(say("lower_bound"))
    _more(page, plan)
    return page.text()


# Energy and what only steers the search is not shown to readers at home.
HIDDEN = frozenset({"carbohydrate", "sugars"})


def _head(page: Page, plan: Plan) -> None:
    from repletion.report.wording import say as phrase

    page.line(phrase("urgency." + plan.triage.urgency + ".word"), style="bold")
    if plan.triage.urgency not in ("routine", "self_care") or plan.triage.suppresses_plan:
        for reason in plan.triage.reasons[:2]:
            page.point(reason.message)
    page.line()
    page.line(plan.headline, style="bold")
    for text in plan.care:
        page.point(text)


def _open(page: Page, plan: Plan) -> None:
    if plan.unmet:
        page.heading(say("section_open"))
        for text, steps in open_points(plan.unmet):
            page.point(text)
            for step in steps:
                page.point(step, indent=4, mark="–")
    for conflict in plan.conflicts:
        page.line()
        page.line(conflict.text)
    if plan.relaxations:
        page.line()
        page.line(say("relaxations"))
        for relaxation in plan.relaxations:
            page.point(say("relaxation", text=relaxation.text, share=f"{relaxation.shrinks * 100:.0f}"))


def _more(page: Page, plan: Plan) -> None:
    if plan.alternatives:
        page.heading(say("section_alternatives"))
        for option in plan.alternatives:
            page.point(option_line(option))
    if plan.swaps:
        page.heading(say("section_swaps"))
        for option in plan.swaps:
            page.point(say("swap", food=option.instead_of, text=option_line(option)))
    if plan.week:
        page.heading(say("section_week"))
        for day in plan.week:
            page.line(say("day", n=day.day), style="bold")
            for meal in MEALS:
                if meal in day.meals:
                    page.point(f"{say(meal)}: {'; '.join(day.meals[meal])}")
            if day.less:
                page.point(say("less_line", foods="; ".join(day.less)))
    if plan.shopping:
        page.heading(say("section_shopping"))
        for line in plan.shopping:
            page.point(shopping_line(line), mark="☐")
    if plan.notes:
        page.heading(say("section_notes"))
        for note in plan.notes:
            page.point(note)
    if plan.issues:
        page.heading(say("section_issues"))
        page.issues(plan.issues)
    if plan.proof is not None:
        page.heading(say("section_proof"))
        page.line(proof_line(plan))


def proof_line(plan: Plan) -> str:
    """How good the plan is proved to be, in a sentence."""
    proof = plan.proof
    if proof is None:
        return ""
    return say(
        "proof",
        objective=f"{proof.objective:.2f}",
        bound=f"{proof.bound:.2f}",
        foods=f"{proof.foods:,}",
        kernel=proof.kernel,
    )


def page_values(plan: Plan) -> dict[str, object]:
    """What the templates of a plan need, but for the drawing."""
    rows = [row for row in plan.nutrients if row.nutrient not in HIDDEN]
    return {
        "plan": plan,
        "words": say,
        "change_line": change_line,
        "option_line": option_line,
        "open_points": open_points(plan.unmet),
        "shopping_line": shopping_line,
        "rows": rows,
        "cells": [nutrient_cells(row) for row in rows],
        "columns": COLUMNS,
        "meals": MEALS,
        "grams": grams,
        "proof": proof_line(plan),
    }


def _html(plan: Plan) -> str:
    from markupsafe import Markup

    from repletion.report.plan_plot import bars

    rows = [row for row in plan.nutrients if row.nutrient not in HIDDEN]
    # The drawing is made here and holds no words of the reader's.
    plot = Markup(bars(rows)) if any(row.floor for row in rows) else ""  # noqa: S704
    return draw(environment(), "plan.html.j2", **page_values(plan), plot=plot)

"""Foods rich in a nutrient, as a table or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repletion.plan.data import say
from repletion.plan.words import amount, unit
from repletion.report.json import to_json
from repletion.report.text import Page

if TYPE_CHECKING:
    from repletion.plan.rich import RichList

COLUMNS = ("food", "serving", "amount", "per_100_kcal", "price", "needed")


def render_rich(found: RichList, *, form: str = "text") -> str:
    """The list as ``text`` or ``json``, ending with a newline."""
    if form == "json":
        return to_json(found)
    page = Page()
    page.line(say("rich_title", label=found.label), style="bold")
    if found.goal is not None:
        page.line(say("rich_goal", goal=amount(found.goal), unit=unit(found.unit), kind=say(f"kind_{found.goal_kind}")))
    if found.foods:
        page.table(
            [(say(f"rich_{name}", unit=unit(found.unit)), name in ("amount", "per_100_kcal")) for name in COLUMNS],
            [
                [
                    row.food,
                    f"{row.household} ({row.grams:g} g)",
                    amount(row.amount),
                    "" if row.per_100_kcal is None else amount(row.per_100_kcal),
                    say("rich_tier") * row.price_tier,
                    row.household_needed or ("" if found.goal is None else say("rich_too_much")),
                ]
                for row in found.foods
            ],
        )
    else:
        page.line(say("rich_none"))
    for note in found.notes:
        page.point(note)
    if found.issues:
        page.issues(found.issues)
    return page.text()

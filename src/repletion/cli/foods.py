"""``repletion foods search`` and ``repletion foods show``."""

from __future__ import annotations

import click

from repletion.cli import options
from repletion.cli.files import fail, put


@click.group()
def foods() -> None:
    """Search the food table, or show one food."""


@foods.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many foods at most.")
@options.as_format("text", "json")
def search(query: tuple[str, ...], limit: int, form: str) -> None:
    """Find foods for QUERY, best first; typing slips, plurals and British names are understood."""
    from repletion.foods import search as find
    from repletion.report.tables import food_list

    words = " ".join(query)
    hits = find(words, limit=limit)
    if not hits and form == "text":
        put(fail("no_food", query=words[:80]).message)
        return
    put(food_list(hits, form=form))


@foods.command()
@click.argument("food_id", metavar="ID")
@options.as_format("text", "json")
def show(food_id: str, form: str) -> None:
    """Show what 100 g of food ID hold, and its household portions. Ids come from "foods search"."""
    from repletion.foods import open_table
    from repletion.report.tables import food_page

    put(food_page(open_table(), food_id, form=form))

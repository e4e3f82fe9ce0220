"""``repletion foods search``, ``show``, ``rich-in``, ``import`` and ``own``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from repletion.cli import options
from repletion.cli.files import fail, put
from repletion.cli.own_foods import own, take_in

if TYPE_CHECKING:
    from repletion.case.model import Sex
    from repletion.plan.rich import By


@click.group()
def foods() -> None:
    """Search the food table, show one food, or list foods rich in a nutrient."""


@foods.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many foods at most.")
@options.as_format("text", "json")
def search(query: tuple[str, ...], limit: int, form: str) -> None:
    """Find foods for QUERY, best first; typing slips, plurals and British names are understood."""
    from repletion.foods import open_table
    from repletion.foods import search as find
    from repletion.report.tables import food_list

    words = " ".join(query)
    hits = find(words, limit=limit)
    if not hits and form == "text":
        put(fail("no_food", query=words[:80]).message)
        return
    table = open_table()
    whose = dict.fromkeys(note for hit in hits for note in table.notes(hit.food.id)[:1])
    put(food_list(hits, form=form, whose=tuple(whose)))


@foods.command()
@click.argument("food_id", metavar="ID")
@options.as_format("text", "json")
def show(food_id: str, form: str) -> None:
    """Show what 100 g of food ID hold, and its household portions.

    Ids come from "foods search"; of your own foods (foods import) a barcode does too.
    """
    from repletion.foods import open_table
    from repletion.report.tables import food_page

    table = open_table()
    product = table.own.with_barcode(food_id) if table.own else None
    put(food_page(table, product.id if product else food_id, form=form))


@foods.command("rich-in")
@click.argument("nutrient")
@click.option("--vegan", "ways", flag_value="vegan", help="Only plants.")
@click.option("--vegetarian", "ways", flag_value="vegetarian", help="No meat, no fish.")
@click.option("--pattern", multiple=True, metavar="WAYS", help="Ways of eating, as gluten-free or halal.")
@click.option("--without", multiple=True, metavar="FOODS", help="Foods or groups not eaten, as fish,peanut.")
@click.option(
    "--by",
    type=click.Choice(["serving", "energy"]),
    default="serving",
    show_default=True,
    help="Richest by household serving, or by 100 kcal.",
)
@click.option("--price", type=click.IntRange(1, 3), help="Dearest price tier, 1 (cheap) to 3.")
@click.option("--need", type=click.FloatRange(0, min_open=True), help="An amount to reach, in the nutrient's unit.")
@click.option("--age", type=click.FloatRange(0, 120), help="Years; with --sex the daily goal is used.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="With --age the daily goal is used.")
@click.option("--limit", type=click.IntRange(1, 100), default=15, show_default=True, help="How many foods at most.")
@options.as_format("text", "json")
def rich_in(
    nutrient: str,
    ways: str | None,
    pattern: tuple[str, ...],
    without: tuple[str, ...],
    by: By,
    price: int | None,
    need: float | None,
    age: float | None,
    sex: Sex | None,
    limit: int,
    form: str,
) -> None:
    """List everyday foods rich in NUTRIENT, by serving or by 100 kcal, and how much of each a day's goal takes."""
    from repletion.case.model import Person
    from repletion.plan import rich
    from repletion.report.rich import render_rich

    def words(values: tuple[str, ...]) -> list[str]:
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    found = rich.rich_in(
        nutrient.strip().casefold().replace(" ", "_").replace("-", "_"),
        person=Person(age=age, sex=sex),
        pattern=[*words(pattern), *([ways] if ways else [])],
        without=words(without),
        by=by,
        price=price,
        need=need,
        limit=limit,
    )
    put(render_rich(found, form=form))


foods.add_command(take_in)
foods.add_command(own)

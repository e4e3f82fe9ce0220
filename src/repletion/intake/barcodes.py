"""A diary line that names its product by a barcode: "5000168001234 2 biscuits" finds it in one's own food table."""

from __future__ import annotations

import msgspec

from repletion.foods import Food, open_table
from repletion.foods.barcode import barcode, barcode_in
from repletion.intake.lines import split_line
from repletion.intake.portions import Weighed, weigh

# Stands for the product while the amount beside it is read; it is no measure and no number.
_PRODUCT = "wares"


class Scanned(msgspec.Struct, frozen=True):
    """The product and its weight, or ``why`` there is none, what to do, and the words beside it that name a food."""

    food: Food | None = None
    weighed: Weighed | None = None
    why: str = ""
    remedy: str = ""
    rest: str = ""


def read_barcode(text: str) -> Scanned | None:
    """What a line with a barcode says; None when it holds no barcode."""
    found = barcode_in(text)
    if found is None:
        return None
    code, rest = found
    table = open_table()
    product = table.own.with_barcode(code) if table.own else None
    if product is not None:
        food = table.food(product.id)
        amount = split_line(f"{rest.strip(' ,;:x×-')} {_PRODUCT}").amount if rest.strip() else None
        return Scanned(food, weigh(food, amount, food.description))
    if len(code) == 8:  # so short a number may as well be a weight, a day or a code of a survey
        return None
    named = rest if any(len(word) > 2 and word.isalpha() for word in split_line(rest).food.split()) else ""
    if barcode(code) is None:
        why = f"{code} is no barcode, its last digit does not fit the others"
        return Scanned(why=why, remedy="Compare its digits with the pack, or write the name of the food.", rest=named)
    why = f"no product with the barcode {code} is in your own food table"
    return Scanned(
        why=why, remedy="Write the name of the food, or take the product in: repletion foods import.", rest=named
    )

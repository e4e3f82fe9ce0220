"""USDA FoodData Central as JSON: Foundation, SR Legacy, Survey (FNDDS) and Branded foods, one at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from repletion.foods.barcode import barcode
from repletion.foods.measuring import counted, unit_word
from repletion.foods.releases.columns import gather
from repletion.foods.releases.model import Product, ReleaseError, Taken
from repletion.foods.releases.open_food_facts import PER_VOLUME, text
from repletion.foods.releases.stream import Stream
from repletion.foods.table import Portion

KINDS = {
    "FoundationFoods": "Foundation",
    "SRLegacyFoods": "SR Legacy",
    "SurveyFoods": "Survey (FNDDS)",
    "BrandedFoods": "Branded",
}
_VOLUME = {"ml", "mlt"}
_NO_UNIT = {"", "undetermined", "racc"}
_MOST_GRAMS = 20_000.0


def from_json(stream: Stream, report: Taken, wanted: Callable[[str], bool]) -> Iterator[Product]:
    """Foods of a release file; the place of a wrong one is its number in the file."""
    import ijson

    try:
        top = next(value for _, event, value in ijson.parse(stream, use_float=True) if event == "map_key")
    except (StopIteration, ijson.JSONError, ValueError):
        raise ReleaseError(f"{report.file.name} is no FoodData Central release: it is no JSON object.") from None
    if top not in KINDS:
        raise ReleaseError(
            f"{report.file.name} is no FoodData Central release: it begins with “{str(top)[:40]}”, not with one of "
            f"{', '.join(KINDS)}."
        )
    stream.data.seek(0)
    stream.next_record()
    foods = ijson.items(stream, f"{top}.item", use_float=True)
    while True:
        try:
            food = next(foods)
        except StopIteration:
            return
        except (ijson.JSONError, ValueError, RecursionError) as error:  # a number of thousands of digits is the second
            report.wrong(
                f"{report.file.name} food {report.read + 1}",
                f"the JSON breaks off here: {str(error)[:120]}; nothing after it was read",
                "Get the file again; the foods before this one were taken.",
            )
            return
        report.read += 1
        stream.next_record()
        where = f"{report.file.name} food {report.read}"
        if not isinstance(food, dict):
            report.wrong(where, "this is no food")
        elif (product := _product(food, where, report, wanted)) is not None:
            yield product


def _inner(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _product(food: dict[str, Any], where: str, report: Taken, wanted: Callable[[str], bool]) -> Product | None:
    number = food.get("fdcId")
    gtin = text(food.get("gtinUpc"), 30)
    if isinstance(number, bool) or not isinstance(number, int) or number <= 0:
        report.wrong(where, "the food has no fdcId")
        return None
    if not wanted(gtin):
        report.left_out["not asked for"] += 1
        return None
    held: dict[str, tuple[object, str]] = {}
    for row in _list(food.get("foodNutrients")):
        nutrient = row.get("nutrient")
        name, unit = text(_inner(nutrient, "number"), 12), text(_inner(nutrient, "unitName"), 12)
        held.setdefault(name, (row.get("amount"), unit))
    return finished(
        Product(
            f"fdc:{number}",
            text(food.get("description")),
            brand=text(food.get("brandName"), 80) or text(food.get("brandOwner"), 80),
            category=text(_inner(food.get("foodCategory"), "description"), 80)
            or text(food.get("brandedFoodCategory"), 80)
            or text(_inner(food.get("wweiaFoodCategory"), "wweiaFoodCategoryDescription"), 80),
            portions=[
                portion
                for row in _list(food.get("foodPortions"))
                if (portion := portion_of(row.get("amount"), _inner(row.get("measureUnit"), "name"),
                                          row.get("modifier"), row.get("portionDescription"), row.get("gramWeight")))
            ],
        ),
        held,
        (gtin, food.get("servingSize"), food.get("servingSizeUnit"), food.get("householdServingFullText")),
        where,
        report,
    )  # fmt: skip


def finished(
    product: Product,
    held: dict[str, tuple[object, str]],
    label: tuple[str, object, object, object],
    where: str,
    report: Taken,
) -> Product | None:
    """A food with its amounts, barcode and label serving; None when nothing can be told of it.

    ``label``: GTIN, serving size, its unit, the household serving in words.
    """
    gtin, size, unit, household = label
    if not product.description:
        report.left_out["no name"] += 1
        return None
    product.amounts, wrong = gather("fdc", held)
    for reason in wrong:
        report.values_left_out[reason.partition(":")[0]] += 1
        report.wrong(where, f"{product.description[:60]}: {reason}; it counts as not known")
    if not product.amounts:
        report.left_out["no nutrition values"] += 1
        return None
    if gtin:
        product.barcode = barcode(gtin) or barcode(gtin.lstrip("0").zfill(12)) or ""
        if not product.barcode:
            product.flags.append(f"{gtin} is no barcode of a trade item, or its check digit is wrong")
    grams = positive(size)
    if grams is not None:
        words = text(household, 60)
        product.portions.insert(0, Portion(f"1 serving ({words or f'{grams:g} g'})", 1.0, "serving", grams, True))
        number, rest = counted(words)
        if number and rest and (word := unit_word(rest)) not in {"serving", "g", "ml", "oz", "fl oz", "piece"}:
            product.portions.append(Portion(words, number, word, grams, False))
    if text(unit, 10).lower() in _VOLUME:
        product.flags.append(PER_VOLUME)
    return product


def positive(value: object) -> float | None:
    """A weight that can be, else None."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 < number <= _MOST_GRAMS else None


def portion_of(amount: object, unit: object, modifier: object, described: object, grams: object) -> Portion | None:
    """A household measure from its parts; None when it has no weight."""
    weight = positive(grams)
    if weight is None:
        return None
    words = text(described, 100)
    if words.lower() == "quantity not specified":
        return Portion("quantity not specified", 1.0, "serving", weight, True)
    number = positive(amount)
    if not words:
        name, more = text(unit, 40), text(modifier, 80)
        words = " ".join(part for part in ("" if name.lower() in _NO_UNIT else name, more) if part)
        if not words:
            return None
        number = number or 1.0
        return Portion(f"{number:g} {words}", number, unit_word(words), weight, False)
    said, rest = counted(words)
    return Portion(words, said or 1.0, unit_word(rest), weight, False)

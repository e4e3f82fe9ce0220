"""Grams from an amount: weight, the food's own household portion, volume by density, a count, else a usual serving.

``weigh(food, amount, words)`` never raises; what it had to assume it says in ``how`` and ``assumed``.
"""

from __future__ import annotations

import re

import msgspec

from repletion.foods import Food, Portion, open_table
from repletion.intake.lines import Amount, in_base
from repletion.intake.wording import Unit, densities, reading, vessels, words

# Units of the food table that are volumes, as our definition file names them.
_VOLUMES = {
    "cup": "cup", "fl oz": "fluid_ounce", "tablespoon": "tablespoon", "teaspoon": "teaspoon", "pint": "pint",
    "quart": "quart", "ml": "milliliter", "liter": "liter",
}  # fmt: skip


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """Grams with an interval, how they were found, and whether the portion was assumed rather than said."""

    grams: float
    low: float
    high: float
    how: str
    assumed: bool = False


def _around(amount: Amount, each: float, spread: str, how: str, *, assumed: bool = False) -> Weighed:
    share = reading().spread[spread]
    return Weighed(
        grams=amount.value * each,
        low=amount.low * each * (1 - share),
        high=amount.high * each * (1 + share),
        how=how,
        assumed=assumed or amount.vague,
    )


def _stem(word: str) -> str:
    return word.lower().strip(",.()").removesuffix("s")


def _best(portions: list[Portion], said: str, size: str | None) -> Portion | None:
    """The portion whose description shares most words with what was said; the medium one where no size was said."""
    if not portions:
        return None
    asked = {_stem(word) for word in said.split()}
    if size is not None:
        asked.add(_stem(size))

    def fit(portion: Portion) -> tuple[float, float]:
        described = {_stem(word) for word in portion.description.replace("/", " ").split()}
        plain = size is None and ("medium" in described or "regular" in described)
        odd = len(described - asked - {"medium", "regular", "or", "1"})
        return (2 * len(described & asked) + plain - 0.2 * odd, -abs(portion.amount - 1))

    return max(portions, key=fit)


def _density(food: Food, portions: tuple[Portion, ...], said: str) -> tuple[float, bool]:
    """Grams per milliliter from the food's own measures, else from the density table, else as water (assumed)."""
    best = _best([p for p in portions if p.unit in _VOLUMES and p.amount > 0], said, None)
    if best is not None:
        volume = best.amount * in_base(Unit("volume", _VOLUMES[best.unit]))
        return best.grams / volume, False
    name = {_stem(word) for word in food.description.replace(",", " ").split()}
    for density in densities():
        if name & {_stem(word) for word in density.words}:
            return density.grams_per_milliliter, False
    return 1.0, True


def which_pint(amount: Amount, text: str) -> tuple[Amount, str]:
    """A bare pint as the British or the American one, by the words beside it, and a remark that says which."""
    if re.search(r"(?i)\bus\s+pint", text):
        return amount, "read as the American pint."
    british = any(re.search(rf"\b{re.escape(word)}\b", text.lower()) for word in words().british_pints)
    sizes = {name: in_base(Unit("volume", name)) for name in ("pint", "imperial_pint")}
    named, other = ("imperial_pint", "pint") if british else ("pint", "imperial_pint")
    side = "British" if british else "American"
    taken = msgspec.structs.replace(amount, unit=Unit("volume", named))
    return taken, f"read as the {side} pint of {sizes[named]:.0f} ml; the other one is {sizes[other]:.0f} ml."


def default_portion(food: Food) -> tuple[float, bool]:
    """Usual serving in grams and whether the release gives it (otherwise it is our assumption)."""
    portions = open_table().portions(food.id)
    for portion in portions:
        if portion.is_default and portion.grams > 0:
            return portion.grams, True
    # Salt, spices and extracts are told by the teaspoon: their cup is a measure of the kitchen, not of a plate.
    for unit in ("serving", "medium", "piece", "teaspoon", "cup"):
        for portion in portions:
            if portion.unit == unit and portion.amount > 0:
                return portion.grams / portion.amount, True
    return reading().unmeasured_portion_grams, False


def _is_drink(portions: tuple[Portion, ...]) -> bool:
    return any(portion.unit == "fl oz" for portion in portions)


def weigh(food: Food, amount: Amount | None, said: str = "") -> Weighed:
    """Grams of ``food`` for ``amount``; ``said`` are the words that name it ("cooked spinach")."""
    portions = tuple(p for p in open_table().portions(food.id) if p.grams > 0 and p.unit != "guideline")
    if amount is None:
        grams, known = default_portion(food)
        one = Amount(low=1, high=1)
        return _around(one, grams, "default", "usual serving" if known else "assumed serving", assumed=True)
    unit = amount.unit
    if unit is None:
        return _counted(food, amount, portions, said)
    if unit.kind == "mass":
        if unit.name == "ounce" and _is_drink(portions):
            each, assumed = _density(food, portions, said)
            ounce = in_base(Unit("volume", "fluid_ounce"))
            return _around(amount, each * ounce, "volume", "fluid ounces, because it is a drink", assumed=assumed)
        return _around(amount, in_base(unit), "mass", "weight")
    if unit.kind == "volume":
        own = next((name for name, ours in _VOLUMES.items() if ours == unit.name), None)
        portion = _best([p for p in portions if p.unit == own and p.amount > 0], said, amount.size) if own else None
        if portion is not None:
            return _around(amount, portion.grams / portion.amount, "volume", portion.description)
        each, assumed = _density(food, portions, said)
        return _around(amount, each * in_base(unit), "volume", "volume times density", assumed=assumed)
    return _household(food, amount, portions, said)


def _household(food: Food, amount: Amount, portions: tuple[Portion, ...], said: str) -> Weighed:
    assert amount.unit is not None
    name = amount.unit.name
    if name == "glass" and food.description.startswith("Wine"):
        name = "wine glass"
    portion = _best([p for p in portions if p.unit == name and p.amount > 0], said, amount.size)
    if portion is None and name != "serving":
        named = [p for p in portions if p.amount > 0 and name in {_stem(w) for w in p.description.split()}]
        portion = _best(named, said, amount.size)
    if portion is not None and not (name == "serving" and portion.is_default):
        return _around(amount, portion.grams / portion.amount, "household", portion.description)
    if (vessel := vessels().get(name)) is not None:
        factor = reading().size_factor.get(amount.size or "medium", 1.0)
        if vessel.held == "gram":
            return _around(amount, vessel.quantity * factor, "default", f"assumed {name}", assumed=True)
        density, _ = _density(food, portions, said)
        return _around(amount, vessel.quantity * density * factor, "default", f"assumed {name}", assumed=True)
    grams, _ = default_portion(food)
    return _around(amount, grams, "default", f"no weight for one {name}: usual serving", assumed=name != "serving")


def _counted(food: Food, amount: Amount, portions: tuple[Portion, ...], said: str) -> Weighed:
    settings = reading()
    if amount.size is not None:
        sized = [p for p in portions if p.unit == amount.size and p.amount > 0]
        sized = sized or [p for p in portions if p.amount > 0 and amount.size in p.description.lower().split()]
        if (portion := _best(sized, said, amount.size)) is not None:
            return _around(amount, portion.grams / portion.amount, "size", portion.description)
    if amount.low == amount.high and amount.value >= settings.grams_when_bare_number_from:
        return _around(amount, 1.0, "household", "a bare number this large is read as grams", assumed=True)
    factor = settings.size_factor.get(amount.size or "medium", 1.0)
    if _is_drink(portions) and amount.size is None:
        grams, _ = default_portion(food)
        return _around(amount, grams, "default", "usual serving, counted", assumed=True)
    nouns = [_stem(word) for word in said.split()] + [_stem(word) for word in food.description.split()[:1]]
    for unit in [*dict.fromkeys(nouns), *words().singles]:
        found = [p for p in portions if p.unit == unit and p.amount > 0]
        if (portion := _best(found, said, amount.size)) is not None:
            standard = settings.size_factor[settings.standard_size.get(unit, "medium")]
            own = factor / standard if amount.size else 1.0
            return _around(amount, portion.grams / portion.amount * own, "count", portion.description)
    spoon = next((p for p in portions if p.unit == "teaspoon" and p.amount > 0), None)
    if spoon is not None and not _is_drink(portions):
        return _around(
            amount, spoon.grams / spoon.amount, "default", "a bare count of it is read as teaspoons", assumed=True
        )
    grams, _ = default_portion(food)
    return _around(amount, grams * factor, "default", "usual serving, counted", assumed=True)


def beside(food: Food, main: Food, main_amount: Amount | None, main_grams: float) -> Weighed | None:
    """An addition without an amount (milk in tea, butter on toast): the release's guideline amount, else None."""
    guides = [p for p in open_table().portions(food.id) if p.unit == "guideline" and p.grams > 0]
    main_portions = open_table().portions(main.id)
    for guide in guides:
        text = guide.description.lower()
        if "beverage" in text and _is_drink(main_portions):
            ounces = main_grams / 30
            return _around(Amount(low=ounces, high=ounces), guide.grams, "default", guide.description, assumed=True)
        cup = next((p for p in main_portions if p.unit == "cup" and p.amount > 0), None)
        if "cup of hot cereal" in text and cup and re.search("oatmeal|cooked cereal", main.category.lower()):
            cups = main_grams * cup.amount / cup.grams
            return _around(Amount(low=cups, high=cups), guide.grams, "default", guide.description, assumed=True)
        if "slice of bread" in text and any(p.unit == "slice" for p in main_portions):
            slices = main_amount or Amount(low=1, high=1)
            if slices.unit is not None and slices.unit.name != "slice":
                slices = Amount(low=1, high=1)
            return _around(slices, guide.grams, "default", guide.description, assumed=True)
    return None

"""The servings as arrays: what half a serving of each food brings, for goals and for ceilings.

Unknown composition counts as nothing towards a goal and, under a ceiling, as the 90th percentile of its group.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from repletion.foods import open_table
from repletion.foods.lexicon import lexicon
from repletion.foods.tokens import tokens
from repletion.knowledge.servings import Serving, servings
from repletion.plan.data import Absorption, never, remedies, rule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)


def named(words: tuple[str, ...], name: str) -> bool:
    """Whether a food's name holds one of ``words``."""
    return bool(words) and _pattern(words).search(name) is not None


def counted_shares(name: str) -> dict[str, float]:
    """Nutrients of this food of which only a share (0-1) counts towards a goal."""
    found: list[Absorption] = [entry for entry in never().absorption if named(entry.words, name)]
    return {entry.nutrient: entry.share for entry in found}


def usable_b12(dose: float) -> float:
    """Vitamin B12 of one meal, in ug, as far as receptors can take it up, on the scale of the recommended intake.

    The recommended intake takes for granted that half is absorbed; at a meal rich in it far less is (Adams 1971).
    """
    if not dose > 0:
        return 0.0
    most, half = rule("b12_absorbed_most"), rule("b12_absorbed_half")
    absorbed = most * dose / (dose + half) + rule("b12_absorbed_passively") * dose
    return min(dose, absorbed / rule("b12_absorbed_assumed"))


def counted(amounts: Array, place: dict[str, int], name: str, meal_grams: float) -> Array:
    """Amounts per 100 g as they count towards goals; ``meal_grams``: what is eaten of it at one meal."""
    found = amounts.copy()
    for nutrient, share in counted_shares(name).items():
        found[place[nutrient]] *= share
    b12 = place["vitamin_b12"]
    dose = found[b12] * meal_grams / 100
    if math.isfinite(dose) and dose > 0:
        found[b12] *= usable_b12(dose) / dose
    return found


def added_part(amounts: Array, place: dict[str, int], tags: tuple[str, ...]) -> dict[str, float]:
    """What a maker has added to a food, for the nutrients of which that is never claimed."""
    found: dict[str, float] = {}
    for remedy in remedies().values():
        if not remedy.added:
            continue
        source = remedy.nutrient if remedy.added == "fortified" else remedy.added
        amount = float(amounts[place[source]])
        if math.isfinite(amount) and amount > 0 and (remedy.added != "fortified" or "fortified" in tags):
            found[remedy.nutrient] = amount
    return found


def natural(amounts: Array, place: dict[str, int], tags: tuple[str, ...]) -> Array:
    """Amounts without what a maker has added, for the nutrients of which that is never claimed."""
    found = amounts.copy()
    for nutrient, amount in added_part(amounts, place, tags).items():
        found[place[nutrient]] = max(0.0, float(found[place[nutrient]]) - amount)
    return found


def half_serving(
    code: str, name: str, portion: float, serving: Serving | None, *, assumed: bool = False
) -> tuple[Array, Array]:
    """What half a portion of a food brings towards goals, and what it counts under ceilings.

    ``serving``: its own, or one that stands for it.  ``assumed``: nobody said that it is fortified.
    """
    import numpy as np

    store = larder()
    amounts = open_table().amounts(code)
    share = portion / 200
    useful = natural(amounts, store.place, serving.tags) if assumed and serving is not None else amounts
    goal = np.nan_to_num(counted(useful, store.place, name, portion)) * share
    ceiling = np.nan_to_num(amounts) * share
    if serving is not None:
        stand_in = store.ceiling[store.at[serving.code]] * (portion / serving.grams)
        ceiling = np.where(np.isfinite(amounts), ceiling, stand_in)
    return goal, ceiling


@cache
def bare_half(code: str) -> Array:
    """What half a portion of a serving brings towards goals without what a maker added and is never claimed."""
    serving = larder().foods[larder().at[code]]
    return half_serving(code, serving.name, serving.grams, serving, assumed=True)[0]


@dataclass(frozen=True, eq=False)
class Larder:
    """Every serving of the table with its arrays, ``(foods, nutrients)`` per half serving.

    ``goal``: what counts towards a goal, unknown as zero.  ``ceiling``: what counts under a ceiling, unknown as the
    group's percentile.  ``known``: where the table has a value.
    """

    foods: tuple[Serving, ...]
    place: dict[str, int]
    goal: Array
    ceiling: Array
    known: NDArray[np.bool_]
    at: dict[str, int]


@cache
def everyday(code: str, name: str) -> bool:
    """Whether people name this food in plain words: it, or its name without the cooking, is a default of the search."""
    lists = lexicon()
    if code in _defaults():
        return True
    head = name.partition(",")[0]
    words = [word for word in tokens(head) if word not in lists.cooking and word not in _STYLES]
    return tuple(words) in lists.defaults


# Words of a name that say how it is sold, not what it is.
_STYLES = frozenset(
    tokens("canned frozen fresh dried raw plain boiled whole ground low-salt unsalted roasted home-made")
)


@cache
def _defaults() -> frozenset[str]:
    return frozenset(entry.food for entry in lexicon().defaults.values() if entry.fit == "same")


@cache
def larder() -> Larder:
    """The shipped servings, in order of their codes, computed once in a process."""
    import numpy as np

    table = open_table()
    place = {nutrient.slug: column for column, nutrient in enumerate(table.nutrients)}
    foods = tuple(sorted(servings().values(), key=lambda serving: serving.code))
    raw = np.stack([table.amounts(serving.code) for serving in foods])
    known = np.isfinite(raw)
    groups = np.array([serving.group for serving in foods])
    stand_in = raw.copy()
    share = rule("missing_percentile")
    overall = np.nan_to_num(np.nanpercentile(raw, share, axis=0)) if len(foods) else np.zeros(len(place))
    for group in sorted(set(groups)):
        members = groups == group
        with np.errstate(all="ignore"):
            high = np.array(
                [
                    np.percentile(column[np.isfinite(column)], share) if np.isfinite(column).any() else overall[j]
                    for j, column in enumerate(raw[members].T)
                ]
            )
        stand_in[members] = np.where(known[members], raw[members], high)
    goal = np.stack([counted(row, place, s.name, s.grams) for row, s in zip(np.nan_to_num(raw), foods, strict=True)])
    halves = np.array([serving.grams / 200 for serving in foods])[:, None]
    return Larder(
        foods=foods,
        place=place,
        goal=goal * halves,
        ceiling=stand_in * halves,
        known=known,
        at={serving.code: row for row, serving in enumerate(foods)},
    )

"""The day a plan starts from: the diary's mean day, or a stated typical day when there is none."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Literal

import msgspec

from repletion.case.model import Person
from repletion.errors import Issue
from repletion.foods import open_table
from repletion.intake.diary import Diary
from repletion.intake.totals import by_occasion
from repletion.knowledge.servings import Serving, TypicalServings, serving_of, servings, typical_patterns
from repletion.plan.data import code_groups, energy_needs, rule, typical
from repletion.plan.exclusions import Exclusions
from repletion.plan.larder import counted_shares, half_serving, larder, usable_b12


class Eaten(msgspec.Struct, frozen=True, kw_only=True):
    """A food of the starting day: ``grams`` a day, eaten in portions of ``portion`` grams.

    ``serving``: its row among the servings, if it has one.  ``forbidden``: it does not suit and is taken out.
    """

    code: str
    name: str
    grams: float
    portion: float
    meal: str = ""
    serving: Serving | None = None
    forbidden: bool = False

    @property
    def group(self) -> str:
        """Its food group: of its serving, else by the first digits of its code; "" when neither tells."""
        if self.serving is not None:
            return self.serving.group
        return next((row.group for row in code_groups() if self.code.startswith(row.prefix)), "")

    @property
    def servings(self) -> float:
        """Portions a day."""
        return self.grams / self.portion


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """The starting day.

    ``supplements``: nutrient to amount a day, in the food table's unit.  ``open_doses``: supplements without a dose.
    ``b12``: usable vitamin B12 of the day's meals, when the diary names meals.  ``energy``: kcal a day.
    """

    kind: Literal["diary", "typical"]
    days: int
    foods: tuple[Eaten, ...]
    supplements: dict[str, float]
    open_doses: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    energy: float = 0.0
    b12: float | None = None
    issues: tuple[Issue, ...] = ()


def energy_need(person: Person) -> float:
    """Estimated energy, kcal a day, of a moderately active person of this age and sex; the mean where not stated."""
    age = person.age if person.age is not None else 40.0
    fitting = [
        row.kcal
        for row in energy_needs()
        if row.age_low <= max(age, 18.0) < row.age_high and person.sex in (None, row.sex)
    ]
    return sum(fitting) / len(fitting)


def energy_of(foods: tuple[Eaten, ...]) -> float:
    """Energy of foods, kcal a day."""
    table = open_table()
    column = table.index("energy")
    total = 0.0
    for food in foods:
        value = float(table.amounts(food.code)[column])
        total += 0.0 if math.isnan(value) else value * food.grams / 100
    return total


def _supplements(diary: Diary) -> tuple[dict[str, float], tuple[str, ...]]:
    days = max(len(diary.days), 1)
    found: dict[str, float] = defaultdict(float)
    unclear: list[str] = []
    for line in diary.lines:
        for dose in line.doses:
            if dose.amount is None:
                unclear.append(dose.nutrient)
            else:
                found[dose.nutrient] += dose.amount / days
    return dict(found), tuple(dict.fromkeys(unclear))


def from_diary(diary: Diary, excluded: Exclusions) -> Start:
    """The mean day of a diary; what was not understood is kept in ``unread``."""
    grams: dict[str, float] = defaultdict(float)
    lines: dict[str, list[float]] = defaultdict(list)
    names: dict[str, tuple[str, str]] = {}
    for line in diary.lines:
        if line.food is None or not line.grams:
            continue
        grams[line.food.id] += line.grams
        lines[line.food.id].append(line.grams)
        names.setdefault(line.food.id, (line.food.description, line.meal))
    days = max(len(diary.days), 1)
    foods = []
    for code in sorted(grams):
        serving = serving_of(code)
        name, meal = names[code]
        foods.append(
            Eaten(
                code=code,
                name=serving.name if serving is not None and serving.code == code else plain_name(name),
                grams=grams[code] / days,
                portion=serving.grams if serving else sum(lines[code]) / len(lines[code]),
                meal=meal,
                serving=serving,
                forbidden=excluded.forbids(serving, name),
            )
        )
    supplements, unclear = _supplements(diary)
    b12 = None
    if foods:
        # Supplements apart: the meals' own vitamin B12, meal by meal, with eggs counted as they are absorbed.
        doses = by_occasion(diary, "vitamin_b12")
        share = _b12_share(tuple(foods))
        b12 = sum(usable_b12(dose * share) for dose in doses.values()) / days
    return Start(
        kind="diary",
        days=len(diary.days),
        foods=tuple(foods),
        supplements=supplements,
        open_doses=unclear,
        unread=tuple(line.text for line in diary.lines if line.status in {"not_understood", "brought"}),
        energy=energy_of(tuple(foods)),
        b12=b12,
        issues=diary.issues,
    )


def plain_name(description: str) -> str:
    """A food's name without what the release could not tell ("NFS", "NS as to fat")."""
    parts = [part for part in description.split(", ") if part != "NFS" and not part.startswith("NS as to")]
    return ", ".join(parts) or description


def _b12_share(foods: tuple[Eaten, ...]) -> float:
    """Share of the day's vitamin B12 that counts, for foods of which only a part does."""
    table = open_table()
    column = table.index("vitamin_b12")
    total = kept = 0.0
    for food in foods:
        value = float(table.amounts(food.code)[column])
        if math.isfinite(value):
            total += value * food.grams
            kept += value * food.grams * counted_shares(food.name).get("vitamin_b12", 1.0)
    return kept / total if total > 0 else 1.0


def _pattern(excluded: Exclusions) -> str:
    return next((way for way in ("vegan", "vegetarian", "pescatarian") if way in excluded.ways), "omnivore")


def typical_day(person: Person, excluded: Exclusions) -> Start:
    """A day typical of this way of eating, scaled to the person's energy; what does not suit is replaced.

    How much of each group is eaten comes from ``typical_patterns.csv``, which foods stand for it from
    ``typical_day.csv``.
    """
    known = servings()
    need = energy_need(person)
    chosen: dict[str, float] = defaultdict(float)
    eaten: dict[str, TypicalServings] = {
        row.group: row for row in typical_patterns() if row.pattern == _pattern(excluded)
    }
    for row in typical():
        group = eaten.get(row.group)
        serving = next((known[code] for code in row.codes if _suits(known[code], excluded)), None)
        if group is None or serving is None:
            continue
        amount = (group.low if row.of == "low" else group.servings) * (group.serving_grams or serving.grams)
        chosen[serving.code] += row.share * amount
    foods = tuple(
        Eaten(
            code=code,
            name=known[code].name,
            grams=grams,
            portion=known[code].grams,
            meal=known[code].meals[0],
            serving=known[code],
        )
        for code, grams in sorted(chosen.items())
    )
    # Who needs more energy eats more; drinks stay as they are.
    drinks = energy_of(tuple(food for food in foods if food.group == "drink"))
    energy = energy_of(foods) - drinks
    scale = (need - drinks) / energy if energy > 0 else 1.0
    foods = tuple(
        food if food.group == "drink" else msgspec.structs.replace(food, grams=food.grams * scale) for food in foods
    )
    return Start(kind="typical", days=1, foods=foods, supplements={}, energy=energy_of(foods))


def _suits(serving: Serving, excluded: Exclusions) -> bool:
    return not excluded.forbids(serving, serving.name) and not excluded.doubts(serving)


def plausible(start: Start, person: Person) -> Literal["", "low", "high"]:
    """Whether the diary's energy can be a usual day; *low* or *high* when it cannot."""
    ratio = start.energy / energy_need(person)
    if ratio < rule("diary_energy_low"):
        return "low"
    return "high" if ratio > rule("diary_energy_high") else ""


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """What the starting day holds without its forbidden foods, by nutrient in the food table's unit.

    ``goal``: as counted towards goals, unknown left out.  ``total``: plain sums, unknown left out.  ``ceiling``: what
    counts under a ceiling; the unknown of a serving as its group's percentile.  ``unknown``: foods for which such a
    stand-in, or nothing, was counted, by nutrient.
    """

    goal: dict[str, float]
    total: dict[str, float]
    ceiling: dict[str, float]
    unknown: dict[str, tuple[str, ...]]
    whole: Base | None = None

    @property
    def day(self) -> Base:
        """The day as it is, with what does not suit: what caps and "before" refer to."""
        return self.whole or self


def base_of(start: Start) -> Base:
    """Sums of the starting day without its forbidden foods; ``whole`` with them."""
    base = _sums(start)
    if not any(food.forbidden for food in start.foods):
        return base
    foods = tuple(msgspec.structs.replace(food, forbidden=False) for food in start.foods)
    return msgspec.structs.replace(base, whole=_sums(msgspec.structs.replace(start, foods=foods)))


def _sums(start: Start) -> Base:
    import numpy as np

    store = larder()
    table = open_table()
    place = store.place
    total, goal, ceiling = np.zeros(len(place)), np.zeros(len(place)), np.zeros(len(place))
    niacin_added = start.supplements.get("niacin", 0.0)
    unknown: dict[str, list[str]] = defaultdict(list)
    for food in start.foods:
        if food.forbidden:
            continue
        amounts = table.amounts(food.code)
        known = np.nan_to_num(amounts) * food.grams / 100
        total += known
        useful, under = half_serving(food.code, food.name, food.portion, food.serving, assumed=start.kind == "typical")
        goal += useful * 2 * food.servings
        ceiling += under * 2 * food.servings
        for column in np.flatnonzero(~np.isfinite(amounts)):
            unknown[table.nutrients[column].slug].append(food.name)
        if food.serving is not None and "fortified" in food.serving.tags:
            niacin_added += float(known[place["niacin"]])
    if start.b12 is not None and not any(food.forbidden for food in start.foods):
        goal[place["vitamin_b12"]] = min(start.b12, float(total[place["vitamin_b12"]]))
    for nutrient, amount in start.supplements.items():
        if nutrient in place:
            total[place[nutrient]] += amount
            ceiling[place[nutrient]] += amount
            goal[place[nutrient]] += usable_b12(amount) if nutrient == "vitamin_b12" else amount
    ceiling[place["vitamin_e_added"]] += start.supplements.get("vitamin_e", 0.0)
    as_named = [{name: float(array[column]) for name, column in place.items()} for array in (goal, total, ceiling)]
    as_named[2] |= {"niacin_added": niacin_added, "magnesium_taken": start.supplements.get("magnesium", 0.0)}
    return Base(
        goal=as_named[0],
        total=as_named[1],
        ceiling=as_named[2],
        unknown={name: tuple(dict.fromkeys(foods)) for name, foods in unknown.items()},
    )

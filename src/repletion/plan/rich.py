"""Foods rich in a nutrient: by serving, by 100 kcal and by price; and how much of one a day's goal takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from repletion.case.model import Case, Person
from repletion.errors import Issue, UnknownName
from repletion.foods import open_table
from repletion.intake.reference import reference_for
from repletion.intake.tables import Authority
from repletion.knowledge import Knowledge, load
from repletion.knowledge.servings import Serving
from repletion.plan.data import groups, say
from repletion.plan.exclusions import Exclusions, exclusions_for
from repletion.plan.goals import goals_for
from repletion.plan.larder import larder
from repletion.plan.limits import withheld
from repletion.plan.safety import Effects, effects_for
from repletion.plan.start import energy_need
from repletion.plan.traces import NEEDED, Trace, found
from repletion.plan.words import household

By = Literal["serving", "energy"]
# Nutrients of which more is no advice.
NO_ADVICE = "everyone"
# More servings than this are no food any more.
MOST_SERVINGS = 6.0


class Rich(msgspec.Struct, frozen=True, kw_only=True):
    """A serving and what it holds, in ``unit``: ``amount`` a serving (as it counts), ``per_100_kcal``.

    ``servings_needed`` and ``household_needed``: how much of it alone brings the ``goal``; ``None`` where that is more
    than anybody should eat.
    """

    food: str
    code: str
    household: str
    grams: float
    amount: float
    unit: str
    price_tier: int
    group: str
    per_100_kcal: float | None = None
    share: float | None = None
    servings_needed: float | None = None
    household_needed: str | None = None


class RichList(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: ``goal`` a day with its kind for the person (or the amount asked for), foods best first, issues."""

    nutrient: str
    label: str
    unit: str
    by: By
    goal: float | None = None
    goal_kind: str | None = None
    foods: tuple[Rich, ...] = ()
    notes: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()


def rich_in(
    nutrient: str,
    *,
    person: Person | None = None,
    case: Case | None = None,
    pattern: Iterable[str] = (),
    without: Iterable[str] = (),
    by: By = "serving",
    price: int | None = None,
    need: float | None = None,
    limit: int = 15,
    authority: Authority = "NASEM",
    knowledge: Knowledge | None = None,
) -> RichList:
    """Everyday foods that hold most of ``nutrient``.

    ``need``: an amount to reach, in the nutrient's unit; else the person's daily goal.  ``price``: the dearest tier
    allowed.  Composition that is not known is left out.  Raises :class:`UnknownName` with the nearest nutrients.
    """
    table = open_table()
    trace = found()[nutrient] if nutrient in NEEDED else None
    place = -1 if trace is not None else table.index(nutrient)  # raises with the nearest names
    if nutrient in withheld([NO_ADVICE]):
        raise UnknownName(f"More {nutrient.replace('_', ' ')} is no advice that a food list can give.")
    knowledge = knowledge or load()
    case = case or Case(person=person or Person())
    effects = effects_for(case, knowledge)
    excluded = exclusions_for(case, effects.factors, way=None, patterns=pattern, without=without)
    if trace is not None:
        label, unit = nutrient.replace("_", " ").capitalize(), next(iter(trace.values())).unit
    else:
        label, unit = table.nutrients[place].label.split(" (")[0].split(",")[0], table.nutrients[place].unit
    issues = excluded.issues
    reasons = (*effects.withhold, *(text for text in withheld(effects.factors).get(nutrient, ())))
    if excluded.unclear or reasons:
        return RichList(nutrient=nutrient, label=label, unit=unit, by=by, notes=tuple(reasons), issues=issues)
    goal, kind = (need, "asked") if need is not None else _goal(nutrient, case.person, excluded, effects, authority)
    rows = [
        _rich(serving, amount, kcal, unit, goal)
        for serving, amount, kcal in _holding(trace, place, excluded, effects, price)
        if math.isfinite(amount) and amount > 0
    ]
    key = {"serving": lambda r: (-r.amount, r.code), "energy": lambda r: (-(r.per_100_kcal or 0.0), r.code)}[by]
    rows.sort(key=key)
    return RichList(
        nutrient=nutrient,
        label=label,
        unit=unit,
        by=by,
        goal=goal,
        goal_kind=kind,
        foods=tuple(_varied(rows, limit)),
        notes=(*effects.notes, *((say("iodine_rich"),) if trace is not None else ())),
        issues=issues,
    )


def _goal(
    nutrient: str, person: Person, excluded: Exclusions, effects: Effects, authority: Authority
) -> tuple[float | None, str | None]:
    """What a day of this person should bring, and which kind of reference it is; nothing without age and sex."""
    if person.age is None or person.sex is None:
        return None, None
    if nutrient in NEEDED:
        reference = reference_for(nutrient, person, authority)
        return (reference.rda, "RDA") if reference.rda is not None else (reference.ai, "AI")
    way = next((way for way in ("vegan", "vegetarian") if way in excluded.ways), None)
    goals = goals_for(person, effects, authority=authority, energy=energy_need(person), way=way)
    match = next((g for g in goals.goals if g.nutrient == nutrient), None)
    return (match.amount, match.kind) if match else (None, None)


def _holding(
    trace: Mapping[str, Trace] | None, place: int, excluded: Exclusions, effects: Effects, price: int | None
) -> Iterator[tuple[Serving, float, float]]:
    """Servings that may be named and whose content is known, with what one holds and its kcal.

    ``trace``: contents of a nutrient that the food table does not have, per 100 g; else ``place`` is its column.
    """
    store = larder()
    energy = store.place["energy"]
    for row, serving in enumerate(store.foods):
        known = serving.code in trace if trace is not None else store.known[row, place]
        if not known or not excluded.allows(serving) or (price and serving.price_tier > price):
            continue
        barred = effects.bars(name=serving.name, group=serving.group, kind=serving.kind, tags=serving.tags)
        if groups()[serving.group].add != "yes" or barred:
            continue
        held = trace[serving.code].amount * serving.grams / 100 if trace is not None else 2 * store.goal[row, place]
        yield serving, float(held), 2 * float(store.goal[row, energy])


def _rich(serving: Serving, amount: float, kcal: float, unit: str, goal: float | None) -> Rich:
    times = goal / amount if goal else None
    sensible = times is not None and times <= min(MOST_SERVINGS, serving.max)
    halves = math.ceil(times * 2 - 1e-9) / 2 if times is not None and sensible else None
    return Rich(
        food=serving.name,
        code=serving.code,
        household=serving.household,
        grams=serving.grams,
        amount=round(amount, 4),
        unit=unit,
        price_tier=serving.price_tier,
        group=serving.group,
        per_100_kcal=round(100 * amount / kcal, 4) if kcal > 5 else None,
        share=round(amount / goal, 4) if goal else None,
        servings_needed=halves,
        household_needed=household(serving.household, halves) if halves else None,
    )


def _varied(rows: list[Rich], limit: int) -> list[Rich]:
    """The first rows, no more than two that begin with the same word: one kale is enough."""
    seen: dict[str, int] = {}
    kept = []
    for row in rows:
        head = row.food.split(" ")[-1] if "," not in row.food else row.food.split(",")[0].split(" ")[-1]
        if seen.get(head, 0) < 2:
            seen[head] = seen.get(head, 0) + 1
            kept.append(row)
        if len(kept) == limit:
            break
    return kept

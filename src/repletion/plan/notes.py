"""What is said beside a plan: where it started, what was taken out, which safety rules acted, how to go about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from repletion.plan.answer import labels
from repletion.plan.data import say
from repletion.plan.explain import example_of_conflict
from repletion.plan.larder import named
from repletion.plan.model import Change, Conflict
from repletion.plan.program import Freedom
from repletion.plan.safety import Effects
from repletion.plan.session import Session
from repletion.plan.start import Start
from repletion.plan.words import inner

if TYPE_CHECKING:
    from repletion.plan.station import Request


def _list(words: Sequence[str], most: int = 8) -> str:
    shown = list(dict.fromkeys(words))
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


def notes_of(
    request: Request, session: Session, changes: Sequence[Change], plans: Sequence[Sequence[Change]]
) -> tuple[str, ...]:
    """Sentences in the order of their weight: safety, start, what was taken out or is in doubt, how to begin."""
    start, excluded = session.start, session.excluded
    names = labels()
    notes = list(request.effects.notes)
    if start.kind == "diary":
        clashes = clashes_of(start, session.effects)
        notes += [say("clash", label=label, foods=_list(foods)) for label, foods in clashes.items()]
    notes.append(request.why)
    if start.unread:
        notes.append(say("unread", lines=_list([repr(text) for text in start.unread], 5)))
    if start.supplements:
        notes.append(
            say("supplements_counted", nutrients=_list([names[n][0] for n in start.supplements if n in names], 12))
        )
    if start.open_doses:
        notes.append(say("open_doses", nutrients=_list([names[n][0] for n in start.open_doses if n in names])))
    if out := [food.name for food in start.foods if food.forbidden]:
        notes.append(say("removed", foods=_list(out)))
        notes += _put_back(session, [changes, *plans])
    if excluded.allergens and (
        doubtful := [food.name for food in start.foods if not food.forbidden and excluded.doubts(food.serving)]
    ):
        notes.append(say("doubtful", foods=_list(doubtful)))
    if {"halal", "kosher"} & set(excluded.ways):
        notes.append(say("halal_kosher"))
    if "kosher" in excluded.ways:
        notes.append(say("kosher_meals"))
    if any(change.label_check for plan in (changes, *plans) for change in plan):
        notes.append(say("label_check"))
    unknown: dict[str, list[str]] = {}
    for change in changes:
        for nutrient in change.unknown:
            if nutrient in names and nutrient != "retinol":
                unknown.setdefault(inner(names[nutrient][0]), []).append(change.food)
    by_foods: dict[tuple[str, ...], list[str]] = {}
    for nutrient, foods in unknown.items():
        by_foods.setdefault(tuple(foods), []).append(nutrient)
    notes += [say("unknown_counted", nutrient=_list(n), foods=_list(f)) for f, n in by_foods.items()]
    if changes:
        notes += [say("energy_kept"), say("pace")]
        if any(brings.nutrient == "fiber" for change in changes for brings in change.brings):
            notes.append(say("fiber_fluid"))
    notes.append(say("bodies"))
    return tuple(dict.fromkeys(notes))


def _put_back(session: Session, plans: Sequence[Sequence[Change]]) -> list[str]:
    """Said when foods taken out on the person's word made a plan larger than plans are otherwise."""
    servings = max(sum(abs(c.servings_to - c.servings_from) for c in plan if c.kind != "out") for plan in plans)
    new = max(sum(c.kind == "new" for c in plan) for plan in plans)
    usual, usual_new = session.usual_change, session.instance.most_new
    if servings <= usual + 0.01 and new <= usual_new:
        return []
    base, names = session.base, labels()
    carried = [
        inner(names[goal.nutrient][0])
        for goal in session.goals.goals
        if base.day.goal[goal.nutrient] >= goal.amount > base.goal[goal.nutrient]
    ]
    why = say("put_back_goals", nutrients=_list(carried)) if carried else say("put_back_energy")
    found = say("put_back", servings=f"{servings:.3g}", new=new, usual=f"{usual:.3g}", usual_new=usual_new, why=why)
    return [found]


def clashes_of(start: Start, effects: Effects) -> dict[str, list[str]]:
    """Foods of the day that a safety rule bars, by its label; what is merely never suggested is no clash."""
    found: dict[str, list[str]] = {}
    for rule in effects.rules:
        for food in start.foods:
            tags = set(food.serving.tags) if food.serving else set()
            kind = food.serving.kind if food.serving else ""
            if (
                tags.intersection(rule.avoid_tags)
                or food.group in rule.avoid_groups
                or kind in rule.avoid_kinds
                or named(rule.avoid_words, food.name)
            ):
                found.setdefault(rule.label, []).append(food.name)
    return found


def need(name: str, session: Session) -> str:
    """A row of the program in plain words."""
    names = labels()
    kind, _, rest = name.partition(":")
    kind_free = rest.removesuffix(" wish")
    label = names.get(kind_free, (kind_free.replace("_", " "), ""))[0]
    label = inner(label)
    if kind == "goal":
        return say("need_goal", label=label)
    if kind in ("UL", "CDRR", "guidance", "cap"):
        return say(f"need_{kind}", label=label)
    if kind in ("band_low", "band_high"):
        return say("need_band", label=label)
    if name == "energy":
        return say("need_energy")
    if name == "new foods":
        return say("need_new_foods", n=session.new_allowed)
    if name == "change":
        return say("need_change", n=f"{session.instance.most_halves / 2:g}")
    if name.startswith("group "):
        return say("need_group", group=name.removeprefix("group ").replace("_", " "))
    return say("need_variety", group=name.removeprefix("one new ").replace("_", " "))


def conflict_of(session: Session) -> Conflict | None:
    """An example of needs that cannot all be kept, in words; ``None`` when only whole portions stand in the way."""
    rows = example_of_conflict(session.relaxation(), session.within(Freedom()))
    needs = tuple(dict.fromkeys(need(name, session) for name in rows))
    if not needs:
        return None
    return Conflict(needs=needs, text=say("conflict", needs="; ".join(needs)))

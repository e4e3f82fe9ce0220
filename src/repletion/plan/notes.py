"""What is said beside a plan: where it started, what was taken out, which safety rules acted, how to go about it."""

from __future__ import annotations

from collections.abc import Sequence

from repletion.plan.answer import labels
from repletion.plan.data import rule, say
from repletion.plan.explain import example_of_conflict
from repletion.plan.larder import named
from repletion.plan.model import Change, Conflict
from repletion.plan.program import Freedom
from repletion.plan.request import Request
from repletion.plan.safety import Effects
from repletion.plan.session import Session
from repletion.plan.start import Start, energy_need
from repletion.plan.traces import need as need_of
from repletion.plan.traces import total
from repletion.plan.words import inner

# Groups whose iron is of animals and is taken up well by itself.
ANIMAL = frozenset({"fish", "shellfish", "poultry", "red_meat", "processed_meat", "offal", "egg"})


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
    need_kcal = energy_need(request.person)
    if start.kind == "diary" and start.energy < rule("low_energy") * need_kcal:
        notes.append(say("start_low_energy", energy=f"{start.energy:,.0f}", need=f"{need_kcal:,.0f}"))
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
        if any(
            brings.nutrient == "iron" and change.group not in ANIMAL for change in changes for brings in change.brings
        ):
            notes.append(say("iron_pairing"))
    notes += iodine_of(request, session, changes)
    notes.append(say("bodies"))
    return tuple(dict.fromkeys(notes))


def iodine_of(request: Request, session: Session, changes: Sequence[Change]) -> list[str]:
    """What is known of iodine, for those whose day may hold little of it or who need more."""
    person, excluded, effects = request.person, session.excluded, session.effects
    mother = bool(person.pregnant or person.lactating)
    vegan = "vegan" in excluded.ways
    if not (mother or vegan or "milk" in excluded.allergens) or "seaweed" in effects.avoid_words:
        return []
    advised = need_of("iodine", person, request.authority)
    if advised is None:
        return []
    eaten = [
        (food.serving.code if food.serving else food.code, food.grams)
        for food in session.start.foods
        if not food.forbidden
    ]
    added = [(change.code, change.grams) for change in changes if change.kind != "out"]
    there = {code for code, _ in eaten}
    before, after = total("iodine", eaten), total("iodine", [*eaten, *added])
    how = "iodine_mother" if mother else "iodine_vegan" if vegan else "iodine_how"
    return [
        say(
            "iodine",
            known=before.known + sum(code not in there and total("iodine", [(code, 1.0)]).known for code, _ in added),
            foods=len(there | {code for code, grams in added if grams > 0}),
            before=f"{before.amount:.0f}",
            after=f"{after.amount:.0f}",
            need=f"{advised:.0f}",
            how=say(how),
        )
    ]


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
    for held in effects.rules:
        for food in start.foods:
            tags = set(food.serving.tags) if food.serving else set()
            kind = food.serving.kind if food.serving else ""
            if (
                tags.intersection(held.avoid_tags)
                or food.group in held.avoid_groups
                or kind in held.avoid_kinds
                or named(held.avoid_words, food.name)
            ):
                found.setdefault(held.label, []).append(food.name)
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

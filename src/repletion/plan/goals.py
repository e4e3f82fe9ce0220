"""What a plan must reach and must not pass, for one person, each limit in the form that it counts."""

from __future__ import annotations

from functools import cache

import msgspec

from repletion.case.model import Person
from repletion.foods import open_table
from repletion.intake import tables
from repletion.intake.reference import Reference, reference_for
from repletion.intake.tables import Authority
from repletion.plan.data import needs, rule
from repletion.plan.larder import larder
from repletion.plan.safety import Effects

# The column that holds the part which an upper limit counts.
COUNTED_PART = {
    "preformed_vitamin_a_only": "retinol",
    ("folate", "synthetic_forms_from_supplements_and_fortification"): "folic_acid",
    ("vitamin_e", "supplements_and_fortification_any_alpha_tocopherol_form"): "vitamin_e_added",
    ("niacin", "synthetic_forms_from_supplements_and_fortification"): "niacin_added",
    ("magnesium", "supplements_and_pharmacological_agents_only"): "magnesium_taken",
}


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """Something to reach: at least ``amount`` a day of ``nutrient``, in the food table's unit.

    ``kind``: RDA, PRI or AI.  ``weight``: how much a relative shortfall counts.  ``notes``: how it was chosen.
    """

    nutrient: str
    amount: float
    kind: str
    weight: float
    notes: tuple[str, ...] = ()
    assumed: bool = False


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """Something not to pass: at most ``amount`` a day of ``column`` (``retinol`` for vitamin A).

    ``kind``: UL, CDRR, guidance, *cap* or *band_low*/*band_high* (safety rules, relative to the start).
    ``firm``: whether it may never be passed at all; else a start above it may only come down.
    ``weight``: how much being above it counts.  ``rule``: id of the safety rule.
    """

    nutrient: str
    column: str
    amount: float
    kind: str
    weight: float = 0.0
    rule: str = ""


class Goals(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, with the reference intakes' sources and what was assumed about the person."""

    goals: tuple[Goal, ...]
    ceilings: tuple[Ceiling, ...]
    dropped: dict[str, str]
    sources: frozenset[str]
    notes: tuple[str, ...]


def _most(reference: Reference, name: str) -> float | None:
    """A value, or the far end of its range where it depends on something not stated."""
    value: float | None = getattr(reference, name)
    if value is None and name in reference.ranges:
        return reference.ranges[name][1]
    return value


def _least(reference: Reference, name: str) -> float | None:
    value: float | None = getattr(reference, name)
    return reference.ranges[name][0] if value is None and name in reference.ranges else value


def _factor(nutrient: str, unit: str) -> float:
    relation = tables.unit_relations().get((nutrient, unit))
    return relation.factor if relation else 1.0


def _goal(reference: Reference, *, focus: bool, vegan: bool, authority: Authority) -> Goal | None:
    nutrient = reference.nutrient
    need = needs()[nutrient]
    amount, kind = _most(reference, "rda"), "PRI" if authority == "EFSA" else "RDA"
    if amount is None:
        amount, kind = _most(reference, "ai"), "AI"
    if amount is None or reference.suppressed or not amount > 0:
        return None
    unit = reference.unit
    weight = need.weight * (rule("adequate_intake_weight") if kind == "AI" else 1.0)
    notes = list(reference.notes)
    scale = 1.0
    if nutrient == "zinc" and vegan:
        scale = rule("vegetarian_zinc_factor")
        notes.append(f"Only plants are eaten: zinc goal times {scale:g}, for the phytate in grains and beans.")
    return Goal(
        nutrient=nutrient,
        amount=amount * scale / _factor(nutrient, unit),
        kind=kind,
        weight=weight * (rule("focus_weight") if focus else 1.0),
        notes=tuple(notes),
        assumed=reference.basis == "assumed" or scale != 1.0,
    )


def _upper(reference: Reference) -> Ceiling | None:
    """The upper limit in the column that it counts; ``None`` where no food counts towards it."""
    limit = _least(reference, "ul")
    if limit is None:
        return None
    scope = reference.ul_applies_to
    nutrient = reference.nutrient
    column = COUNTED_PART.get(scope) or COUNTED_PART.get((nutrient, scope))
    if column is None:
        if scope != "all_sources":
            return None
        column = nutrient
    amount = limit / (_factor(nutrient, reference.ul_unit) if column == nutrient else 1.0)
    return Ceiling(nutrient=nutrient, column=column, amount=amount, kind="UL", weight=rule("limit_weight"))


@cache
def judged(nutrient: str) -> bool:
    """Whether enough servings have a value for a plan to say anything of a nutrient."""
    store = larder()
    if not store.foods:
        return False
    return float(store.known[:, store.place[nutrient]].mean()) >= rule("least_known")


def goals_for(
    person: Person,
    effects: Effects,
    *,
    authority: Authority,
    energy: float,
    way: str | None,
    focus: frozenset[str] = frozenset(),
) -> Goals:
    """Goals and ceilings of one person.  ``energy``: kcal a day of the plan; ``way``: vegan, vegetarian or other.

    Where a value depends on something not stated, the larger need and the lower limit are taken.
    """
    there = tables.rows_by_nutrient(authority)
    columns = {nutrient.slug for nutrient in open_table().nutrients}
    goals: list[Goal] = []
    ceilings: list[Ceiling] = []
    sources: set[str] = set()
    notes: list[str] = []
    for nutrient in sorted(set(needs()) | (set(there) & columns)):
        if nutrient not in there or nutrient not in columns or not judged(nutrient):
            continue
        reference = reference_for(
            nutrient,
            person,
            authority,
            cautions=effects.cautions,
            vegetarian=True if way in {"vegan", "vegetarian"} else None,
            energy_mj=energy * tables.rule("joule_per_calorie"),
        )
        if reference.source:
            sources.add(reference.source)
        notes += [issue.message for issue in reference.issues if issue.level != "note"]
        if nutrient in needs() and nutrient not in effects.no_goal:
            goal = _goal(reference, focus=nutrient in focus, vegan=way == "vegan", authority=authority)
            if goal is not None:
                goals.append(goal)
        if (upper := _upper(reference)) is not None:
            ceilings.append(upper)
        if reference.cdrr is not None or "cdrr" in reference.ranges:
            amount = _least(reference, "cdrr")
            if amount:
                ceilings.append(
                    Ceiling(
                        nutrient=nutrient,
                        column=nutrient,
                        amount=amount,
                        kind="CDRR",
                        weight=rule("guidance_weight"),
                    )
                )
    ceilings.append(
        Ceiling(
            nutrient="saturated_fat",
            column="saturated_fat",
            amount=rule("saturated_fat_energy") * energy / rule("energy_per_gram_fat"),
            kind="guidance",
            weight=rule("guidance_weight"),
        )
    )
    return Goals(
        goals=tuple(goals),
        ceilings=tuple(ceilings),
        dropped=dict(effects.no_goal),
        sources=frozenset(sources),
        notes=tuple(dict.fromkeys(notes)),
    )

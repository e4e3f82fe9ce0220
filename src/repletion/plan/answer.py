"""A verified plan told as data: changes, nutrients, other options."""

from __future__ import annotations

import math
from collections.abc import Mapping

from repletion.foods import open_table
from repletion.intake.totals import NutrientTotal
from repletion.plan.data import remedies, rule
from repletion.plan.goals import Ceiling, Goal
from repletion.plan.instance import safety_ceilings
from repletion.plan.larder import half_serving, larder
from repletion.plan.model import Brings, Change, NutrientRow, Option, Proof
from repletion.plan.session import Checked, Session
from repletion.plan.words import household

# A goal is claimed only when the exact sum reaches it; this allows for the float sum of the starting day.
HAIR = 1e-9


def labels() -> dict[str, tuple[str, str]]:
    """Label and unit of each nutrient."""
    return {
        nutrient.slug: (nutrient.label.split(" (")[0].split(",")[0], nutrient.unit)
        for nutrient in open_table().nutrients
    }


def is_met(goal: Goal, plan: Checked) -> bool:
    """Whether the exact sum reaches a goal."""
    return plan.verified.goal[goal.nutrient] >= goal.amount * (1 - HAIR)


def added_by(goal: Goal, session: Session, plan: Checked) -> dict[str, float]:
    """How much of a goal each new food brings only because a maker added it, by code; none of that is claimed."""
    found: dict[str, float] = {}
    remedy = remedies().get(goal.nutrient)
    if remedy is None or not remedy.added:
        return found
    place = larder().place[goal.nutrient]
    for code, halves in plan.halves.items():
        item = session.instance.items[session.instance.at[code]]
        if item.new and halves > 0:
            sure, _ = half_serving(code, item.name, item.grams, item.serving, assumed=True)
            whole, _ = half_serving(code, item.name, item.grams, item.serving)
            if whole[place] > sure[place]:
                found[code] = halves * float(whole[place] - sure[place])
    return found


def is_sure(goal: Goal, session: Session, plan: Checked) -> bool:
    """Whether a goal is claimed: reached without what only the label of a new food can promise."""
    sure = plan.verified.goal[goal.nutrient] - sum(added_by(goal, session, plan).values())
    return sure >= goal.amount * (1 - HAIR)


def is_kept(ceiling: Ceiling, plan: Checked) -> bool:
    """Whether the exact sum stays under a limit."""
    return plan.verified.ceiling[ceiling.column] <= ceiling.amount * (1 + HAIR) + HAIR


def proof_of(plan: Checked) -> Proof:
    """The proof as numbers that are never NaN."""
    found = plan.found

    def safe(value: float) -> float:
        return round(value, 6) if math.isfinite(value) else 0.0

    return Proof(
        objective=safe(found.objective),
        bound=safe(found.bound),
        shortfall=safe(found.shortfall),
        shortfall_bound=safe(found.shortfall_bound),
        kernel=found.kernel,
        foods=found.foods,
        proved=found.proved,
        verified=not plan.verified.problems,
    )


def changes_of(session: Session, plan: Checked) -> tuple[Change, ...]:
    """Every change, what is taken out first, then new foods, more, less; each with what it brings."""
    names = labels()
    store = larder()
    base = session.base.goal
    short = [g for g in session.goals.goals if base[g.nutrient] < g.amount]
    found = [
        Change(
            food=food.name,
            code=food.code,
            kind="out",
            servings_from=round(food.servings, 2),
            servings_to=0.0,
            grams=round(-food.grams, 1),
            household=household(food.serving.household, food.servings) if food.serving else f"{food.grams:.0f} g",
            group=food.serving.group if food.serving else "",
        )
        for food in session.start.foods
        if food.forbidden
    ]
    order = {"new": 1, "more": 2, "less": 3}
    made = []
    for code, halves in plan.halves.items():
        item = session.instance.items[session.instance.at[code]]
        before = item.eaten.servings if item.eaten else 0.0
        place = session.instance.at[code]
        rows = {row.nutrient: row for row in session.instance.rows if row.kind == "goal"}
        brings = []
        for goal in short if halves > 0 else ():
            gain = halves * float(rows[goal.nutrient].coefficients[place])
            if gain >= rule("useful_share") * goal.amount:
                label, unit = names[goal.nutrient]
                brings.append(
                    Brings(
                        nutrient=goal.nutrient,
                        label=label,
                        amount=round(gain, 4),
                        unit=unit,
                        share=round(gain / goal.amount, 4),
                    )
                )
        unknown: tuple[str, ...] = ()
        if halves > 0:
            known = [math.isfinite(amount) for amount in open_table().amounts(code)]
            judged = {g.nutrient for g in session.goals.goals} | {c.column for c in session.goals.ceilings}
            unknown = tuple(sorted(n for n in judged if n in store.place and not known[store.place[n]]))
        serving = item.serving
        portion = serving.household if serving else f"{item.grams:.0f} g"
        made.append(
            Change(
                food=item.name,
                code=code,
                kind="new" if item.new else "more" if halves > 0 else "less",
                servings_from=round(before, 2),
                servings_to=round(before + halves / 2, 2),
                grams=round(halves * item.grams / 2, 1),
                household=household(portion, abs(halves) / 2) if serving else f"{abs(halves) * item.grams / 2:.0f} g",
                meals=tuple(serving.meals) if serving else (),
                group=item.group,
                price_tier=serving.price_tier if serving else None,
                brings=tuple(sorted(brings, key=lambda b: (-b.share, b.nutrient))),
                label_check=halves > 0 and serving is not None and "choose_by_label" in serving.tags,
                unknown=unknown,
            )
        )
    made.sort(key=lambda change: (order[change.kind], -abs(change.grams), change.code))
    return (*found, *made)


def nutrients_of(
    session: Session, plan: Checked, prices: Mapping[str, float], totals: Mapping[str, NutrientTotal]
) -> tuple[NutrientRow, ...]:
    """Every nutrient with a goal or a limit, before and after."""
    names = labels()
    before, after = session.base.day, plan.verified
    ceilings: dict[str, Ceiling] = {}
    caps = [c for c in safety_ceilings(session.effects, session.base) if c.kind != "band_low"]
    for ceiling in (*session.goals.ceilings, *caps):
        # Of two limits on one nutrient the lower one is shown.
        held = ceilings.get(ceiling.nutrient)
        if held is None or ceiling.amount < held.amount:
            ceilings[ceiling.nutrient] = ceiling
    goals = {goal.nutrient: goal for goal in session.goals.goals}
    rows = []
    for nutrient in names:
        goal, limit = goals.get(nutrient), ceilings.get(nutrient)
        if goal is None and limit is None:
            continue
        label, unit = names[nutrient]
        seen = totals.get(nutrient)
        rows.append(
            NutrientRow(
                nutrient=nutrient,
                label=label,
                unit=unit,
                before=round(before.goal[nutrient], 6),
                after=round(after.goal[nutrient], 6),
                floor=round(goal.amount, 6) if goal else None,
                floor_kind=goal.kind if goal else None,
                met=is_sure(goal, session, plan) if goal else None,
                ceiling=round(limit.amount, 6) if limit else None,
                ceiling_kind=limit.kind if limit else None,
                ceiling_counts=limit.column if limit else None,
                ceiling_before=round(before.ceiling[limit.column], 6) if limit else None,
                ceiling_after=round(after.ceiling[limit.column], 6) if limit else None,
                kept=is_kept(limit, plan) if limit else None,
                price=round(prices[f"goal:{nutrient}"] * 0.1, 3) if prices.get(f"goal:{nutrient}", 0) > 1e-6 else None,
                lower_bound=seen is not None and seen.status != "complete",
                assumed=goal.assumed if goal else False,
                notes=goal.notes if goal else (),
            )
        )
    return tuple(rows)


def given_up(session: Session, plan: Checked, first: Checked | None = None) -> tuple[str, ...]:
    """Nutrients that the day, or the ``first`` plan, reaches and this plan does not."""
    base = session.base.day.goal
    return tuple(
        goal.nutrient
        for goal in session.goals.goals
        if not is_met(goal, plan)
        and (base[goal.nutrient] >= goal.amount or (first is not None and is_met(goal, first)))
    )


def option_of(session: Session, plan: Checked, *, first: Checked, instead_of: str = "") -> Option:
    """Another plan, told shortly; ``first`` is the plan it stands beside."""
    names = labels()
    lost = given_up(session, plan, first)
    return Option(
        changes=changes_of(session, plan),
        unmet=tuple(names[g.nutrient][0] for g in session.goals.goals if not is_sure(g, session, plan)),
        gives_up=tuple(names[nutrient][0] for nutrient in lost),
        proof=proof_of(plan),
        instead_of=instead_of,
    )

"""A verified plan told as data: changes, nutrients, what stays open and why."""

from __future__ import annotations

import math
from collections.abc import Mapping

from repletion.foods import open_table
from repletion.intake.totals import NutrientTotal
from repletion.plan.data import remedies, rule, say
from repletion.plan.explain import reach
from repletion.plan.goals import Ceiling, Goal
from repletion.plan.instance import Row, safety_ceilings
from repletion.plan.larder import larder
from repletion.plan.model import Brings, Change, NutrientRow, Option, Proof, Unmet
from repletion.plan.session import Checked, Session
from repletion.plan.words import amount, household

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
        if halves > 0 and code in store.at:
            known = store.known[store.at[code]]
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
                met=is_met(goal, plan) if goal else None,
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


def _steps(session: Session, nutrient: str) -> tuple[str, ...]:
    """What is left when food does not reach: fortified food, then a supplement with its limit and interactions."""
    remedy = remedies().get(nutrient)
    if remedy is None:
        return ()
    steps = []
    if remedy.fortified:
        steps.append(say("fortified", text=remedy.fortified))
    if remedy.first:
        steps.append(remedy.first)
    barred = session.effects.no_supplement.get(nutrient)
    if remedy.supplement and barred is not None:
        steps.append(say("supplement_none_here", label=barred))
    elif remedy.supplement:
        limit = ""
        upper = next((c for c in session.goals.ceilings if c.nutrient == nutrient and c.kind == "UL"), None)
        if upper is not None:
            limit = say("supplement_limit", limit=amount(upper.amount), unit=labels()[nutrient][1])
        steps.append(say("supplement", text=remedy.supplement, limit=limit))
        steps += [text for factor, text in remedy.interactions.items() if factor in session.effects.factors]
    return tuple(steps)


def unmet_of(session: Session, plan: Checked, *, explain: bool) -> tuple[Unmet, ...]:
    """Goals left open and limits still passed, with how far food can go and what is left to do."""
    names = labels()
    found = []
    rows = {row.key: row for row in session.instance.rows}
    for goal in session.goals.goals:
        if is_met(goal, plan):
            continue
        label, unit = names[goal.nutrient]
        row: Row = rows[f"goal:{goal.nutrient}"]
        close = plan.verified.goal[goal.nutrient] >= rule("almost") * goal.amount
        best = reach(session.instance, row) if explain and not close else None
        words = {"label": label, "unit": unit, "bound": amount(goal.amount)}
        remedy = remedies().get(goal.nutrient)
        share = plan.verified.goal[goal.nutrient] / goal.amount
        if share >= rule("almost"):
            reason, text = "almost", say("almost", label=label, share=f"{math.floor(share * 100)}")
        elif best is None:
            reason, text = "not looked at", f"{label}: not reached."
        elif best.wide < goal.amount:
            reason = "no food reaches it"
            text = say("no_food", **words, best=amount(best.wide), why=remedy.why if remedy else "").strip()
        elif best.narrow < goal.amount:
            reason, text = "a larger change", say("larger", **words, best=amount(best.wide))
        else:
            reason, text = "collides", say("collides", **words)
        if goal.kind == "AI":
            text = f"{text} {say('ai')}"
        found.append(
            Unmet(
                nutrient=goal.nutrient,
                label=label,
                unit=unit,
                side="below",
                bound=round(goal.amount, 6),
                before=round(session.base.day.goal[goal.nutrient], 6),
                after=round(plan.verified.goal[goal.nutrient], 6),
                best=round(best.wide, 6) if best else None,
                reason=reason,
                text=text,
                steps=_steps(session, goal.nutrient) if reason not in ("collides", "almost") else (),
            )
        )
    for ceiling in session.goals.ceilings:
        if is_kept(ceiling, plan):
            continue
        found.append(_above(session, plan, ceiling))
    return tuple(found)


def _above(session: Session, plan: Checked, ceiling: Ceiling) -> Unmet:
    label, unit = labels()[ceiling.nutrient]
    before, after = session.base.day.ceiling[ceiling.column], plan.verified.ceiling[ceiling.column]
    taken = session.start.supplements.get(ceiling.nutrient, 0.0)
    words = {
        "label": label,
        "kind": "upper limit" if ceiling.kind == "UL" else "advised amount",
        "before": amount(before),
        "after": amount(after),
        "unit": unit,
    }
    if taken > ceiling.amount or ceiling.column == "magnesium_taken":
        reason, text = "from supplements", say("above_from_supplement", **words)
    elif after < before * (1 - 1e-6):
        reason, text = "larger change to come down", say("above_food", **words)
    else:
        reason, text = "larger change to come down", say("above_cannot", **words)
    return Unmet(
        nutrient=ceiling.nutrient,
        label=label,
        unit=unit,
        side="above",
        bound=round(ceiling.amount, 6),
        before=round(before, 6),
        after=round(after, 6),
        reason=reason,
        text=text,
    )


def option_of(session: Session, plan: Checked, instead_of: str = "") -> Option:
    """Another plan, told shortly."""
    names = labels()
    return Option(
        changes=changes_of(session, plan),
        unmet=tuple(names[g.nutrient][0] for g in session.goals.goals if not is_met(g, plan)),
        proof=proof_of(plan),
        instead_of=instead_of,
    )

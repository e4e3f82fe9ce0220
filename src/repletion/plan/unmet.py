"""What a plan leaves open, how far food can go, and what is left to do: fortified food first, a supplement last."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from repletion.plan.answer import added_by, given_up, is_kept, is_sure, labels
from repletion.plan.data import remedies, rule, say
from repletion.plan.explain import LEAST_GAIN, Reach, amount_after, beside, reach
from repletion.plan.goals import Ceiling, Goal
from repletion.plan.instance import Row
from repletion.plan.kernel import Found
from repletion.plan.larder import half_serving, larder
from repletion.plan.model import Unmet
from repletion.plan.notes import need
from repletion.plan.program import Freedom
from repletion.plan.relaxation import Relaxation
from repletion.plan.session import Checked, Session
from repletion.plan.words import amount
from repletion.plan.words import unit as printed

# Needs in the way that are named in a sentence; the data holds all.
MOST_NEEDS = 5
# Rows that are wishes: goals of intake, and how much a person takes on.
WISHES = ("goal:", "new foods", "change", "energy", "one new ")
# The next step where neither fortified food nor a supplement is one.
STEP_FOR = {
    "almost": "step_almost",
    "only with fortified food": "step_packet",
    "a larger change": "step_larger",
    "larger change to come down": "step_larger",
    "from supplements": "step_dose",
    "not looked at": "step_explain",
}


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
        limit = say("supplement_no_limit")
        upper = next((c for c in session.goals.ceilings if c.nutrient == nutrient and c.kind == "UL"), None)
        if upper is not None:
            limit = say("supplement_limit", limit=amount(upper.amount), unit=printed(labels()[nutrient][1]))
        steps.append(say("supplement", text=remedy.supplement, limit=limit))
        steps += [text for factor, text in remedy.interactions.items() if factor in session.effects.factors]
    return tuple(steps)


@dataclass(frozen=True, eq=False)
class Reasons:
    """What reasons are worked out with: the relaxation, and a plan in half portions with one wish eased, when asked."""

    relaxation: Relaxation
    within: Freedom
    eased: Callable[[], tuple[str, Found] | None]


def _unfortified(row: Row, reasons: Reasons) -> Reach:
    """How far one goal can be pushed by food to which nothing was added."""
    place = larder().place[row.nutrient]
    amounts = row.coefficients.copy()
    for at, item in enumerate(reasons.relaxation.instance.items):
        if item.serving is not None and "fortified" in item.serving.tags:
            amounts[at] = half_serving(item.code, item.name, item.grams, item.serving, assumed=True)[0][place]
    return reach(reasons.relaxation, reasons.within, row, amounts=amounts)


def unmet_of(session: Session, plan: Checked, reasons: Reasons, *, explain: bool) -> tuple[Unmet, ...]:
    """Goals left open and limits still passed, with how far food can go and what is left to do."""
    lost = given_up(session, plan)
    found = []
    for goal in session.goals.goals:
        if is_sure(goal, session, plan):
            continue
        gap = _below(session, plan, goal, reasons, explain=explain)
        more = [say("given_up")] if goal.nutrient in lost else []
        more += [say("ai")] if goal.kind == "AI" else []
        text = " ".join([gap.text, *more])
        found.append(msgspec.structs.replace(gap, text=text, adequate=goal.kind == "AI"))
    found += [_above(session, plan, ceiling) for ceiling in session.goals.ceilings if not is_kept(ceiling, plan)]
    return tuple(found)


def _below(session: Session, plan: Checked, goal: Goal, reasons: Reasons, *, explain: bool) -> Unmet:
    label, unit = labels()[goal.nutrient]
    row = next(row for row in session.instance.rows if row.key == f"goal:{goal.nutrient}")
    after = plan.verified.goal[goal.nutrient]
    words = {"label": label, "unit": printed(unit), "bound": amount(goal.amount)}
    remedy = remedies().get(goal.nutrient)
    why = remedy.why if remedy else ""
    added = added_by(goal, session, plan)
    sure = after - sum(added.values())
    foods = " and ".join(session.instance.items[session.instance.at[code]].name for code in added)
    best: Reach | None = None
    if sure < rule("almost") * goal.amount and remedy is not None and remedy.added:
        bare = _unfortified(row, reasons)
        if bare.wide < goal.amount:
            best, reason = bare, "no unfortified food reaches it"
            text = say("unfortified", **words, best=amount(bare.wide), why=why).strip()
            if added:
                text = (
                    f"{text} {say('with_fortified', label=label, unit=printed(unit), foods=foods, after=amount(after))}"
                )
            return _gap(session, goal, after, reason, text, best, steps=True)
    if added and after >= goal.amount:
        return _gap(session, goal, after, "only with fortified food", say("only_fortified", **words, foods=foods), None)
    share = after / goal.amount
    if share >= rule("almost"):
        return _gap(
            session, goal, after, "almost", say("almost", label=label, share=f"{math.floor(share * 100)}"), None
        )
    if not explain:
        return _gap(session, goal, after, "not looked at", say("not_looked", label=label), None, steps=True)
    best = reach(reasons.relaxation, reasons.within, row)
    if best.wide < goal.amount:
        text = say("no_food", **words, best=amount(best.wide), why=why).strip()
        return _gap(session, goal, after, "no food reaches it", text, best, steps=True)
    if best.narrow < goal.amount:
        text = say("larger", **words, best=amount(best.wide))
        gap = _gap(session, goal, after, "a larger change", text, best, steps=True)
        kind, reached = _tried(goal, row, after, reasons)
        steps = (_relax("found", goal, kind, reached), *gap.steps) if kind else gap.steps
        return msgspec.structs.replace(gap, steps=steps, eased=kind, eased_to=round(reached, 6) if kind else None)
    return _collides(session, plan, goal, row, best, reasons)


def _collides(session: Session, plan: Checked, goal: Goal, row: Row, best: Reach, reasons: Reasons) -> Unmet:
    """Why a goal that food can reach alone stays open beside the rest: what holds it, or half portions."""
    label, unit = labels()[goal.nutrient]
    after = plan.verified.goal[goal.nutrient]
    held = beside(reasons.relaxation, reasons.within, row, plan.found)
    words = {"label": label, "unit": printed(unit), "bound": amount(goal.amount), "after": amount(after)}
    needs: tuple[str, ...] = ()
    kind, reached = _tried(goal, row, after, reasons)
    steps = [_relax("found", goal, kind, reached)] if kind else []
    if math.isnan(held.most):
        reason, text = "not settled", say("not_settled", **words)
    elif held.most < goal.amount:
        reason = "collides"
        needs = tuple(dict.fromkeys(need(name, session) for name in held.rows)) or (say("need_portions"),)
        text = say("collides", **words, most=amount(held.most), needs="; ".join(needs[:MOST_NEEDS]))
        if held.relief is not None and not kind:
            steps.append(_relax("might", goal, held.relief[0], min(held.relief[1], best.wide)))
        # Only a wish may give way, never a limit or a safety rule.
        give = next((need(name, session) for name in held.rows if name.startswith(WISHES)), None)
        steps.append(say("step_firm") if give is None else say("step_give", need=give))
    else:
        reason = "whole portions"
        needs = (need("new foods", session), need("change", session), say("need_halves"))
        text = say("whole_portions", **words, needs=", ".join(needs))
        text += "" if plan.found.proved else f" {say('stopped_early')}"
        steps.append(say("step_focus", nutrient=goal.nutrient))
    return msgspec.structs.replace(
        _gap(session, goal, after, reason, text, best),
        steps=tuple(steps) or (say("step_ask"),),
        in_the_way=needs,
        eased=kind,
        eased_to=round(reached, 6) if kind else None,
        beside=None if math.isnan(held.most) else round(min(held.most, best.wide), 6),
    )


def _tried(goal: Goal, row: Row, after: float, reasons: Reasons) -> tuple[str, float]:
    """The wish that was eased and what that plan brings of a goal; no wish when it is not worth naming."""
    eased = reasons.eased()
    if eased is None:
        return "", after
    kind, other = eased
    reached = amount_after(row, other.halves)
    worth = min(reached, goal.amount) > after + LEAST_GAIN * goal.amount
    return (kind, reached) if worth else ("", after)


def _relax(how: str, goal: Goal, kind: str, then: float) -> str:
    """What easing one wish would bring for a goal: ``found`` in a plan, or what ``might`` be by an estimate."""
    key = f"step_{how}_all" if then >= goal.amount else f"step_{how}"
    unit = printed(labels()[goal.nutrient][1])
    return say(key, relax=say(f"relax_{kind}"), best=amount(then), unit=unit)


def _gap(
    session: Session, goal: Goal, after: float, reason: str, text: str, best: Reach | None, *, steps: bool = False
) -> Unmet:
    label, unit = labels()[goal.nutrient]
    return Unmet(
        nutrient=goal.nutrient,
        label=label,
        unit=unit,
        side="below",
        bound=round(goal.amount, 6),
        before=round(session.base.day.goal[goal.nutrient], 6),
        after=round(after, 6),
        best=round(best.wide, 6) if best else None,
        reason=reason,
        text=text,
        steps=(_steps(session, goal.nutrient) if steps else ()) or (say(STEP_FOR.get(reason, "step_ask")),),
    )


def _above(session: Session, plan: Checked, ceiling: Ceiling) -> Unmet:
    label, unit = labels()[ceiling.nutrient]
    before, after = session.base.day.ceiling[ceiling.column], plan.verified.ceiling[ceiling.column]
    taken = session.start.supplements.get(ceiling.nutrient, 0.0)
    words = {
        "label": label,
        "kind": "upper limit" if ceiling.kind == "UL" else "advised amount",
        "before": amount(before),
        "after": amount(after),
        "unit": printed(unit),
    }
    if (before - taken < ceiling.amount and taken >= ceiling.amount / 2) or ceiling.column == "magnesium_taken":
        reason, text = "from supplements", say("above_from_supplement", **words)
    elif after < before * (1 - LEAST_GAIN):
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
        steps=(say(STEP_FOR[reason]),),
    )

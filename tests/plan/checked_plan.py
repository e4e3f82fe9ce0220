"""What holds of a plan, worked out from the answer, the food table and the data files alone: nothing else."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import repletion
from repletion.foods import open_table
from repletion.knowledge.base import DATA
from repletion.knowledge.reader import parse_yaml
from repletion.knowledge.servings import serving_of
from repletion.plan.model import Plan

ANIMAL = {"vegan": ("vegan",), "vegetarian": ("vegetarian",), "pescatarian": ("pescatarian",), "halal": ("halal",)}
FREE = {
    "gluten-free": ("gluten", "wheat"),
    "lactose-free": ("lactose",),
    "nut-free": ("tree_nut", "peanut"),
    "fish": ("fish",),
    "milk": ("milk",),
    "egg": ("egg",),
    "soy": ("soy",),
    "peanut": ("peanut",),
}
with (DATA / "plan" / "groups.csv").open(encoding="utf-8", newline="") as _handle:
    GROUPS = {row["group"]: row for row in csv.DictReader(_handle)}
NEVER = parse_yaml((DATA / "plan" / "never.yaml").read_text(encoding="utf-8"))
RULES = {
    rule["id"]: rule
    for path in sorted(Path(DATA / "plan").glob("safety_*.yaml"))
    for rule in parse_yaml(path.read_text(encoding="utf-8"))
}


def amount_of(code: str, nutrient: str, grams: float) -> float:
    """Plain content of a food; unknown is zero."""
    table = open_table()
    value = float(table.amounts(code)[table.index(nutrient)])
    return 0.0 if math.isnan(value) else value * grams / 100


def broken(plan: Plan, *, pattern: tuple[str, ...] = (), without: tuple[str, ...] = (), rules: tuple[str, ...] = ()):
    """Everything that does not hold, in words.  ``rules``: ids of the safety rules that must have been kept."""
    wrong: list[str] = []
    for option in (plan, *plan.alternatives, *plan.swaps):
        changes = [change for change in option.changes if change.kind != "out"]
        raised = [change for change in changes if change.kind in ("new", "more")]
        if not option.proof or not option.proof.verified:
            wrong.append("not verified")
        for change in changes:
            halves = (change.servings_to - change.servings_from) * 2
            if abs(halves - round(halves)) > 0.05:
                wrong.append(f"{change.food}: {halves} half servings")
            if change.servings_to < -0.01:
                wrong.append(f"{change.food}: below nothing")
        for change in raised:
            serving = serving_of(change.code)
            if serving is None:
                wrong.append(f"{change.food}: no serving, yet raised")
                continue
            if change.servings_to > serving.max + 0.01:
                wrong.append(f"{change.food}: {change.servings_to} servings")
            if GROUPS[serving.group]["add"] != "yes" or set(serving.tags) & set(NEVER["tags"]):
                wrong.append(f"{change.food}: never to be suggested")
            for what in (*pattern, *without):
                wrong += [f"{change.food}: not {way}" for way in ANIMAL.get(what, ()) if serving.suits(way) != "yes"]
                wrong += [f"{change.food}: {a}" for a in FREE.get(what, ()) if serving.holds(a) != "no"]
            for name in rules:
                if set(serving.tags) & set(RULES[name].get("avoid_tags", ())):
                    wrong.append(f"{change.food}: {name} tag")
                if serving.group in RULES[name].get("avoid_groups", ()):
                    wrong.append(f"{change.food}: {name} group")
        new = sum(change.kind == "new" for change in changes)
        out = sum(change.kind == "out" for change in option.changes)
        if new > 3 + min(out, 3):
            wrong.append(f"{new} new foods")
        wrong += _caps(option.changes, plan, rules)
        wrong += _energy(changes, plan, out)
    wrong += _rows(plan)
    if not any(change.kind == "out" for change in plan.changes):
        wrong += [
            f"{row.nutrient}: reached before, given up"
            for row in plan.nutrients
            if row.floor is not None and row.before >= row.floor and not row.met
        ]
    wrong += [
        f"{option.instead_of}: {name} is lost and not named"
        for option in (*plan.alternatives, *plan.swaps)
        for name in option.unmet
        if name in {row.label for row in plan.nutrients if row.met} and name not in option.gives_up
    ]
    return wrong


def _caps(changes, plan: Plan, rules) -> list[str]:
    wrong = []
    for name in rules:
        for nutrient, share in RULES[name].get("cap", {}).items():
            gain = sum(amount_of(change.code, nutrient, change.grams) for change in changes)
            row = next((row for row in plan.nutrients if row.nutrient == nutrient), None)
            start = row.before if row else 0.0
            if gain > (share - 1) * max(start, 0.0) * 1.25 + 1e-6:
                wrong.append(f"{name}: {nutrient} rises by {gain:.3g}")
            if row is not None and row.floor is not None and nutrient in RULES[name].get("no_goal", ()):
                wrong.append(f"{name}: {nutrient} is a goal")
        for nutrient in RULES[name].get("band", {}):
            gain = sum(amount_of(change.code, nutrient, change.grams) for change in changes)
            row = next((row for row in plan.nutrients if row.nutrient == nutrient), None)
            if row is not None and abs(gain) > RULES[name]["band"][nutrient] * row.before * 1.05 + 1e-6:
                wrong.append(f"{name}: {nutrient} moves by {gain:.3g}")
    return wrong


def _energy(changes, plan: Plan, out: int) -> list[str]:
    """Energy moves by no more than a twentieth; with foods taken out, what is put back may not pass what was."""
    if out:
        return []
    moved = sum(amount_of(change.code, "energy", change.grams) for change in changes)
    return [f"energy moves by {moved:.0f} kcal"] if abs(moved) > 0.0501 * 6000 else []


def _rows(plan: Plan) -> list[str]:
    wrong = []
    for row in plan.nutrients:
        if row.met and row.floor is not None and row.after < row.floor * (1 - 1e-6):
            wrong.append(f"{row.nutrient}: {row.after} is claimed to reach {row.floor}")
        if row.ceiling is not None and row.ceiling_after is not None and row.ceiling_before is not None:
            if row.ceiling_after > max(row.ceiling, row.ceiling_before) * (1 + 1e-6):
                wrong.append(f"{row.nutrient}: above {row.ceiling}")
            if row.kept and row.ceiling_after > row.ceiling * (1 + 1e-6):
                wrong.append(f"{row.nutrient}: kept, yet above")
    said = {gap.nutrient for gap in plan.unmet}
    wrong += [
        f"{row.nutrient}: open and not named" for row in plan.nutrients if row.met is False and row.nutrient not in said
    ]
    wrong += [f"{gap.nutrient}: no reason" for gap in plan.unmet if not gap.text or not gap.reason]
    return wrong


def plan_of(text: str, **options) -> Plan:
    """A plan for a case in words."""
    return repletion.plan(repletion.Case.parse(text), **options)

"""Why a goal stays open: how far food can go at all, which wishes collide, and what giving way would bring."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from repletion.plan.data import rule, say
from repletion.plan.instance import Instance, Row
from repletion.plan.kernel import NONE, Found, again, held, price, push
from repletion.plan.model import Relaxation
from repletion.plan.program import Freedom, soft, write
from repletion.plan.solver import conflict, solve


@dataclass(frozen=True)
class Reach:
    """The most of one goal that food can bring: within this plan's ``narrow`` change, and within a ``wide`` one."""

    narrow: float
    wide: float


@dataclass(frozen=True)
class Beside:
    """How far one goal goes while a plan keeps all else.

    ``most``: what no allowed choice passes, an upper bound; not a number when it could not be worked out.  ``rows``:
    those that hold it there, the strongest first.  ``whole``: the most found in half portions, when ``most`` reaches
    the goal, and whether that search ended (``searched``).  ``relief``: the wish whose easing promises most, with an
    upper bound of what would then be possible, when ``most`` does not reach the goal.
    """

    most: float
    rows: tuple[str, ...]
    whole: float | None = None
    searched: bool = True
    relief: tuple[str, float] | None = None


# Share of a goal below which easing a wish is not worth naming.
LEAST_GAIN = 0.01


def _others(instance: Instance, row: Row) -> frozenset[str]:
    """Soft rows other than ``row``: the goals that give way when one goal is pushed as far as it goes."""
    return frozenset(other.key for other in instance.rows if other.kind == "goal" and other.key != row.key)


def reach(instance: Instance, row: Row, within: Freedom) -> Reach:
    """How far one goal can be pushed, all other goals aside; limits, energy and exclusions hold.  An upper bound."""
    everything = range(len(instance.items))
    amounts = []
    wide = replace(
        within,
        most_halves=round(2 * rule("widest_change")),
        most_new=len(instance.items),
        free=_others(instance, row) | {"variety"},
        aim=row.key,
        miss_cost=0.0,
    )
    narrow = replace(within, free=_others(instance, row), aim=row.key, miss_cost=0.0)
    for freedom in (narrow, wide):
        point = solve(write(instance, everything, freedom, relaxed=True).program, relaxed=True)
        amounts.append(-point.objective * row.scale if point.feasible else row.base)
    return Reach(narrow=amounts[0], wide=amounts[1])


def beside(instance: Instance, row: Row, found: Found, within: Freedom) -> Beside:
    """How far one goal can be pushed while every other need stays as the plan ``found`` leaves it.

    The relaxation over every food gives an upper bound; the rows that carry a price there prove it.  Where the bound
    reaches the goal, half portions are searched near the plan.
    """
    asked = replace(within, miss=held(instance, found.misses), miss_cost=0.0, aim=row.key)
    priced = price(instance, asked)
    if not priced.feasible:
        return Beside(math.nan, ())
    prices = sorted(((cost, name) for name, cost in priced.rows.items() if name != row.key and cost > NONE))
    rows = tuple(name for _, name in reversed(prices))
    most = -priced.bound * row.scale
    if most < row.low:
        return Beside(most, rows, relief=_relief(instance, row, asked, priced.rows))
    halves, sure = push(instance, found, priced, asked)
    value = amount_after(row, halves)
    return Beside(most, rows, whole=value, searched=sure)


def eased_plans(instance: Instance, found: Found, within: Freedom) -> dict[str, Found]:
    """The plan near ``found`` when one wish gives way, in half portions, by the wish; one search each."""
    tries = {kind: again(instance, found, freedom) for kind, freedom in _eased(instance, within).items()}
    return {kind: plan for kind, plan in tries.items() if plan is not None}


def _eased(instance: Instance, plain: Freedom) -> dict[str, Freedom]:
    """Wishes in which a person could give way, each by a small step."""
    most_new = instance.most_new if plain.most_new is None else plain.most_new
    return {
        "new_food": replace(plain, most_new=most_new + 1),
        "change": replace(plain, most_halves=instance.most_halves + 4),
        "energy": replace(plain, energy_more=100.0),
    }


def _dearest(instance: Instance, prices: Mapping[str, float]) -> str | None:
    """The wish whose easing promises most by its price in the relaxation; ``None`` when none does."""
    step = {
        "new_food": prices.get("new foods", 0.0),
        "change": 4 * prices.get("change", 0.0),
        "energy": 100.0 * prices.get("energy", 0.0) / max(instance.energy, 1.0),
    }
    kind = max(step, key=lambda name: step[name])
    return kind if step[kind] > LEAST_GAIN else None


def amount_after(row: Row, halves: Mapping[int, int]) -> float:
    """What a row comes to after changes in half servings, in the unit of the row."""
    return row.base + sum(change * float(row.coefficients[place]) for place, change in halves.items())


def _relief(instance: Instance, row: Row, asked: Freedom, prices: Mapping[str, float]) -> tuple[str, float] | None:
    """The wish whose easing brings most of a goal, and how much would then be possible; ``None`` when none helps."""
    kind = _dearest(instance, prices)
    if kind is None:
        return None
    everything = range(len(instance.items))
    point = solve(write(instance, everything, _eased(instance, asked)[kind], relaxed=True).program, relaxed=True)
    return (kind, -point.objective * row.scale) if point.feasible else None


def example_of_conflict(instance: Instance, unmet: Iterable[str], within: Freedom) -> tuple[str, ...]:
    """Rows that cannot all hold with ``unmet`` among the wishes, none spare; empty when only portions collide."""
    wanted = frozenset(unmet) | {row.key for row in instance.rows if row.kind == "goal"}
    freedom = replace(within, hard=wanted, miss_cost=0.0)
    written = write(instance, range(len(instance.items)), freedom, relaxed=True)
    # Goals already met go first, so that the conflict names what is open.
    return conflict(written.program, written.names, firm=frozenset())


def relaxations(instance: Instance, within: Freedom, *, least: float = 0.1) -> tuple[Relaxation, ...]:
    """What giving way in one wish would bring, by the relaxation: a new food more, a larger change, more energy."""
    everything = range(len(instance.items))
    weights = {row.key: row.weight for row in instance.rows}

    def shortfall(freedom: Freedom) -> tuple[float, frozenset[str]]:
        written = write(instance, everything, freedom, relaxed=True)
        point = solve(written.program, relaxed=True)
        if not point.feasible:
            return float("inf"), frozenset()
        misses = written.misses(point.x)
        met = frozenset(key for key, miss in misses.items() if miss <= NONE)
        return sum(weights[key] * miss for key, miss in misses.items()), met

    plain = replace(within, change_cost=1e-4)
    now, met_now = shortfall(plain)
    if not NONE < now < float("inf"):
        return ()
    labels = {row.key: row.nutrient for row in instance.rows if soft(row)}
    found = []
    for kind, freedom in _eased(instance, plain).items():
        then, met = shortfall(freedom)
        shrinks = 1 - then / now
        if shrinks >= least:
            could = tuple(sorted(labels[key] for key in met - met_now))
            found.append(
                Relaxation(kind=kind, text=say(f"relax_{kind}"), shrinks=round(min(1.0, shrinks), 3), could_meet=could)
            )
    return tuple(sorted(found, key=lambda relaxation: -relaxation.shrinks))

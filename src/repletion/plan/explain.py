"""Why a goal stays open: how far food can go at all, which wishes collide, and what giving way would bring.

All questions but one go to the relaxation over every food, which stays in the solver and answers each in a few
thousandths of a second.  The one wish whose easing promises most is then searched in half portions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from numpy import float64
from numpy.typing import NDArray

from repletion.plan.data import rule, say
from repletion.plan.instance import Instance, Row
from repletion.plan.kernel import NONE, Found, again, held
from repletion.plan.model import Relaxation as Eased
from repletion.plan.program import Freedom, soft
from repletion.plan.relaxation import Relaxation


@dataclass(frozen=True)
class Reach:
    """The most of one goal that food can bring: within this plan's ``narrow`` change, and within a ``wide`` one."""

    narrow: float
    wide: float


@dataclass(frozen=True)
class Beside:
    """How far one goal goes while a plan keeps all else.

    ``most``: what no allowed choice passes, an upper bound; not a number when it could not be worked out.  ``rows``:
    those that hold it there, the strongest first.  ``relief``: the wish whose easing promises most, with an upper bound
    of what would then be possible, when ``most`` does not reach the goal.
    """

    most: float
    rows: tuple[str, ...]
    relief: tuple[str, float] | None = None


# Share of a goal below which easing a wish is not worth naming.
LEAST_GAIN = 0.01


def _others(instance: Instance, row: Row) -> frozenset[str]:
    """Soft rows other than ``row``: the goals that give way when one goal is pushed as far as it goes."""
    return frozenset(other.key for other in instance.rows if other.kind == "goal" and other.key != row.key)


def reach(relaxation: Relaxation, within: Freedom, row: Row, *, amounts: NDArray[float64] | None = None) -> Reach:
    """How far one goal can be pushed, all other goals aside; limits, energy and exclusions hold.  An upper bound.

    ``amounts``: of the goal in each item, in place of the row's own.
    """
    instance = relaxation.instance
    narrow = replace(within, free=_others(instance, row), aim=row.key)
    wide = replace(
        narrow,
        most_halves=round(2 * rule("widest_change")),
        most_new=len(instance.items),
        free=narrow.free | {"variety"},
    )
    answers = [relaxation.ask(freedom, amounts=amounts) for freedom in (narrow, wide)]
    least, most = (answer.most if answer.feasible else row.base for answer in answers)
    return Reach(narrow=least, wide=most)


def beside(relaxation: Relaxation, within: Freedom, row: Row, found: Found) -> Beside:
    """How far one goal can be pushed while every other need stays as the plan ``found`` leaves it.

    An upper bound over every food; the rows that carry a price there prove it.
    """
    instance = relaxation.instance
    asked = replace(within, miss=held(instance, found.misses), aim=row.key)
    answer = relaxation.ask(asked)
    if not answer.feasible:
        return Beside(math.nan, ())
    prices = sorted(((cost, name) for name, cost in answer.prices.items() if name != row.key and cost > NONE))
    rows = tuple(name for _, name in reversed(prices))
    relief = _relief(relaxation, asked, answer.prices) if answer.most < row.low else None
    return Beside(answer.most, rows, relief)


def _eased(instance: Instance, plain: Freedom) -> dict[str, Freedom]:
    """Wishes in which a person could give way, each by a small step."""
    most_new = instance.most_new if plain.most_new is None else plain.most_new
    return {
        "new_food": replace(plain, most_new=most_new + 1),
        "change": replace(plain, most_halves=instance.most_halves + 4),
        "energy": replace(plain, energy_more=100.0),
    }


def _relief(relaxation: Relaxation, asked: Freedom, prices: Mapping[str, float]) -> tuple[str, float] | None:
    """The wish whose easing brings most of a goal, and how much would then be possible; ``None`` when none helps."""
    instance = relaxation.instance
    step = {
        "new_food": prices.get("new foods", 0.0),
        "change": 4 * prices.get("change", 0.0),
        "energy": 100.0 * prices.get("energy", 0.0) / max(instance.energy, 1.0),
    }
    kind = max(step, key=lambda name: step[name])
    if step[kind] <= LEAST_GAIN:
        return None
    answer = relaxation.ask(_eased(instance, asked)[kind])
    return (kind, answer.most) if answer.feasible else None


def eased_plan(
    relaxation: Relaxation, within: Freedom, found: Found, eased: Iterable[Eased]
) -> tuple[str, Found] | None:
    """The plan near ``found`` when the wish that promises most gives way, in half portions, and which wish that is.

    ``eased``: what giving way promises, the most first; where it promises nothing, whole portions are what stands in
    the way, and one new food more is tried.
    """
    kind = next((one.kind for one in eased), "new_food")
    instance = relaxation.instance
    plan = again(relaxation, found, _eased(instance, within)[kind])
    return None if plan is None else (kind, plan)


def amount_after(row: Row, halves: Mapping[int, int]) -> float:
    """What a row comes to after changes in half servings, in the unit of the row."""
    return row.base + sum(change * float(row.coefficients[place]) for place, change in halves.items())


def example_of_conflict(relaxation: Relaxation, within: Freedom) -> tuple[str, ...]:
    """Rows that cannot all hold with every goal among the wishes, none spare; empty when only portions collide."""
    wanted = frozenset(row.key for row in relaxation.instance.rows if row.kind == "goal")
    return relaxation.conflict(replace(within, hard=wanted))


def relaxations(relaxation: Relaxation, within: Freedom, *, least: float = 0.1) -> tuple[Eased, ...]:
    """What giving way in one wish would bring, by the relaxation: a new food more, a larger change, more energy."""
    instance = relaxation.instance
    weights = {row.key: row.weight for row in instance.rows}

    def shortfall(freedom: Freedom) -> tuple[float, frozenset[str]]:
        answer = relaxation.ask(freedom)
        if not answer.feasible:
            return float("inf"), frozenset()
        met = frozenset(key for key, miss in answer.misses.items() if miss <= NONE)
        return sum(weights[key] * miss for key, miss in answer.misses.items()), met

    now, met_now = shortfall(within)
    if not NONE < now < float("inf"):
        return ()
    labels = {row.key: row.nutrient for row in instance.rows if soft(row)}
    found = []
    for kind, freedom in _eased(instance, within).items():
        then, met = shortfall(freedom)
        shrinks = 1 - then / now
        if shrinks >= least:
            could = tuple(sorted(labels[key] for key in met - met_now))
            found.append(
                Eased(kind=kind, text=say(f"relax_{kind}"), shrinks=round(min(1.0, shrinks), 3), could_meet=could)
            )
    return tuple(sorted(found, key=lambda relaxation: -relaxation.shrinks))

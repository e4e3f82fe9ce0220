"""Why a goal stays open: how far food can go at all, which wishes collide, and what giving way would bring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from repletion.plan.data import rule, say
from repletion.plan.instance import Instance, Row
from repletion.plan.kernel import NONE
from repletion.plan.model import Relaxation
from repletion.plan.program import Freedom, soft, write
from repletion.plan.solver import conflict, solve


@dataclass(frozen=True)
class Reach:
    """The most of one goal that food can bring: within this plan's ``narrow`` change, and within a ``wide`` one."""

    narrow: float
    wide: float


def _others(instance: Instance, row: Row) -> frozenset[str]:
    """Soft rows other than ``row``: the goals that give way when one goal is pushed as far as it goes."""
    return frozenset(other.key for other in instance.rows if other.kind == "goal" and other.key != row.key)


def reach(instance: Instance, row: Row) -> Reach:
    """How far one goal can be pushed, all other goals aside; limits, energy and exclusions hold.  An upper bound."""
    everything = range(len(instance.items))
    amounts = []
    wide = Freedom(
        most_halves=round(2 * rule("widest_change")),
        most_new=len(instance.items),
        free=_others(instance, row) | {"variety"},
        aim=row.key,
        miss_cost=0.0,
    )
    narrow = Freedom(free=_others(instance, row), aim=row.key, miss_cost=0.0)
    for freedom in (narrow, wide):
        point = solve(write(instance, everything, freedom, relaxed=True).program, relaxed=True)
        amounts.append(-point.objective * row.scale if point.feasible else row.base)
    return Reach(narrow=amounts[0], wide=amounts[1])


def example_of_conflict(instance: Instance, unmet: Iterable[str]) -> tuple[str, ...]:
    """Rows that cannot all hold with ``unmet`` among the wishes, none spare; empty when only portions collide."""
    wanted = frozenset(unmet) | {row.key for row in instance.rows if row.kind == "goal"}
    freedom = Freedom(hard=wanted, miss_cost=0.0)
    written = write(instance, range(len(instance.items)), freedom, relaxed=True)
    # Goals already met go first, so that the conflict names what is open.
    return conflict(written.program, written.names, firm=frozenset())


def relaxations(instance: Instance, *, least: float = 0.1) -> tuple[Relaxation, ...]:
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

    plain = Freedom(change_cost=1e-4)
    now, met_now = shortfall(plain)
    if not NONE < now < float("inf"):
        return ()
    tries = {
        "new_food": replace(plain, most_new=instance.most_new + 1),
        "change": replace(plain, most_halves=instance.most_halves + 4),
        "energy": replace(plain, energy_more=100.0),
    }
    labels = {row.key: row.nutrient for row in instance.rows if soft(row)}
    found = []
    for kind, freedom in tries.items():
        then, met = shortfall(freedom)
        shrinks = 1 - then / now
        if shrinks >= least:
            could = tuple(sorted(labels[key] for key in met - met_now))
            found.append(
                Relaxation(kind=kind, text=say(f"relax_{kind}"), shrinks=round(min(1.0, shrinks), 3), could_meet=could)
            )
    return tuple(sorted(found, key=lambda relaxation: -relaxation.shrinks))

"""One request kept ready: the first plan, plans without a food, alternatives; all verified before they leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from repletion.plan.data import rule
from repletion.plan.exclusions import Exclusions
from repletion.plan.goals import Goals
from repletion.plan.instance import Instance
from repletion.plan.kernel import Found, again, search
from repletion.plan.program import Freedom
from repletion.plan.relaxation import Relaxation
from repletion.plan.safety import Effects
from repletion.plan.start import Base, Start
from repletion.plan.verify import Verified, verify


@dataclass(frozen=True, eq=False)
class Checked:
    """A plan as found, with the sums made outside the solver; ``halves`` by food code."""

    found: Found
    verified: Verified
    halves: dict[str, int]


@dataclass(eq=False)
class Session:
    """A built request.  Solving again without a food keeps everything that was computed before.

    ``put_back``: new foods allowed beside the usual when, after foods were taken out on the person's own word, no day
    can be made with the usual number; ``most_new`` then holds the sum.  ``usual_change``: servings of change allowed
    when nothing has to be put back.  ``barred``: codes that no plan may raise.
    ``faults``: what a plan broke that was found and not returned.
    """

    instance: Instance
    start: Start
    base: Base
    goals: Goals
    effects: Effects
    excluded: Exclusions
    put_back: int = 0
    usual_change: float = 0.0
    most_new: int | None = None
    barred: frozenset[str] = frozenset()
    faults: tuple[str, ...] = ()
    _relaxation: Relaxation | None = None

    def solve(self, freedom: Freedom | None = None, *, near: Found | None = None) -> Checked | None:
        """The best plan under ``freedom``, verified; ``None`` when the firm wishes cannot all be kept.

        ``near``: a plan that is there; the search then stays close to it and is several times faster.  A plan that does
        not hold outside the solver is never returned; what was wrong with it is then in ``faults``.
        """
        wider = self.within(freedom or Freedom())
        relaxation = self.relaxation(wider.cuts)
        found = None
        if near is not None:
            # Eight other foods may be too few to hold every firm row; a few more are far cheaper than both searches.
            found = again(relaxation, near, wider)
            found = found or again(relaxation, near, wider, size=int(rule("kernel_foods")))
        found = found or search(relaxation, wider)
        if found is None and self.put_back and self.most_new is None:
            self.most_new = self.instance.most_new + self.put_back
            return self.solve(freedom, near=near)
        if found is None:
            return None
        halves = {self.instance.items[place].code: change for place, change in found.halves.items()}
        verified = verify(
            self.start,
            self.base,
            self.goals,
            self.effects,
            self.excluded,
            halves,
            energy=self.instance.energy,
            most_change=(wider.most_halves or self.instance.most_halves) / 2,
            most_new=wider.most_new or self.instance.most_new,
        )
        if verified.problems:
            self.faults = verified.problems
            return None
        return Checked(found, verified, halves)

    def relaxation(self, cuts: tuple[frozenset[int], ...] = ()) -> Relaxation:
        """The relaxation over every food; kept, since most questions need the one without cuts."""
        if cuts:
            return Relaxation(self.instance, cuts)
        if self._relaxation is None:
            self._relaxation = Relaxation(self.instance)
        return self._relaxation

    def within(self, freedom: Freedom) -> Freedom:
        """``freedom`` with what this session bars, and with the new foods that it had to allow."""
        most_new = self.most_new if freedom.most_new is None else freedom.most_new
        return replace(freedom, avoid=freedom.avoid | self.places(self.barred), most_new=most_new)

    @property
    def new_allowed(self) -> int:
        """New foods that a plan of this session may bring."""
        return self.instance.most_new if self.most_new is None else self.most_new

    def places(self, codes: Iterable[str]) -> frozenset[int]:
        """Places of foods among the items."""
        return frozenset(self.instance.at[code] for code in codes if code in self.instance.at)

    def not_this(self, codes: Collection[str], plan: Checked) -> Checked | None:
        """The plan nearest to ``plan`` that does not raise these foods."""
        return self.solve(Freedom(avoid=self.places(codes)), near=plan.found)

    def new_foods(self, plan: Checked) -> frozenset[int]:
        """Places of the foods that a plan brings in."""
        return frozenset(
            place for place, change in plan.found.halves.items() if change > 0 and self.instance.items[place].new
        )

    def alternatives(self, first: Checked, most: int) -> list[Checked]:
        """Up to ``most`` plans, each with at most one new food in common with every one before it."""
        cuts: list[frozenset[int]] = [self.new_foods(first)]
        plans: list[Checked] = []
        seen: list[Any] = [first.halves]
        while len(plans) < most:
            plan = self.solve(Freedom(cuts=tuple(cuts)), near=first.found)
            if plan is None or plan.halves in seen:
                break
            plans.append(plan)
            seen.append(plan.halves)
            cuts.append(self.new_foods(plan))
            if not cuts[-1]:
                break
        return plans

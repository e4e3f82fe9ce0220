"""What a plan is to be like, as one record: for programs that ask for a plan with everything said at once."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from repletion.case.beside import near
from repletion.case.model import Case
from repletion.errors import Issue
from repletion.intake.tables import Authority
from repletion.plan.data import needs, say
from repletion.plan.model import Plan
from repletion.plan.station import plan_case

Names = Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=50)]


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan is to be like; as the options of ``repletion plan``.

    ``without``: foods and groups not eaten.  ``pattern``: ways of eating.  ``keep``: foods of the diary that must not
    become less.  ``focus``: nutrients that matter most.  ``days``: also a plan for so many days.  ``alternatives``:
    other plans.  ``swaps``: for each new food, the plan without it.  ``new_foods``, ``change``: at most so many new
    foods, and servings of change.  ``price``: the dearest price tier of a new food, 1 (cheap) to 3.
    """

    without: Names = ()
    pattern: Names = ()
    keep: Names = ()
    focus: Names = ()
    days: Annotated[int, Meta(ge=1, le=14)] | None = None
    alternatives: Annotated[int, Meta(ge=0, le=5)] = 3
    swaps: bool = False
    new_foods: Annotated[int, Meta(ge=0, le=8)] | None = None
    change: Annotated[float, Meta(ge=0.5, le=20)] | None = None
    price: Annotated[int, Meta(ge=1, le=3)] | None = None


def plan_as_wished(case: Case, wishes: Wishes, *, authority: Authority = "NASEM") -> Plan:
    """The plan.  A ``focus`` that is no nutrient becomes an issue with the nearest ones, and the rest goes on."""
    known = tuple(sorted(needs()))
    unknown = tuple(
        Issue(
            level="warning",
            where=f"focus[{place}]",
            message=say("focus_unknown", name=name[:80]),
            remedy=say("focus_nearest", names=", ".join(near(name, known) or known)),
        )
        for place, name in enumerate(wishes.focus)
        if name not in known
    )
    found = plan_case(
        case,
        without=wishes.without,
        pattern=wishes.pattern,
        keep=wishes.keep,
        focus=tuple(name for name in wishes.focus if name in known),
        days=wishes.days or 0,
        alternatives=wishes.alternatives,
        swaps=wishes.swaps,
        most_new=wishes.new_foods,
        most_change=wishes.change,
        price=wishes.price,
        authority=authority,
    )
    return msgspec.structs.replace(found, issues=(*found.issues, *unknown))

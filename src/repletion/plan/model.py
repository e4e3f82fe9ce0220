"""A food plan as data: the versioned JSON ``repletion.plan/1``."""

from __future__ import annotations

from typing import Literal

import msgspec

from repletion.case.model import Person
from repletion.errors import Issue
from repletion.triage import Triage

SCHEMA = "repletion.plan/1"
Status = Literal["planned", "enough", "partly", "withheld", "impossible"]


class Brings(msgspec.Struct, frozen=True, kw_only=True):
    """What one change adds to one nutrient that was short: ``amount`` in ``unit``; ``share`` of the goal."""

    nutrient: str
    label: str
    amount: float
    unit: str
    share: float


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the day, on average.

    ``servings_from`` and ``servings_to`` a day; ``grams`` more (or, negative, less) a day; ``household``: that
    difference in kitchen words.  ``kind``: *new* food, *more*, *less*, or *out* for what the person does not eat.
    ``label_check``: whether the packet decides what is in it.  ``unknown``: nutrients whose content is not known.
    """

    food: str
    code: str
    kind: Literal["new", "more", "less", "out"]
    servings_from: float
    servings_to: float
    grams: float
    household: str
    meals: tuple[str, ...] = ()
    group: str = ""
    price_tier: int | None = None
    brings: tuple[Brings, ...] = ()
    label_check: bool = False
    unknown: tuple[str, ...] = ()


class NutrientRow(msgspec.Struct, frozen=True, kw_only=True):
    """One nutrient a day, before and after, in ``unit``, as it counts towards the goal.

    ``floor`` with its ``floor_kind`` (RDA, PRI, AI).  ``ceiling`` counts ``ceiling_counts``, of which there were
    ``ceiling_before`` and are ``ceiling_after``.  ``met``: the plan claims the goal.  ``price``: servings of change
    that a tenth more of the goal would cost, about.  ``lower_bound``: part of the diary has no value.
    """

    nutrient: str
    label: str
    unit: str
    before: float
    after: float
    floor: float | None = None
    floor_kind: str | None = None
    met: bool | None = None
    ceiling: float | None = None
    ceiling_kind: str | None = None
    ceiling_counts: str | None = None
    ceiling_before: float | None = None
    ceiling_after: float | None = None
    kept: bool | None = None
    price: float | None = None
    lower_bound: bool = False
    assumed: bool = False
    notes: tuple[str, ...] = ()


class Relaxation(msgspec.Struct, frozen=True, kw_only=True):
    """A wish given way to, and about how far the open needs would then shrink (0-1)."""

    kind: str
    text: str
    shrinks: float
    could_meet: tuple[str, ...] = ()


class Unmet(msgspec.Struct, frozen=True, kw_only=True):
    """A goal not reached, or a limit still passed.

    ``best``: the most that any realistic choice of food reaches (least, for a limit), in ``unit``.  ``reason``:
    *almost*, *no unfortified food reaches it*, *only with fortified food*, *no food reaches it*, *a larger change*,
    *collides*, *from supplements*, *larger change to come down*, *not looked at*.
    *whole portions* fractions of a portion would do and the search found no nearer choice of half portions.
    ``beside``: the most of it that any allowed choice reaches beside all else that the plan keeps (an upper bound), and
    ``in_the_way``: the needs that hold it there.  ``eased``: the one wish (*new_food*, *change*, *energy*) whose giving
    way brings more of it, in a plan that was searched, and ``eased_to`` what it then comes to.  ``adequate``: the goal
    is an adequate intake, below which nothing can be concluded.  ``steps``: what is left; never empty.
    """

    nutrient: str
    label: str
    unit: str
    side: Literal["below", "above"]
    bound: float
    before: float
    after: float
    reason: str
    text: str
    best: float | None = None
    beside: float | None = None
    in_the_way: tuple[str, ...] = ()
    eased: str = ""
    eased_to: float | None = None
    adequate: bool = False
    steps: tuple[str, ...] = ()


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """An example of needs that cannot all be held at once: without any one of them the rest could."""

    needs: tuple[str, ...]
    text: str


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """How good the plan is proved to be.

    ``objective``: cost of the change in servings, with the price of new foods; ``bound``: below which no plan of
    this kind can cost, over all ``foods``.  ``shortfall``: weighted relative misses; ``shortfall_bound`` likewise.
    ``kernel``: foods searched exactly; ``proved``: that search ended with a proof.  ``verified``: the plan was
    recomputed in whole half servings outside the solver and held.
    """

    objective: float
    bound: float
    shortfall: float
    shortfall_bound: float
    kernel: int
    foods: int
    proved: bool
    verified: bool


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """Another plan: its changes, what it leaves open, and its proof.  ``instead_of``: a food it does without.

    ``gives_up``: what the day, or the first plan, reaches and this one does not.
    """

    changes: tuple[Change, ...]
    unmet: tuple[str, ...]
    proof: Proof
    gives_up: tuple[str, ...] = ()
    instead_of: str = ""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the week: which plan (0 is the first, then the alternatives), and its additions by meal."""

    day: int
    plan: int
    meals: dict[str, tuple[str, ...]]
    less: tuple[str, ...]


class Shopping(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the shopping list: what the days need beside the usual, as eaten, in ``grams`` and kitchen words."""

    food: str
    code: str
    grams: float
    household: str
    group: str
    price_tier: int | None = None


class StartDay(msgspec.Struct, frozen=True, kw_only=True):
    """Where the plan started: a diary of ``days`` or a *typical* day; what of it could not be read."""

    kind: Literal["diary", "typical"]
    days: int
    foods: tuple[str, ...]
    unread: tuple[str, ...] = ()
    why: str = ""


class PlanVersions(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan was made with."""

    software: str
    knowledge: str
    foods: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The answer.  ``triage`` comes first and must be said first.

    ``status``: *planned* all goals within reach met; *partly* some are left open, with reasons; *enough* nothing to
    change; *withheld* ``care`` takes the place of a plan; *impossible* no day keeps what was asked.
    """

    schema: str = SCHEMA
    triage: Triage
    status: Status
    headline: str
    care: tuple[str, ...] = ()
    person: Person = Person()
    pattern: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    start: StartDay | None = None
    changes: tuple[Change, ...] = ()
    nutrients: tuple[NutrientRow, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    alternatives: tuple[Option, ...] = ()
    swaps: tuple[Option, ...] = ()
    week: tuple[Day, ...] = ()
    shopping: tuple[Shopping, ...] = ()
    issues: tuple[Issue, ...] = ()
    sources: tuple[str, ...] = ()
    versions: PlanVersions

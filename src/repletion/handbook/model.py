"""What a page of the handbook holds, as data: ``repletion.state_page/1``.

Shares are 0-1, ratios are factors on the odds.  Every number is a :class:`Figure` and names its claim.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from repletion.assessment.model import Citation, ClaimView, FoodSource, Remark
from repletion.knowledge.models import Basis, Urgency

STATE_SCHEMA = "repletion.state_page/1"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number as a claim gives it: a share (0-1), a ratio, or an amount in ``unit``."""

    claim: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    population: str
    basis: Basis
    source: str

    @property
    def assumed(self) -> bool:
        """Whether the number is a declared assumption."""
        return self.basis == "assumed"


class Common(msgspec.Struct, frozen=True, kw_only=True):
    """How common a state is among ``who``; ``also`` are claims that were not chosen."""

    who: str
    figure: Figure
    also: tuple[str, ...] = ()


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """A factor, and how far it moves the odds.

    ``kind``: what the source gives.  ``odds``: the factor on the odds as published, before shrinking; a bare
    direction has the size that the rule ``default_direction_odds_ratio`` declares.
    """

    factor: str
    label: str
    kind: Literal["odds_ratio", "risk_ratio", "share", "direction"]
    figure: Figure
    odds: float
    also: tuple[str, ...] = ()


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Another state that brings this one about, in ``figure`` of the people who have it."""

    state: str
    label: str
    figure: Figure


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, its share among people with the state, and among people at large.

    ``ratio``: how many times as often people with the state have it.
    """

    finding: str
    label: str
    kind: Literal["symptom", "sign", "lab"]
    figure: Figure
    background: Figure
    share: float
    ratio: float
    also: tuple[str, ...] = ()


class Confusion(msgspec.Struct, frozen=True, kw_only=True):
    """A state with the same strongest findings.

    ``closeness``: cosine (0-1) between the weights of evidence that each state's findings bring.
    ``shared``: findings that both have; ``here``/``there``: findings that speak for this one, or for the other.
    """

    state: str
    label: str
    closeness: float
    shared: tuple[str, ...]
    here: tuple[str, ...]
    there: tuple[str, ...]


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """A limit of a test: beyond it ``finding`` holds."""

    finding: str
    side: Literal["below", "above"]
    figure: Figure


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """A range of a test for ``who``, in the test's unit."""

    who: str
    low: float | None
    high: float | None
    source: str
    locator: str
    assumed: bool


class TestPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a test settles, its units, limits and pitfalls.  ``units``: other units, with the factor to ``unit``."""

    id: str
    label: str
    lay: str
    unit: str
    units: tuple[tuple[str, float], ...]
    settles: tuple[str, ...]
    limits: tuple[Bound, ...]
    reference: tuple[Range, ...]
    critical: tuple[Range, ...]
    caveats: tuple[Remark, ...]
    loinc: tuple[str, ...]


class UpperLimit(msgspec.Struct, frozen=True, kw_only=True):
    """The upper limit of one authority for adults, a day.  ``counts``: which sources of the nutrient count."""

    authority: str
    who: str
    value: float
    unit: str
    counts: str
    source: str


class Foods(msgspec.Struct, frozen=True, kw_only=True):
    """Household servings that hold most of ``nutrient``, by way of eating.  ``withheld``: whom not to offer them."""

    nutrient: str
    any: tuple[FoodSource, ...]
    vegetarian: tuple[FoodSource, ...]
    vegan: tuple[FoodSource, ...]
    withheld: tuple[str, ...] = ()


class Help(msgspec.Struct, frozen=True, kw_only=True):
    """A red flag that somebody with this state could meet."""

    id: str
    urgency: Urgency
    label: str
    message: str
    clinician: str
    source: str
    locator: str
    assumed: bool


class StatePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known about one state or explanation."""

    schema: str = STATE_SCHEMA
    id: str
    label: str
    lay: str
    kind: Literal["deficiency", "excess", "other", "latent"]
    definition: str
    summary: str
    requires: str | None
    levels: tuple[str, ...]
    mechanism: Remark | None
    common: tuple[Common, ...]
    risks: tuple[Risk, ...]
    causes: tuple[Cause, ...]
    signs: tuple[Sign, ...]
    duration: Figure | None
    confusions: tuple[Confusion, ...]
    tests: tuple[TestPage, ...]
    food: str
    foods: Foods | None
    treatment: Remark | None
    time: Remark | None
    safety: tuple[Remark, ...]
    upper_limits: tuple[UpperLimit, ...]
    help: tuple[Help, ...]
    remarks: tuple[Remark, ...]
    review: str
    claims: tuple[ClaimView, ...]
    citations: tuple[Citation, ...]

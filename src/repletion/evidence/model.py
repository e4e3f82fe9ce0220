"""What the network is told: observations, each with the words or numbers it rests on."""

from __future__ import annotations

from typing import Literal

import msgspec

from repletion.errors import Issue

Pair = tuple[float, float]
"""Likelihood of the observation given that a node is off, and given that it is on.  (1, 1) says nothing."""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing known about the person.

    ``nodes``: likelihood pairs of finding nodes (symptoms, signs, true positions of laboratory values).
    ``state``: likelihood pair of the state ``id`` itself, for a diagnosis the person states.
    ``days``: how long a finding has lasted, when said.
    ``share``: for kind *intake*, probability (0-1) that the factor ``id`` holds; 1 or 0 for kind *factor*;
    0 for kind *list*: nothing but what was named.
    """

    id: str
    kind: Literal["finding", "lab", "factor", "intake", "state", "list"]
    label: str
    text: str
    present: bool
    nodes: dict[str, Pair] = msgspec.field(default_factory=dict)
    state: Pair | None = None
    days: float | None = None
    share: float | None = None
    claims: tuple[str, ...] = ()
    assumed: bool = False


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything observed.  ``settled``: finding nodes that need no asking, since an answer implies them."""

    observations: tuple[Observation, ...] = ()
    settled: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = ()

    def factors(self) -> dict[str, float]:
        """Share (0-1) of every factor that is known, firmly or softly, and 0 for every list that is complete."""
        return {o.id: o.share for o in self.observations if o.share is not None}

    def lasting(self) -> dict[str, float]:
        """Days that each present finding has lasted, where they were said."""
        return {o.id: o.days for o in self.observations if o.kind == "finding" and o.present and o.days}

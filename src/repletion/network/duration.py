"""How long a complaint has lasted, as evidence.

Complaints of a state have lasted for a time that is log-normal among the people who come with them (the claim named
by its ``duration``: median, and the middle 95 % of people).  A stated time ``t`` means the interval from ``t / w``
to ``t w`` (rule ``duration_width``), since people round; a share ``e`` (rule ``duration_error``) says nothing.  For a
state ``i`` and for people at large ``0`` the share of complaints that have lasted so long is::

    r(t) = (1 - e) [Phi((ln t w - mu) / sigma) - Phi((ln t / w - mu) / sigma)] + e r0(t)

A state without a duration on record takes ``r0``: the time then says nothing about it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from repletion.knowledge import Knowledge
from repletion.network.scale import Array

_NORMAL = NormalDist()
_CENTRAL_95 = _NORMAL.inv_cdf(0.975) * 2


def _within(days: float, width: float, median: float, low: float, high: float) -> float:
    """Share of a log-normal time between ``days / width`` and ``days * width``."""
    sigma = math.log(high / low) / _CENTRAL_95
    upper, lower = (math.log(max(days, 0.01) * w / median) / sigma for w in (width, 1 / width))
    return _NORMAL.cdf(upper) - _NORMAL.cdf(lower)


@lru_cache(maxsize=512)
def shares_lasting(knowledge: Knowledge, states: Sequence[str], days: float) -> tuple[float, Array]:
    """Share of complaints that have lasted ``days``: among people at large, and for each state (S,)."""
    width, error = knowledge.rule("duration_width"), knowledge.rule("duration_error")
    usual = knowledge.get("rules", "duration_at_large")
    background = _within(days, width, usual.value, usual.low, usual.high)
    shares = np.full(len(states), background)
    for i, name in enumerate(states):
        link = knowledge.states[name].duration
        if link is not None:
            claim = knowledge.claims[link.claim]
            assert claim.value and claim.low and claim.high  # held by the knowledge check
            own = _within(days, width, claim.value, claim.low, claim.high)
            shares[i] = (1 - error) * own + error * background
    return background, shares

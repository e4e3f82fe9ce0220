"""The choice among candidates whose gains are known: each is judged by what those before it leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from repletion.inference import QuestionValues
from repletion.inference.engine import engine
from repletion.network.scale import Array

NOTHING = 1e-12
"""Bits: a gain that is rounding."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Candidates that one order brings, the most telling first, and what they tell together less the price."""

    members: tuple[int, ...]
    score: float


def greedy(
    values: QuestionValues, groups: Sequence[Sequence[int]], weights: Array, entropy: Array, most: int, least: float
) -> list[Chosen]:
    """Groups of candidates and their worth, best first, each judged by what those before it leave open.

    A group is what one order brings at one price: a question alone, or the tests of a panel.  A second test of the same
    thing tells little once the first is back: what a candidate settles of a state's uncertainty (S,) is taken off what
    the next ones can still settle.  A member that adds less than ``least`` of what the first of its group tells is left
    unnamed.
    """
    gain = values.gain
    if engine.chosen is not None:
        found = engine.chosen(gain, values.score, groups, weights, entropy, most, least)
        return [Chosen(tuple(members), score) for members, score in found]
    price = (gain @ weights - values.score).tolist()
    costs = [max([price[c] for c in group]) for group in groups]
    left_open = np.clip(1 - gain / np.maximum(entropy, NOTHING), 0.0, 1.0)
    open_part = weights
    left = set(range(len(groups)))
    chosen: list[Chosen] = []
    while left and len(chosen) < most:
        told = (gain @ open_part).tolist()
        best, key = Chosen((), 0.0), -1
        # what the members tell one by one is the most that they tell together
        bounds = sorted([(costs[g] - sum([told[c] for c in groups[g]]), g) for g in left])
        for bound, g in bounds:
            if -bound <= best.score:
                break
            one = _order(gain, left_open, groups[g], open_part, costs[g], least)
            if one.score > best.score:
                best, key = one, g
        if key < 0:
            break
        left.remove(key)
        chosen.append(best)
        for member in best.members:
            open_part = open_part * left_open[member]
    return chosen


def _order(gain: Array, left_open: Array, group: Sequence[int], open_part: Array, price: float, least: float) -> Chosen:
    """The members of one order that tell something, the most telling first, and what they tell together."""
    members: list[int] = []
    total = top = 0.0
    rest = list(group)
    while rest:
        worth = (gain[rest] @ open_part).round(12).tolist()  # what ties keeps the order given
        told = max(worth)
        if members and told < least * top:
            break
        top = top or told
        total += told
        member = rest.pop(worth.index(told))
        members.append(member)
        if rest:
            open_part = open_part * left_open[member]
    return Chosen(tuple(members), total - price)

"""The order of the answer: what accounts for the report, lifted by how much of it a state names (docs/decisions, 8)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from repletion.assessment.model import Explanation, Outlined
from repletion.assessment.reasons import NOTHING_WEIGHED, PLACES, Weighed
from repletion.knowledge import Knowledge

NONE = "none_of_these"


def in_order(
    knowledge: Knowledge,
    found: Sequence[Explanation | Outlined],
    weighed: Sequence[Weighed],
    naming: Sequence[int],
) -> list[int]:
    """The numbers of the explanations ``found``, what leads first.

    ``weighed``: how far each was moved by what.  ``naming``: how many of the things told each names.  Those that
    account for the report by more than half (rule ``standing_first``) stand first, by that alone.  The others stand by
    two orders together, that of :func:`lifted` and that by the count of what they name alone (among equals what is
    more common in such a person comes first): by one over the place in either and a little more (rule
    ``standing_places_more``), the second weighed by the rule ``standing_of_count`` (reciprocal rank fusion; Cormack,
    Clarke and Buettcher 2009, SIGIR 32:758).
    """
    plain, places = lifted(knowledge, found, weighed, naming)
    alphabet = _alphabet(tuple([e.id for e in found]))
    likely = _rounded([e.probability for e in found])
    by_weight = np.lexsort((alphabet, likely, _rounded(places)))
    before = [shifted(e.prior, w.circumstances) for e, w in zip(found, weighed, strict=True)]
    by_count = np.lexsort((alphabet, _rounded(before), -np.asarray(naming)))
    share = knowledge.rule("standing_of_count")
    more = knowledge.rule("standing_places_more")
    together = 1 / (more + _ranks(by_weight)) + share / (more + _ranks(by_count))
    lone = np.array([e.id == NONE for e in found])
    together[lone] = 1 / (more + _ranks(by_weight)[lone])
    first = np.array(plain) >= knowledge.rule("standing_first")
    together[first] = 1 + share + np.array(plain)[first]
    order: list[int] = np.lexsort((alphabet, likely, _rounded(together))).tolist()
    return order


def lifted(
    knowledge: Knowledge, found: Sequence[Explanation | Outlined], weighed: Sequence[Weighed], naming: Sequence[int]
) -> tuple[list[float], list[float]]:
    """The standing of each explanation, and the same lifted by what of the things told it names and speaks for it.

    What accounts for the whole report stands before what accounts for one word of it (rules ``standing_of_named`` and
    ``standing_of_each``: by how much a thing lifts what names it, and what it speaks for; ``speaks_for_least``: the
    weight from which a thing speaks for a state).  Those that account for the report by more than half (rule
    ``standing_first``) stand before all others, as they are.  A result that stands out (rule ``result_stands_out``)
    settles more than a count of things does: beside one nothing is lifted.
    """
    share, least = knowledge.rule("standing_of_added"), knowledge.rule("speaks_for_least")
    each, name = knowledge.rule("standing_of_each"), knowledge.rule("standing_of_named")
    if any(w.result > knowledge.rule("result_stands_out") for w in weighed):
        each = name = 1.0
    plain = [
        e.explains if w is NOTHING_WEIGHED else standing(e, w.circumstances, share)
        for e, w in zip(found, weighed, strict=True)
    ]
    raised = [
        place if w is NOTHING_WEIGHED else place * each ** sum([one > least for one in w.present]) * name**count
        for place, w, count in zip(plain, weighed, naming, strict=True)
    ]
    above, first = max(raised, default=0.0), knowledge.rule("standing_first")
    return plain, [above + place if place >= first else lift for place, lift in zip(plain, raised, strict=True)]


def standing(e: Explanation | Outlined, added: float, share: float) -> float:
    """The place of an explanation: what it explains, or ``share`` of what the person's circumstances add to it.

    Circumstances are factors and the diet, which move it by ``added`` log-odds.  What a reported finding adds is in
    ``explains`` already, and a state that merely follows from another must not stand for it.
    """
    if e.id == NONE or added <= 0 or not 0 < e.prior < 1:
        return e.explains
    return max(e.explains, share * (min(shifted(e.prior, added), e.probability) - e.prior))


def shifted(prior: float, added: float) -> float:
    """The probability ``prior`` moved by ``added`` log-odds."""
    return 1 / (1 + (1 - prior) / prior * math.exp(-added)) if 0 < prior < 1 else prior


def _rounded(values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """The values for an order with the largest first, in which what differs by less than can be told is equal."""
    rounded: NDArray[np.float64] = np.rint(np.asarray(values) * -(10**PLACES))
    return rounded


def _ranks(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """The place of each, from 1, in an order of all."""
    return np.argsort(order) + 1


@lru_cache(maxsize=8)
def _alphabet(names: tuple[str, ...]) -> NDArray[np.intp]:
    """The place of each name in the alphabet of all."""
    return np.argsort(np.argsort(names))

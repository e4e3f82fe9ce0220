"""A first look at every open answer: which candidates are worth a full computation.

Every state is taken by itself, with its posterior, and every finding as what the states bring about independently.  An
answer then moves each state it touches by Bayes' rule for that state alone; explaining away among states is left out.
It costs a few passes over the links, and what the full computation finds best stands high in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from repletion.network.model import Network
from repletion.network.moves import Moves
from repletion.network.scale import Array, expit

T = TypeVar("T")
_LEAST = 1e-12


def told_by_findings(network: Network, p: Array, weights: Array) -> Array:
    """(F,) weighted bits that knowing each finding would tell, roughly.

    ``p``: (S,) posteriors; ``weights``: (S,) how much it matters to know each state.  A finding of a more severe level
    speaks for the state as far as the state is at that level.
    """
    link, leak = network.link[0], network.leak[0]
    quiet = (1 - leak) * np.prod(1 - link * p, axis=1)
    if network.requires:
        link = link.copy()
        for state, level in network.requires:
            share = min(1.0, p[level] / max(p[state], _LEAST))
            link[:, state] = 1 - (1 - link[:, state]) * (1 - network.link[0][:, level] * share)
    finding, touched = np.nonzero(link)
    q, before, no = link[finding, touched], p[touched], quiet[finding]
    after_no = before * (1 - q) / (1 - q * before)
    after_yes = (before - no * after_no) / np.maximum(1 - no, _LEAST)
    gain = _entropy(before) - no * _entropy(after_no) - (1 - no) * _entropy(after_yes)
    return np.asarray(np.bincount(finding, np.maximum(gain, 0.0) * weights[touched], len(leak)))


def told_by_factors(network: Network, moves: Moves, p: Array, weights: Array) -> Array:
    """(factors,) weighted bits that the answer to each factor would tell, roughly; see :func:`told_by_findings`."""
    own, before = expit(network.base[0])[moves.states], p[moves.states]
    after, odds = [], []
    for shift in (moves.no, moves.yes):
        moved = np.exp(shift)
        total = 1 - before + before * moved
        after.append(before * moved / total)
        seen = np.log(total) - np.log(1 - own + own * moved)
        odds.append(np.exp(np.bincount(moves.factors, seen, len(moves.probability))))
    yes = moves.probability * odds[1]
    yes = (yes / (yes + (1 - moves.probability) * odds[0]))[moves.factors]
    mean = (1 - yes) * after[0] + yes * after[1]
    gain = _entropy(mean) - (1 - yes) * _entropy(after[0]) - yes * _entropy(after[1])
    told = np.maximum(gain, 0.0) * weights[moves.states]
    return np.asarray(np.bincount(moves.factors, told, len(moves.probability)))


def most_promising(found: Sequence[T], most: int, key: Callable[[T], float]) -> list[T]:
    """The ``most`` candidates that promise most, best first; ties in the order given."""
    return sorted(found, key=key, reverse=True)[:most]


def _entropy(p: Array) -> Array:
    """Of yes/no variables, in bits."""
    p = np.clip(p, _LEAST, 1 - _LEAST)
    return np.asarray(-(p * np.log2(p) + (1 - p) * np.log2(1 - p)))

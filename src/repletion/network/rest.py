"""What a complete list says of what is not on it.

With the share ``m`` that such lists leave out, a factor of prevalence ``p`` that is not named has probability
``a = pm / (pm + 1 - p)``, by Bayes: rarer than among people at large, not impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repletion.network.graph import Graph
from repletion.network.scale import Array


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """Log-odds ``shift`` (K, B) of each pair of a factor and a state, were the factor alone not named."""

    factors: NDArray[np.intp]
    states: NDArray[np.intp]
    shift: Array

    def added(self, open_: NDArray[np.bool_], size: int) -> Array:
        """Log-odds (S, B) for ``size`` states through the factors that are open (F)."""
        counted = open_[self.factors]
        found = np.zeros((size, self.shift.shape[1]))
        np.add.at(found, self.states[counted], self.shift[counted])
        return found


def rest_of(*, omitted: Array, chance: Array, pairs: Sequence[tuple[int, int]], weight: Array) -> Rest:
    """``omitted``: (B,) share that lists leave out.  ``chance``: (F, B) of each factor among people at large.
    ``pairs``: factor and state.  ``weight``: (K, B) log odds ratio of each."""
    factors, states = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    left = chance * omitted / (chance * omitted + 1 - chance)
    odds = np.expm1(weight)
    return Rest(factors, states, np.log1p(left[factors] * odds) - np.log1p(chance[factors] * odds))


def beside(rest: Array, known: Array) -> Array:
    """Log-odds that a complete list adds where known factors have added ``known`` (both S, B).

    It takes from what the rest would bring, not from what a known factor brings: of the odds ``e^known`` the part 1 is
    the rest's.
    """
    return np.asarray(np.log1p(np.expm1(rest) * np.exp(-np.maximum(known, 0.0))))


def listed(graph: Graph) -> dict[str, tuple[str, ...]]:
    """For each list the factors that stand on it and move a state."""
    kind = {name: graph.knowledge.factors[name].kind for name in graph.raising}
    lists = graph.knowledge.lists.values()
    return {record.id: tuple(name for name in kind if kind[name] in record.kinds) for record in lists}

"""What a complete list says of what is not on it.

With the share ``m`` that such lists leave out, a factor of prevalence ``p`` that is not named has probability
``a = pm / (pm + 1 - p)``, by Bayes: rarer than among people at large, not impossible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repletion.network.effects import Effect
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


def rest_of(*, omitted: Array, chance: Array, pairs: Sequence[tuple[int, int]], effects: Sequence[Effect]) -> Rest:
    """``omitted``: (B,) share that lists leave out.  ``chance``: (F, B) of each factor among people at large.
    ``pairs``: factor and state.  ``effects``: of each pair (K)."""
    factors, states = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    left = chance * omitted / (chance * omitted + 1 - chance)
    return Rest(factors, states, np.stack([e.shift(left[f]) for f, e in zip(factors, effects, strict=True)]))


def beside(rest: Array, known: Array) -> Array:
    """Log-odds that a complete list adds where known factors have added ``known`` (both S, B).

    It takes from what the rest would bring, not from what a known factor brings: of the odds ``e^known`` the part 1 is
    the rest's.
    """
    return np.asarray(np.log1p(np.expm1(rest) * np.exp(-np.maximum(known, 0.0))))


def without(gone: Mapping[str, Array], added: Mapping[str, Array]) -> dict[str, Array]:
    """All log-odds together, what absent factors take (``gone``) taken from the part that the others do not bring.

    Who takes a medicine that brings a tremor has it from that, coffee or not: having no coffee takes away the tremor of
    those who have it from coffee.  Shared out among the absent ones in proportion.
    """
    if not gone or not added:
        return {**added, **gone}
    whole = np.sum(list(gone.values()), axis=0)
    left = beside(whole, np.sum(list(added.values()), axis=0)) / whole
    found = dict(added)
    for name, shift in gone.items():
        found[name] = found[name] + shift * left if name in found else shift * left
    return found


def listed(graph: Graph) -> dict[str, tuple[str, ...]]:
    """For each list the factors that stand on it and move a state."""
    factors = graph.knowledge.factors
    kind = {name: factors[name].kind for name in graph.raising if not factors[name].people}
    lists = graph.knowledge.lists.values()
    return {record.id: tuple(name for name in kind if kind[name] in record.kinds) for record in lists}

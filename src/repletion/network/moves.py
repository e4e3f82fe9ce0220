"""What the answer to each factor would add to the states, as flat arrays: most factors touch few states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repletion.network.scale import Array


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """What answers to the factors (F) would add to central log-odds, pair (K) of factor and state by pair."""

    place: dict[str, int]
    probability: Array
    """(F,) how common each factor is."""
    factors: NDArray[np.intp]
    """(K,) factor of each pair, ascending."""
    starts: NDArray[np.intp]
    """(F + 1,) where the pairs of each factor begin."""
    states: NDArray[np.intp]
    no: Array
    yes: Array

    def shifts(self, factor: int, states: int) -> tuple[Array, Array]:
        """Log-odds (states,) that the answers no and yes to a factor, by its place, would add."""
        part = slice(int(self.starts[factor]), int(self.starts[factor + 1]))
        no, yes = np.zeros(states), np.zeros(states)
        no[self.states[part]], yes[self.states[part]] = self.no[part], self.yes[part]
        return no, yes

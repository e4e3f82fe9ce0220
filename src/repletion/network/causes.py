"""States that other states cause: a factor moves the whole of such a state, not the part of its own.

The same factors may bring or take the causes.  The own part takes what the causes, moved too, leave of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repletion.network.findings import BOTTOM, TOP
from repletion.network.scale import Array, expit, logit


@dataclass(frozen=True, slots=True, eq=False)
class Causes:
    """Links (K) from causes to the states (C) that they bring, by state; levels of a state are left out.

    ``parent``: (K,) the cause.  ``child``: (K,) place of its state among ``states``.  ``starts``: (C,) first link of
    each.  ``q``: (B, K) strength.  ``before``: (B, K) log-odds of how common the cause is.  ``whole``: (B, C) log-odds
    of how common the state is.  ``spared``: (B, C) part of people in whom neither a cause nor the background brings it.
    """

    states: NDArray[np.intp]
    parent: NDArray[np.intp]
    child: NDArray[np.intp]
    starts: NDArray[np.intp]
    q: Array
    before: Array
    whole: Array
    spared: Array

    @classmethod
    def of(cls, parents: Sequence[tuple[int, int]], q: Array, totals: Sequence[Array], own: Array) -> Causes:
        """``parents``: cause and state of each link, ``q`` (B, K) its strength.  ``totals``: (B,) how common each state
        is.  ``own``: (B, S) log-odds of its own part."""
        order = sorted(range(len(parents)), key=lambda k: parents[k][1])
        parent = np.array([parents[k][0] for k in order], dtype=np.intp)
        states, starts, child = np.unique(
            np.array([parents[k][1] for k in order], dtype=np.intp), return_index=True, return_inverse=True
        )
        common = np.array([np.broadcast_to(total, len(own)) for total in totals]).T
        return cls(
            states=states,
            parent=parent,
            child=np.asarray(child).ravel(),
            starts=starts,
            q=q[:, order],
            before=logit(common[:, parent]),
            whole=logit(common[:, states]),
            spared=(1 - common[:, states]) / (1 - expit(own[:, states])),
        )

    def settle(self, own: Array, shifts: Iterable[Array]) -> None:
        """Put into ``own`` (B, S), log-odds of own parts, what these shifts (B, S) of known factors leave them."""
        if not len(self.states):
            return
        moved = np.zeros_like(self.whole)
        causes = np.zeros_like(self.before)
        for shift in shifts:
            touched = shift[0, self.states] != 0
            if touched.any():
                moved += shift[:, self.states]
                causes += shift[:, self.parent] * touched[self.child]
        changed = moved[0] != 0
        if not changed.any():
            return
        kept = np.log1p(-self.q * expit(self.before + causes)) - np.log1p(-self.q * expit(self.before))
        spared = self.spared * np.exp(np.add.reduceat(kept, self.starts, axis=1))
        part = np.clip(1 - (1 - expit(self.whole + moved)) / spared, BOTTOM, TOP)
        at = self.states[changed]
        own[:, at] = logit(part[:, changed])

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

    ``parent``: (K,) the cause.  ``child``: (K,) place of its state among ``states``.  ``q``: (B, K) strength.
    ``before``: (B, K) log-odds of how common the cause is.  ``whole``: (B, C) log-odds of how common the state is.
    ``spared``: (B, C) part of people in whom neither a cause nor the background brings it.
    """

    states: NDArray[np.intp]
    parent: NDArray[np.intp]
    child: NDArray[np.intp]
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
        states, child = np.unique(np.array([parents[k][1] for k in order], dtype=np.intp), return_inverse=True)
        common = np.array([np.broadcast_to(total, len(own)) for total in totals]).T
        return cls(
            states=states,
            parent=parent,
            child=np.asarray(child).ravel(),
            q=q[:, order],
            before=logit(common[:, parent]),
            whole=logit(common[:, states]),
            spared=(1 - common[:, states]) / (1 - expit(own[:, states])),
        )

    def settle(self, own: Array, shifts: Iterable[Array]) -> None:
        """Put into ``own`` (B, S), log-odds of own parts, what these shifts (B, S) of known factors leave them."""
        moving = [(shift, touched) for shift in shifts if (touched := shift[0, self.states] != 0).any()]
        if not moving:
            return
        changed = np.flatnonzero(np.any([touched for _, touched in moving], axis=0))
        links = np.flatnonzero(np.isin(self.child, changed))
        child, parent, q = self.child[links], self.parent[links], self.q[:, links]
        at = self.states[changed]
        whole, causes = self.whole[:, changed], self.before[:, links]
        for shift, touched in moving:
            whole = whole + shift[:, at]
            causes = causes + shift[:, parent] * touched[child]
        ratio = (1 - q * expit(causes)) / (1 - q * expit(self.before[:, links]))
        spared = self.spared[:, changed] * np.multiply.reduceat(ratio, np.searchsorted(child, changed), axis=1)
        own[:, at] = logit(np.clip(1 - (1 - expit(whole)) / spared, BOTTOM, TOP))

"""The links of every finding of a network as flat arrays: most findings touch few states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repletion.network.scale import Array


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links (K) of findings (F) to states, pair by pair, and how a finding speaks for a state through its levels.

    A pair without a strength of its own is there where a more severe level of the state has the finding.
    """

    leak: Array
    """(F,)"""
    linked: NDArray[np.bool_]
    """(F,) whether any state has the finding."""
    findings: NDArray[np.intp]
    """(K,) ascending."""
    states: NDArray[np.intp]
    q: Array
    """(K,)"""
    through: NDArray[np.intp]
    """(M,) pair of a state with a level that has the finding."""
    levels: NDArray[np.intp]
    """(M,) that level."""
    level_q: Array
    """(M,) its strength."""

    @classmethod
    def of(cls, leak: Array, link: Array, requires: Sequence[tuple[int, int]]) -> Links:
        """Those of ``link`` (F, S); ``requires``: pairs of a state and a level of it."""
        there = link > 0
        for state, level in requires:
            there[:, state] |= link[:, level] > 0
        findings, states = map(np.ascontiguousarray, np.nonzero(there))
        number = np.zeros(link.shape, dtype=np.intp)
        number[findings, states] = np.arange(len(findings))
        pairs, levels = [], []
        for state, level in requires:
            of_level = np.flatnonzero(link[:, level])
            pairs.append(number[of_level, state])
            levels.append(np.full(len(of_level), level))
        through = np.concatenate([np.zeros(0, dtype=np.intp), *pairs])
        at = np.concatenate([np.zeros(0, dtype=np.intp), *levels])
        return cls(
            leak=leak,
            linked=np.any(link > 0, axis=1),
            findings=findings,
            states=states,
            q=link[findings, states],
            through=through,
            levels=at,
            level_q=link[findings[through], at],
        )

"""Everything that an answer asks of one person's network, as the rows of one sweep.

A row is the network with something taken away: an observation, a factor, the links of some states.  Rows share one
plan, and a row of a sweep costs a fraction of a sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from repletion.inference import Evidence, Posterior, infer_variants
from repletion.network.model import Network
from repletion.network.scale import Array

Cut = tuple[Sequence[int], Sequence[int]]
"""Findings, and states that are no cause of them."""


def with_findings(network: Network, at: Sequence[int]) -> Network:
    """The network with these findings alone, in this order."""
    names = tuple(network.findings[f] for f in at)
    return replace(network, findings=names, leak=network.leak[:, at], link=network.link[:, at])


class Rows:
    """Rows of one sweep over a network of one draw; each is added, and its number given."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._evidence: list[Evidence] = []
        self._base: list[Array] = []
        self._cuts: list[tuple[Cut | None, bool]] = []
        self._bare: list[bool] = []

    def __len__(self) -> int:
        return len(self._evidence)

    def add(
        self,
        evidence: Evidence,
        *,
        base: Array | None = None,
        cut: Cut | None = None,
        alone: bool = False,
        bare: bool = False,
    ) -> int:
        """A row with this evidence, and if given another ``base`` (S,).

        ``cut``: states that are no cause of some findings; ``alone``: nor of another state.  ``bare``: no unknown
        risk moves a state.
        """
        self._evidence.append(evidence)
        self._base.append(self._network.base[0] if base is None else base)
        self._cuts.append((cut, alone))
        self._bare.append(bare)
        return len(self) - 1

    def answer(self, *, posteriors: int, widest: int, seed: int) -> Posterior:
        """The posteriors of the first rows, and the log evidence of all.  Raises what ``infer_variants`` raises."""
        network, size = self._network, len(self)
        link = np.repeat(network.link, size, axis=0)
        causes = np.repeat(network.parent_link, size, axis=0)
        parents = np.array(network.parents, dtype=np.intp).reshape(-1, 2)
        for row, (cut, alone) in enumerate(self._cuts):
            if cut is None:
                continue
            findings, states = cut
            for f in findings:
                link[row, f, states] = 0.0
            if alone:
                inside = np.zeros(len(network.states), dtype=bool)
                inside[list(states)] = True
                causes[row, inside[parents[:, 0]] & ~inside[parents[:, 1]]] = 0.0
        risks = np.repeat(network.risk_weight, size, axis=0)
        risks[self._bare] = 0.0
        rows = replace(network, base=np.stack(self._base), link=link, parent_link=causes, risk_weight=risks)
        return infer_variants(rows, self._evidence, posteriors=posteriors, widest=widest, seed=seed)


def without_links(network: Network, findings: Sequence[int], states: Sequence[int]) -> Network:
    """The network in which ``states`` are no cause of ``findings``."""
    link = network.link.copy()
    for f in findings:
        link[:, f, list(states)] = 0.0
    return replace(network, link=link)


def stacked(first: Network, second: Network) -> Network:
    """The draws of two networks of one shape, one after the other."""
    assert first.draws == second.draws
    both: dict[str, Any] = {}
    for name in ("base", "risk_prior", "risk_weight", "parent_link", "leak", "link"):
        parts = [getattr(network, name) for network in (first, second)]
        both[name] = np.concatenate([np.broadcast_to(part, (first.draws, *part.shape[1:])) for part in parts])
    return replace(first, **both)

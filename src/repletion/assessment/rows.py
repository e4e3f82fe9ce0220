"""Everything that an answer asks of one person's network, as the rows of one sweep.

A row is the network with something taken away: an observation, a factor, the links of some states.  Rows share one
plan, and a row of a sweep costs a fraction of a sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from repletion.inference import Evidence, Posterior
from repletion.inference.evidence import Planned, build
from repletion.inference.posterior import answer
from repletion.inference.tables import Tables
from repletion.network.model import Network
from repletion.network.scale import Array

Cut = tuple[Sequence[int], Sequence[int]]
"""Findings, and states that are no cause of them."""


def with_findings(network: Network, at: Sequence[int]) -> Network:
    """The network with these findings alone, in this order."""
    names = tuple(network.findings[f] for f in at)
    return replace(network, findings=names, leak=network.leak[:, at], link=network.link[:, at])


class Rows:
    """Rows of one sweep over a network of one draw; each is added, and its number given.

    ``planned``: a plan for the network that is at hand."""

    def __init__(self, network: Network, planned: Planned | None = None) -> None:
        self._network = network
        self._planned = planned
        self._evidence: list[Evidence] = []
        self._base: dict[int, Array] = {}
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
        if base is not None:
            self._base[len(self) - 1] = base
        self._cuts.append((cut, alone))
        self._bare.append(bare)
        return len(self) - 1

    def answer(self, *, posteriors: int, widest: int, seed: int) -> Posterior:
        """The posteriors of the first rows, and the log evidence of all.  Raises what ``infer_variants`` raises."""
        network, size = self._network, len(self)
        different = {id(evidence): evidence for evidence in self._evidence}
        number = {key: k for k, key in enumerate(different)}
        problem = build(network, list(different.values()), seed=seed, planned=self._planned)
        tables, (finding, state) = problem.tables, problem.links
        _spread(tables, [number[id(evidence)] for evidence in self._evidence])
        tables.base = np.repeat(tables.base, size, axis=1)
        for row, base in self._base.items():
            tables.base[:, row] = base
        findings = np.zeros((size, len(network.findings)), dtype=bool)
        states = np.zeros((size, len(network.states)), dtype=bool)
        cuts = [(row, cut) for row, (cut, _) in enumerate(self._cuts) if cut is not None]
        for array, part in ((findings, 0), (states, 1)):
            if cuts:
                rows = np.repeat([row for row, _ in cuts], [len(cut[part]) for _, cut in cuts])
                array[rows, [i for _, cut in cuts for i in cut[part]]] = True
        alone = np.array([[alone] for _, alone in self._cuts])
        tables.link = np.where((findings[:, finding] & states[:, state]).T, 0.0, tables.link)
        parents = np.array(network.parents, dtype=np.intp).reshape(-1, 2).T
        leads = alone & states[:, parents[0]] & ~states[:, parents[1]]
        tables.parent_link = np.where(leads.T, 0.0, tables.parent_link)
        if network.risks:
            tables.risk_weight = np.where(self._bare, 0.0, tables.risk_weight)
        return answer(network, problem, posteriors=posteriors, widest=widest)


def _spread(tables: Tables, numbers: Sequence[int]) -> None:
    """Give each row the evidence of this number: most rows share one."""
    if tables.rows > 1:
        for name in ("off", "on", "seen0", "seen1", "log_constant"):
            array: Array = getattr(tables, name)
            if array.shape[-1] > 1:
                setattr(tables, name, np.ascontiguousarray(array[..., numbers]))
    else:
        tables.log_constant = np.repeat(tables.log_constant, len(numbers))
    tables.rows = len(numbers)


def spread_and_cut(
    drawn: Network, planned: Planned, evidence: Evidence, cut: Cut, widest: int
) -> tuple[Posterior, Array]:
    """The posteriors of every draw, and the log evidence (draws,) where in each draw the links of ``cut`` are gone.

    Both in one sweep.  ``planned``: of the central network with the same findings.
    """
    problem = build(drawn, [evidence], planned=planned)
    t, (finding, state), rows = problem.tables, problem.links, problem.tables.rows
    findings, states = np.zeros(len(drawn.findings), dtype=bool), np.zeros(len(drawn.states), dtype=bool)
    findings[list(cut[0])] = states[list(cut[1])] = True
    gone = findings[finding] & states[state]
    problem.tables = Tables(
        **{name: _twice(getattr(t, name)) for name in Tables.__slots__ if name not in {"link", "rows"}},
        link=np.concatenate(
            [np.broadcast_to(t.link, (len(t.link), rows)), np.where(gone[:, None], 0.0, t.link)], axis=1
        ),
        rows=2 * rows,
    )
    found = answer(drawn, problem, posteriors=rows, widest=widest)
    return replace(found, log_evidence=found.log_evidence[:rows]), found.log_evidence[rows:]


def _twice(array: Array) -> Array:
    """An array of rows (the last axis) followed by itself; what all rows share stays as it is."""
    return array if array.shape[-1] == 1 and array.ndim > 1 else np.concatenate([array, array], axis=-1)

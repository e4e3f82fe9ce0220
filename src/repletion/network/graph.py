"""The shape of the network, without numbers: order of states, and which state speaks of which finding."""

from __future__ import annotations

from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

import msgspec

from repletion.errors import KnowledgeError
from repletion.knowledge import Knowledge


class Edge(msgspec.Struct, frozen=True):
    """A link from a state to a finding.

    ``source``: the finding the claim is about (the finding itself, a wider one, or a narrower one).
    ``scaled``: the claim is about a wider finding and is scaled to this one's share of it.
    """

    source: str
    claim: str
    scaled: bool


def _wider(table: dict[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    """Wider records through ``is_a``, nearest first."""
    found: list[str] = []
    queue = list(table.get(name, ()))
    while queue:
        current = queue.pop(0)
        if current not in found:
            found.append(current)
            queue += table.get(current, ())
    return tuple(found)


class Graph:
    """Order and adjacency of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for name in sorted(knowledge.states):
            state = knowledge.states[name]
            causes = [link.state for link in state.caused_by]
            sorter.add(name, *causes, *([state.requires] if state.requires else []))
        try:
            self.order: tuple[str, ...] = tuple(sorter.static_order())
        except CycleError as error:
            raise KnowledgeError(f"states cause each other in a circle: {' → '.join(error.args[1])}") from error
        self.index = {name: i for i, name in enumerate(self.order)}
        self.latent = tuple(i for i, name in enumerate(self.order) if knowledge.states[name].kind == "latent")
        self._factor_is_a = {f.id: f.is_a for f in knowledge.factors.values()}
        self._finding_is_a = {f.id: f.is_a for f in knowledge.findings.values()}
        self._stated: dict[str, dict[int, str]] = {}
        for i, name in enumerate(self.order):
            for link in knowledge.states[name].findings:
                self._stated.setdefault(link.finding, {})[i] = link.claim
        self.raising: dict[str, list[tuple[int, str]]] = {}
        for i, name in enumerate(self.order):
            for factor_link in knowledge.states[name].raised_by:
                self.raising.setdefault(factor_link.factor, []).append((i, factor_link.claim))
        self.shared = {f.id: len(self.raising.get(f.id, ())) for f in knowledge.factors.values() if f.shared}
        self.wider_factors = lru_cache(maxsize=None)(lambda name: frozenset(_wider(self._factor_is_a, name)))
        self.wider_findings = lru_cache(maxsize=None)(lambda name: _wider(self._finding_is_a, name))
        self.edges = lru_cache(maxsize=None)(self._edges)

    def narrower_findings(self, name: str) -> tuple[str, ...]:
        """Findings that imply ``name``."""
        return tuple(f for f in self._finding_is_a if name in _wider(self._finding_is_a, f))

    def _edges(self, finding: str) -> tuple[tuple[int, Edge], ...]:
        """Links of a finding: (state index, edge).

        A state that names the finding speaks for itself.  One that names only a wider finding says nothing about
        which kind it is.  One that names only narrower findings has the wider one at least as often.
        """
        own = self._stated.get(finding, {})
        edges = [(i, Edge(finding, claim, False)) for i, claim in own.items()]
        taken = set(own)
        for wider in _wider(self._finding_is_a, finding):
            for i, claim in self._stated.get(wider, {}).items():
                if i not in taken:
                    taken.add(i)
                    edges.append((i, Edge(wider, claim, True)))
        for narrower in self.narrower_findings(finding):
            for i, claim in self._stated.get(narrower, {}).items():
                if i not in taken:  # several narrower ones of one state may follow: the largest counts
                    edges.append((i, Edge(narrower, claim, False)))
        return tuple(edges)

    def claims(self, finding: str, state: str) -> tuple[str, ...]:
        """Claims behind the link between a finding and a state."""
        return tuple(edge.claim for i, edge in self.edges(finding) if i == self.index[state])

"""The shape of the network, without numbers: order of states, and which state speaks of which finding."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

import msgspec

from repletion.errors import KnowledgeError
from repletion.knowledge import Knowledge
from repletion.knowledge.base import with_wider
from repletion.knowledge.models import Factor, Finding


class Edge(msgspec.Struct, frozen=True):
    """A link from a state to a finding.

    ``source``: the finding the claim is about (the finding itself, a wider one, or a narrower one).
    ``scaled``: the claim is about a wider finding and is scaled to this one's share of it.
    """

    source: str
    claim: str
    scaled: bool


def _narrower(table: Mapping[str, Finding] | Mapping[str, Factor]) -> dict[str, tuple[str, ...]]:
    """For each record the narrower ones, whose wider records hold it, in the order of the table."""
    found: dict[str, list[str]] = {}
    for name in table:
        for wider in with_wider(name, table)[1:]:
            found.setdefault(wider, []).append(name)
    return {name: tuple(narrower) for name, narrower in found.items()}


class Graph:
    """Order and adjacency of one knowledge base.

    ``told``: links that say nothing where a factor is present: (finding, state index, those factors).

    ``restated``: findings that are a state by definition, narrower ones too, by its index.
    ``raising``: for each factor the states that it moves, by index, and the claim; ``marking``: the findings whose
    background it moves.  ``narrower_findings``, ``narrower_factors``: those that imply a finding or factor; one without
    any is left out.
    """

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
        self._stated: dict[str, dict[int, str]] = {}
        for i, name in enumerate(self.order):
            for link in knowledge.states[name].findings:
                self._stated.setdefault(link.finding, {})[i] = link.claim
        self.raising: dict[str, list[tuple[int, str]]] = {}
        for i, name in enumerate(self.order):
            for factor_link in knowledge.states[name].raised_by:
                self.raising.setdefault(factor_link.factor, []).append((i, factor_link.claim))
        self.marking: dict[str, list[tuple[str, str]]] = {}
        for finding in knowledge.findings.values():
            for factor_link in finding.raised_by:
                self.marking.setdefault(factor_link.factor, []).append((finding.id, factor_link.claim))
        self.shared = {f.id: len(self.raising.get(f.id, ())) for f in knowledge.factors.values() if f.shared}
        self.narrower_findings = _narrower(knowledge.findings)
        self.narrower_factors = _narrower(knowledge.factors)
        self.nearest_wider_factors = lru_cache(maxsize=None)(lambda name: with_wider(name, knowledge.factors)[1:])
        self.wider_factors = lru_cache(maxsize=None)(lambda name: frozenset(self.nearest_wider_factors(name)))
        self.wider_findings = lru_cache(maxsize=None)(lambda name: with_wider(name, knowledge.findings)[1:])
        self.edges = lru_cache(maxsize=None)(self._edges)
        self.restated = {
            i: frozenset(name for n in own for name in (n, *self.narrower_findings.get(n, ())))
            for i, state in enumerate(self.order)
            if (own := [link.finding for link in knowledge.states[state].findings if link.restates])
        }
        self._claims: dict[str, dict[int, tuple[str, ...]]] = {}
        self.told = tuple(
            (name, i, link.told_by)
            for i, state in enumerate(self.order)
            for link in knowledge.states[state].findings
            if link.told_by
            for name in (link.finding, *self.narrower_findings.get(link.finding, ()))
            if any(at == i and edge.source == link.finding for at, edge in self.edges(name))
        )

    def _edges(self, finding: str) -> tuple[tuple[int, Edge], ...]:
        """Links of a finding: (state index, edge).

        A state that names the finding speaks for itself.  One that names only a wider finding says nothing about
        which kind it is; of a finding that is several wider ones at once it must bring each.  One that names only
        narrower findings has the wider one at least as often.
        """
        own = self._stated.get(finding, {})
        edges = [(i, Edge(finding, claim, False)) for i, claim in own.items()]
        taken = set(own)
        record = self.knowledge.findings[finding]
        each = [{i for i, _ in self.edges(wider)} for wider in record.is_a] if len(record.is_a) > 1 else []
        for wider in () if record.named_only else self.wider_findings(finding):
            for i, claim in self._stated.get(wider, {}).items():
                if i not in taken and all(i in brought for brought in each):
                    taken.add(i)
                    edges.append((i, Edge(wider, claim, True)))
        for narrower in self.narrower_findings.get(finding, ()):
            for i, claim in self._stated.get(narrower, {}).items():
                if i not in taken:  # several narrower ones of one state may follow: the largest counts
                    edges.append((i, Edge(narrower, claim, False)))
        return tuple(edges)

    def claims(self, finding: str, state: str) -> tuple[str, ...]:
        """Claims behind the link between a finding and a state."""
        if finding not in self._claims:
            by_state: dict[int, list[str]] = {}
            for i, edge in self.edges(finding):
                by_state.setdefault(i, []).append(edge.claim)
            self._claims[finding] = {i: tuple(names) for i, names in by_state.items()}
        return self._claims[finding].get(self.index[state], ())

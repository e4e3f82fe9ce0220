"""What moved each state, and by which claims: the reasons under an explanation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from repletion.assessment.model import Because
from repletion.assessment.reasoning import Reasoning
from repletion.knowledge import Knowledge
from repletion.network.graph import Graph

PLACES = 12
"""Decimals that decide an order: what lies beyond is the rounding of one processor or another."""
CIRCUMSTANCES = frozenset({"factor", "intake"})
"""Kinds of observations that are a person's circumstances."""
_Rests = tuple[tuple[str, ...], bool]
"""Claims that a weight rests on, and whether the first of them is assumed."""


@lru_cache(maxsize=4096)
def _states_above(knowledge: Knowledge, name: str) -> list[str]:
    """The state and, upwards, the states whose more severe level it is, or that cause it."""
    found, queue = [name], [name]
    while queue:
        state = knowledge.states[queue.pop()]
        for other in [link.state for link in state.caused_by] + ([state.requires] if state.requires else []):
            if other not in found:
                found.append(other)
                queue.append(other)
    return found


@lru_cache(maxsize=4096)
def levels(knowledge: Knowledge, name: str) -> list[str]:
    """The more severe levels of a state, mildest first."""
    found = [s.id for s in knowledge.states.values() if s.requires == name]
    return found + [deeper for level in found for deeper in levels(knowledge, level)]


@lru_cache(maxsize=4096)
def _around(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """The state, its levels and what causes it."""
    return tuple(dict.fromkeys([name, *levels(knowledge, name), *_states_above(knowledge, name)]))


@lru_cache(maxsize=4096)
def _bearing(
    knowledge: Knowledge, graph: Graph, nodes: tuple[str, ...], factor: str | None
) -> dict[str, tuple[str, ...]]:
    """Claims by which finding nodes and a factor bear on each state itself; a state they do not touch is left out."""
    factors = {factor, *graph.wider_factors(factor)} if factor is not None else set()
    touched = {i for name in factors for i, _ in graph.raising.get(name, ())}
    touched.update(i for node in nodes for i, _ in graph.edges(node))
    claims: dict[str, tuple[str, ...]] = {}
    for name in (graph.order[i] for i in touched):
        record = knowledge.states[name]
        found = [claim for link in record.raised_by if link.factor in factors for claim in (link.claim, *link.also)]
        for node in nodes:
            found += graph.claims(node, name)
            found += [also for link in record.findings if link.finding == node for also in link.also]
        claims[name] = tuple(found)
    return claims


@lru_cache(maxsize=4096)
def _told_of(
    knowledge: Knowledge, graph: Graph, nodes: tuple[str, ...], factor: str | None
) -> dict[int, tuple[str, ...]]:
    """Claims by which finding nodes and a factor bear on each state (by number): on the state itself, its levels and
    what causes it; a state on which they do not bear is left out."""
    bearing = _bearing(knowledge, graph, nodes, factor)
    found: dict[int, tuple[str, ...]] = {}
    for i, state in enumerate(graph.order):
        names = [claim for name in _around(knowledge, state) if name in bearing for claim in bearing[name]]
        if names:
            found[i] = tuple(dict.fromkeys(names))
    return found


@lru_cache(maxsize=4096)
def _rests_on(
    knowledge: Knowledge, graph: Graph, nodes: tuple[str, ...], factor: str | None, own: tuple[str, ...], listed: bool
) -> tuple[dict[int, _Rests], _Rests]:
    """What the weight of an observation rests on for each state (by number) on which it bears, and for the others.

    ``own``: claims of the observation itself; for a list (``listed``) they stand at every state.
    """

    def rests(told: tuple[str, ...]) -> _Rests:
        claims = tuple(dict.fromkeys((*told, *own))) if own and (told or listed) else told
        return claims, bool(claims) and knowledge.claims[claims[0]].basis == "assumed"

    told = _told_of(knowledge, graph, nodes, factor)
    return {i: rests(claims) for i, claims in told.items()}, rests(())


class Weighed(NamedTuple):
    """How far a state was moved, in log-odds: by factors and the diet together, by each thing that is present, and by
    the result that raises it most (0 without any)."""

    circumstances: float
    present: Sequence[float]
    result: float


NOTHING_WEIGHED = Weighed(0.0, (), 0.0)


class Reasons:
    """For each state what moved it or bears on it, laid out once; put into words for the states that are told.

    ``at``: by number of a state, the numbers of the observations.
    """

    def __init__(self, knowledge: Knowledge, graph: Graph, reasoning: Reasoning) -> None:
        self._observations = reasoning.evidence.observations
        self._weights: list[list[float]] = reasoning.weights.tolist()
        self._rests: list[tuple[dict[int, _Rests], _Rests]] = []
        self.at: dict[int, list[int]] = {}
        moved = np.abs(reasoning.weights) >= knowledge.rule("least_shown_weight")
        ends = moved.sum(axis=1).cumsum().tolist()
        places = moved.nonzero()[1].tolist()
        for number, o in enumerate(self._observations):
            factor = o.id if o.share is not None else None
            listed = o.kind == "list"
            rests = _rests_on(knowledge, graph, tuple(o.nodes), factor, o.claims, listed)
            self._rests.append(rests)
            shown = set(places[ends[number - 1] if number else 0 : ends[number]])
            if o.kind in {"finding", "lab"}:
                shown.update(rests[0])
            for i in shown:
                if i in self.at:
                    self.at[i].append(number)
                else:
                    self.at[i] = [number]

    def _place(self, i: int, number: int) -> tuple[float, str]:
        return -round(abs(self._weights[number][i]), PLACES), self._observations[number].id

    def _ordered(self, i: int, numbers: list[int]) -> list[int]:
        """Observations, that which moved state ``i`` most first."""
        return sorted(numbers, key=lambda number: self._place(i, number)) if len(numbers) > 1 else numbers

    def of(self, i: int) -> tuple[Because, ...]:
        """What moved state ``i`` or bears on it, most first."""
        return tuple([self._because(i, number) for number in self._ordered(i, self.at.get(i, []))])

    def _because(self, i: int, number: int) -> Because:
        o, (rests, others) = self._observations[number], self._rests[number]
        claims, assumed = rests.get(i, others)
        return Because(
            finding=o.id,
            label=o.label,
            kind=o.kind,
            text=o.text,
            present=o.present,
            weight=self._weights[number][i],
            claims=claims,
            assumed=assumed or o.assumed,
        )

    def raised(self, i: int, kinds: frozenset[str]) -> float:
        """The largest log-odds by which something present, of one of these kinds, raises state ``i``; 0 without any."""
        most = 0.0
        for number in self.at.get(i, ()):
            weight, o = self._weights[number][i], self._observations[number]
            if weight > most and o.present and o.kind in kinds:
                most = weight
        return most

    def weighed(self, i: int) -> Weighed:
        """How far state ``i`` was moved by what."""
        if i not in self.at:
            return NOTHING_WEIGHED
        circumstances: list[int] = []
        present: list[float] = []
        result = 0.0
        for number in self.at[i]:
            o, weight = self._observations[number], self._weights[number][i]
            if o.kind in CIRCUMSTANCES:
                circumstances.append(number)
            if o.present:
                present.append(weight)
                if o.kind == "lab" and weight > result:
                    result = weight
        moved = sum([self._weights[number][i] for number in self._ordered(i, circumstances)])
        return Weighed(moved, present, result)

    def of_result(self, i: int, stated: str) -> float:
        """The largest log-odds by which a result about state ``i``, or what is ``stated``, raises it; 0 without any."""
        most = 0.0
        for number in self.at.get(i, ()):
            o = self._observations[number]
            if o.present and self._weights[number][i] > most and (o.kind == "lab" or o.id == stated):
                rests, others = self._rests[number]
                if o.id == stated or rests.get(i, others)[0]:
                    most = self._weights[number][i]
        return most

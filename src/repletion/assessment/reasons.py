"""What moved each state, and by which claims: the reasons under an explanation."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from repletion.assessment.model import Because
from repletion.assessment.reasoning import Reasoning
from repletion.knowledge import Knowledge
from repletion.network.graph import Graph

PLACES = 12
"""Decimals that decide an order: what lies beyond is the rounding of one processor or another."""
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


def _place(reason: Because) -> tuple[float, str]:
    return -round(abs(reason.weight), PLACES), reason.finding


def reasons_of(knowledge: Knowledge, graph: Graph, reasoning: Reasoning) -> dict[int, tuple[Because, ...]]:
    """For each state (by number) that something moved or bears on: what did, most first."""
    moved = np.abs(reasoning.weights) >= knowledge.rule("least_shown_weight")
    weights = reasoning.weights.tolist()
    found: dict[int, list[Because]] = {}
    for number, observation in enumerate(reasoning.evidence.observations):
        factor = observation.id if observation.share is not None else None
        nodes, listed = tuple(observation.nodes), observation.kind == "list"
        rests, others = _rests_on(knowledge, graph, nodes, factor, observation.claims, listed)
        shown = set(moved[number].nonzero()[0].tolist())
        if observation.kind in {"finding", "lab"}:
            shown.update(rests)
        weight = weights[number]
        for i in shown:
            claims, assumed = rests.get(i, others)
            reason = Because(
                finding=observation.id,
                label=observation.label,
                kind=observation.kind,
                text=observation.text,
                present=observation.present,
                weight=weight[i],
                claims=claims,
                assumed=assumed or observation.assumed,
            )
            if i in found:
                found[i].append(reason)
            else:
                found[i] = [reason]
    return {i: tuple(sorted(some, key=_place) if len(some) > 1 else some) for i, some in found.items()}

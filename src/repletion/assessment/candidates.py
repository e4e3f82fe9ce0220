"""Which symptoms, tests and factors are scored in full: those that a first look finds most promising.

What depends on the knowledge and on people alike is laid out once, as arrays: an answer picks from them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from repletion.inference import Factor, Question
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Test
from repletion.network.links import Links
from repletion.network.moves import Moves
from repletion.network.scale import Array

_MOST_FINDINGS = 4  # of one test: each doubles its rows
_MEMBER = 0.4  # part of the share below which a test is not named with its order, at which it is not scored either
_KEPT = 128  # kinds of people


def nodes_of(test: Test) -> tuple[str, ...]:
    """Finding nodes that a test bears on."""
    return tuple(dict.fromkeys(limit.finding for limit in test.limits))


def price(knowledge: Knowledge, effort: str) -> float:
    """The price of an effort in weighted bits."""
    return knowledge.rule("bits_per_effort") * knowledge.rule(effort)


@cache
def _outcomes(size: int) -> Array:
    """Likelihoods (2**size, size, 2) of every combination of yes and no."""
    rows = [[(0.0, 1.0) if yes else (1.0, 0.0) for yes in pattern] for pattern in product((False, True), repeat=size)]
    return np.array(rows)


def _candidate(name: str, findings: tuple[int, ...], cost: float) -> Question:
    return Question(name=name, findings=findings, outcomes=_outcomes(len(findings)), cost=cost)


@dataclass(frozen=True, slots=True, eq=False)
class _Symptoms:
    """Symptoms (K) that can be asked for and bear on a state: ``at`` their places among the findings."""

    candidates: tuple[Question, ...]
    at: NDArray[np.intp]
    cost: Array


@lru_cache(maxsize=_KEPT)
def _symptoms(knowledge: Knowledge, links: Links) -> _Symptoms:
    found = [
        _candidate(f.id, (at,), price(knowledge, f.effort))
        for at, f in enumerate(knowledge.findings.values())
        if f.kind == "symptom" and f.question and links.linked[at]
    ]
    return _Symptoms(
        candidates=tuple(found),
        at=np.array([c.findings[0] for c in found], dtype=np.intp),
        cost=np.array([c.cost for c in found]),
    )


def _best(scores: Array) -> list[int]:
    """The places of scores, the highest first; ties in the order given."""
    found: list[int] = np.argsort(-scores, kind="stable").tolist()
    return found


def open_symptoms(
    knowledge: Knowledge, settled: Collection[str], links: Links, told: Array, most: int
) -> list[Question]:
    """Symptoms to ask for that nobody answered and that bear on a state: those worth a full computation.

    ``told``: what each finding would tell, roughly (F,).
    """
    known = _symptoms(knowledge, links)
    found: list[Question] = []
    for k in _best(told[known.at] - known.cost):
        if len(found) == most:
            break
        if known.candidates[k].name not in settled:
            found.append(known.candidates[k])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Tests:
    """Tests (T) that bear on a state, order by order.

    ``findings``: (T, 4) on which each bears, filled up with the number of findings.  ``starts``: of the orders.
    ``touching``: tests by the name of a finding.  ``waiting``: test and the test that must be done before it.
    """

    candidates: tuple[Question, ...]
    findings: NDArray[np.intp]
    cost: Array
    starts: NDArray[np.intp]
    touching: dict[str, list[int]]
    waiting: tuple[tuple[int, str], ...]


@lru_cache(maxsize=_KEPT)
def _tests(knowledge: Knowledge, links: Links) -> _Tests:
    names = tuple(knowledge.findings)
    place = {name: at for at, name in enumerate(names)}
    orders: dict[str, list[tuple[Test, Question]]] = {}
    for test in knowledge.tests.values():
        at = tuple(place[name] for name in nodes_of(test) if name in place and links.linked[place[name]])
        if 1 <= len(at) <= _MOST_FINDINGS:
            panel = knowledge.panel_of.get(test.id)
            member = (test, _candidate(test.id, at, price(knowledge, test.effort)))
            orders.setdefault(panel.id if panel else test.id, []).append(member)
    tests = [member for members in orders.values() for member in members]
    touching: dict[str, list[int]] = {}
    findings = np.full((len(tests), _MOST_FINDINGS), len(names))
    for t, (_, candidate) in enumerate(tests):
        findings[t, : len(candidate.findings)] = candidate.findings
        for f in candidate.findings:
            touching.setdefault(names[f], []).append(t)
    return _Tests(
        candidates=tuple(candidate for _, candidate in tests),
        findings=findings,
        cost=np.array([candidate.cost for _, candidate in tests]),
        starts=np.cumsum([0, *map(len, orders.values())]),
        touching=touching,
        waiting=tuple((t, test.after) for t, (test, _) in enumerate(tests) if test.after is not None),
    )


def open_tests(
    knowledge: Knowledge, settled: Collection[str], done: Collection[str], links: Links, told: Array, most: int
) -> list[Question]:
    """Tests that nobody took and that bear on a state: those of the ``most`` orders worth a full computation.

    ``done``: tests whose results are told; ``told``: what each finding would tell, roughly (F,).
    """
    known = _tests(knowledge, links)
    if not known.candidates:
        return []
    is_open = np.ones(len(known.candidates), dtype=bool)
    is_open[[t for t, before in known.waiting if before not in done]] = False
    is_open[[t for name in settled for t in known.touching.get(name, ())]] = False
    worth = np.where(is_open, np.append(told, 0.0)[known.findings].sum(axis=1), 0.0)
    costs = np.where(is_open, known.cost, -np.inf)
    first = known.starts[:-1]
    cost = np.maximum.reduceat(costs, first)
    score = np.where(np.isfinite(cost), np.add.reduceat(worth, first) - cost, -np.inf)
    least = knowledge.rule("panel_member_least_share") * _MEMBER
    found: list[Question] = []
    for order in _best(score)[:most]:
        members = [t for t in range(known.starts[order], known.starts[order + 1]) if is_open[t]]
        top = max((worth[t] for t in members), default=0.0)
        found += [known.candidates[t] for t in members if worth[t] >= least * top]
    return found


@lru_cache(maxsize=_KEPT)
def _askable(knowledge: Knowledge, moves: Moves) -> tuple[NDArray[np.intp], tuple[str, ...], Array]:
    """Factors that a person can be asked about: their places, names, and the price of asking."""
    place = moves.place
    found = [
        (place[f.id], f.id, price(knowledge, f.effort))
        for f in knowledge.factors.values()
        if f.question and f.id in place
    ]
    return (
        np.array([at for at, _, _ in found], dtype=np.intp),
        tuple(name for _, name, _ in found),
        np.array([cost for _, _, cost in found]),
    )


def open_factors(
    knowledge: Knowledge, moves: Moves, known: Collection[str], told: Array, size: int, most: int
) -> list[Factor]:
    """Unknown factors that a person can be asked about: those worth a full computation.

    ``moves``: what every answer adds to ``size`` states; ``known``: factors that need no asking; ``told``: what each
    would tell, roughly.
    """
    places, names, prices = _askable(knowledge, moves)
    found: list[Factor] = []
    for k in _best(told[places] - prices):
        if len(found) == most:
            break
        if names[k] not in known:
            no, yes = moves.shifts(places[k], size)
            chance = float(moves.probability[places[k]])
            found.append(Factor(name=names[k], probability=chance, shift_no=no, shift_yes=yes, cost=float(prices[k])))
    return found

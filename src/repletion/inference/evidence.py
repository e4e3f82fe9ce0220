"""What was seen, and the numbers a sweep needs for it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from repletion.errors import InferenceError, UnknownName
from repletion.inference.plan import Plan, Structure, make_plan
from repletion.inference.tables import Tables
from repletion.network.model import Network

Array = NDArray[np.float64]

UNKNOWN = (1.0, 1.0)
PRESENT = (0.0, 1.0)
ABSENT = (1.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """For every finding, how likely what was seen is when the finding is truly absent (0) and present (1).

    Unknown is (1, 1), present (0, 1), absent (1, 0); an unreliable answer or a laboratory value is any non-negative
    pair. Only the ratio of a pair moves a posterior.
    """

    likelihood0: Array
    """(F,)"""
    likelihood1: Array
    """(F,)"""
    state_likelihood: Array | None = None
    """(S, 2) likelihood of what is known about a state alone when it is off and on; nothing known is (1, 1)."""

    @classmethod
    def of(
        cls,
        network: Network,
        *,
        present: Iterable[str] = (),
        absent: Iterable[str] = (),
        soft: Mapping[str, tuple[float, float]] | None = None,
        states: Mapping[str, tuple[float, float]] | None = None,
    ) -> Evidence:
        """Evidence by name. Raises :class:`UnknownName` for a name the network does not have, and
        :class:`InferenceError` for a finding given twice."""
        where = {name: f for f, name in enumerate(network.findings)}
        pairs = np.ones((len(where), 2))
        given: set[str] = set()
        said = [(name, PRESENT) for name in present] + [(name, ABSENT) for name in absent]
        for name, pair in (*said, *(soft or {}).items()):
            if name in given:
                raise InferenceError(f"finding {name!r} is given twice; give each finding once")
            given.add(name)
            pairs[_find(name, where, "finding")] = pair
        alone: Array | None = None
        if states:
            alone = np.ones((len(network.states), 2))
            there = {name: i for i, name in enumerate(network.states)}
            for name, pair in states.items():
                alone[_find(name, there, "state")] = pair
        return cls(likelihood0=pairs[:, 0].copy(), likelihood1=pairs[:, 1].copy(), state_likelihood=alone)

    @property
    def known(self) -> NDArray[np.intp]:
        """Indices of the findings about which anything is known."""
        return np.flatnonzero(self.likelihood0 != self.likelihood1)

    @property
    def present(self) -> NDArray[np.intp]:
        """Indices of the findings that are certainly present."""
        return np.flatnonzero((self.likelihood0 == 0) & (self.likelihood1 > 0))

    def with_finding(self, finding: int, pair: tuple[float, float]) -> Evidence:
        """The same evidence with another pair for one finding."""
        zero, one = self.likelihood0.copy(), self.likelihood1.copy()
        zero[finding], one[finding] = pair
        return replace(self, likelihood0=zero, likelihood1=one)


def nothing_known(network: Network) -> Evidence:
    """Every finding unknown."""
    size = len(network.findings)
    return Evidence(likelihood0=np.ones(size), likelihood1=np.ones(size))


def _find(name: str, where: Mapping[str, int], kind: str) -> int:
    if name in where:
        return where[name]
    near = difflib.get_close_matches(name, where, n=3)
    hint = f"; nearest: {', '.join(near)}" if near else ""
    raise UnknownName(f"no {kind} named {name!r} among the {len(where)} of this network{hint}")


@dataclass(slots=True)
class Problem:
    """A plan, its numbers, and which findings they hold."""

    plan: Plan
    tables: Tables
    active: NDArray[np.intp]
    """(A,) the findings of ``tables``, in order."""
    links: tuple[NDArray[np.intp], NDArray[np.intp]]
    """(K,) finding and (K,) state of each link of ``tables``."""

    @property
    def planned(self) -> Planned:
        """What another problem of the same network may take over."""
        return Planned(self.plan, self.active, self.links)

    def place(self, finding: int) -> int:
        """Where a finding is among the active ones."""
        return int(np.searchsorted(self.active, finding))


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan, the findings (A,) that it sums over, and its links: what :func:`build` need not look for again."""

    plan: Plan
    active: NDArray[np.intp]
    links: tuple[NDArray[np.intp], NDArray[np.intp]]
    """See :attr:`Problem.links`."""


def build(
    network: Network,
    variants: Sequence[Evidence],
    *,
    seed: int = 0,
    better: bool = True,
    planned: Planned | None = None,
) -> Problem:
    """Numbers for one sweep: a row for every parameter draw (one variant), for every variant (central draw), or for
    every draw with a variant of its own (as many of both).

    ``better``: whether a wide plan is worth bettering.  ``planned``: of the same network; used where the same findings
    count.
    """
    zero, one = _likelihoods(network, variants)
    absent = (one == 0) & (zero > 0)
    unknown = zero == one
    is_active = ~(absent | unknown).all(axis=0)
    active = np.flatnonzero(is_active)
    aside = np.flatnonzero(~is_active & ((zero != 1) | absent).any(axis=0))
    rows = max(network.draws, len(variants))

    seen = slice(None) if len(active) == len(is_active) else active  # all of them need no copy
    link = network.link[:, seen]  # (B, A, S)
    there = _there(link)
    finding, state = np.nonzero(there)
    zero_seen, one_seen = zero[:, seen], one[:, seen]
    scale = np.maximum(zero_seen, one_seen)
    most = np.where(scale > 0, scale, 1.0)
    constant = np.zeros(rows)
    with np.errstate(divide="ignore"):
        constant = constant + np.log(scale).sum(axis=1)
        if aside.size:
            quiet = np.where(absent[:, aside], 1 - network.leak[:, aside], 1.0) * zero[:, aside]
            constant = constant + np.log(quiet).sum(axis=1)
    alone = [e.state_likelihood for e in variants]
    size = (len(network.states), 1)
    off, on = np.ones(size), np.ones(size)
    if any(x is not None for x in alone):
        pairs = np.stack([np.ones((size[0], 2)) if x is None else x for x in alone], axis=-1)  # (S, 2, E)
        top = pairs.max(axis=1)
        with np.errstate(divide="ignore"):
            constant = constant + np.log(top).sum(axis=0)
        pairs = pairs / np.where(top > 0, top, 1.0)[:, None]
        off, on = pairs[:, 0], pairs[:, 1]
    on = on * _silenced(network, absent, aside) if aside.size else on
    tables = Tables(
        base=_rows_last(network.base),
        risk_prior=_rows_last(network.risk_prior),
        risk_weight=_rows_last(network.risk_weight),
        parent_link=_rows_last(network.parent_link),
        off=off,
        on=on,
        leak=_rows_last(network.leak[:, seen]),
        link=np.ascontiguousarray(link[:, finding, state].T),
        seen0=(zero_seen / most).T,
        seen1=(one_seen / most).T,
        log_constant=constant,
        rows=rows,
    )
    links = (active[finding], state)
    if planned is not None and np.array_equal(planned.active, active) and _same(planned.links, links):
        plan = planned.plan
    else:
        plan = make_plan(_structure(network, there), seed, better)
    return Problem(plan, tables, active, links)


def plan_of(network: Network, evidence: Evidence, *, seed: int = 0) -> Plan:
    """The plan that :func:`build` would give this evidence, without its numbers."""
    zero, one = _likelihoods(network, [evidence])
    active = np.flatnonzero(~(((one == 0) & (zero > 0)) | (zero == one))[0])
    return make_plan(_structure(network, _there(network.link[:, active])), seed)


def _same(first: tuple[NDArray[np.intp], ...], second: tuple[NDArray[np.intp], ...]) -> bool:
    return all(a is b or np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def _structure(network: Network, linked: NDArray[np.bool_]) -> Structure:
    """Who touches whom; ``linked`` (A, S) the findings that count and the states."""
    return Structure(
        states=len(network.states),
        findings=_touched(linked),
        risks=_touched(_there(network.risk_weight)),
        parents=network.parents,
        requires=network.requires,
    )


def _there(array: Array) -> NDArray[np.bool_]:
    """Which numbers are not zero in some draw (the first axis)."""
    if len(array) == 1:
        return np.asarray(array[0] != 0)
    return np.asarray(np.any(array, axis=0))


def _touched(there: NDArray[np.bool_]) -> tuple[tuple[int, ...], ...]:
    """For each row the columns that hold."""
    ends = np.cumsum(there.sum(axis=1)).tolist()
    columns = np.nonzero(there)[1].tolist()
    return tuple(tuple(columns[a:b]) for a, b in zip([0, *ends], ends, strict=False))


def _rows_last(array: Array) -> Array:
    if len(array) == 1:
        return np.ascontiguousarray(array[0])[..., None]
    return np.ascontiguousarray(np.moveaxis(array, 0, -1))


def _silenced(network: Network, absent: NDArray[np.bool_], aside: NDArray[np.intp]) -> Array:
    """(S, rows): for each state that is on, the chance that it brought about none of the absent findings."""
    always = aside[absent[:, aside].all(axis=0)]
    survive: Array = np.prod(1 - network.link[:, always], axis=1).T  # (S, B)
    sometimes = aside[absent[:, aside].any(axis=0) & ~absent[:, aside].all(axis=0)]
    if sometimes.size:
        logs = np.log(np.maximum(1 - network.link[:, sometimes], 1e-300))  # the floor stands for log 0
        silent = absent[:, sometimes].astype(np.float64)
        if len(logs) == 1:  # one matrix product for all variants
            survive = survive * np.exp(logs[0].T @ silent.T)
        else:
            survive = survive * np.exp(np.einsum("bfs,bf->sb", logs, silent))
    return survive


def _likelihoods(network: Network, variants: Sequence[Evidence]) -> tuple[Array, Array]:
    """Likelihoods (E, F) of every variant when each finding is absent and present."""
    if not variants:
        raise InferenceError("no evidence was given; for a prior give evidence in which every finding is unknown")
    if network.draws > 1 and len(variants) not in (1, network.draws):
        raise InferenceError(
            "several variants of the evidence need a network of one draw, or of one for each; use network.central()"
        )
    findings, states = len(network.findings), len(network.states)
    alone: dict[int, Array] = {}
    for e in variants:
        if e.likelihood0.shape != (findings,) or e.likelihood1.shape != (findings,):
            raise InferenceError(f"evidence has shape {e.likelihood0.shape}; the network has {findings} findings")
        if e.state_likelihood is not None:
            if e.state_likelihood.shape != (states, 2):
                raise InferenceError(f"state_likelihood has shape {e.state_likelihood.shape}; expected ({states}, 2)")
            alone[id(e.state_likelihood)] = e.state_likelihood
    zero, one = np.array([e.likelihood0 for e in variants]), np.array([e.likelihood1 for e in variants])
    for array in (zero, one, *alone.values()):
        if array.size and not (array.min() >= 0 and array.max() < np.inf):  # what is no number is neither
            raise InferenceError("a likelihood is negative or not a finite number")
    return zero, one

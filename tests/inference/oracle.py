"""Answers by adding up every combination of every variable: slow, short, and independent of the engine."""

from __future__ import annotations

import itertools

import numpy as np

from repletion.inference import Evidence
from repletion.network.model import Network


def network(base, findings_leak, link, *, risk_prior=(), risk_weight=None, parents=(), parent_link=(), requires=()):
    """A network of one draw from plain lists."""
    base = np.asarray(base, float)
    s, r = base.size, len(risk_prior)
    weight = np.zeros((r, s)) if risk_weight is None else np.asarray(risk_weight, float)
    return Network(
        states=tuple(f"s{i}" for i in range(s)),
        base=base[None],
        risks=tuple(f"r{i}" for i in range(r)),
        risk_prior=np.asarray(risk_prior, float)[None],
        risk_weight=weight[None],
        parents=tuple(parents),
        parent_link=np.asarray(parent_link, float)[None],
        requires=tuple(requires),
        findings=tuple(f"f{i}" for i in range(len(findings_leak))),
        leak=np.asarray(findings_leak, float)[None],
        link=np.asarray(link, float).reshape(1, len(findings_leak), s),
    )


def random_network(seed, *, risks=3, states=7, findings=10, parents=4, requires=1, density=0.5, draws=1):
    g = np.random.default_rng(seed)
    pairs = [(i, j) for j in range(states) for i in range(j)]
    picked = [pairs[k] for k in g.permutation(len(pairs))[: parents + requires]]
    shape = (draws, findings, states)
    return Network(
        states=tuple(f"s{i}" for i in range(states)),
        base=g.normal(-2, 1.5, (draws, states)),
        risks=tuple(f"r{i}" for i in range(risks)),
        risk_prior=g.uniform(0.05, 0.6, (draws, risks)),
        risk_weight=g.normal(0, 1.5, (draws, risks, states)) * (g.random((1, risks, states)) < density),
        parents=tuple(picked[:parents]),
        parent_link=g.uniform(0, 0.95, (draws, parents)),
        requires=tuple(picked[parents:]),
        findings=tuple(f"f{i}" for i in range(findings)),
        leak=g.uniform(0.005, 0.3, (draws, findings)),
        link=g.uniform(0, 0.97, shape) * (g.random((1, *shape[1:])) < density),
    )


def random_evidence(seed, net, *, states=True):
    g = np.random.default_rng(seed + 1)
    f = len(net.findings)
    kind = g.integers(0, 4, f)
    zero, one = np.ones(f), np.ones(f)
    zero[kind == 1] = 0
    one[kind == 2] = 0
    soft = kind == 3
    zero[soft], one[soft] = g.uniform(0, 3, (2, soft.sum()))
    alone = g.uniform(0.1, 2, (len(net.states), 2)) if states else None
    return Evidence(likelihood0=zero, likelihood1=one, state_likelihood=alone)


def worlds(net, draw=0):
    """Every (risks, states) with its prior probability."""
    s, r = len(net.states), len(net.risks)
    base, prior, weight = net.base, net.risk_prior, net.risk_weight
    pick = lambda a: a[draw if a.shape[0] > 1 else 0]  # noqa: E731
    base, prior, weight, strength = pick(base), pick(prior), pick(weight), pick(net.parent_link)
    for risks in itertools.product((0, 1), repeat=r):
        p_risk = np.prod([p if x else 1 - p for x, p in zip(risks, prior, strict=True)])
        alone = 1 / (1 + np.exp(-(base + np.asarray(risks, float) @ weight)))
        for on in itertools.product((0, 1), repeat=s):
            p = p_risk
            for i in range(s):
                off = 1 - alone[i]
                for k, (parent, child) in enumerate(net.parents):
                    if child == i and on[parent]:
                        off *= 1 - strength[k]
                chance = 1 - off
                if any(child == i and not on[parent] for parent, child in net.requires):
                    chance = 0.0
                p *= chance if on[i] else 1 - chance
            yield risks, np.asarray(on), p


def quiet(net, on, draw=0):
    """(F,) probability that each finding is absent in a world."""
    leak = net.leak[draw if net.leak.shape[0] > 1 else 0]
    link = net.link[draw if net.link.shape[0] > 1 else 0]
    return (1 - leak) * np.prod(1 - link * on, axis=1)


def brute(net, e, draw=0):
    """P(evidence), P(state | evidence), P(risk | evidence)."""
    total, states, risks = 0.0, np.zeros(len(net.states)), np.zeros(len(net.risks))
    for r, on, p in worlds(net, draw):
        silent = quiet(net, on, draw)
        p *= np.prod(e.likelihood0 * silent + e.likelihood1 * (1 - silent))
        if e.state_likelihood is not None:
            p *= np.prod(e.state_likelihood[np.arange(on.size), on])
        total += p
        states += p * on
        risks += p * np.asarray(r, float)
    return total, states / total, risks / total

"""Exact inference side by side with pyAgrum's lazy propagation, on the same random cases in one run.

pyAgrum multiplies a noisy-OR of many causes out to a table, so each finding is given to it as a chain of small ORs,
which is how such networks are modelled there when they have to be fast. It gets a network that holds the answered
findings only, built before the clock starts; Repletion gets all of them, and makes its plan inside the time. A case in
which one of pyAgrum's tables would be larger than ``LARGEST_CLIQUE`` is not given to it and is counted in the result.
"""

from __future__ import annotations

import importlib.util
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from repletion.inference import Evidence, Question, affordable_draws, explain, infer, question_values
from repletion.inference.plan import make_plan
from repletion.network.model import Network

STATES, FINDINGS, CASES = 45, 150, 5
SIZES = [(3, 0), (6, 0), (10, 0), (3, 5), (6, 5), (10, 5)]
LARGEST_CLIQUE = 21  # variables in one table of the reference; more can take minutes and all the memory


def random_network(seed: int, *, risks: int, draws: int = 1, states: int = STATES, findings: int = FINDINGS) -> Network:
    """Findings of 2 to 10 causes, half of them also raised by one latent state; a few parents and severity levels."""
    g = np.random.default_rng(seed)
    link = np.zeros((1, findings, states))
    for f in range(findings):
        causes = g.choice(states, g.integers(2, 11), replace=False)
        link[0, f, causes] = g.uniform(0.05, 0.9, causes.size)
    link[0, :, 0] = np.where(g.random(findings) < 0.5, 0.2, 0.0)
    weight = np.zeros((1, risks, states))
    for r in range(risks):
        touched = g.choice(states, g.integers(3, 9), replace=False)
        weight[0, r, touched] = g.normal(0.7, 0.4, touched.size)
    children = sorted(g.choice(np.arange(8, states), 8, replace=False))
    pairs = [(int(g.integers(1, c)), int(c)) for c in children]
    odds = g.normal(-4, 1.2, (1, states)) + np.concatenate(
        [np.zeros((1, states)), 0.4 * g.normal(size=(draws - 1, states))]
    )

    def drawn(p: np.ndarray, most: float) -> np.ndarray:
        shape = (draws - 1, *p.shape[1:])
        return np.minimum(np.concatenate([p, p * np.exp(0.2 * g.normal(size=shape))]), most)

    return Network(
        states=tuple(f"s{i}" for i in range(states)),
        base=odds,
        risks=tuple(f"r{i}" for i in range(risks)),
        risk_prior=drawn(g.uniform(0.05, 0.4, (1, risks)), 0.95),
        risk_weight=weight,
        parents=tuple(pairs[3:]),
        parent_link=drawn(g.uniform(0.1, 0.6, (1, 5)), 0.95),
        requires=tuple(pairs[:3]),
        findings=tuple(f"f{i}" for i in range(findings)),
        leak=drawn(g.uniform(0.01, 0.15, (1, findings)), 0.9),
        link=drawn(link, 0.97),
    )


def random_evidence(seed: int, network: Network, present: int) -> Evidence:
    """As many absent findings as present ones."""
    picked = np.random.default_rng(seed).permutation(network.findings)
    return Evidence.of(network, present=picked[:present], absent=picked[present : 2 * present])


def run() -> list[dict[str, Any]]:
    """One row for each size of case: medians in milliseconds, and pyAgrum's time over ours."""
    reference = importlib.util.find_spec("pyagrum") is not None
    rows = []
    for present, risks in SIZES:
        times: dict[str, list[float]] = {}
        wide, draws, apart = 0, [], 0.0
        for seed in range(CASES):
            one = random_network(seed, risks=risks)
            many = random_network(seed, risks=risks, draws=200)
            evidence = random_evidence(seed, one, present)
            known = set(evidence.known.tolist())
            asked = [Question.yes_no(one, name) for f, name in enumerate(one.findings) if f not in known]
            make_plan.cache_clear()
            start = time.perf_counter()
            found = infer(one, evidence)
            times.setdefault("first", []).append(time.perf_counter() - start)
            wide = max(wide, found.width)
            draws.append(affordable_draws(one, evidence))
            for name, job in (
                ("infer", lambda n=one, e=evidence: infer(n, e)),
                ("infer_200_draws", lambda n=many, e=evidence: infer(n, e)),
                ("explain", lambda n=one, e=evidence: explain(n, e, background=[0])),
                ("questions", lambda n=one, e=evidence, q=asked: question_values(n, e, q)),
            ):
                times.setdefault(name, []).append(_best(job))
            other = _pyagrum(one, evidence) if reference else None
            if other is not None:
                times.setdefault("pyagrum", []).append(other[0])
                times.setdefault("same_cases", []).append(times["infer"][-1])
                apart = max(apart, float(np.abs(other[1] - found.probability[0]).max()))
        row: dict[str, Any] = {"present": present, "unknown_risks": risks, "width": wide, "draws_in_20_ms": min(draws)}
        row |= {f"{name}_ms": round(1e3 * float(np.median(t)), 3) for name, t in times.items() if name != "same_cases"}
        if "pyagrum" in times:
            row["pyagrum_over_repletion"] = round(row["pyagrum_ms"] / (1e3 * float(np.median(times["same_cases"]))), 1)
            row["too_large_for_pyagrum"] = CASES - len(times["pyagrum"])
            row["largest_difference"] = apart
        if not reference:
            row["pyagrum"] = "not installed; it comes with the dev extra"
        rows.append(row)
    return rows


def _best(job: Callable[[], object], repeat: int = 3) -> float:
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        job()
        best = min(best, time.perf_counter() - start)
    return best


def _pyagrum(network: Network, evidence: Evidence) -> tuple[float, np.ndarray] | None:
    """Seconds for all posteriors by lazy propagation, and the posteriors; None when its tables would be too large."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyagrum as gum

    bn = gum.BayesNet()

    def node(name: str, causes: list[str], chance: Callable[[dict[str, int]], float]) -> str:
        bn.add(gum.LabelizedVariable(name, "", 2))
        for cause in causes:
            bn.addArc(cause, name)
        for code in range(2 ** len(causes)):
            on = {cause: code >> k & 1 for k, cause in enumerate(causes)}
            p = chance(on)
            if on:
                bn.cpt(name)[on] = [1 - p, p]
            else:
                bn.cpt(name).fillWith([1 - p, p])
        return name

    def chain(name: str, start: Callable[[str], str], links: dict[str, float]) -> str:
        """An OR of many causes as a string of ORs of two."""
        last = start(name if not links else f"{name}_0")
        for k, (cause, q) in enumerate(links.items(), 1):
            before = last
            last = node(
                name if k == len(links) else f"{name}_{k}",
                [before, cause],
                lambda on, before=before, cause=cause, q=q: 1.0 if on[before] else q * on[cause],
            )
        return last

    for r, name in enumerate(network.risks):
        node(name, [], lambda on, r=r: network.risk_prior[0, r])
    for i, name in enumerate(network.states):
        weights = {r: w for r, w in zip(network.risks, network.risk_weight[0, :, i], strict=True) if w}
        needed = [network.states[a] for a, b in network.requires if b == i]
        links = {network.states[a]: network.parent_link[0, k] for k, (a, b) in enumerate(network.parents) if b == i}

        def alone(
            on: dict[str, int], i: int = i, weights: dict[str, float] = weights, needed: list[str] = needed
        ) -> float:
            odds = network.base[0, i] + sum(w * on[r] for r, w in weights.items())
            return float(all(on[n] for n in needed) / (1 + np.exp(-odds)))

        chain(name, lambda n, w=weights, d=needed, a=alone: node(n, [*w, *d], a), links)
    for f in evidence.known:
        links = {s: q for s, q in zip(network.states, network.link[0, f], strict=True) if q}
        chain(network.findings[f], lambda n, f=f: node(n, [], lambda on: network.leak[0, f]), links)
    engine = gum.LazyPropagation(bn)
    engine.setEvidence({network.findings[f]: int(evidence.likelihood1[f] > 0) for f in evidence.known})
    tree = engine.junctionTree()
    answered = {bn.idFromName(network.findings[f]) for f in evidence.known}
    if max(len(set(tree.clique(c)) - answered) for c in tree.nodes()) > LARGEST_CLIQUE:
        return None
    start = time.perf_counter()
    engine.makeInference()
    states = np.array([engine.posterior(name)[1] for name in network.states])
    return time.perf_counter() - start, states

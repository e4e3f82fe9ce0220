"""Why a probability is what it is: which finding moved it, what each finding is due to, what stays unexplained.

Everything comes out of one more sweep in which each row has one finding left out, or taken as absent. With e the
evidence, e\\f the same without finding f, and Z the probability of evidence:

- weight of evidence of f for state k: log-odds(k | e) - log-odds(k | e\\f);
- link k → f active: q · P(k, e\\f) / Z(e);
- sole cause (f would vanish with k): q / (1 - q) · P(k, f absent, e\\f) / Z(e);
- unexplained (f came from its leak alone): l / (1 - l) · P(f absent, e\\f) / Z(e).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from repletion.errors import InferenceError
from repletion.inference.evidence import ABSENT, UNKNOWN, Evidence, Problem, build, nothing_known
from repletion.inference.posterior import WIDEST, refuse_impossible, refuse_wide
from repletion.inference.sweep import sweep
from repletion.network.model import Network

Array = NDArray[np.float64]

_ALMOST_ONE = 1 - 1e-12  # a certain link or leak would be divided by zero below


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Where the central posterior comes from. E findings about which something is known, P of them seen, S states.

    Weights and contributions are natural-log odds; every other number is a probability given all the evidence.
    """

    states: tuple[str, ...]
    findings: tuple[str, ...]
    """(E) names, in the order in which they were taken in."""
    weight: Array
    """(E, S) weight of each finding given all the others. Redundant findings share: these do not add up."""
    contribution: Array
    """(E, S) what each finding added when it was taken in after those before it. With ``direct`` these add up to
    posterior minus prior log odds."""
    direct: Array
    """(S,) what was known about the states alone, taken in before the findings."""
    prior: Array
    """(S,) before any finding."""
    posterior: Array
    """(S,)"""
    seen: tuple[str, ...]
    """(P) findings that are present, or more likely present than not by what was seen."""
    link_active: Array
    """(P, S) that the finding is there and the state is among what brings it about."""
    sole_cause: Array
    """(P, S) that the finding would vanish if the state were switched off and every other left as it is."""
    unexplained: Array
    """(P,) that the finding is there for no reason in the network."""
    none_of_these: float
    """That no state (background states apart) has brought about any of the findings that are present; 1 without any."""


def explain(
    network: Network,
    evidence: Evidence,
    *,
    order: Sequence[int] | None = None,
    background: Sequence[int] = (),
    present: Sequence[int] | None = None,
    widest: int = WIDEST,
    seed: int = 0,
) -> Explanation:
    """Explain the central posterior.

    ``order``: indices of all the known findings as they were entered (default: network order).
    ``background``: indices of states that count as background and not as an explanation in ``none_of_these``.
    ``present``: indices of the findings ``none_of_these`` is about (default: those certainly present).
    Raises :class:`InferenceError` when the evidence is impossible or the sweep would be wider than ``widest``.
    """
    central = _uncertain(network.central())
    known = [int(f) for f in (evidence.known if order is None else order)]
    if sorted(known) != [int(f) for f in evidence.known]:
        raise InferenceError(
            f"order has {len(known)} findings; expected each of the {evidence.known.size} known ones once"
        )
    seen = [f for f in known if evidence.likelihood1[f] > evidence.likelihood0[f]]
    certain = [int(f) for f in (evidence.present if present is None else present)]
    if not set(certain) <= {int(f) for f in evidence.present}:
        raise InferenceError("none_of_these was asked about a finding that is not certainly present")

    variants = [evidence]
    variants += [evidence.with_finding(f, UNKNOWN) for f in known]
    variants += [evidence.with_finding(f, ABSENT) for f in seen]
    steps = [nothing_known(central)]
    steps.append(replace(steps[0], state_likelihood=evidence.state_likelihood))
    for f in known[:-1]:
        steps.append(steps[-1].with_finding(f, (float(evidence.likelihood0[f]), float(evidence.likelihood1[f]))))
    variants += [*steps, evidence]
    problem = build(central, variants, seed=seed)
    refuse_wide(problem.plan, widest, len(variants))
    _rule_out(problem, certain, background)
    found = sweep(problem.plan, problem.tables)
    refuse_impossible(central, problem, found.log_evidence)

    size, count = len(known), len(seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = (np.log(found.on) - np.log(found.off)).T
        relative = np.exp(found.log_evidence - found.log_evidence[0])
    joint = np.nan_to_num(found.on.T) * relative[:, None]  # P(state, variant) / Z(e)
    without = joint[1 : 1 + size][[known.index(f) for f in seen]] if seen else np.zeros((0, len(network.states)))
    absent = joint[1 + size : 1 + size + count]
    q, leak, likelihood = central.link[0, seen], central.leak[0, seen], evidence.likelihood1[seen]
    path = np.concatenate([odds[1 + size + count : -1], odds[:1]]) if size else odds[[1, 2]]
    return Explanation(
        states=network.states,
        findings=tuple(network.findings[f] for f in known),
        weight=_difference(odds[:1], odds[1 : 1 + size]),
        contribution=_difference(path[2:], path[1:-1]),
        direct=_difference(path[1], path[0]),
        prior=found.on[:, 1 + size + count],
        posterior=found.on[:, 0],
        seen=tuple(network.findings[f] for f in seen),
        link_active=likelihood[:, None] * q * without,
        sole_cause=likelihood[:, None] * q / (1 - q) * absent,
        unexplained=likelihood * leak / (1 - leak) * relative[1 + size : 1 + size + count],
        none_of_these=float(relative[-1]),
    )


def _uncertain(network: Network) -> Network:
    if network.link.size and max(network.link.max(), network.leak.max(initial=0.0)) > _ALMOST_ONE:
        return replace(network, link=np.minimum(network.link, _ALMOST_ONE), leak=np.minimum(network.leak, _ALMOST_ONE))
    return network


def _difference(after: Array, before: Array) -> Array:
    """Difference of log odds; a state that stays certain or impossible was not moved."""
    with np.errstate(invalid="ignore"):
        moved: Array = np.where(after == before, 0.0, after - before)
    return moved


def _rule_out(problem: Problem, certain: Sequence[int], background: Sequence[int]) -> None:
    """Make the last row the event that nothing but leak and background is at work in the findings that are present.

    P(f present, no counted link active | states) = Π_counted (1 - q) · [1 - (1 - l) · Π_background (1 - q)]: the
    counted states keep the factor an absent finding would give them, and lose their links to the finding.
    """
    t = problem.tables
    counted = np.ones(t.base.shape[0], dtype=bool)
    counted[list(background)] = False
    t.link = np.broadcast_to(t.link, (len(t.link), t.rows)).copy()
    t.on = np.broadcast_to(t.on, (t.on.shape[0], t.rows)).copy()
    places = {problem.place(f) for f in certain}
    for (a, i), k in problem.plan.pair.items():
        if a in places and counted[i]:
            t.on[i, -1] *= 1 - t.link[k, -1]
            t.link[k, -1] = 0.0

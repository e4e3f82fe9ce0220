"""What the probability of the evidence does not depend on: states that lead to nothing of which something is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from repletion.inference.evidence import Evidence
from repletion.network.model import Network


def bearing(network: Network, evidence: Evidence) -> NDArray[np.intp]:
    """States that bear on the evidence: what touches something known, and what leads to such a state."""
    counted = np.any(network.link[:, evidence.known] != 0, axis=(0, 1))
    if evidence.state_likelihood is not None:
        counted = counted | (evidence.state_likelihood != 1).any(axis=1)
    for parent, child in sorted((*network.parents, *network.requires), key=lambda pair: -pair[1]):
        counted[parent] |= counted[child]  # parents stand before their children
    return np.flatnonzero(counted)


def pruned(network: Network, evidence: Evidence) -> tuple[Network, Evidence]:
    """The network and the evidence without the states that do not bear on it: the evidence is as probable as before."""
    kept = bearing(network, evidence)
    place = {int(i): k for k, i in enumerate(kept)}
    links = [k for k, pair in enumerate(network.parents) if pair[1] in place]
    likelihood = evidence.state_likelihood
    return replace(
        network,
        states=tuple(network.states[i] for i in kept),
        base=network.base[:, kept],
        risk_weight=network.risk_weight[:, :, kept],
        parents=tuple((place[network.parents[k][0]], place[network.parents[k][1]]) for k in links),
        parent_link=network.parent_link[:, links],
        requires=tuple((place[parent], place[child]) for parent, child in network.requires if child in place),
        link=network.link[:, :, kept],
    ), replace(evidence, state_likelihood=None if likelihood is None else likelihood[kept])

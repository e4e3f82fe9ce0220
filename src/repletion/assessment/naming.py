"""Which states name a thing that was told: by a link that raises it, or as what the thing raises.

Whether something else explains the thing better is not asked here; that is what the probability is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from repletion.evidence import Observation
from repletion.network.graph import Graph
from repletion.network.model import Network


def named(graph: Graph, network: Network, observations: Iterable[Observation]) -> NDArray[np.intp]:
    """For each state of ``graph``, by number, how many of the things told as present it names.

    ``network``: built from ``graph`` for the person; a link that does not raise a finding (low magnesium and a
    twitching eyelid, in which studies found no difference) names nothing.  Of a laboratory result only what it speaks
    for counts.  A thing counts once, however it is named.
    """
    links = network.link[0] > 0
    row = {name: number for number, name in enumerate(network.findings)}
    count = np.zeros(len(graph.order), dtype=np.intp)
    for told in observations:
        if not told.present:
            continue
        if told.kind == "lab":
            nodes = [row[name] for name, (off, on) in told.nodes.items() if on > off and name in row]
        else:
            nodes = [row[name] for name in told.nodes if name in row]
        naming = links[nodes].any(axis=0)
        if told.kind == "factor":
            naming[list(_raised(graph, told.id))] = True
        count += naming
    return count


@lru_cache(maxsize=4096)
def _raised(graph: Graph, factor: str) -> tuple[int, ...]:
    """The states that a factor makes likelier; a supplement that wards one off is not among what speaks for it."""
    claims = graph.knowledge.claims
    return tuple(
        i
        for i, name in graph.raising.get(factor, ())
        if not (claims[name].measure.endswith("ratio") and (claims[name].value or 0.0) <= 1)
    )

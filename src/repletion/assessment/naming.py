"""Which states name a thing that was told: by a link to it, or as what raises them.

Whether something else explains the thing better is not asked here; that is what the probability is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from repletion.evidence import Observation
from repletion.network.graph import Graph


def named(graph: Graph, observations: Iterable[Observation]) -> NDArray[np.intp]:
    """For each state of ``graph``, by number, how many of the things told as present it names.

    Of a laboratory result only what it speaks for counts.  A thing counts once, however it is named.
    """
    count = np.zeros(len(graph.order), dtype=np.intp)
    for told in observations:
        if not told.present:
            continue
        if told.kind == "lab":
            nodes = tuple([name for name, (off, on) in told.nodes.items() if on > off])
        else:
            nodes = tuple(told.nodes)
        count[list(_naming(graph, nodes, told.id if told.kind == "factor" else ""))] += 1
    return count


@lru_cache(maxsize=4096)
def _naming(graph: Graph, nodes: tuple[str, ...], factor: str) -> frozenset[int]:
    """States with a link to any of the nodes, or that the factor moves."""
    linked = [i for name in nodes for i, _ in graph.edges(name)]
    return frozenset(linked + [i for i, _ in graph.raising.get(factor, ())])

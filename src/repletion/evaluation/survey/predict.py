"""The probability of each finding for each person, by the builder and the inference of ``assess``.

People whose networks have the same shape are stacked as rows of one network, and one exact sweep answers them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from repletion.evaluation.survey.people import Told
from repletion.evaluation.survey.table import Array
from repletion.inference import Evidence, infer
from repletion.network.build import Builder
from repletion.network.model import Network

CHUNK = 500
"""People answered at a time."""

_ROWS = ("base", "risk_prior", "risk_weight", "parent_link", "leak", "link")


def pruned(builder: Builder, findings: Iterable[str]) -> Builder:
    """A builder of the states behind the findings alone: what has no path to them cannot move them.

    Which unknown factors are shared causes is taken from the whole network, so the probabilities are the same.
    """
    states = builder.knowledge.states
    queue = [builder.graph.order[i] for name in findings for i, _ in builder.graph.edges(name)]
    behind: set[str] = set()
    while queue:
        name = queue.pop()
        if name in behind:
            continue
        behind.add(name)
        queue += [link.state for link in states[name].caused_by]
        if (milder := states[name].requires) is not None:
            queue.append(milder)
    kept = {name: state for name, state in states.items() if name in behind}
    small = Builder(msgspec.structs.replace(builder.knowledge, states=kept), draws=builder.scale.draws)
    small.graph.shared = builder.graph.shared
    return small


def _moving(builder: Builder) -> set[str]:
    """Factors that move a state or the background of a finding."""
    return builder.graph.raising.keys() | builder.graph.marking.keys()


def _useful(known: dict[str, float], builder: Builder, above: frozenset[str]) -> dict[str, float]:
    """The known factors that can settle one that moves something: itself, a wider absent or a narrower present one.

    ``above``: everything wider than a factor that moves something.
    """
    wanted, wider_of = _moving(builder), builder.graph.wider_factors
    return {
        name: share
        for name, share in known.items()
        if name in wanted or (share > 0 and wider_of(name) & wanted) or (share == 0 and name in above)
    }


def _stacked(networks: Sequence[Network]) -> Network:
    """Networks of one shape and one row each as the rows of one."""
    rows: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in networks]) for name in _ROWS}
    return replace(networks[0], **rows)


def _findings(network: Network) -> Array:
    """(rows, F) probability of each finding with nothing else observed."""
    size = len(network.findings)
    found = np.empty((network.draws, size))
    for f in range(size):
        off, on = np.ones(size), np.ones(size)
        off[f] = 0.0
        found[:, f] = np.exp(infer(network, Evidence(likelihood0=off, likelihood1=on)).log_evidence)
    return found


def predicted(
    builder: Builder, people: Sequence[Told], findings: Sequence[str]
) -> Iterator[tuple[NDArray[np.intp], Array]]:
    """Rows of ``people`` and their probabilities (rows, F), some hundred at a time, in order."""
    builder = pruned(builder, findings)
    above = frozenset(wide for name in _moving(builder) for wide in builder.graph.wider_factors(name))
    for start in range(0, len(people), CHUNK):
        rows = range(start, min(start + CHUNK, len(people)))
        shapes: dict[tuple[object, ...], list[int]] = {}
        networks: dict[int, Network] = {}
        for i in rows:
            who = people[i]
            network = builder.build(
                who.person, season=who.season, known=_useful(who.known, builder, above), findings=findings
            ).network
            networks[i] = network
            shapes.setdefault((network.risks, network.parents, network.requires), []).append(i)
        answer = np.empty((len(rows), len(findings)))
        for members in shapes.values():
            answer[np.array(members) - start] = _findings(_stacked([networks[i] for i in members]))
        yield np.array(rows, dtype=np.intp), answer

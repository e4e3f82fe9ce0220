"""Findings as arrays: leak and links of many findings for one stratum of people, worked out together.

A share ``w`` of people with the state who have the finding is turned into a link ``q = (w - l) / (1 - l)`` with the
background rate ``l``, never used as the link itself.  The leak is the part of the background that the modelled states
do not bring at their prevalence, so that the finding is as common as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from repletion.knowledge import Knowledge
from repletion.network.graph import Edge, Graph
from repletion.network.scale import Array, Scale, expit, logit

TOP = 0.999  # numerical: a link or rate of one would make every other cause impossible
BOTTOM = 1e-9


def _rates(names: Sequence[str], graph: Graph, scale: Scale, backgrounds: Mapping[str, str]) -> Array:
    """Background rates (names, B): no more than that of any wider finding that a finding implies."""
    chains = [(name, *graph.wider_findings(name)) for name in names]
    every = scale.probabilities([backgrounds[name] for chain in chains for name in chain])
    starts = np.cumsum([0, *(len(chain) for chain in chains)])[:-1]
    return np.asarray(np.clip(np.minimum.reduceat(every, starts, axis=0), BOTTOM, TOP))


def _shares(edges: Sequence[Edge], rates: Array, knowledge: Knowledge, scale: Scale) -> Array:
    """Shares (edges, B) of people with the state who have the claim's finding, common as ``rates`` (edges, B)."""
    ratio = [knowledge.claims[e.claim].measure == "likelihood_ratio_positive" for e in edges]
    found = np.empty_like(rates)
    told = [k for k, is_ratio in enumerate(ratio) if not is_ratio]
    found[told] = scale.probabilities([edges[k].claim for k in told])
    for k in (k for k, is_ratio in enumerate(ratio) if is_ratio):
        found[k] = np.exp(scale.log_ratio(edges[k].claim)) * rates[k]
    return np.asarray(np.clip(found, 0, TOP))


def finding_arrays(
    names: Sequence[str],
    *,
    graph: Graph,
    scale: Scale,
    knowledge: Knowledge,
    priors: Sequence[str],
    backgrounds: Mapping[str, str],
) -> tuple[Array, Array]:
    """Leak (B, F) and links (B, F, S) of findings.

    ``priors``: the claim behind each state's prevalence; ``backgrounds``: behind each finding's background rate.
    A link that hardly raises the finding above its background (rule ``least_telling``) is left out.
    """
    edges = [(f, i, edge) for f, name in enumerate(names) for i, edge in graph.edges(name)]
    rate = _rates(names, graph, scale, backgrounds)  # (F, B)
    link = np.zeros((len(names), len(priors), rate.shape[1]))  # (F, S, B)
    if edges:
        place, state, about = zip(*edges, strict=True)
        sources = {edge.source: None for edge in about}
        number = {source: k for k, source in enumerate(sources)}
        background = _rates(list(sources), graph, scale, backgrounds)[[number[edge.source] for edge in about]]
        own, at, to = rate[list(place)], np.array(place), np.array(state)
        w = _shares(about, background, knowledge, scale)
        scaled = np.array([edge.scaled for edge in about])  # the state knows only the wider finding: it says nothing
        w[scaled] = w[scaled] * own[scaled] / background[scaled]  # on which kind it is
        q = np.clip((w - own) / (1 - own), 0, TOP)
        telling = q[:, 0] >= knowledge.rule("least_telling") * own[:, 0]
        np.maximum.at(link, (at[telling], to[telling]), q[telling])
    # the background rate holds what the modelled states bring on average: the leak is the rest of it
    linked = np.flatnonzero(link.any(axis=(0, 2)))
    prevalence: Array = scale.probabilities([priors[int(i)] for i in linked])
    brought = np.prod(1 - link[:, linked] * prevalence, axis=1)
    leak = np.maximum(1 - (1 - rate) / brought, rate * knowledge.rule("least_own_part"))
    leak[[knowledge.findings[name].defines != "" for name in names]] = 0  # such a limit is the state: no other cause
    return np.clip(leak, BOTTOM, TOP).T, np.moveaxis(link, -1, 0)


def marked(
    leak: Array, link: Array, whole: Array, shift: Array | int, totals: Sequence[Array], moved: Sequence[Array]
) -> Array:
    """The leak (B,) of a finding whose share among people at large factors move by ``shift`` log-odds.

    A published ratio is that of the value as a whole.  The same factors may bring or take states that bring the value:
    the leak takes the rest.  ``link``: (B, S).  ``whole``: (B,) share of people at large with the finding.  ``totals``:
    the prevalence (B,) of each state.  ``moved``: log-odds (B, S) that each of these factors adds to the states.
    """
    linked = np.flatnonzero(link.any(axis=0))
    before = np.array([totals[int(i)] for i in linked]).reshape(len(linked), -1)
    after = expit(logit(before) + sum(m[:, linked].T for m in moved)) if moved else before
    q = link[:, linked].T
    spared = (1 - whole) / (1 - leak) * np.prod((1 - q * after) / (1 - q * before), axis=0)
    return np.asarray(np.clip(1 - (1 - expit(logit(whole) + shift)) / spared, BOTTOM, TOP))

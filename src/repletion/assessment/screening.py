"""A first look at every open answer: which candidates are worth a full computation.

Every state is taken by itself, with its posterior, and every finding as what the states bring about independently.  An
answer then moves each state it touches by Bayes' rule for that state alone; explaining away among states is left out.
It costs a few passes over the links, and what the full computation finds best stands high in its order.
"""

from __future__ import annotations

import numpy as np

from repletion.inference.engine import engine
from repletion.network.links import Links
from repletion.network.model import Network
from repletion.network.moves import Moves
from repletion.network.scale import Array, expit

_LEAST = 1e-12
_SETTLED = 1e-4  # weighted bits: of less no answer to anything can tell more


def told_by_findings(links: Links, p: Array, weights: Array) -> Array:
    """(F,) weighted bits that knowing each finding would tell, roughly.

    ``p``: (S,) posteriors; ``weights``: (S,) how much it matters to know each state.  A finding of a more severe level
    speaks for the state as far as the state is at that level.
    """
    if engine.told_by_findings is not None:
        return engine.told_by_findings(links, p, weights)
    size = len(links.leak)
    quiet: Array = (1 - links.leak) * np.exp(np.bincount(links.findings, np.log1p(-links.q * p[links.states]), size))
    spared = 1 - links.q
    if links.through.size:
        share = np.minimum(1.0, p[links.levels] / np.maximum(p[links.states[links.through]], _LEAST))
        np.multiply.at(spared, links.through, 1 - links.level_q * share)
    bits = _entropy(p)
    pairs = np.flatnonzero((weights * bits > _SETTLED)[links.states])
    finding, state = links.findings[pairs], links.states[pairs]
    before, no = p[state], quiet[finding]
    off = no * before * spared[pairs] / (1 - before * (1 - spared[pairs]))  # that the state is on and the finding off
    gain = _bits(off) + _bits(no - off) + _bits(before - off) + _bits(1 - before - no + off)
    gain += bits[state] + _entropy(quiet)[finding]
    return np.asarray(np.bincount(finding, np.maximum(gain, 0.0) * weights[state], size))


def told_by_factors(network: Network, moves: Moves, p: Array, weights: Array) -> Array:
    """(factors,) weighted bits that the answer to each factor would tell, roughly; see :func:`told_by_findings`."""
    if engine.told_by_factors is not None:
        return engine.told_by_factors(network.base[0], moves, p, weights)
    own, before = expit(network.base[0])[moves.states], p[moves.states]
    after, odds = [], []
    for shift in (moves.no, moves.yes):
        moved = np.exp(shift)
        total = 1 - before + before * moved
        after.append(before * moved / total)
        seen = np.log(total) - np.log(1 - own + own * moved)
        odds.append(np.exp(np.bincount(moves.factors, seen, len(moves.probability))))
    yes = moves.probability * odds[1]
    yes = (yes / (yes + (1 - moves.probability) * odds[0]))[moves.factors]
    mean = (1 - yes) * after[0] + yes * after[1]
    gain = _entropy(mean) - (1 - yes) * _entropy(after[0]) - yes * _entropy(after[1])
    told = np.maximum(gain, 0.0) * weights[moves.states]
    return np.asarray(np.bincount(moves.factors, told, len(moves.probability)))


def _bits(p: Array) -> Array:
    """p log2 p, 0 for what rounding made negative."""
    p = np.maximum(p, 1e-300)
    return np.asarray(p * np.log2(p))


def _entropy(p: Array) -> Array:
    """Of yes/no variables, in bits."""
    return -(_bits(p) + _bits(1 - p))

"""How common a state is with a factor and without it, so that both together are as common as the state is.

Of a state of prevalence ``m`` and a factor of share ``p`` the pair ``s`` (with) and ``u`` (without) satisfies
``p s + (1 - p) u = m``.  A published share is ``s`` itself; an odds ratio is that of ``s`` and ``u``; a risk ratio is
``s / u``.  Groups of which a person belongs to one share one such sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from repletion.network.scale import Array, expit, logit

_HALVINGS = 60  # numerical: of an interval of log-odds, down to rounding
_WIDE = 25.0  # numerical: log-odds beyond which nothing lies


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """Probability (B,) of a state (or finding) with and without a factor; ``mean``: among everybody."""

    having: Array
    lacking: Array
    mean: Array

    def shift(self, share: float | Array) -> Array:
        """Log-odds that a factor held with probability ``share`` adds; nothing for its share among everybody."""
        return np.asarray(logit(share * self.having + (1 - share) * self.lacking) - logit(self.mean))


def of_share(having: Array, mean: Array, common: Array, most: float) -> Effect:
    """From the published share among those with the factor, used in full.

    It gives way where more than the part ``most`` of all people with the state would have the factor: then the factor's
    share, the state's prevalence and this number contradict each other.
    """
    having = np.minimum(having, np.maximum(most * mean / common, mean))
    return Effect(having, (mean - common * having) / (1 - common), mean)


def of_ratio(log_odds: Array, mean: Array, common: Array) -> Effect:
    """From the logarithm of the odds ratio of people with the factor to people without."""
    ratio = np.exp(log_odds)
    a, b = (1 - common) * (ratio - 1), common * ratio + 1 - common - mean * (ratio - 1)
    lacking = 2 * mean / (b + np.sqrt(b * b + 4 * a * mean))
    return Effect(expit(logit(lacking) + log_odds), lacking, mean)


def odds_of_risk(log_risk: Array, mean: Array, common: Array, top: float) -> Array:
    """Logarithm of the odds ratio that a risk ratio is at this prevalence; no risk lies above ``top``."""
    lacking = mean / (1 + common * np.expm1(log_risk))
    return np.asarray(logit(np.minimum(np.exp(log_risk) * lacking, top)) - logit(lacking))


def of_groups(log_odds: Sequence[Array], mean: Array, common: Sequence[Array]) -> tuple[tuple[Array, ...], Array]:
    """Probability in each of several groups apart, and in the rest, whose odds the ratios are against.

    ``common``: share of each group among everybody; together below one.
    """
    ratios, shares = np.stack(log_odds), np.stack(common)
    rest = 1 - shares.sum(axis=0)
    low, high = logit(mean) - _WIDE, logit(mean) + _WIDE
    low, high = (np.broadcast_to(x, ratios.shape[1:]).copy() for x in (low, high))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        over = (shares * expit(middle + ratios)).sum(axis=0) + rest * expit(middle) > mean
        high, low = np.where(over, middle, high), np.where(over, low, middle)
    return tuple(expit(low + ratio) for ratio in ratios), np.asarray(expit(low))

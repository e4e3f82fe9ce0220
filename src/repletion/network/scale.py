"""From claims to numbers on a scale, with draws for their uncertainty.

Probabilities live on the log-odds scale, ratios on the log scale; an interval of a claim is read as the central
95 % of a normal distribution there.  Draws are a Latin hypercube: every claim meets the same ``n`` evenly spread
quantiles in its own seeded order, so that few draws suffice and the same claim moves together wherever it is used.
Row 0 is always the central value.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repletion.errors import KnowledgeError
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Claim
from repletion.knowledge.problems import SHARES

Array = NDArray[np.float64]

_FLOOR = 1e-9  # numerical: keeps logarithms finite
_CENTRAL_95 = NormalDist().inv_cdf(0.975) * 2
_NO_DRAWS = np.zeros(1)
LIKELIEST = 0.95  # numerical: no risk ratio makes a risk larger


def logit(p: Any) -> Any:
    """Log-odds of probabilities (0-1), kept finite."""
    p = np.minimum(np.maximum(p, _FLOOR), 1 - _FLOOR)  # np.clip costs three times as much, and this is asked often
    return np.log(p) - np.log1p(-p)


def _logit(p: float) -> float:
    """The same for one number."""
    p = min(max(p, _FLOOR), 1 - _FLOOR)
    return math.log(p) - math.log1p(-p)


def expit(x: Any) -> Any:
    """Probability (0-1) of log-odds."""
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


@cache
def _quantiles(n: int) -> Array:
    normal = NormalDist()
    return np.array([normal.inv_cdf((i + 0.5) / n) for i in range(n)])


def _draws(name: str, n: int, seed: int) -> Array:
    """Standard normal deviates (1 + n,) of one claim; row 0 is zero."""
    if n == 0:
        return _NO_DRAWS
    digest = hashlib.blake2b(f"{seed}|{name}".encode(), digest_size=8).digest()
    order = np.random.default_rng(int.from_bytes(digest, "little")).permutation(n)
    return np.concatenate([[0.0], _quantiles(n)[order]])


class Scale:
    """Numbers of one knowledge base for ``draws`` parameter draws; every claim is worked out once."""

    def __init__(self, knowledge: Knowledge, *, draws: int, seed: int) -> None:
        self.knowledge = knowledge
        self.draws = draws
        self.seed = seed
        self._deviates: dict[str, Array] = {}
        self._probability: dict[str, Array] = {}
        self._ratio: dict[str, Array] = {}

    def _deviate(self, name: str) -> Array:
        if name not in self._deviates:
            self._deviates[name] = _draws(name, self.draws, self.seed)
        return self._deviates[name]

    def _spread(self, claim: Claim, low: float | None, high: float | None, centre: float) -> float:
        """Standard deviation on the scale from an interval, or the declared default without one."""
        if low is not None and high is not None and high > low:
            return (high - low) / _CENTRAL_95
        if low is not None and low < centre:
            return 2 * (centre - low) / _CENTRAL_95
        if high is not None and high > centre:
            return 2 * (high - centre) / _CENTRAL_95
        rule = "assumed_interval_log_odds" if claim.assumed else "default_interval_log_odds"
        return 2 * self.knowledge.rule(rule) / _CENTRAL_95

    def _centre_and_spread(self, name: str) -> tuple[float, float]:
        """Log-odds of a probability claim and their standard deviation."""
        claim = self.knowledge.claims[name]
        if claim.value is None or claim.unit not in SHARES:
            raise KnowledgeError(f"claim {name} is used as a probability but reads {claim.value} {claim.unit}")
        per = SHARES[claim.unit]
        low, high = (None if v is None else _logit(v / per) for v in (claim.low, claim.high))
        centre = _logit(claim.value / per)
        return centre, self._spread(claim, low, high, centre)

    def probability(self, name: str) -> Array:
        """Draws (1 + n,) of a probability claim.  Raises :class:`KnowledgeError` when it is none."""
        if name not in self._probability:
            self.probabilities((name,))
        return self._probability[name]

    def probabilities(self, names: Sequence[str]) -> Array:
        """The same for several claims (names, 1 + n)."""
        new = [name for name in dict.fromkeys(names) if name not in self._probability]
        if new:
            scales = np.array([self._centre_and_spread(name) for name in new])
            x = scales[:, :1] + scales[:, 1:] * np.stack([self._deviate(name) for name in new])
            self._probability.update(zip(new, expit(x), strict=True))
        if not names:
            return np.empty((0, 1 + self.draws))
        return np.stack([self._probability[name] for name in names])

    def log_ratio(self, name: str) -> Array:
        """Draws (1 + n,) of the natural logarithm of a ratio claim; a bare direction gets the declared default."""
        if name not in self._ratio:
            claim = self.knowledge.claims[name]
            if claim.measure == "direction" or claim.value is None:
                sign = -1.0 if (claim.value or 1) < 0 else 0.0 if claim.value == 0 else 1.0
                centre = sign * math.log(self.knowledge.rule("default_direction_odds_ratio"))
                x = centre + abs(centre) / 2 * self._deviate(name)
            else:
                centre = math.log(max(claim.value, _FLOOR))
                low, high = (None if v is None else math.log(max(v, _FLOOR)) for v in (claim.low, claim.high))
                x = centre + self._spread(claim, low, high, centre) * self._deviate(name)
            self._ratio[name] = x
        return self._ratio[name]

    def log_odds_ratio(self, name: str, base: Array) -> Array:
        """Draws (1 + n,) of a log odds ratio from an odds ratio, a risk ratio or a share among the exposed.

        ``base``: the subject's probability among people at large, for converting the last two.
        """
        claim = self.knowledge.claims[name]
        if self.is_share(name):
            return np.asarray(logit(self.probability(name)) - logit(base[:1]))
        ratio = self.log_ratio(name)
        if claim.measure == "risk_ratio":
            exposed = np.clip(np.exp(ratio) * base[:1], _FLOOR, LIKELIEST)
            return np.asarray(logit(exposed) - logit(base[:1]))
        return ratio

    def is_share(self, name: str) -> bool:
        """Whether a claim of a factor is a share among people with it, not a ratio."""
        claim = self.knowledge.claims[name]
        return claim.measure == "prevalence_given_factor" or claim.unit in SHARES

"""A laboratory value as evidence on the person's true value.

A single measurement scatters about the person's usual value by the analysis and from day to day.  With
total coefficient of variation ``cv`` (percent) the probability that the true value lies beyond a limit ``t``
is ``Phi((t - x) / (cv t / 100))`` below, and its complement above (equation 1).  A share ``e`` of results
is grossly wrong (mixed-up sample, contamination) and says nothing; an old result counts ever less, since what it
showed may have passed: ``e(t) = 1 - (1 - e) 2^(-t/h)`` with the half-life ``h`` (rule ``lab_half_life``).  Dividing
the resulting odds by the odds of
the share ``s`` of people at large beyond the limit gives the likelihood ratio (equation 2).  Where a test has several
limits on one side, each further one is judged among those beyond the one before, and only among them: its pair
``(off, on)`` becomes ``(1, on / off)`` and the pair before it takes the factor ``off`` (equation 3), so that one value
counts once.
Source of the variance model: Fraser CG, Biological Variation: From Principles to Practice, 2001.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from statistics import NormalDist

from repletion.case.model import Lab, Person
from repletion.evidence.model import Observation, Pair
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Limit, Rate, Season, Test, When

_NORMAL = NormalDist()
_LEAST, _MOST = 1e-12, 1 - 1e-9  # numerical: keep shares of shares within (0, 1)


def fits(when: When, person: Person) -> bool:
    """Whether a limit or range is meant for this person; what is unknown about them does not fit a condition."""
    if when.sex is not None and when.sex != person.sex:
        return False
    if when.pregnant is not None and when.pregnant != bool(person.pregnant):
        return False
    if when.country is not None:
        told = (person.country or "").strip().casefold()
        if told not in {name.casefold() for name in when.country}:
            return False
    if when.age is not None:
        return person.age is not None and when.age[0] <= person.age < when.age[1]
    return True


def choose(rates: Sequence[Rate], person: Person, season: Season | None) -> Rate:
    """The first rate meant for this person and season; the last when none is."""
    for rate in rates:
        if rate.when.season is not None and (season is None or season not in rate.when.season):
            continue
        if fits(rate.when, person):
            return rate
    return rates[-1]


def likelihood_pair(beyond: float, share: float, gross: float) -> Pair:
    """Likelihoods (off, on) of a node from the probability ``beyond`` (0-1), by equation 2.

    ``share``: share of people at large beyond the limit; ``gross``: share of grossly wrong results.
    """
    mixed = (1 - gross) * beyond + gross * share
    return (1 - mixed) / (1 - share), mixed / share


def _scaled(off: float, on: float) -> Pair:
    """The pair with its larger part one: only the ratio matters."""
    largest = max(off, on)
    return off / largest, on / largest


def probability_beyond(lab: Lab, *, limit: float, side: str, cv: float) -> float | None:
    """Probability (0-1) that the true value lies beyond ``limit``, by equation 1; ``None`` when it cannot be told.

    ``limit`` in the test's unit, ``cv`` total coefficient of variation in percent.
    """
    if lab.value is None:
        return None
    if lab.comparator == "<":
        return (1.0 if side == "below" else 0.0) if lab.value <= limit else None
    if lab.comparator == ">":
        return (1.0 if side == "above" else 0.0) if lab.value >= limit else None
    spread = max(cv * abs(limit) / 100, 1e-9)
    z = (limit - lab.value) / spread
    return _NORMAL.cdf(z if side == "below" else -z)


def _from_band(lab: Lab, limit: Limit, certainty: float, share: float) -> float | None:
    """Probability beyond a limit from words alone ("low", "normal").

    Words for the other side, or "normal", leave what of the population's ``share`` beyond the limit is uncertain.
    """
    extreme = limit.finding.startswith("very_")
    wanted = "low" if limit.side == "below" else "high"
    if lab.band is None or lab.band in {"positive", "negative"}:
        return None
    if not lab.band.endswith(wanted):
        return (1 - certainty) * share
    if extreme and not lab.band.startswith("very"):
        return None
    return certainty


def total_cv(test: Test, knowledge: Knowledge) -> float:
    """Total coefficient of variation of one measurement in percent: the parts add as squares."""
    parts = [knowledge.claims[name].value or 0.0 for name in test.variation]
    return math.sqrt(sum(part * part for part in parts)) if parts else knowledge.rule("default_test_cv")


def _mild_to_extreme(test: Test, person: Person, knowledge: Knowledge) -> list[Limit]:
    """The limits meant for this person, on each side from the mildest on, one for each finding."""
    chosen: dict[str, Limit] = {}
    for limit in test.limits:
        if fits(limit.when, person):
            chosen.setdefault(limit.finding, limit)

    def order(limit: Limit) -> tuple[str, float]:
        value = knowledge.claims[limit.claim].value or 0.0
        return limit.side, -value if limit.side == "below" else value

    return sorted(chosen.values(), key=order)


def saying_nothing(lab: Lab, knowledge: Knowledge, day: dt.date | None) -> float:
    """Share (0-1) of such results that say nothing on the ``day``: the wrong ones and the outdated ones."""
    gross = knowledge.rule("gross_error_rate")
    if lab.date is None or day is None or lab.date >= day:
        return gross
    return float(1 - (1 - gross) * 2 ** (-(day - lab.date).days / knowledge.rule("lab_half_life")))


def observe_lab(
    lab: Lab,
    person: Person,
    knowledge: Knowledge,
    *,
    day: dt.date | None = None,
    season: Season | None = None,
    otherwise: tuple[Lab, float] | None = None,
) -> Observation | None:
    """The observation that a result makes on a ``day``, or ``None`` when no limit of the test is modelled.

    ``season``: with the person it chooses the share of people beyond each limit.  ``otherwise``: the same result as it
    may have been meant too, and the share (0-1) of such results that are.
    """
    test: Test = knowledge.get("tests", lab.test)
    gross, certainty = saying_nothing(lab, knowledge, day), knowledge.rule("band_certainty")
    cv = total_cv(test, knowledge)
    nodes: dict[str, Pair] = {}
    claims: list[str] = []
    beyond_any = False
    wider: dict[str, tuple[float, float, str | None]] = {}  # by side: probability, share, node of the limit before
    for limit in _mild_to_extreme(test, person, knowledge):
        rate = choose(knowledge.findings[limit.finding].background, person, season).claim
        threshold, share = knowledge.claims[limit.claim], knowledge.claims[rate]
        if threshold.value is None or share.value is None:
            continue
        beyond = probability_beyond(lab, limit=threshold.value, side=limit.side, cv=cv)
        if beyond is not None and otherwise is not None:
            meant, part = otherwise
            other = probability_beyond(meant, limit=threshold.value, side=limit.side, cv=cv)
            beyond = beyond if other is None else (1 - part) * beyond + part * other
        if beyond is None:
            beyond = _from_band(lab, limit, certainty, share.value / 100)
        if beyond is None:
            continue
        fraction = share.value / 100
        outer, outer_share, last = wider.get(limit.side, (1.0, 1.0, None))
        wider[limit.side] = (beyond, fraction, limit.finding)
        off, on = likelihood_pair(min(beyond / max(outer, _LEAST), 1.0), min(fraction / outer_share, _MOST), gross)
        if last is not None:  # equation 3: the further limit divides those beyond the one before, and only them
            nodes[last] = nodes[last][0], nodes[last][1] * off
            off, on = 1.0, on / off
        nodes[limit.finding] = (off, on)
        claims += [limit.claim, rate]
        beyond_any = beyond_any or beyond > 0.5
    if not nodes:
        return None
    claims += test.variation
    return Observation(
        id=test.id,
        kind="lab",
        label=test.label,
        text=lab.text,
        present=beyond_any,
        nodes={name: _scaled(*pair) for name, pair in nodes.items()},
        claims=tuple(dict.fromkeys(claims)),
        assumed=any(knowledge.claims[name].assumed for name in claims),
    )

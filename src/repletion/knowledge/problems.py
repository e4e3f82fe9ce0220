"""What the lint of a knowledge base reports, and the looks that all its parts share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from repletion.knowledge.base import Knowledge
from repletion.knowledge.models import Claim

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
Kind = Literal["", "unused", "untested", "meanings", "together", "levels", "judged"]

SHARES = {"percent": 100.0, "per_100000": 100_000.0, "proportion": 1.0}
"""How much of each unit of a share is the whole."""
_SHARE_MEASURES = {
    "prevalence",
    "prevalence_given_factor",
    "frequency_in_state",
    "background_rate",
    "sensitivity",
    "specificity",
}
RATIO_MEASURES = {
    "odds_ratio",
    "adjusted_odds_ratio",
    "risk_ratio",
    "likelihood_ratio_positive",
    "likelihood_ratio_negative",
}

# what a claim may measure where it is used
_USES: Mapping[str, set[str]] = {
    "prior": {"prevalence", "background_rate"},
    "prevalence": {"prevalence", "background_rate"},
    "background": {"background_rate", "prevalence"},
    "raised_by": {"odds_ratio", "adjusted_odds_ratio", "risk_ratio", "prevalence_given_factor", "direction"},
    "caused_by": {"prevalence_given_factor", "frequency_in_state"},
    "findings": {"frequency_in_state", "sensitivity", "likelihood_ratio_positive"},
    "duration": {"duration"},
    "limit": {"threshold"},
}


class Problem(msgspec.Struct, frozen=True):
    """Something to mend, or (a note) to know.  ``where``: the record and field, as ``states/hypokalemia raised_by
    insulins``.  ``kind``: of a note, what its like are counted as."""

    level: Level
    where: str
    message: str
    kind: Kind = ""


def cited(knowledge: Knowledge, where: str, source: str, locator: str) -> Iterator[Problem]:
    """Both a source on record and a place in it."""
    if not source.strip() or not locator.strip():
        yield Problem("error", where, "source and locator must both be given")
    elif source not in knowledge.sources:
        yield Problem("error", where, f"there is no source {source!r}")


def known(table: Mapping[str, object], names: Iterable[str], where: str, kind: str) -> Iterator[Problem]:
    for name in names:
        if name not in table:
            yield Problem("error", where, f"there is no {kind} {name!r}")


def interval(where: str, value: float | None, low: float | None, high: float | None) -> Iterator[Problem]:
    if low is not None and high is not None and low > high:
        yield Problem("error", where, f"the interval {low:g} to {high:g} is upside down")
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        yield Problem("error", where, f"the value {value:g} lies outside its interval {low} to {high}")


def claim_numbers(claim: Claim, where: str) -> Iterator[Problem]:
    numbers = [n for n in (claim.value, claim.low, claim.high) if n is not None]
    if claim.measure in _SHARE_MEASURES:
        if claim.unit not in SHARES:
            yield Problem("error", where, f"a {claim.measure} needs a unit of {', '.join(SHARES)}, not {claim.unit!r}")
        elif any(not 0 <= n <= SHARES[claim.unit] for n in numbers):
            yield Problem("error", where, f"a share in {claim.unit} must lie between 0 and {SHARES[claim.unit]:g}")
    if claim.measure in RATIO_MEASURES:
        if claim.unit != "ratio":
            yield Problem("error", where, f"a {claim.measure} needs the unit ratio, not {claim.unit!r}")
        elif any(n < 0 for n in numbers) or claim.value == 0:
            yield Problem("error", where, "a ratio must be above zero")
    if claim.measure == "direction" and claim.value not in (None, -1, 0, 1):
        yield Problem("error", where, "a direction is 1 (raises), -1 (lowers) or 0 (neither)")


def use(knowledge: Knowledge, where: str, name: str, place: str, also: Iterable[str] = ()) -> Iterator[Problem]:
    """Whether a claim exists and measures what its place needs."""
    yield from known(knowledge.claims, [name, *also], where, "claim")
    claim = knowledge.claims.get(name)
    if claim is None:
        return
    if claim.measure not in _USES[place]:
        wanted = ", ".join(sorted(_USES[place]))
        yield Problem("error", where, f"claim {name} measures {claim.measure}; here belongs {wanted}")
    if claim.value is None and claim.measure != "direction":
        yield Problem("error", where, f"claim {name} has no number")

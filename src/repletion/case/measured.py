"""Measurements that say nothing about the person at rest: a pulse of sport, the temperature of a room."""

from __future__ import annotations

from collections.abc import Sequence

from repletion.case.small_words import measured
from repletion.case.tokens import Token

_BEFORE = 3  # words before a word of effort among which one says that it was being done
_BEHIND = 2  # words behind it that may make another thing of it: "ran a fever"


def _done(lows: Sequence[str], i: int) -> bool:
    """Whether the word of effort at ``i`` tells of effort: "when I run", not "I ran out of it", nor "no exercise"."""
    words = measured()
    before = lows[max(0, i - _BEFORE) : i]
    if not words.no_effort_before.isdisjoint(before) or not words.no_effort_behind.isdisjoint(
        lows[i + 1 : i + 1 + _BEHIND]
    ):
        return False
    return not words.doing.isdisjoint(before)


def of_effort(subject: str, found: Sequence[Token], value: float, age: float | None) -> bool:
    """Whether a finding about the pulse is told of sport: "pulse 160 when I run", not "160 at rest after a run".

    ``value``: beats a minute; ``age``: years.  In doubt it is not, since a pulse that is passed over raises no alarm.
    """
    words = measured()
    if subject not in words.pulse or value >= words.most or (age is not None and age < words.least_age):
        return False
    lows = [token.low for token in found]
    if not words.ill.isdisjoint(lows) or (not words.unless.isdisjoint(lows) and words.well.isdisjoint(lows)):
        return False
    return any(low in words.effort and _done(lows, i) for i, low in enumerate(lows))


def counted_in_effort(subject: str, at: Sequence[int], found: Sequence[Token], age: float | None) -> bool:
    """Whether the tokens ``at``, which name a finding, hold a pulse of sport; ``age`` in years."""
    counts = [float(found[i].text.replace(",", ".")) for i in at if found[i].role == "number"]
    return any(of_effort(subject, found, count, age) for count in counts)


def elsewhere(subject: str, name: range, value: float, found: Sequence[Token], age: float | None) -> bool:
    """Whether a number beside ``name`` was measured in effort, or of a place and not of a body.

    ``subject``: the finding that the number would make; ``name``: the tokens that name what was measured;
    ``age``: years, ``None`` when unknown.
    """
    words = measured()
    lows = [token.low for token in found]
    if of_effort(subject, found, value, age):
        return True
    if subject not in words.warmth or value >= words.below:
        return False
    if name.start > 0 and lows[name.start - 1] in words.place_before:
        return True
    behind = name.stop
    while behind < len(lows) and lows[behind] in words.place_joins:
        behind += 1
    return behind < len(lows) and lows[behind] in words.place_behind

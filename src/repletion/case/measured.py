"""Measurements that say nothing about the person at rest: a pulse of sport, the temperature of a room."""

from __future__ import annotations

from collections.abc import Sequence

from repletion.case.small_words import measured
from repletion.case.tokens import Token


def of_effort(subject: str, found: Sequence[Token]) -> bool:
    """Whether a finding about the pulse is told of sport: "pulse 160 when I run", not "160 at rest after a run"."""
    words = measured()
    lows = [token.low for token in found]
    counts = not words.unless.isdisjoint(lows) and words.well.isdisjoint(lows)
    return subject in words.pulse and not words.effort.isdisjoint(lows) and not counts


def elsewhere(subject: str, name: range, value: float, found: Sequence[Token]) -> bool:
    """Whether a number beside ``name`` was measured in effort, or of a place and not of a body.

    ``subject``: the finding that the number would make; ``name``: the tokens that name what was measured.
    """
    words = measured()
    lows = [token.low for token in found]
    if of_effort(subject, found):
        return True
    if subject not in words.warmth or value >= words.below:
        return False
    if name.start > 0 and lows[name.start - 1] in words.place_before:
        return True
    behind = name.stop
    while behind < len(lows) and lows[behind] in words.place_joins:
        behind += 1
    return behind < len(lows) and lows[behind] in words.place_behind

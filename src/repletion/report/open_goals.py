"""The open goals of a plan as points to read: those that stay open for the same plain reason are said together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from repletion.plan.data import say
from repletion.plan.words import amount, inner, unit

if TYPE_CHECKING:
    from repletion.plan.model import Unmet

Point = tuple[str, tuple[str, ...]]
# Reasons that are the same sentence for every goal, with the key of the sentence for several.
TOGETHER = {"almost": "open_almost", "whole portions": "open_portions"}


def open_points(gaps: Sequence[Unmet]) -> list[Point]:
    """Each open goal with its next steps; several with one reason in one point, where the first of them stands."""
    groups = {
        reason: [gap for gap in gaps if gap.reason == reason] for reason in TOGETHER
    }  # fmt: skip
    found: list[Point] = []
    for gap in gaps:
        members = groups.get(gap.reason, [])
        if len(members) < 2:
            found.append((gap.text, gap.steps))
        elif gap is members[0]:
            found.append((_text(gap.reason, members), _steps(members)))
    return found


def _text(reason: str, gaps: Sequence[Unmet]) -> str:
    names = []
    for number, gap in enumerate(gaps):
        label = (gap.label if number == 0 else inner(gap.label)) + ("*" if gap.adequate else "")
        if reason == "almost":
            names.append(say("open_share", label=label, share=math.floor(100 * gap.after / gap.bound)))
        else:
            words = {"after": amount(gap.after), "bound": amount(gap.bound), "unit": unit(gap.unit)}
            names.append(say("open_amount", label=label, **words))
    text = say(TOGETHER[reason], list=_and([inner(names[0]), *names[1:]]))
    return f"{text} {say('open_adequate')}" if any(gap.adequate for gap in gaps) else text


def _steps(gaps: Sequence[Unmet]) -> tuple[str, ...]:
    """What the plan with one wish eased brings, for all goals of a group, and what else is left to do."""
    if gaps[0].reason == "almost":
        return ()
    steps = []
    for kind in dict.fromkeys(gap.eased for gap in gaps if gap.eased):
        eased = [gap for gap in gaps if gap.eased == kind and gap.eased_to is not None]
        reached = [inner(gap.label) for gap in eased if (gap.eased_to or 0.0) >= gap.bound]
        nearer = [
            say("open_more", amount=amount(gap.eased_to or 0.0), unit=unit(gap.unit), label=inner(gap.label))
            for gap in eased
            if (gap.eased_to or 0.0) < gap.bound
        ]
        steps += [
            say(key, relax=say(f"relax_{kind}"), list=_and(words))
            for key, words in (("open_reaches", reached), ("open_comes", nearer))
            if words
        ]
    return (*steps, say("open_first"))


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)

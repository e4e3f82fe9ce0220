"""From what somebody calls a state to the state: ids, labels, lay words, or near enough."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from repletion.handbook.facts import signs
from repletion.knowledge.base import DATA
from repletion.knowledge.reader import read_yaml
from repletion.report.wording import say

if TYPE_CHECKING:
    from repletion.knowledge import Knowledge
    from repletion.knowledge.models import State

_ENOUGH = 88
"""Likeness (0-100) of two wordings from which the nearest name is taken without asking."""
_NEAR = 60
"""Likeness from which a name is offered."""


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See ``words/state_names.yaml``."""

    fillers: list[str]
    too_little: list[str]
    too_much: list[str]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Fillers, ways to say too little, and ways to say too much."""
    words = read_yaml(DATA / "words" / "state_names.yaml", _Words)
    each = (words.fillers, words.too_little, words.too_much)
    filler, little, much = (re.compile(rf"\b(?:{'|'.join(sorted(names, key=len, reverse=True))})\b") for names in each)
    return filler, little, much


def _plain(words: str) -> str:
    """Words without case, hyphens and filler; every way to say too little or too much said alike."""
    text = re.sub(r"[\s_-]+", " ", words.casefold()).strip()
    filler, little, much = _patterns()
    text = much.sub("high", little.sub("low", text))
    text = re.sub(r"\bb (?=\d)", "b", filler.sub(" ", text))
    return " ".join(sorted(text.split()))


def _names(state: State) -> dict[str, int]:
    """Every plain name of a state with how close to the state it stands; 0 is closest."""
    found = {_plain(state.id): 0, _plain(state.label): 0, _plain(state.lay): 1}
    for word in state.words:
        found.setdefault(_plain(word), 1)
    if state.nutrient is not None:
        nutrient = _plain(state.nutrient)
        found.setdefault(nutrient, 3 if state.kind == "deficiency" else 4)
        found.setdefault(_plain(f"{'low' if state.kind == 'deficiency' else 'high'} {state.nutrient}"), 2)
    found.pop("", None)
    return found


def _order(knowledge: Knowledge, name: str) -> tuple[int, str]:
    """The mildest level first, since a page names its severer levels."""
    state, depth = knowledge.states[name], 0
    while state.requires is not None:
        state, depth = knowledge.states[state.requires], depth + 1
    return depth, name


def find_state(knowledge: Knowledge, words: str) -> tuple[str | None, tuple[str, ...]]:
    """The state that ``words`` name, or ``None``; and the ids of the nearest others, nearest first."""
    from rapidfuzz import fuzz

    if words in knowledge.states:
        return words, ()
    wanted = _plain(words)
    scored = []
    for state in knowledge.states.values():
        if state.kind == "latent":
            continue
        likeness, place = max((fuzz.ratio(wanted, name), -place) for name, place in _names(state).items())
        scored.append((-likeness, -place, _order(knowledge, state.id), state.id))
    scored.sort()
    near = tuple(name for likeness, _, _, name in scored if -likeness >= _NEAR)
    if wanted and -scored[0][0] >= _ENOUGH:
        return scored[0][3], near[1:4]
    return None, near[:4]


def states_with(knowledge: Knowledge, words: str) -> tuple[str, ...]:
    """States that the finding called ``words`` speaks for, the one it speaks for most first; empty for no finding."""
    from rapidfuzz import fuzz

    wanted = _plain(words)
    likeness, finding = max(
        (max(fuzz.ratio(wanted, _plain(name)) for name in (f.id, f.label, f.lay, *f.words) if name), f.id)
        for f in knowledge.findings.values()
    )
    if likeness < _ENOUGH:
        return ()
    found = [
        (-sign.share * sign.ratio, state.id)
        for state in knowledge.states.values()
        if state.kind != "latent"
        for sign in signs(knowledge, state)
        if sign.finding == finding and sign.ratio > 1
    ]
    return tuple(name for _, name in sorted(found)[:4])


def nearest_states(near: tuple[str, ...]) -> str:
    """Nearest ids as the end of a sentence, or nothing."""
    return say("cli.nearest", names=", ".join(near)) if near else ""

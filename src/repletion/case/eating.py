"""What a description of a diet says as a whole: that it is made of a few foods, or leaves groups of foods out.

"Only milk and biscuits", "limited to pasta" and "avoids milk and fish" name no subject of the knowledge by
themselves; what is left out does.  The lists of words are knowledge, in ``words/reading/eating.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

from repletion.case.lexicon import Lexicon, code_text
from repletion.case.matching import Match
from repletion.case.meanings import Outcome, Setting
from repletion.case.parts import Understood
from repletion.case.small_words import trees, weighs_nothing
from repletion.case.tokens import Phrase, Spelling, Token, folds, plain

_NARROW = "very_narrow_diet"
_GROUPS = ("meat", "fish", "dairy", "eggs", "fruit", "vegetables")
_FEW, _ITEM = 7, 3  # foods that a very narrow diet may list, words of one of them
_LONGEST_FOOD = 3  # words
_REACH = 8  # words between a limit and the first food: "daily only 50-60 oz of milk"


@cache
def _lists() -> dict[str, Any]:
    return trees()["eating"]  # type: ignore[no-any-return]


@cache
def _one_of(*names: str) -> re.Pattern[str]:
    """A pattern for the phrases of lists, the longest first."""
    lists = _lists()
    phrases = chain.from_iterable(lists["groups"].get(name) or lists[name] for name in names)
    return re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, phrases), key=len, reverse=True)) + r")\b")


def _stretch(text: str) -> str:
    """From a limit to where its list of foods ends."""
    sentence = re.split(r"[.;:]\s|[()]", text, maxsplit=1)[0]
    end = _one_of("ends").search(sentence)
    return sentence[: end.start()] if end else sentence


def _few(stretch: str) -> bool:
    """Whether single foods are listed one by one and are few, meat and fruit among them or not."""
    items = [item for item in re.split(r",|\band\b|&", stretch) if item.strip()]
    return 2 <= len(items) <= _FEW and all(len(item.split()) <= _ITEM for item in items)


def _narrow(low: str) -> Iterator[tuple[int, int]]:
    """Where a diet of a few foods is told, from the limit to the last food."""
    for limit in _one_of("limits").finditer(low):
        if _one_of("no_food").match(low[limit.end() :].lstrip()):
            continue
        stretch = _stretch(low[limit.end() :])
        foods = list(_one_of("foods").finditer(stretch))
        near = bool(foods) and len(stretch[: foods[0].start()].split()) <= _REACH
        drinking = _one_of("drinking").search(low) and all(_one_of("drinks").fullmatch(food.group()) for food in foods)
        counted = limit.group() in _lists()["counts"] and _few(stretch)
        if near and not drinking and (counted or not _one_of("varied").search(stretch)):
            yield limit.start(), limit.end() + foods[-1].end()


def _left_out(low: str) -> Iterator[tuple[str, int, int]]:
    """Groups of foods that are left out, and where: "avoids milk, eggs and fish", "dairy-free"."""
    listed = _one_of(*_GROUPS, "other").pattern
    for start in _one_of("leaves_out").finditer(low):
        run = re.compile(rf"(?:[\s,/&]*{listed})+").match(low, start.end())
        if run:
            yield from _groups(run.group(), start.start(), run.end())
    for free in re.finditer(r"\b([a-z]+)[- ]free\b", low):
        yield from _groups(free.group(1), free.start(), free.end())


def _groups(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for group in _GROUPS:
        if _one_of(group).search(text):
            yield group, start, end


def told(text: str, section: str) -> dict[str, tuple[int, int]]:
    """Factors that the words about food stand for, each with the place of the words.  ``section``: of the case."""
    low = plain(text).lower()
    if section == "diet":
        speaks = True
    else:
        speaks = section in {"text", "lifestyle"} and _one_of("eats").search(low) is not None
    if not speaks or _one_of("past").search(low):
        return {}
    narrow = next(_narrow(low), None)
    found = {_NARROW: narrow} if narrow else {}
    left_out = list(_left_out(low))
    groups = {group for group, _, _ in left_out}
    few = {food.group() for food in _one_of("foods").finditer(low)}
    if section == "diet" and groups >= {"fruit", "vegetables"} and len(few) >= _lists()["listed"] and not narrow:
        found[_NARROW] = (0, len(text))  # "chocolate bars, popcorn, chips; no fruit or vegetables in years"
    habit = False
    for line in _lists()["told"]:
        eaten = line["factor"] in {"vegan_diet", "vegetarian_diet"}
        if groups >= set(line["without"]) and not (habit and eaten):
            habit = habit or eaten
            found[line["factor"]] = (min(start for _, start, _ in left_out), max(end for _, _, end in left_out))
    return found


@cache
def _single_foods(spelling: Spelling) -> frozenset[Phrase]:
    """Foods and groups of foods, folded."""
    names = (*weighs_nothing().foods, *(name for group in _GROUPS for name in _lists()["groups"][group]))
    return frozenset(tuple(word for _, word, _ in folds(name, spelling)) for name in names)


def of_one_food(match: Match, found: Sequence[Token], spelling: Spelling) -> bool:
    """Whether words about not eating are said of one food: "does not eat any fruit" tells of no appetite."""
    lists = _lists()
    if not any(target.id in lists["appetite"] for target in match.targets):
        return False
    if not any(found[i].low in lists["eats"] for i in match.at):
        return False
    at = match.last + 1
    while at < len(found) and (found[at].role in {"grammar", "degree"} or found[at].low in lists["of_foods"]):
        at += 1
    behind = [token.stem for token in found[at : at + _LONGEST_FOOD]]
    return any(tuple(behind[:size]) in _single_foods(spelling) for size in range(1, len(behind) + 1))


def with_eating(read: Outcome, text: str, setting: Setting, lexicon: Lexicon) -> Outcome:
    """What was read in a statement, with what it tells of the diet.  Hints on words that are then read are left out."""
    if setting.negative or setting.past or setting.section not in {"diet", "text", "lifestyle"}:
        return read
    known = {u.id for u in read.understood}
    new = {name: place for name, place in told(text, setting.section).items() if name not in known}
    if not new:
        return read
    read.understood += _understood(new.items(), text, setting, lexicon)
    if setting.section == "diet":
        return replace(read, issues=[issue for issue in read.issues if issue.level != "note"])
    return read


def _understood(
    new: Iterable[tuple[str, tuple[int, int]]], text: str, setting: Setting, lexicon: Lexicon
) -> Iterator[Understood]:
    for name, (start, end) in new:
        factor = lexicon.knowledge.factors.get(name)
        if factor is not None:
            yield Understood(
                text=text[start:end],
                where=setting.where,
                kind="factor",
                id=name,
                label=factor.label,
                code=code_text(factor.codes),
            )

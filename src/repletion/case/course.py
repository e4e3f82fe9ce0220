"""How a complaint runs: weakness that comes in attacks, or grows within days, is not the weakness that stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from repletion.case.durations import Span
from repletion.case.lexicon import Lexicon
from repletion.case.matching import Match
from repletion.case.meanings import Outcome
from repletion.case.parts import Understood
from repletion.case.small_words import one_of
from repletion.case.tokens import Token
from repletion.case.words import Words

_REACH = 4  # words between "episodes of" and what comes in episodes
_SOFT = frozenset("-'\"")


@cache
def _points_back(words: frozenset[str], beginnings: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of(words)}|the (?:{one_of(beginnings)})\w*)\b", re.I)


def lasting_from_before(
    told: list[Understood], first: int, part: Outcome, times: Sequence[Span], text: str, words: Words
) -> None:
    """Give the time of "I have had this for three years" to the complaints of the sentence before, from ``first`` on.

    Only where the sentence itself names no complaint and points back.
    """
    lasting = [span.days for span in times if not span.ago]
    if not lasting or any(u.kind == "finding" for u in part.understood):
        return
    if not _points_back(words.points_back, words.points_back_the).search(text):
        return
    for i in range(first, len(told)):
        if told[i].kind == "finding" and told[i].present and told[i].duration_days is None:
            told[i] = msgspec.structs.replace(told[i], duration_days=lasting[0])


def of_a_spell(found: Sequence[Token], span: Span, words: Words) -> bool:
    """Whether a time is how long each of several attacks lasts, not how long there have been any.

    "Episodes of chest pain, lasting about an hour": the pain may have come for years.
    """
    before = [token.low for token in found if token.start < span.start]
    several = any(low in words.each or (low in words.attacks and low.endswith("s")) for low in before)
    return span.days < 1 and several and not words.lasts.isdisjoint(before[-_REACH:])


def in_attacks(item: Understood, match: Match, found: Sequence[Token], lexicon: Lexicon) -> Understood:
    """What ``item`` is in attacks where it is then another complaint: who is unconscious in spells is in no coma."""
    other = lexicon.words.instead_in_attacks.get(item.id)
    said = [found[i].low for i in match.at]
    behind = {token.low for token in found[match.last + 1 : match.last + 4]}
    words = lexicon.words
    if not words.unconscious.isdisjoint(said) or not words.afterwards.isdisjoint(behind):
        return item  # "comatose after an attack of low sugar" is in a coma
    if other is None or item.kind != "finding" or _near(match, found, words).isdisjoint(words.attacks):
        return item
    return msgspec.structs.replace(item, id=other, label=lexicon.knowledge.findings[other].label, code=None)


def narrower(
    item: Understood, days: float | None, match: Match, found: Sequence[Token], lexicon: Lexicon
) -> Iterator[Understood]:
    """What else ``item`` is by the words beside it: it comes and goes, grew within ``days``, or lasts and is a risk."""
    words = lexicon.words
    least, factor = words.lasting.get(item.id, (0.0, ""))
    if factor and item.present and not item.past and days is not None and days >= least:
        label = lexicon.knowledge.factors[factor].label
        yield msgspec.structs.replace(item, kind="factor", id=factor, label=label, code=None)
    most, factor = words.recent.get(item.id, (0.0, ""))
    if factor and item.present and days is not None and days <= most:
        yield msgspec.structs.replace(item, id=factor, label=lexicon.knowledge.factors[factor].label, code=None)
    near = _near(match, found, words)
    # of the limbs, for "sudden weakness" may be a faint; of one side it speaks of a stroke
    sudden = item.onset == "sudden" and near & words.limbs and not near & words.one_sided
    grown = words.growing.get(item.id) if sudden or _short(days, words) else None
    names = [words.in_attacks.get(item.id), grown]
    if item.kind != "finding" or not item.present or not any(names):
        return
    for name, said in zip(names, (near & words.attacks, sudden or near & words.growing_words), strict=True):
        if name is not None and said:
            yield msgspec.structs.replace(item, id=name, label=lexicon.knowledge.findings[name].label)


def _short(days: float | None, words: Words) -> bool:
    return days is not None and days <= words.growing_days


def _comma(found: Sequence[Token], i: int, words: Words) -> frozenset[str]:
    """The comma of "weak legs, worsening over four days", which ends nothing."""
    grows = i + 1 < len(found) and found[i + 1].low in words.growing_words
    return frozenset(",") if grows else frozenset()


def _near(match: Match, found: Sequence[Token], words: Words) -> set[str]:
    """The words of a match and those beside it, up to the next mark."""
    around = [*range(match.first - 1, match.first - 1 - _REACH, -1)], [*range(match.last + 1, match.last + 1 + _REACH)]
    near = {found[i].low for i in range(match.first, match.last + 1)}
    for side in around:
        for i in side:
            if not 0 <= i < len(found) or (
                found[i].role == "mark" and found[i].text not in _SOFT | _comma(found, i, words)
            ):
                break
            near.add(found[i].low)
    return near


def of_other_words(
    span: Span, matches: Sequence[Match], found: Sequence[Token], began: frozenset[tuple[str, ...]]
) -> bool:
    """Whether a point in the past belongs to words that name nothing: "my hair falls out, had a baby 4 months ago"."""
    before = [i for i, t in enumerate(found) if t.start < span.start]
    marks = [i for i in before if found[i].text in {",", ";", "("}]
    clause = range(marks[-1] + 1 if marks else 0, len(before))
    named = any(m.first in clause or m.last in clause for m in matches)
    told = any(found[i].role == "word" and (found[i].low,) not in began for i in clause)
    return told and not named and not any((found[i].low,) in began for i in clause)

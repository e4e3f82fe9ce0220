"""What a number makes or excludes: five coffees a day, eight hours of sleep, strength 3/5."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from repletion.case.lexicon import Lexicon
from repletion.case.meanings import Outcome, Setting, issue
from repletion.case.measured import elsewhere
from repletion.case.parts import Understood
from repletion.case.small_words import amounts as small_words
from repletion.case.small_words import doses
from repletion.case.tokens import Token, stem

_NUMBER_NEAR = 5
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_ONLY_BESIDE = 3  # words to a number that belongs to one of several places
_UNIT_NEAR = 8  # words: "a daily intake of about fifteen cans of beer"
_COUNT = 10  # a smaller limit is one of things that are counted
_FAR = 3  # a number below a third of the limit, or above three times it, is no reading of it
_BEHIND = 5  # words after a dose that say how often it is taken


def quantities(found: Sequence[Token], setting: Setting, lexicon: Lexicon, outcome: Outcome, read: set[int]) -> None:
    """What a number makes or excludes: five coffees a day, eight hours of sleep, strength 3/5."""
    knowledge, numbers = lexicon.knowledge, lexicon.words.numbers
    stems = [t.stem for t in found]
    usual: set[int] = set()
    for rule in lexicon.words.quantities:
        record = knowledge.findings.get(rule.subject) or knowledge.factors.get(rule.subject)
        if rule.near[0] not in stems or not rule.of_age(setting.age):
            continue
        places = [i for i in range(len(found)) if tuple(stems[i : i + len(rule.near)]) == rule.near]
        if record is None or not places:
            continue
        i = _beside_amount(places, found, numbers)
        around = range(max(0, i - _NUMBER_NEAR), min(len(found), i + len(rule.near) + _NUMBER_NEAR))
        amounts = [j for j in sorted(around, key=lambda j: abs(j - i)) if _amount(found[j], numbers) is not None]
        amounts = [j for j in amounts if not _one_occasion(found, j) and not _weighed(found, j, rule.unit)]
        if rule.unit in {stem(word) for word in small_words().times}:  # "a 330 ml can of beer daily" counts no cans
            amounts = [j for j in amounts if j + 1 >= len(found) or found[j + 1].low not in small_words().volumes]
            amounts = [j for j in amounts if not _of_time(found[j + 1 : j + 2], rule.unit)]
        if not rule.unit:  # in "I'm 68, woman, high blood pressure" the number is an age, no reading
            end = i + len(rule.near)
            amounts = [j for j in amounts if found[j - 1].text != "/" or j < 2 or found[j - 2].role != "number"]
            amounts.sort(key=lambda j: not _right_behind(j, end, found))  # of "pulse 78 SpO2 98" the 98 is the oxygen
            amounts = [j for j in amounts if not elsewhere(rule.subject, range(i, end), _value(found[j]), found)]
            amounts = [j for j in amounts if j > i or not _apart(found[j:i], setting.age)]
        if not rule.unit and not (rule.denies and (rule.below or rule.start or 0.0) < _COUNT):  # cups are counted
            limit, end = rule.below or rule.start or 0.0, i + len(rule.near)
            amounts = [j for j in amounts if _is_reading(j, limit, found) and _of_it(j, end, found)]
            amounts = [j for j in amounts if _value(found[j]) >= rule.at_least]
        if rule.unit == "/5":
            amounts = [j for j in amounts if [t.text for t in found[j + 1 : j + 3]] == ["/", "5"]]
        elif rule.unit == "+":  # of "edema 3+, reflexes intact" it belongs to the edema
            amounts = [j for j in amounts if j > i or not _apart(found[j:i], None)]
        if (
            rule.unit
            and rule.unit != "/5"
            and rule.unit not in stems[max(0, i - _UNIT_NEAR) : i + len(rule.near) + _UNIT_NEAR]
        ):
            continue
        if record.kind == "supplement":
            amounts = [j for j in amounts if _its_dose(j, i, i + len(rule.near), rule.unit, found)]
        if not amounts:
            continue
        amounts = _later(amounts, found)
        if rule.latest and (now := _now(amounts[0], found)) is not None:
            amounts = [now]
        value = _amount(found[amounts[0]], numbers) or 0.0
        bound = {t.low for t in found[max(0, amounts[0] - 2) : amounts[0]]}  # "< 140", "less than 140"
        present = value < rule.below if rule.below is not None else value >= (rule.start or 0)
        if bound & (small_words().less if rule.below is None else small_words().more):
            present = False  # "below 140" is not at least 140
        used = {*range(i, i + len(rule.near)), *amounts}
        read |= used
        if not present and not rule.excludes(value):
            usual |= used
            continue
        usual -= used
        same = [u for u in outcome.understood if u.id == rule.subject and u.where == setting.where]
        if not present and any(u.present and u.kind == "finding" for u in same):
            continue  # a sign said in words is not taken back for a number
        outcome.understood = [u for u in outcome.understood if u not in same]
        outcome.understood.append(
            Understood(
                text=" ".join(t.text for t in found[min(used) : max(used) + 1]),
                where=setting.where,
                kind="factor" if rule.subject in knowledge.factors else "finding",
                id=rule.subject,
                label=record.label,
                present=present,
            )
        )
    if usual and not outcome.understood:
        said = " ".join(t.text for t in found[min(usual) : max(usual) + 1])
        outcome.issues.append(
            issue("note", setting, f"“{said}” was read; it is no finding here.", "Nothing to mend, if it is right.")
        )


def _beside_amount(places: Sequence[int], found: Sequence[Token], numbers: dict[str, float]) -> int:
    """The first of ``places`` near a number, else the first: of "lost taste and lost 8 pounds" the second."""
    for i in places:
        if any(_amount(t, numbers) is not None for t in found[max(0, i - _ONLY_BESIDE) : i + _ONLY_BESIDE + 1]):
            return i
    return places[0]


def _one_occasion(found: Sequence[Token], j: int) -> bool:
    """Whether a number counts no things but the occasion: "at one go", "in one sitting"."""
    around = found[max(0, j - 1) : j + 2]
    small = small_words()
    return len(around) == 3 and around[0].low in small.occasion_before and around[2].low in small.occasion


def _weighed(found: Sequence[Token], j: int, unit: str) -> bool:
    """Whether a number is of milligrams where none are asked for: "a 50 mg cup of tea" is no fifty cups."""
    behind = found[j + 1] if j + 1 < len(found) else None
    weights = small_words().other_units & doses().amounts
    return behind is not None and behind.low in weights and behind.stem != unit


def _of_time(behind: Sequence[Token], unit: str) -> bool:
    """Whether a number counts the days themselves: "every 4 days" is no four a day."""
    return any(t.stem == unit and t.low != unit for t in behind)


def _is_reading(j: int, limit: float, found: Sequence[Token]) -> bool:
    """Whether a number can be a reading at all: not the 20 of "blood pressure since my mid-20s" or of "four drugs"."""
    return (j < 2 or found[j - 2].low != "mid") and limit / _FAR <= _value(found[j]) <= limit * _FAR


def _of_it(j: int, end: int, found: Sequence[Token]) -> bool:
    """Whether a number behind the name, which ends before ``end``, is a value of it: nothing else stands between."""
    if j < end:
        return True
    after = found[j + 1].stem if j + 1 < len(found) else ""
    return after not in small_words().other_units and not any(t.low in small_words().between for t in found[end:j])


def _right_behind(j: int, end: int, found: Sequence[Token]) -> bool:
    """Whether a number stands right behind a name that ends before ``end``: "HR 76", "sats: 93", "pulse was 150"."""
    return j >= end and all(t.role in {"grammar", "mark"} and t.text not in {",", ";"} for t in found[end:j])


def _its_dose(j: int, start: int, end: int, unit: str, found: Sequence[Token]) -> bool:
    """Whether a number with its unit right behind it is a daily dose of the supplement named there, and of no other."""
    if j + 1 >= len(found) or found[j + 1].stem != unit:
        return False
    between = found[end:j] if j >= end else found[j + 2 : start]
    return not any(t.low in small_words().joins for t in between) and not _seldom(found, min(j, start), max(j + 2, end))


def _later(amounts: list[int], found: Sequence[Token]) -> list[int]:
    """Of "fell from 25 to 17" the second number holds now."""
    first = amounts[0]
    if first and found[first - 1].low == "from":
        return [j for j in amounts if j > first and found[j - 1].low == "to"] or amounts
    return amounts


def _now(j: int, found: Sequence[Token]) -> int | None:
    """The number that holds now, behind the one at ``j``: "was 25, now 60"."""
    now = small_words().now
    k = next((k for k in range(j + 1, min(j + _NUMBER_NEAR, len(found))) if found[k].low in now), len(found))
    behind = found[k + 1 : k + 3]
    if not behind or behind[0].role != "number" or any(t.role == "number" for t in found[j + 1 : k]):
        return None
    return k + 1 if len(behind) == 1 or behind[1].stem not in small_words().other_units else None


def _apart(between: Sequence[Token], age: float | None) -> bool:
    """Whether the number that opens these words belongs to something else than the word behind them."""
    return any(t.text in {",", ";"} for t in between) or (age is not None and between[0].text == f"{age:g}")


def _amount(token: Token, numbers: dict[str, float]) -> float | None:
    if token.role == "number":
        try:
            grouped = _GROUPED.fullmatch(token.low) is not None  # "10,000 units"
            return float(token.low.replace(",", "" if grouped else "."))
        except ValueError:
            return None
    return numbers.get(token.low) if token.low not in small_words().no_number else None


def _value(token: Token) -> float:
    return _amount(token, {}) or 0.0


def _seldom(found: Sequence[Token], start: int, end: int) -> bool:
    """Whether the dose from ``start`` to ``end`` is one of a week or a month: said right before or behind it."""
    behind, small = [], small_words()
    for token in found[end : end + _BEHIND]:
        if token.text in {",", ";", "."} or token.low in small.daily or token.stem == "day":
            break
        behind.append(token)
    near = [*found[max(0, start - 2) : start], *behind]
    if any(t.low in small.seldom for t in near):
        return True
    return any(a.low in small.each and b.stem in small.long for a, b in pairwise(behind))

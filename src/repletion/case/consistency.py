"""What contradicts itself across a case as a whole, said in issues; nothing is chosen in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from repletion.case.parts import Lab, Person, Understood
from repletion.case.small_words import laboratory, one_of
from repletion.errors import Issue
from repletion.knowledge import Knowledge

SAME_CALCIUM = 0.02
"""An adjustment smaller than this share of the calcium is not worth a word."""
SAME = 0.05
"""Results of one day that differ by less than this share are taken for roundings of one another."""


@cache
def _adjusted() -> re.Pattern[str]:
    """Words that say which calcium is meant."""
    words = laboratory()
    return re.compile(rf"{one_of(words.adjusted)}|\b(?:{one_of(words.adjusted_words)})\b", re.IGNORECASE)


@cache
def _doubtful() -> re.Pattern[str]:
    """Words of a laboratory that put the sample in doubt."""
    return re.compile(one_of(laboratory().doubtful_sample), re.IGNORECASE)


def pregnant_man(person: Person, understood: Iterable[Understood]) -> tuple[tuple[Understood, ...], list[Issue]]:
    """A pregnancy of a man becomes uncertain, and is said."""
    items = tuple(understood)
    hits = [u for u in items if u.kind == "factor" and u.id == "pregnancy" and u.present]
    if person.sex != "male" or not hits:
        return items, []
    issue = Issue(
        level="error",
        where=hits[0].where,
        message=f"Male and “{hits[0].text[:80]}” contradict each other; the pregnancy was taken as uncertain.",
        remedy="Correct the sex or remove the pregnancy.",
    )
    return tuple(msgspec.structs.replace(u, certain=False) if u in hits else u for u in items), [issue]


def plain_total(labs: Sequence[Lab], knowledge: Knowledge) -> tuple[Lab, float, float] | None:
    """A calcium beside an unusual albumin, which may be the plain total; adjusted for it (mmol/L); the albumin (g/L).

    ``None`` where there is none, where it says which of the two it is, or where both are nearly the same.
    """
    usual, each = (knowledge.rules.get(name) for name in ("albumin_of_adjustment", "calcium_per_albumin"))
    named = {(lab.test, lab.date): lab for lab in labs if lab.usable and lab.value is not None}
    calcium = next((lab for (test, _), lab in named.items() if test == "serum_calcium"), None)
    albumin = named.get(("serum_albumin", calcium.date)) if calcium is not None else None
    if calcium is None or albumin is None or usual is None or each is None:
        return None
    if calcium.value is None or albumin.value is None or _adjusted().search(f"{calcium.text} {calcium.typed}"):
        return None
    lack = usual.value - albumin.value
    if abs(lack) * each.value < SAME_CALCIUM * calcium.value:
        return None
    return calcium, calcium.value + each.value * lack, albumin.value


def plain_calcium(labs: Sequence[Lab], knowledge: Knowledge) -> list[Issue]:
    """A calcium that may be the plain total is said.  Which of the two a laboratory prints, only its sheet tells."""
    found = plain_total(labs, knowledge)
    if found is None:
        return []
    calcium, adjusted, albumin = found
    return [
        Issue(
            level="warning",
            where=calcium.where,
            message=f"Calcium {calcium.typed or calcium.text} may be adjusted for albumin or plain. If it is plain, "
            f"albumin of {albumin:g} g/L makes it about {adjusted:.2f} mmol/L. Both were weighed.",
            remedy="See on the sheet which one it is, and type “adjusted calcium” with that value.",
        )
    ]


def laboratory_note(note: object, name: str, where: str) -> list[Issue]:
    """What stands beside a result as a note: a doubt of the laboratory about the sample leads, other words are said."""
    text = str(note or "").strip()[:80]
    if not text:
        return []
    if _doubtful().search(text):
        return [
            Issue(
                level="warning",
                where=f"{where}.note",
                message=f"{name}: “{text}” puts the sample in doubt. Red cells that burst or are separated late let "
                "potassium, phosphate and magnesium out; the result was weighed as typed.",
                remedy="Have it measured again on a fresh sample, and type that result.",
            )
        ]
    return [
        Issue(
            level="note",
            where=f"{where}.note",
            message=f"“{text}” was not understood and not used.",
            remedy="Write what is felt or known under text.",
        )
    ]


def two_results(labs: Sequence[Lab]) -> list[Issue]:
    """Results of one test and one day that differ."""
    issues = []
    seen: dict[tuple[str, object], Lab] = {}
    said: set[str] = set()
    for lab in labs:
        if not lab.usable or lab.value is None:
            continue
        other = seen.setdefault((lab.test, lab.date), lab)
        if other.value is None or abs(other.value - lab.value) <= SAME * max(abs(other.value), abs(lab.value)):
            continue
        if lab.test not in said:
            said.add(lab.test)
            day = "of one day" if lab.date else "without dates"
            issues.append(
                Issue(
                    level="warning",
                    where=lab.where,
                    message=f"{lab.label}: two results {day} differ ({other.typed}; {lab.typed}); which one is newer?",
                    remedy="Give each result its date.",
                )
            )
    return issues

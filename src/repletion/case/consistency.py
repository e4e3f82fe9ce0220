"""What contradicts itself across a case as a whole, said in issues; nothing is chosen in silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from repletion.case.model import Lab, Person, Understood
from repletion.errors import Issue

SAME = 0.05
"""Results of one day that differ by less than this share are taken for roundings of one another."""


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

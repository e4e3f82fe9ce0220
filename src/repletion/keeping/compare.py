"""Two kept answers beside each other: the urgency first, then what moved, then what made the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from repletion.keeping.model import Kept, Line


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One number in both answers; ``None`` where an answer does not hold it (which is not zero)."""

    id: str
    label: str
    unit: str
    before: float | None
    after: float | None
    before_range: tuple[float, float] | None = None
    after_range: tuple[float, float] | None = None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """``explanations`` in the order of the later answer, ``intake`` where either answer has a diary.

    ``changed_versions``: what made the answers and differs, as ``knowledge 0.2.0 → 0.3.0``; then a number may have
    moved without anything having changed in the person.
    """

    urgency_before: str
    urgency_after: str
    before: Line
    after: Line
    explanations: tuple[Moved, ...]
    intake: tuple[Moved, ...]
    said_no_more: tuple[str, ...]
    said_newly: tuple[str, ...]
    changed_versions: tuple[str, ...]


def compare(before: Kept, after: Kept) -> Comparison:
    """What differs between two entries, in the order given."""
    said = [
        {f"{thing['label']}{'' if thing.get('present', True) else ' (not present)'}": None for thing in
         kept.answer.get("understood", ())}
        for kept in (before, after)
    ]  # fmt: skip
    return Comparison(
        urgency_before=before.line.urgency,
        urgency_after=after.line.urgency,
        before=before.line,
        after=after.line,
        explanations=_moved(before, after, "explanations", "id", "probability"),
        intake=_moved(before, after, "intake", "nutrient", "amount"),
        said_no_more=tuple(label for label in said[0] if label not in said[1]),
        said_newly=tuple(label for label in said[1] if label not in said[0]),
        changed_versions=tuple(
            f"{name} {before.versions.get(name, '?')} → {version}"
            for name, version in after.versions.items()
            if before.versions.get(name) != version
        ),
    )


def _moved(before: Kept, after: Kept, part: str, key: str, value: str) -> tuple[Moved, ...]:
    old = {row[key]: row for row in before.answer.get(part, ())}
    new = {row[key]: row for row in after.answer.get(part, ())}
    return tuple(
        Moved(
            id=name,
            label=(new.get(name) or old[name])["label"],
            unit=(new.get(name) or old[name]).get("unit", "probability"),
            before=old[name].get(value) if name in old else None,
            after=new[name].get(value) if name in new else None,
            before_range=_range(old.get(name)),
            after_range=_range(new.get(name)),
        )
        for name in {**new, **old}
    )


def comparison_text(found: Comparison) -> str:
    """The comparison for a reader: the urgency of the later answer leads."""
    from repletion.report.diet import unit_in_words
    from repletion.report.numbers import amount
    from repletion.report.wording import display, say

    then, now = (say(f"urgency.{urgency}.heading") for urgency in (found.urgency_before, found.urgency_after))
    lines = [
        f"{now} ({found.after.saved[:10]})" + ("" if then == now else f"; before: {then} ({found.before.saved[:10]})"),
        "",
        f"{_called(found.before)} → {_called(found.after)}",
        "",
    ]
    shown = [row for row in found.explanations if _worth(row, display().least_probability)]
    lines += [
        f"  {row.label}: {_frequency(row.before, row.before_range)} → {_frequency(row.after, row.after_range)}"
        for row in shown[: display().most_explanations]
    ]
    sides = [any(getattr(row, side) is not None for row in found.intake) for side in ("before", "after")]
    if any(sides) and not all(sides):
        lines.append(f"  Diary: only in the {'first' if sides[0] else 'second'} of the two.")
    for row in found.intake if all(sides) else ():
        if row.before is not None or row.after is not None:
            old, new = _side(row.before, amount), _side(row.after, amount)
            lines.append(f"  {row.label}, mean a day: {old} → {new} {unit_in_words(row.unit)}")
    for words, labels in (("Said newly", found.said_newly), ("Not said any more", found.said_no_more)):
        if labels:
            lines += ["", f"{words}: {', '.join(labels)}. What is not said is unknown, not absent."]
    if found.changed_versions:
        lines += ["", f"The answers were made by different versions ({'; '.join(found.changed_versions)}): numbers may "
                  "have moved without any change in the person."]  # fmt: skip
    return "\n".join(lines) + "\n"


def _range(row: dict[str, Any] | None) -> tuple[float, float] | None:
    low, high = (row or {}).get("low"), (row or {}).get("high")
    return (low, high) if isinstance(low, float) and isinstance(high, float) else None


def _frequency(value: float | None, between: tuple[float, float] | None) -> str:
    from repletion.report.numbers import frequency, span

    said = _side(value, frequency)
    return f"{said} ({span(*between)})" if between is not None else said


def _called(line: Line) -> str:
    return f"{line.name}, version {line.version} ({line.saved[:10]}, {line.id})"


def _worth(row: Moved, least: float) -> bool:
    return max(row.before or 0.0, row.after or 0.0) >= least


def _side(value: float | None, said: Callable[[float], str]) -> str:
    return "not in that answer" if value is None else said(value)

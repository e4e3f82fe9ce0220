"""Bringing single statements together: one for each subject, contradictions named; the diary as one text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from repletion.case.parts import Understood
from repletion.case.tokens import stem
from repletion.case.words import load_words
from repletion.errors import Issue

_ELSEWHERE = frozenset(("drugs", "medications", "medicines", "supplements", "lifestyle", "diet", "investigations"))
"""Keys under which a complaint is only spoken of again: "Botox: twitch still there"."""
_DAY = re.compile(r"\s*(?:day\b|\d{4}-\d\d-\d\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day)", re.IGNORECASE)


def diary_text(value: Any) -> str:
    """Diary text as typed, one line for each food."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    lines = []
    for item in value if isinstance(value, list | tuple) else [value]:
        if isinstance(item, Mapping) and not {"food", "name", "term"} & set(item):  # days or meals by name
            for name, foods in item.items():
                inner = diary_text(foods)
                lines += [f"{name}: {inner}"] if "\n" not in inner and not _DAY.match(str(name)) else [f"{name}", inner]
        elif isinstance(item, list | tuple):
            lines.append(diary_text(item))
        elif isinstance(item, Mapping):
            food = str(item.get("food", item.get("name", item.get("term", "")))).strip()
            amount = " ".join(str(item[k]) for k in ("amount", "unit") if item.get(k) is not None)
            lines.append(f"{amount} {food}".strip())
        elif item is not None:
            lines.append(str(item))
    return "\n".join(line for line in lines if line)


def _placed(stated: list[Understood]) -> list[Understood]:
    """Without a complaint named by one word alone whose place was told before: "the twitching" is that of the lid."""
    out: list[Understood] = []
    words = load_words()
    for item in stated:
        places = words.bare.get(item.id, ()) + words.bare_words.get(stem(item.text.strip().lower()), ())
        named = [n for n, u in enumerate(out) if u.id in places and u.present == item.present]
        alone = " " not in item.text.strip() or item.where.split("[")[0].split(".")[0] in _ELSEWHERE
        if not named or not alone or not item.present or item.past:
            out.append(item)
        elif out[named[-1]].duration_days is None and item.duration_days is not None:
            out[named[-1]] = msgspec.structs.replace(out[named[-1]], duration_days=item.duration_days)
    return out


def settle(stated: list[Understood]) -> tuple[tuple[Understood, ...], list[Issue]]:
    """One statement for each subject, a note for what was said twice, and an issue for each contradiction.

    Said twice, the fuller one stays.  Said as present and as absent, it stays present but uncertain: a warning sign
    must not vanish because of a slip, and a slip must not weigh like a fact.
    """
    kept: dict[tuple[str, str, bool], Understood] = {}
    issues: list[Issue] = []
    for item in _placed(stated):
        key = (item.kind, item.id, item.past)
        other = kept.get(key)
        if other is None:
            kept[key] = item
        elif other.present == item.present:
            fuller = other if other.duration_days is not None or item.duration_days is None else item
            kept[key] = msgspec.structs.replace(
                fuller, certain=other.certain or item.certain, onset=fuller.onset or other.onset or item.onset,
                dose=fuller.dose or other.dose or item.dose,
            )  # fmt: skip
            spare = item if fuller is other else other
            if item.where != other.where and spare.text.casefold() != fuller.text.casefold():
                said_twice = f"“{spare.text}” was read as {item.label}, as was “{fuller.text}”; counted once."
                issues.append(
                    Issue(
                        level="note",
                        where=spare.where,
                        message=said_twice,
                        remedy="Nothing to do, unless these are two different things.",
                    )
                )
        else:
            said, denied = (other, item) if other.present else (item, other)
            kept[key] = msgspec.structs.replace(said, certain=False)
            both = f"as present (“{said.text}”) and as absent (“{denied.text}”)"
            issues.append(
                Issue(
                    level="warning",
                    where=denied.where,
                    message=f"{said.label} is stated {both}; it was taken as possible.",
                    remedy="Remove the one that is wrong.",
                )
            )
    return tuple(kept.values()), issues

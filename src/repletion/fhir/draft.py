"""The case mapping being written from a record, with the place in the record behind every line of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import msgspec

from repletion.case.model import Case, Understood
from repletion.errors import Issue, Level
from repletion.fhir.bundle import Entry, Record

_MOST_OF_A_KIND = 250  # entries of one key that are kept; beyond, a record is no longer about one complaint
WITHOUT = "Nothing to do, unless it matters; then add it in words."


@dataclass
class Draft:
    """``mapping``: keys of the case schema.  ``places``: mapping place → place in the record.

    ``references``: place in the record → reference of the resource.  ``without``: foods that a plan must leave out.
    ``today``: the day on which ages and durations are counted.
    """

    record: Record
    today: dt.date
    mapping: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    _full: dict[str, int] = field(default_factory=dict)

    def say(self, level: Level, where: str, message: str, remedy: str = WITHOUT) -> None:
        """Add an issue."""
        self.issues.append(Issue(level=level, where=where, message=message, remedy=remedy))

    def put(self, key: str, item: Any, entry: Entry, where: str = "") -> None:
        """Append to a list of the case."""
        kept = self.mapping.setdefault(key, [])
        if len(kept) >= _MOST_OF_A_KIND:
            self._full[key] = self._full.get(key, 0) + 1
            return
        self._place(f"{key}[{len(kept)}]", entry, where)
        kept.append(item)

    def set(self, key: str, name: str, value: Any, entry: Entry, where: str = "") -> None:
        """Set one field of a mapping of the case (``person``, ``findings``)."""
        self.mapping.setdefault(key, {})[name] = value
        self._place(f"{key}.{name}", entry, where)

    def _place(self, name: str, entry: Entry, where: str) -> None:
        place = where or entry.where
        self.places[name] = place
        if entry.reference:
            self.references[place] = entry.reference

    def close(self) -> None:
        """Say what was too much."""
        for key, n in self._full.items():
            self.say("warning", "Bundle", f"{n} further entries under “{key}” were not read; {_MOST_OF_A_KIND} were.",
                     "Send what is current.")  # fmt: skip

    def back(self, case: Case) -> Case:
        """The case with every place in it replaced by the place in the record."""

        def place(where: str) -> str:
            name = where
            while name:
                if name in self.places:
                    return self.places[name]
                cut = max(name.rfind("."), name.rfind("["))
                name = name[:cut] if cut > 0 else ""
            return where

        def moved(things: Any) -> Any:
            return tuple(msgspec.structs.replace(thing, where=place(thing.where)) for thing in things)

        meant = tuple(u for u in case.understood if not _by_name_only(u))
        for u in case.understood:
            if _by_name_only(u):
                self.say("note", place(u.where), f"“{u.text}” is a medicine; its name was not taken as {u.label}.")
        issues = (*self.issues, *moved(case.issues))
        return msgspec.structs.replace(
            case, understood=moved(meant), labs=moved(case.labs), issues=tuple(dict.fromkeys(issues))
        )


def _by_name_only(thing: Understood) -> bool:
    """A state or finding that the name of a medicine seems to hold: a medicine is evidence of no disease."""
    return thing.where.startswith("drugs[") and thing.kind in {"state", "finding"}

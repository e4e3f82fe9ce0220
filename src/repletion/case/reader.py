"""A case as typed → what it holds (:class:`Fields`), of which :class:`~repletion.case.Case` is made.

Whole-file faults raise :class:`CaseError`; everything else that is not understood becomes an issue in the case, with
the place, the words and the nearest known phrases, and the rest is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

import msgspec

from repletion.case import document
from repletion.case.bounds import Bounds
from repletion.case.coded import codes_in, index_of
from repletion.case.consistency import laboratory_note, plain_calcium, pregnant_man, two_results
from repletion.case.document import CaseError, Format
from repletion.case.keys import KEYS, LABELS, SECTIONS, texts
from repletion.case.labs import near_tests, read_range
from repletion.case.lists import given, unless_told
from repletion.case.meanings import Setting
from repletion.case.numeric import Entry
from repletion.case.parts import Lab, Person, Understood
from repletion.case.person import FIELDS
from repletion.case.proxy import theirs, told_for
from repletion.case.reading import Reading
from repletion.case.results import from_entry
from repletion.case.settling import diary_text, settle
from repletion.case.small_words import laboratory
from repletion.case.statements import read_statement
from repletion.errors import Issue
from repletion.knowledge import Knowledge, load

_MOST_ISSUES = 300
_OWN_WORDS = "If it is about yourself, begin with “I”."


class Fields(TypedDict):
    """What a case holds, each field as :class:`~repletion.case.Case` describes it."""

    person: Person
    understood: tuple[Understood, ...]
    labs: tuple[Lab, ...]
    diary: str
    issues: tuple[Issue, ...]
    on: dt.date | None
    title: str | None
    said: tuple[str, ...]
    eating: tuple[str, ...]
    theirs: tuple[Understood, ...]


class _WholeCase(Reading):
    """One case being read, with its person, its results and what is settled across it."""

    def fields(self) -> Fields:
        for key in self.data:
            if key not in KEYS and key not in LABELS:
                self.unknown_key(key, key)
        person = self.data.get("person")
        if isinstance(person, Mapping):
            self.person.mapping({str(k): v for k, v in person.items()}, lambda k, w: self.unknown_key(k, w, FIELDS))
        elif isinstance(person, str):
            self.person.text(person, "person")
            self.statement(person, "person", "text", listed=False)
        elif person is not None:
            self.say(
                "warning",
                "person",
                "“person” is not a mapping; it was not read.",
                "Write person: {age: 52, sex: female}.",
            )
        if (own := told_for(typed := self.data.get("text"), self.lexicon)) is not None:
            # as typed, too: words of alarm also stand beside "daughter", and no reading of ours takes one away
            self.said += [text for _, text in texts(typed, "text")]
            self.data = {**self.data, "text": own[0]}
            self.person.values |= {"sex": own[1]} if own[1] else {}
            self.say("note", "text", "The text was taken to speak of the relative it opens with.", _OWN_WORDS)
        for where, text in texts(self.data.get("text"), "text"):
            self.person.text(text, where)
        self.age = self.person.values.get("age")
        for text, where in self.person.statements:
            self.statement(text, where, "conditions")
        for key, section in SECTIONS.items():
            if key in self.data:
                self.section(self.data[key], key, section)
        self.findings(self.data.get("findings"))
        self.labs(self.data.get("labs"))
        if self.outcome.issues and len(self.outcome.issues) > _MOST_ISSUES:
            more = len(self.outcome.issues) - _MOST_ISSUES
            del self.outcome.issues[_MOST_ISSUES:]
            self.say(
                "warning",
                "case",
                f"{more} further remarks were left out.",
                "Mend the first ones and read the case again.",
            )
        who = self.person.person()
        told = unless_told(self.outcome.understood, self.lexicon)
        understood, clashes = settle([*told, *given(told, self.lexicon.knowledge)])
        understood, men = pregnant_man(who, understood)
        clashes += men + two_results(self.outcome.labs) + plain_calcium(self.outcome.labs, self.lexicon.knowledge)
        title = self.data.get("title")
        return Fields(
            person=who,
            understood=understood,
            labs=tuple(dict.fromkeys(self.outcome.labs)),
            diary=diary_text(self.data.get("diary")),
            issues=tuple(dict.fromkeys([*self.person.issues, *self.outcome.issues, *clashes])),
            on=self.on,
            title=str(title) if title is not None else None,
            said=tuple(dict.fromkeys(self.said)),
            eating=tuple(dict.fromkeys(self.eating)),
            theirs=() if own is not None else theirs(typed, self.lexicon),
        )

    def labs(self, value: Any) -> None:
        if value is None or value in ("", [], {}):
            return
        if isinstance(value, Mapping) and "test" not in value and "name" not in value:
            value = [
                {"test": str(k).replace("_", " "), **(v if isinstance(v, Mapping) else {"value": v})}
                for k, v in value.items()
            ]
        items = value if isinstance(value, list | tuple) else [value]
        for i, item in enumerate(items):
            where = f"labs[{i}]"
            if isinstance(item, str):
                read = self.statement(item, where, "text", listed=True)
                if not read.labs and not read.issues:
                    self.say(
                        "warning",
                        where,
                        f"“{item[:80]}” was not understood as a result.",
                        "Write {test: magnesium, value: 0.8, unit: mmol/L}.",
                    )
            elif isinstance(item, Mapping):
                self.lab({str(k): v for k, v in item.items()}, where)
            elif item is not None:
                self.say(
                    "warning", where, f"“{item}” is not a result.", "Write {test: magnesium, value: 0.8, unit: mmol/L}."
                )

    def lab(self, item: dict[str, Any], where: str) -> None:
        name = str(item.get("test") or item.get("name") or item.get("term") or "").strip()
        value = item.get("value", item.get("result"))
        known = ("test", "name", "term", "value", "result", "unit", "date", "reference_range", "range", "note", "code")
        for key in sorted(set(item) - set(known)):
            self.unknown_key(key, f"{where}.{key}", known)
        self.outcome.issues += laboratory_note(item.get("note"), name, where)
        if not name or value is None or not str(value).strip() or isinstance(value, bool | list | dict):
            self.say(
                "warning",
                where,
                f"The result {str(item)[:80]} lacks a test or a value; it was not used.",
                "Write {test: magnesium, value: 0.8, unit: mmol/L}.",
            )
            return
        words = {w.strip(".,:'s") for w in name.lower().split()}
        if words & laboratory().relatives:
            self.say(
                "note", where, f"“{name} {value}” is of a relative and was not used.", "Give the person’s own results."
            )
            return
        own_text = item.get("reference_range", item.get("range"))
        own = read_range(own_text)
        if own is None and own_text not in (None, ""):
            self.say("note", where, f"The range “{str(own_text)[:40]}” was not understood.", "Write it as 0.70-1.00.")
        text = f"{value:g}" if isinstance(value, float) and abs(value) < 1e9 else str(value)
        coded = index_of(self.lexicon).test(codes_in(item.get("code")))
        entry = Entry(
            self.lexicon.knowledge.tests[coded].label if coded else name[:120],
            text[:200],
            str(item.get("unit") or "")[:60],
            own,
            self._date(item.get("date"), f"{where}.date", future=True),
            where,
        )
        labs, issues, words_left = from_entry(entry, self.lexicon)
        for issue in issues:
            advice = issue.remedy or near_tests(name, self.lexicon)
            self.outcome.issues.append(msgspec.structs.replace(issue, remedy=advice))
        self.outcome.labs += labs
        if words_left:
            read = read_statement(words_left, Setting("labs", where), self.lexicon)
            self.outcome.understood += read.understood
            if not labs and not read.understood:
                self.say(
                    "warning",
                    where,
                    f"“{name}: {words_left}” was not understood.",
                    "Give a number with its unit, or low, normal or high.",
                )


def from_mapping(
    data: Mapping[str, Any], *, knowledge: Knowledge | None = None, today: dt.date | None = None
) -> Fields:
    """What a mapping with the keys of the schema says.  Raises :class:`CaseError` only when ``data`` is no mapping."""
    if not isinstance(data, Mapping):
        raise CaseError(f"A case is a mapping of keys such as person, symptoms, labs; this is a {type(data).__name__}.")
    bounds = Bounds()
    reading = _WholeCase(bounds.case(data), knowledge or load(), today)
    reading.person.issues += bounds.issues.values()
    return reading.fields()


def parse(
    data: bytes | str, form: Format | None = None, *, knowledge: Knowledge | None = None, today: dt.date | None = None
) -> Fields:
    """What YAML, JSON or free words say.  Raises :class:`CaseError` when the whole cannot be read."""
    return from_mapping(document.parse(data, form), knowledge=knowledge, today=today)


def read(path: str | Path, *, knowledge: Knowledge | None = None, today: dt.date | None = None) -> Fields:
    """What a file says; ``-`` is standard input.  Raises :class:`CaseError` when the whole cannot be read."""
    return from_mapping(document.read(path), knowledge=knowledge, today=today)


__all__ = ["KEYS", "SECTIONS", "CaseError", "Fields", "from_mapping", "parse", "read"]

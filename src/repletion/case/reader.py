"""A case as typed → :class:`Case`.

Whole-file faults raise :class:`CaseError`; everything else that is not understood becomes an issue in the case, with
the place, the words and the nearest known phrases, and the rest is read.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from repletion.case import document
from repletion.case.bounds import Bounds
from repletion.case.coded import by_code, codes_in, index_of
from repletion.case.consistency import laboratory_note, plain_calcium, pregnant_man, two_results
from repletion.case.context import says_negative
from repletion.case.dates import day_of
from repletion.case.document import CaseError, Format
from repletion.case.durations import days_of
from repletion.case.eating import with_eating
from repletion.case.keys import ENTRY_KEYS, KEYS, LABELS, SECTIONS, TERMS, TIMES, texts, truth
from repletion.case.labs import Entry, near_tests, read_range
from repletion.case.lexicon import Lexicon, build, code_text
from repletion.case.lists import given, unless_told
from repletion.case.meanings import Outcome, Setting
from repletion.case.measures import without
from repletion.case.model import Case, Lab, Understood
from repletion.case.person import FIELDS, OLDEST, PersonReader, says_who
from repletion.case.proxy import speaks_of_self, told_for
from repletion.case.results import from_entry
from repletion.case.settling import diary_text, settle
from repletion.case.small_words import answers, laboratory
from repletion.case.statements import SAY_OTHERWISE, read_statement, remedy
from repletion.errors import Issue
from repletion.knowledge import Knowledge, load

_MOST_ISSUES = 300
_MOST_HINTS = 40
_OWN_WORDS = "If it is about yourself, begin with “I”."


class _Reading:
    """One case being read."""

    def __init__(self, data: Mapping[str, Any], knowledge: Knowledge, today: dt.date | None) -> None:
        self.data = data
        self.lexicon: Lexicon = build(knowledge)
        self.outcome = Outcome()
        self.person = PersonReader()
        self.on = self._date(data.get("on", data.get("date")), "on")
        self.today = self.on or today
        self.age: float | None = None
        self.said: list[str] = []
        self.eating: list[str] = []  # where meals may be named

    def say(self, level: str, where: str, message: str, advice: str) -> None:
        self.outcome.issues.append(Issue(level=level, where=where, message=message, remedy=advice))  # type: ignore[arg-type]

    def unknown_key(self, key: str, where: str, known: tuple[str, ...] = KEYS) -> None:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
        hint = f"Did you mean “{near[0]}”?" if near else f"Known keys: {', '.join(known)}."
        self.say("warning", where, f"The key “{key[:60]}” is not known; what stands under it was not read.", hint)

    def _date(self, value: object, where: str, *, future: bool = False) -> dt.date | None:
        return day_of(value, where, self.say, latest=self.today if future else None)

    def case(self) -> Case:
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
        return Case(
            person=who,
            understood=understood,
            labs=tuple(dict.fromkeys(self.outcome.labs)),
            diary=diary_text(self.data.get("diary")),
            issues=tuple(dict.fromkeys([*self.person.issues, *self.outcome.issues, *clashes])),
            on=self.on,
            title=str(title) if title is not None else None,
            said=tuple(dict.fromkeys(self.said)),
            eating=tuple(dict.fromkeys(self.eating)),
        )

    def statement(self, text: str, where: str, section: str, **more: Any) -> Outcome:
        if section in {"text", "symptoms", "signs"} and not more.get("negative") and not more.get("past"):
            self.said.append(text)
        self.eating += [text] if section in {"text", "diet"} and not more.get("negative") else []
        hints = len(self.outcome.issues) < _MOST_HINTS
        more |= {"today": self.today, "country": self.person.values.get("country")}
        more["own"] = speaks_of_self(self.data.get("text"))
        setting = Setting(section=section, where=where, age=self.age, hints=hints, **more)
        if section == "text" and any(map(str.isdigit, text)):
            text = without(text)
            if not text.strip():
                return Outcome()
        read = with_eating(read_statement(text, setting, self.lexicon), text, setting, self.lexicon)
        if not (read.understood or read.labs or read.issues) and any(map(str.isdigit, text)) and not says_who(text):
            self.say("note", where, f"“{text[:80]}” was not understood and not used.", SAY_OTHERWISE)
        self.outcome.add(read)
        return read

    def section(self, value: Any, key: str, section: str) -> None:
        if value is None or value is False or value in ("", [], {}):
            return
        if isinstance(value, Mapping) and not any(name in value for name in TERMS):
            if key in {"symptoms", "signs"}:
                self.findings(value, key)
            else:
                for name, detail in value.items():
                    self.pair(str(name), detail, f"{key}.{name}", section)
            return
        items = value if isinstance(value, list | tuple) else [value]
        for i, item in enumerate(items):
            where = f"{key}[{i}]" if isinstance(value, list | tuple) else key
            if isinstance(item, Mapping):
                self.entry({str(k): v for k, v in item.items()}, where, section)
            elif isinstance(item, list | tuple):
                self.section(list(item), where, section)
            elif isinstance(item, str | int | float) and not isinstance(item, bool):
                listed = section not in {"text", "diet", "lifestyle"}
                self.statement(str(item), where, section, listed=listed, negative=says_negative(section, str(item)))
            elif item is not None:
                self.say("warning", where, f"“{item}” is not words; it was not read.", "Write what is meant in words.")

    def pair(self, name: str, detail: Any, where: str, section: str) -> None:
        """``coffee_cups_per_day: 5``, ``smoker: false``."""
        words = name.replace("_", " ")
        if detail is None:
            return
        detail = truth(detail)
        if isinstance(detail, str) and detail in answers().unknown_of_habit:
            self.say(
                "note", where, f"“{words}: {detail}” was taken as unknown.", "Write true or false when it is known."
            )
        elif isinstance(detail, bool):
            self.statement(words, where, section, negative=not detail)
        elif isinstance(detail, int | float):
            self.statement(f"{detail:g} {words}", where, section)
        elif isinstance(detail, Mapping):
            self.entry({"term": words} | {str(k): v for k, v in detail.items()}, where, section)
        else:
            self.statement(f"{words} {detail}", where, section)

    def entry(self, item: dict[str, Any], where: str, section: str) -> None:
        """An entry with fields: ``{term, duration, ...}``."""
        name = next((key for key in TERMS if isinstance(item.get(key), str | int | float)), None)
        if name is None:
            self.say(
                "warning",
                where,
                f"The entry {str(item)[:80]} has no “term”; it was not read.",
                "Write {term: ..., duration: ...}.",
            )
            return
        time = next((item[key] for key in TIMES if item.get(key) is not None), None)
        dose = " ".join(str(item[key]) for key in ("dose", "frequency") if item.get(key) is not None) or None
        more = [
            str(item[k])
            for k in ("site", "location", "onset", "severity", "note", "detail")
            if isinstance(item.get(k), str)
        ]
        present = truth(item.get("present", True))
        negative = present is False or says_negative(section, str(item[name]))
        text = " ".join([str(item[name]), *more])
        days = self.days(time, f"{where}.duration")
        if not isinstance(present, bool):
            if present is not None and not (isinstance(present, str) and present in answers().unknown):
                self.say("warning", where, f"“{present}” is not true, false or unknown; “{text[:60]}” was not used.",
                         "Write true or false.")  # fmt: skip
            return
        past = item.get("stopped") is True or item.get("past") is True
        certain = item.get("certain") is not False
        known = by_code(item.get("code"), section, self.lexicon, text=text, where=where, present=not negative,
                        certain=certain, past=past, days=days, dose=dose)  # fmt: skip
        self.outcome.understood += known
        if not known:
            said = text if certain else f"possible {text}"
            self.statement(said, where, section, negative=negative, days=days, dose=dose, past=past)
        for key in sorted(set(item) - ENTRY_KEYS):
            self.unknown_key(key, f"{where}.{key}", ("term", "duration", "dose", "present", "onset", "note", "past"))

    def days(self, time: Any, where: str) -> float | None:
        if time is None or isinstance(time, bool):
            return None
        if isinstance(time, int | float):
            self.say(
                "warning", where, f"The duration {time} has no unit; it was not used.", "Write for example 3 weeks."
            )
            return None
        days = days_of(str(time), self.lexicon.words, age=self.age, today=self.today)
        if days is not None and days <= OLDEST * 366 and not str(time).strip().startswith("-"):
            return days
        if str(time).strip().lower() not in answers().times_of_no_length:
            self.say(
                "note", where, f"The duration “{str(time)[:60]}” was not understood.", "Write for example 3 weeks."
            )
        return None

    def findings(self, value: Any, key: str = "findings") -> None:
        """``{eyelid_twitching: {present: true, since: 3 wk}, numbness: false}``."""
        if value is None:
            return
        if not isinstance(value, Mapping):
            self.section(value, key, "findings")
            return
        for name, detail in value.items():
            where = f"{key}.{name}"
            fields = {str(k): v for k, v in detail.items()} if isinstance(detail, Mapping) else {"present": detail}
            present = fields.get("present", True)
            if present is None or (isinstance(present, str) and present.strip().lower() in answers().unknown):
                continue
            time = next((fields[k] for k in TIMES if fields.get(k) is not None), None)
            if isinstance(present, str):
                low, denials = present.strip().lower(), answers().no | answers().no_finding
                if low not in answers().yes and low not in denials:
                    time = time or present
                present = low not in denials
            if not isinstance(present, bool):
                self.say(
                    "warning",
                    where,
                    f"“{present}” is not true, false or unknown; it was not used.",
                    "Write true or false.",
                )
                continue
            onset = "sudden " if fields.get("onset") == "sudden" else ""
            days = self.days(time, where)
            record = self.lexicon.knowledge.findings.get(str(name))
            if record is not None and record.kind != "lab":
                self.outcome.understood.append(
                    Understood(
                        text=str(name),
                        where=where,
                        kind="finding",
                        id=record.id,
                        label=record.label,
                        code=code_text(record.codes),
                        present=present,
                        duration_days=days,
                        onset="sudden" if onset else None,
                        certain=fields.get("certain", True) is not False,
                    )
                )
            else:
                self.statement(onset + str(name).replace("_", " "), where, "findings", negative=not present, days=days)

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


def from_mapping(data: Mapping[str, Any], *, knowledge: Knowledge | None = None, today: dt.date | None = None) -> Case:
    """A case from a mapping with the keys of the schema.

    ``today``: dates after it are reported; the case's own ``on`` goes before it.  Never raises for its content, only
    :class:`CaseError` when ``data`` is no mapping.
    """
    if not isinstance(data, Mapping):
        raise CaseError(f"A case is a mapping of keys such as person, symptoms, labs; this is a {type(data).__name__}.")
    bounds = Bounds()
    reading = _Reading(bounds.case(data), knowledge or load(), today)
    reading.person.issues += bounds.issues.values()
    return reading.case()


def parse(
    data: bytes | str, form: Format | None = None, *, knowledge: Knowledge | None = None, today: dt.date | None = None
) -> Case:
    """A case from YAML, JSON or free words.  Raises :class:`CaseError` when the whole cannot be read."""
    return from_mapping(document.parse(data, form), knowledge=knowledge, today=today)


def read(path: str | Path, *, knowledge: Knowledge | None = None, today: dt.date | None = None) -> Case:
    """The case in a file; ``-`` is standard input.  Raises :class:`CaseError` when the whole cannot be read."""
    return from_mapping(document.read(path), knowledge=knowledge, today=today)


__all__ = ["KEYS", "SECTIONS", "CaseError", "Lab", "from_mapping", "parse", "read", "remedy", "settle"]

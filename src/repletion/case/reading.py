"""Reading what stands under the keys of a case; what is not understood becomes an issue with its place."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from typing import Any

from repletion.case.coded import by_code
from repletion.case.context import says_negative
from repletion.case.dates import day_of
from repletion.case.durations import days_of
from repletion.case.eating import with_eating
from repletion.case.keys import ENTRY_KEYS, KEYS, TERMS, TIMES, truth
from repletion.case.lexicon import Lexicon, build, code_text
from repletion.case.meanings import Outcome, Setting
from repletion.case.measures import without
from repletion.case.parts import Understood
from repletion.case.person import OLDEST, PersonReader, says_who
from repletion.case.proxy import speaks_of_self
from repletion.case.small_words import answers
from repletion.case.statements import SAY_OTHERWISE, read_statement
from repletion.errors import Issue
from repletion.knowledge import Knowledge

_MOST_HINTS = 40


class Reading:
    """One case being read: free words, entries with fields and findings by name, under the keys of a case."""

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

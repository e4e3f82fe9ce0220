"""What no case needs is cut before it is read: endless text, thousands of entries, nesting, control characters.

Everything that is cut is said in an issue, so that time and memory stay small whatever is typed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from repletion.errors import Issue

MOST_CHARACTERS = 100_000
"""Characters of words that are read at most, the diary aside; a long medical record stays below."""
MOST_SENTENCES = 3_000
"""Sentences and lines of words that are read at most: each takes a third of a millisecond."""
MOST_DIARY = 2_000_000
"""Characters of a diary inside a case."""
MOST_ENTRIES = 2_000
"""Entries and fields, the diary aside."""
LONGEST_WORD = 400
"""Characters without a space that may still be words."""
DEEPEST = 24
MOST_DIGITS = 15
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_ENDS = re.compile(r"\n|[.;!?](?=\s)")
_RUN = re.compile(rf"\S{{{LONGEST_WORD},}}")


class Bounds:
    """One case being cut to size.  ``issues``: what was cut, each kind once."""

    def __init__(self) -> None:
        self.characters = MOST_CHARACTERS
        self.sentences = MOST_SENTENCES
        self.entries = MOST_ENTRIES
        self.issues: dict[str, Issue] = {}

    def _say(self, what: str, where: str, message: str, remedy: str, level: str = "warning") -> None:
        if what not in self.issues:
            self.issues[what] = Issue(level=level, where=where, message=message, remedy=remedy)  # type: ignore[arg-type]

    def case(self, data: Mapping[Any, Any]) -> dict[str, Any]:
        """The mapping with plain values only: text, numbers, truth values, dates, lists and mappings of these."""
        found = self._mapping(data, "", 0)
        return found

    def _mapping(self, data: Mapping[Any, Any], where: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in data.items():
            name = self._words(self._plain(key), where or "case", key=True)
            place = f"{where}.{name}" if where else name
            if self._spent(place):
                break
            if name in found:
                self._say(
                    f"twice {place}",
                    place,
                    f"The key “{name[:60]}” stands twice; the second was not read.",
                    "Keep one of the two.",
                )
                continue
            if not where and name == "diary":
                inner = Bounds()
                inner.characters = inner.sentences = inner.entries = MOST_DIARY
                found[name] = inner._value(value, place, depth + 1)
                self.issues |= {f"diary {what}": issue for what, issue in inner.issues.items()}
            else:
                found[name] = self._value(value, place, depth + 1)
        return found

    def _spent(self, where: str) -> bool:
        self.entries -= 1
        if self.entries < 0:
            self._say(
                "entries",
                where[:80],
                f"The case has more than {MOST_ENTRIES} entries; from here on nothing was read.",
                "Keep what is about this person and now.",
                level="error",
            )
        return self.entries < 0

    def _value(self, value: Any, where: str, depth: int) -> Any:
        if isinstance(value, Mapping | list | tuple | set | frozenset):
            if depth > DEEPEST:
                self._say(
                    "deep",
                    where[:80],
                    f"The case is nested more than {DEEPEST} deep; what lies deeper was not read.",
                    "Write lists of words, without lists inside lists.",
                    level="error",
                )
                return None
            if isinstance(value, Mapping):
                return self._mapping(value, where, depth)
            kept = []
            for i, item in enumerate(value):
                place = f"{where}[{i}]"
                if self._spent(place):
                    break
                kept.append(self._value(item, place, depth + 1))
            return kept
        value = self._plain(value)
        return self._words(value, where) if isinstance(value, str) else value

    @staticmethod
    def _plain(value: Any) -> Any:
        """A value of a type that a file can hold; numbers that nothing measures become infinite."""
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**MOST_DIGITS:
            return float("inf") if value > 0 else float("-inf")
        if value is None or isinstance(value, str | bool | int | float | dt.date):
            return value
        return value.decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else str(value)

    def _words(self, value: Any, where: str, *, key: bool = False) -> str:
        text = value if isinstance(value, str) else str(value)
        if _UNSEEN.search(text):
            text = _UNSEEN.sub(" ", text)
            self._say(
                "unseen",
                where[:80],
                "Characters that cannot be seen (control or direction marks) were read as spaces.",
                "Paste as plain text.",
                level="note",
            )
        if len(text) > self.characters:
            self._say(
                "characters",
                where[:80],
                f"The words are longer than {MOST_CHARACTERS:,} characters; "
                f"what comes after “{_end(text, self.characters)}” was not read.",
                "Keep what is about this person and now; a food diary belongs under diary.",
                level="error",
            )
            text = text[: max(0, self.characters)]
        text = self._sentences(text, where)
        self.characters -= len(text)
        if len(text) >= LONGEST_WORD and (run := _RUN.search(text)):
            self._say(
                "run",
                where[:80],
                f"“{run[0][:40]}…” goes on for {len(run[0]):,} characters without a space; "
                "only its beginning was read.",
                "Put spaces between words.",
            )
            text = _RUN.sub(lambda m: m[0][: LONGEST_WORD - 1] + " ", text)
        return text[:200] if key else text

    def _sentences(self, text: str, where: str) -> str:
        """The text up to the last sentence that may be read."""
        for end in _ENDS.finditer(text):
            self.sentences -= 1
            if self.sentences < 0:
                self._say(
                    "sentences",
                    where[:80],
                    f"There are more than {MOST_SENTENCES:,} sentences and lines; "
                    f"what comes after “{_end(text, end.start())}” was not read.",
                    "Keep what is about this person and now; a food diary belongs under diary.",
                    level="error",
                )
                return text[: end.start()]
        return text


def _end(text: str, size: int) -> str:
    return " ".join(text[max(0, size - 40) : max(0, size)].split())

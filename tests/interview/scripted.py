"""Scripted people: an opening sentence, what they would answer, and what should come out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from repletion.interview import Asked, Interview, start
from repletion.knowledge.reader import parse_yaml

PEOPLE = sorted((Path(__file__).parent / "people").glob("*.yaml"))


def read(path: Path) -> dict[str, Any]:
    return parse_yaml(path.read_text(encoding="utf-8"))


def reply(person: dict[str, Any], asked: Asked) -> str:
    """What the person answers: from the script, else what the script says for all other questions."""
    answers: dict[str, str] = person.get("answers", {})
    if asked.id in answers:
        return str(answers[asked.id])
    if asked.kind in {"open", "number", "choice"}:
        return "not sure"
    if asked.id in person.get("yes", ()):
        return "yes"
    return "no" if asked.id in person.get("no", ()) else str(person["otherwise"])


def interviewed(person: dict[str, Any]) -> Interview:
    """The interview with one scripted person, to its end."""
    interview = start(person["text"])
    while (asked := interview.next()) is not None:
        interview = interview.answer(reply(person, asked))
    return interview

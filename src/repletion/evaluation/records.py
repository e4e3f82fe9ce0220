"""A file of published cases → what a reader of each case would have been told in a variant.

Only keys that describe the person pass (:data:`TOLD`); ids, sources, notes, groups and diagnoses never reach the
answer.  Variants: A before any laboratory result; B as A, without late history, drugs, diet and lifestyle; C routine
laboratory results; D all laboratory results.  Conditions that give the diagnosis away and investigations such as
imaging stay hidden in every variant.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from repletion.case import Case
from repletion.case.reader import KEYS
from repletion.errors import Issue
from repletion.evaluation.model import EvaluationError, Variant

TOLD = tuple(key for key in KEYS if key != "title")  # titles name the diagnosis
_HISTORY = frozenset(
    {"drugs", "medications", "medicines", "supplements", "diet", "diary", "lifestyle", "habits"}
)  # what variant B leaves out
_SET = {"A": "before_labs", "B": "before_labs", "C": "after_labs", "D": "after_labs"}
PREFIX = "nonnutritional:"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One published case.  ``data``: as in the file.  ``diagnoses``: slugs without prefix, the main one first."""

    id: str
    data: dict[str, Any]
    diagnoses: tuple[str, ...]
    group: Literal["nutritional", "control"]
    red_flag: bool | None
    decisive: tuple[str, ...]

    def meant_for(self, variant: Variant) -> bool:
        """Whether the record is meant for the variant; one that does not say is meant for all."""
        sets = self.data.get("eval_sets")
        return not isinstance(sets, list) or _SET[variant] in sets


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _record(data: dict[str, Any], line: int) -> Record:
    slugs = _words(data.get("final_diagnoses"))
    control = slugs[:1] != () and slugs[0].startswith(PREFIX)
    if data.get("group") in {"nutritional", "control"}:
        control = data["group"] == "control"
    hidden = _hidden(data)
    return Record(
        id=str(data.get("id") or f"line-{line}"),
        data=data,
        diagnoses=tuple(slug.removeprefix(PREFIX) for slug in slugs),
        group="control" if control else "nutritional",
        red_flag=data["red_flag"] if isinstance(data.get("red_flag"), bool) else None,
        decisive=_words(hidden.get("decisive_labs")),
    )


def _hidden(data: Mapping[str, Any]) -> Mapping[str, Any]:
    hidden = data.get("presentation_only")
    return hidden if isinstance(hidden, Mapping) else {}


def read_records(path: Path) -> tuple[list[Record], list[Issue], str]:
    """Records, what could not be read (with its line), and the digest of the file.

    Raises :class:`EvaluationError` when the file cannot be read or holds no record with a diagnosis.
    """
    try:
        body = path.read_bytes()
        text = body.decode("utf-8-sig")
    except OSError as error:
        raise EvaluationError(
            f"{path}: {error.strerror or error}. Name a file of cases, one JSON object a line."
        ) from None
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    records: dict[str, Record] = {}
    issues: list[Issue] = []

    def skip(line: int, why: str, remedy: str) -> None:
        issues.append(Issue(level="warning", where=f"line {line}", message=why, remedy=remedy))

    for line, row in enumerate(text.split("\n"), start=1):
        if not row.strip():
            continue
        try:
            data = json.loads(row)
        except (json.JSONDecodeError, RecursionError) as error:
            skip(line, f"Not JSON ({error}); left out.", "Write one JSON object a line.")
            continue
        if not isinstance(data, dict):
            skip(line, f"A {type(data).__name__}, not a case; left out.", "Write one JSON object a line.")
            continue
        record = _record(data, line)
        if not record.diagnoses:
            skip(line, f"{record.id} has no final_diagnoses; left out.", "Give the diagnoses, the main one first.")
        elif record.id in records:
            skip(line, f"The id {record.id} stands twice; the first one counts.", "Give every case its own id.")
        else:
            records[record.id] = record
    if not records:
        first = f" First fault: {issues[0].where}: {issues[0].message}" if issues else ""
        raise EvaluationError(f"{path} holds no case with a diagnosis.{first} Write one JSON object a line.")
    return list(records.values()), issues, hashlib.sha256(body).hexdigest()


def told(record: Record, variant: Variant) -> dict[str, Any]:
    """What is told about the person in a variant, as a mapping for :meth:`Case.from_mapping`."""
    hidden = _hidden(record.data)
    data = {key: record.data[key] for key in TOLD if key in record.data}
    fields = set(_words(hidden.get("hide_fields"))) | {"investigations", "labs"}
    labs = data.get("labs")
    for key in fields:
        data.pop(key, None)
    if variant in {"C", "D"} and labs:
        routine = set(_words(hidden.get("routine_labs_first")))
        if variant == "C":
            entries = labs if isinstance(labs, list) else []
            labs = [lab for lab in entries if isinstance(lab, Mapping) and lab.get("test") in routine]
        data["labs"] = labs
    if variant == "B":
        for key in _HISTORY | set(_words(hidden.get("late_history"))):
            data.pop(key, None)
    away = set(_words(hidden.get("hide_conditions")))
    if away and isinstance(data.get("conditions"), list):
        data["conditions"] = [item for item in data["conditions"] if _name(item) not in away]
    return data


def _name(item: object) -> str:
    """The words of an item: its term or test, or itself."""
    if not isinstance(item, Mapping):
        return str(item)
    return str(item.get("term") or " ".join(str(item[key]) for key in ("test", "value", "unit") if key in item) or item)


class Item(msgspec.Struct, frozen=True):
    """One item of what is told: its place, its words, and a case that holds nothing else."""

    place: str
    words: str
    alone: dict[str, Any]


def items_of(data: Mapping[str, Any]) -> Iterator[Item]:
    """Every item of what is told but the person and the diary."""
    person = {"person": data["person"]} if "person" in data else {}
    for key, value in data.items():
        if key in {"person", "on", "date", "diary"} or value in (None, "", [], {}):
            continue
        if isinstance(value, Mapping):
            for name, detail in value.items():
                yield Item(f"{key}.{name}", f"{name} {detail}", {**person, key: {name: detail}})
        elif isinstance(value, list | tuple):
            for i, item in enumerate(value):
                yield Item(f"{key}[{i}]", _name(item), {**person, key: [item]})
        else:
            yield Item(key, str(value), {**person, key: value})


def not_understood(data: Mapping[str, Any], case: Case) -> tuple[int, tuple[str, ...]]:
    """How many items were told, and the words of those from which nothing was taken.

    An item that only repeats another is dropped from the case; read alone it shows that it was understood.
    """
    read = {u.where for u in case.understood} | {lab.where for lab in case.labs}
    count, missed = 0, []
    for item in items_of(data):
        count += 1
        if any(where == item.place or where.startswith((f"{item.place}.", f"{item.place}[")) for where in read):
            continue
        alone = Case.from_mapping(item.alone)
        if not alone.labs and all(u.where.startswith("person") for u in alone.understood):
            missed.append(item.words)
    return count, tuple(missed)

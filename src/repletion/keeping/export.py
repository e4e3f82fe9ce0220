"""Everything that is kept, for elsewhere: JSON (whole, and read back), CSV (for a spreadsheet), FHIR (for a record)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from repletion.keeping.keeper import Keeper
from repletion.keeping.model import SCHEMA, Kept, refusal
from repletion.knowledge.models import URGENCIES
from repletion.report.cells import cell

Form = Literal["json", "csv", "fhir"]
LARGEST = 200_000_000
"""Bytes of an export that are read back at most."""


class _Export(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = SCHEMA
    entries: tuple[Kept, ...]


def write(entries: Iterable[Kept], form: Form) -> str:
    """Entries as text.  Raises :class:`KeepError` where FHIR is asked for an answer that this version cannot read."""
    found = tuple(entries)
    if form == "csv":
        return _table(found)
    if form == "fhir":
        return _bundles(found)
    return msgspec.json.format(msgspec.json.encode(_Export(entries=found)), indent=2).decode() + "\n"


def read_back(keeper: Keeper, data: bytes) -> int:
    """Add the entries of a JSON export to an open file; returns how many were new.

    Raises :class:`KeepError` when it is no such export; then nothing was added.
    """
    if len(data) > LARGEST:
        raise refusal("large_export")
    try:
        found = msgspec.json.decode(data, type=_Export)
        if found.schema != SCHEMA:
            raise refusal("other_export", schema=SCHEMA)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise refusal("not_an_export", schema=SCHEMA) from None
    if not all(_is_entry(kept) for kept in found.entries):
        raise refusal("not_an_entry")
    known = {line.id for line in keeper.all()}
    new = [kept for kept in found.entries if kept.id not in known]
    for kept in new:
        keeper.add(kept)
    return len(new)


def _is_entry(kept: Kept) -> bool:
    """Whether an entry from elsewhere has what the list, the comparison and the table read."""
    triage = kept.answer.get("triage")
    parts = [kept.answer.get(part, []) for part in ("explanations", "intake", "labs", "understood")]
    keys = ("id", "nutrient", "test", "id")
    return (
        re.fullmatch(r"[0-9a-f]{8,40}", kept.id) is not None
        and re.fullmatch(r"\d{4}-\d\d-\d\dT[0-9:.+-]{5,20}", kept.saved) is not None
        and isinstance(triage, dict)
        and triage.get("urgency") in URGENCIES
        and all(isinstance(reason, dict) for reason in triage.get("reasons") or ())
        and all(
            isinstance(part, list) and all(isinstance(row, dict) and {key, "label"} <= row.keys() for row in part)
            for part, key in zip(parts, keys, strict=True)
        )
    )


_HEADER = ("id", "name", "version", "saved", "kind", "item", "label", "value", "low", "high", "unit", "words")


def _table(entries: tuple[Kept, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for kept in entries:
        for kind, *cells in _rows(kept):
            writer.writerow([kept.id, cell(kept.name), kept.version, kept.saved, kind, *map(cell, cells)])
    return out.getvalue()


def _rows(kept: Kept) -> Iterator[tuple[Any, ...]]:
    """Kind, item, label, value, low, high, unit, words; the urgency first."""
    answer = kept.answer
    yield (
        "urgency",
        kept.line.urgency,
        "",
        "",
        "",
        "",
        "",
        "; ".join(_labels(answer.get("triage", {}).get("reasons"))),
    )
    for item in answer.get("explanations", ()):
        yield ("explanation", item.get("id"), item.get("label"), item.get("probability"), item.get("low"),
               item.get("high"), "probability", "")  # fmt: skip
    for row in answer.get("intake", ()):
        yield ("intake", row.get("nutrient"), row.get("label"), row.get("amount"), row.get("low"), row.get("high"),
               row.get("unit"), row.get("adequacy"))  # fmt: skip
    for lab in answer.get("labs", ()):
        yield ("lab", lab.get("test"), lab.get("label"), lab.get("value"), "", "", lab.get("unit"), lab.get("text"))
    for thing in answer.get("understood", ()):
        yield ("understood", thing.get("id"), thing.get("label"), "", "", "", "", thing.get("text"))
    for day, text in kept.diary.items():
        for line in text.splitlines():
            if line.strip():
                yield ("diary", day, "", "", "", "", "", line.strip())
    for name, version in kept.versions.items():
        yield ("made by", name, "", "", "", "", "", version)


def _labels(reasons: Any) -> list[str]:
    return [str(reason.get("label", "")) for reason in reasons or ()]


def _bundles(entries: tuple[Kept, ...]) -> str:
    """One collection of the collections of each answer."""
    from repletion.fhir import write_bundle

    inner = [{"resource": write_bundle(kept.as_answer())} for kept in entries]
    whole: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    if inner:
        whole["entry"] = inner
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"

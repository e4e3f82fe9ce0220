"""Entries of a bundle, references between them, and whose record it is.

Nothing here knows medicine.  A bundle is what somebody sent: every shape is checked before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from repletion.errors import RepletionError

Version = Literal["R4", "R5"]
MOST_ENTRIES = 20_000
DEEPEST = 6  # bundles inside bundles
_HALF = re.compile("[\ud800-\udfff]")


class RecordError(RepletionError):
    """The record as a whole cannot be read: no FHIR resource, nobody in it.  Says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource: its type, content, place as FHIRPath, and the reference by which others call it."""

    kind: str
    resource: dict[str, Any]
    where: str
    reference: str


@dataclass
class Record:
    """Every resource of a bundle.  ``odd``: places of entries without a resource.  ``left_out``: entries too many."""

    entries: list[Entry] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    left_out: int = 0
    _by_reference: dict[str, Entry] = field(default_factory=dict)

    def add(self, entry: Entry, *names: str) -> None:
        """Keep a resource under every name by which it may be referred to."""
        if len(self.entries) >= MOST_ENTRIES:
            self.left_out += 1
            return
        self.entries.append(entry)
        for name in (entry.reference, *names):  # the first of a name keeps it: a report, not the results inside it
            if name:
                self._by_reference.setdefault(name, entry)

    def of(self, *kinds: str) -> Iterator[Entry]:
        """Resources of these types, in their order."""
        return (entry for entry in self.entries if entry.kind in kinds)

    def find(self, reference: object, holder: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """The resource that a Reference names: contained in its holder, or an entry; ``None`` when it is elsewhere."""
        name = reference_of(reference)
        if not name:
            return None
        if name.startswith("#"):
            for inner in items(holder.get("contained")) if holder else ():
                if inner.get("id") == name[1:]:
                    return inner
            return None
        hit = self._by_reference.get(name) or self._by_reference.get(
            "/".join(name.split("/_history")[0].split("/")[-2:])
        )
        return hit.resource if hit else None


def items(value: object) -> list[dict[str, Any]]:
    """The objects of a list; a single object counts as a list of one, anything else is left out."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def placed(value: object) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a list with their places in it; what is no object keeps its place and is left out."""
    if isinstance(value, dict):
        return [(0, value)]
    return [(i, item) for i, item in enumerate(value) if isinstance(item, dict)] if isinstance(value, list) else []


def reference_of(value: object) -> str:
    """The address in a Reference, or an empty string."""
    if isinstance(value, dict):
        value = value.get("reference")
    return value.strip() if isinstance(value, str) else ""


def sound(value: Any) -> Any:
    """Parsed JSON whose every text can be written again: half a character (a lone surrogate) becomes a mark.

    Raises :class:`RecordError` when it is nested so deeply that nothing can walk it.
    """
    try:
        return _sound(value)
    except RecursionError:
        raise RecordError("The JSON is nested too deeply to be a record.") from None


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_sound(key): _sound(inner) for key, inner in value.items()}
    return [_sound(inner) for inner in value] if isinstance(value, list) else value


def is_record(data: object) -> bool:
    """Whether parsed JSON is a FHIR resource."""
    return isinstance(data, dict) and isinstance(data.get("resourceType"), str)


def open_record(data: object) -> Record:
    """The resources of a bundle, of operation parameters that hold one, or of a single resource.

    Raises :class:`RecordError` when it is none of them.
    """
    if not isinstance(data, dict) or not isinstance(data.get("resourceType"), str):
        raise RecordError(
            "This is not a FHIR resource: it has no resourceType. Send a Bundle, or a patient summary document."
        )
    record = Record()
    _walk(data, data["resourceType"], record, 0, "")
    if not record.entries:
        raise RecordError("The bundle holds no resource. Send a Bundle with at least a Patient in it.")
    return record


def _walk(resource: dict[str, Any], where: str, record: Record, depth: int, full_url: str) -> None:
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or depth > DEEPEST:
        record.odd.append(where)
    elif kind == "Bundle":
        entries = resource.get("entry")
        for i, entry in enumerate(entries if isinstance(entries, list) else ()):
            place = f"{where}.entry[{i}].resource"
            inner = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(inner, dict):
                url = entry.get("fullUrl")
                _walk(inner, place, record, depth + 1, url if isinstance(url, str) else "")
            else:
                record.odd.append(place)
    elif kind == "Parameters":
        parameters = resource.get("parameter")
        for i, parameter in enumerate(parameters if isinstance(parameters, list) else ()):
            inner = parameter.get("resource") if isinstance(parameter, dict) else None
            if isinstance(inner, dict):
                _walk(inner, f"{where}.parameter[{i}].resource", record, depth + 1, "")
    else:
        own = resource.get("id")
        tail = "/".join(full_url.split("/")[-2:])
        local = f"{kind}/{own}" if isinstance(own, str) and own else tail if tail.startswith(f"{kind}/") else ""
        entry = Entry(kind, resource, where, local or full_url)
        record.add(entry, full_url)
        if kind == "DiagnosticReport":
            _results_inside(entry, record)


def _results_inside(report: Entry, record: Record) -> None:
    """The results that a report holds inside itself, as entries: of the person and the day of the report."""
    contained = report.resource.get("contained")
    shared = ("subject", *(key for key in report.resource if key.startswith("effective")))
    for i, inner in enumerate(contained if isinstance(contained, list) else ()):
        if isinstance(inner, dict) and inner.get("resourceType") == "Observation":
            dated = any(key.startswith("effective") for key in inner)
            told = {key: report.resource[key] for key in shared if key in report.resource
                    and not (dated and key != "subject")}  # fmt: skip
            record.add(Entry("Observation", told | inner, f"{report.where}.contained[{i}]", report.reference))


def version_of(data: object) -> Version:
    """The FHIR release a record is written in, from what only R5 has; R4 otherwise."""
    record = open_record(data)
    for entry in record.entries:
        if entry.kind in {"NutritionIntake", "NutritionProduct"}:
            return "R5"
        if entry.kind.startswith("Medication") and isinstance(entry.resource.get("medication"), dict):
            return "R5"
    return "R4"


def patient_of(record: Record) -> tuple[Entry | None, set[str]]:
    """Whose record it is, and the references of every other patient in it.

    The subject of a summary document decides; else the first Patient.
    """
    patients = list(record.of("Patient"))
    chosen = patients[0] if patients else None
    for document in record.of("Composition"):
        for subject in items(document.resource.get("subject")):
            found = record.find(subject, document.resource)
            chosen = next((p for p in patients if p.resource is found), chosen)
    others = {p.reference for p in patients if p is not chosen and p.reference}
    return chosen, others


def is_of_another(entry: Entry, patient: Entry | None, record: Record) -> bool:
    """Whether a resource names a subject who is known to be somebody else."""
    for key in ("subject", "patient"):
        for named in items(entry.resource.get(key)):
            name = reference_of(named)
            if not name or patient is None or name.startswith("#"):
                continue
            found = record.find(named, entry.resource)
            if found is not None:
                return found is not patient.resource
            tail = "/".join(name.split("/_history")[0].split("/")[-2:])
            return bool(patient.reference) and tail.startswith("Patient/") and tail != patient.reference
    return False

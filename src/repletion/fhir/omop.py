"""Tables with the columns of the OMOP common data model → cases; answers → rows for a results table.

Tables are iterables of mappings (rows of a CSV file, ``DataFrame.to_dict("records")``, ``iter_rows(named=True)``).
Source tables are never written to.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from repletion.assessment.model import Assessment
from repletion.case.model import Case
from repletion.errors import Issue
from repletion.fhir.bundle import Entry, Record, RecordError
from repletion.fhir.draft import Draft
from repletion.fhir.medicines import plain_name
from repletion.fhir.values import day_of, number, words
from repletion.knowledge import Knowledge, load
from repletion.knowledge.records import concepts
from repletion.units import from_ucum, normalize

Row = Mapping[str, Any]
COLUMNS = {
    "person": ("person_id", "gender_concept_id", "year_of_birth"),
    "condition_occurrence": ("person_id", "condition_concept_id", "condition_start_date"),
    "drug_exposure": ("person_id", "drug_concept_id", "drug_exposure_start_date"),
    "measurement": ("person_id", "measurement_concept_id", "measurement_date", "value_as_number"),
    "observation": ("person_id", "observation_concept_id", "observation_date"),
}
"""Tables that are read, with the columns without which they cannot be."""
RESULT = (
    "person_id", "observation_concept_id", "observation_date", "observation_type_concept_id", "value_as_number",
    "value_as_string", "unit_source_value", "observation_source_value", "qualifier_source_value",
)  # fmt: skip
"""Columns of the answer: those of ``observation``."""
_SEXES = {8507: "male", 8532: "female"}
_SYSTEMS = {"LOINC": "LOINC", "SNOMED": "SNOMED CT", "RxNorm": "RxNorm", "ATC": "ATC", "ICD10CM": "ICD-10-CM"}
_MEASURES = {"weight": "weight_kg", "bmi": "bmi"}


@dataclass
class Vocabulary:
    """What concept ids mean: those carried here, and those of a ``concept`` table when there is one."""

    codes: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row] = ()) -> Vocabulary:
        """``rows``: of a ``concept`` table (concept_id, concept_name, vocabulary_id, concept_code)."""
        found = cls()
        for row in rows:
            if (own := _id(row.get("concept_id"))) is None:
                continue
            found.names[own] = words(row.get("concept_name"))
            vocabulary, code = words(row.get("vocabulary_id")), words(row.get("concept_code"))
            if vocabulary in _SYSTEMS:
                found.codes[own] = f"{_SYSTEMS[vocabulary]} {code}"
            elif vocabulary == "UCUM":
                found.units[own] = from_ucum(code) or code
        for known in concepts():
            found.codes[known.concept_id] = f"Repletion {known.subject}"
            found.names.setdefault(known.concept_id, known.display)
        return found


@dataclass(frozen=True)
class Member:
    """One person of a cohort: their id, the case, and the same as a mapping."""

    person_id: str
    case: Case
    mapping: dict[str, Any]


def read_tables(
    tables: Mapping[str, Iterable[Row]], *, on: dt.date, knowledge: Knowledge | None = None
) -> Iterator[Member]:
    """Every person of the cohort as known on the day ``on``; what was recorded later is not used.

    ``tables``: by name, ``person`` required, ``concept`` optional.
    Raises :class:`RecordError` when ``person`` or a required column is missing.
    """
    knowledge = knowledge or load()
    held = {name: list(rows) for name, rows in tables.items() if name in COLUMNS}
    if not held.get("person"):
        raise RecordError("The table person is missing or empty.")
    for name, rows in held.items():
        for column in COLUMNS[name]:
            if rows and column not in rows[0]:
                raise RecordError(f"The table {name} lacks the column {column}.")
    vocabulary = Vocabulary.of(tables.get("concept", ()))
    by_person: dict[str, dict[str, list[tuple[int, Row]]]] = defaultdict(lambda: defaultdict(list))
    for name, rows in held.items():
        for i, row in enumerate(rows):
            by_person[_key(row)][name].append((i, row))
    for i, row in enumerate(held["person"]):
        yield _member(_key(row), row, i, by_person[_key(row)], vocabulary, on, knowledge)


def read_folder(folder: str | Path) -> dict[str, list[dict[str, Any]]]:
    """The tables of a folder of CSV files (``person.csv`` …).

    Raises :class:`RecordError` when one cannot be read or a row has not as many cells as its header.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for name in (*COLUMNS, "concept"):
        path = Path(folder) / f"{name}.csv"
        if not path.is_file():
            continue
        try:
            with path.open(encoding="utf-8-sig", newline="") as handle:
                rows: list[dict[str, Any]] = []
                for line, row in enumerate(csv.DictReader(handle, strict=True), start=2):
                    if None in row or None in row.values():
                        raise RecordError(f"{path.name}, row {line}: it has not as many cells as the header.")
                    rows.append({key.strip().lower(): value for key, value in row.items()})
                found[name] = rows
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise RecordError(f"{path.name} cannot be read: {error}.") from None
    return found


def _id(value: object) -> int | None:
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


def _key(row: Row) -> str:
    found = _id(row.get("person_id"))
    return str(found) if found is not None else words(str(row.get("person_id") or ""))


class _Writer:
    """One person's rows becoming a case."""

    def __init__(self, vocabulary: Vocabulary, on: dt.date) -> None:
        self.vocabulary, self.on = vocabulary, on
        self.draft = Draft(Record(), on)
        self.later = 0

    def entry(self, table: str, i: int) -> Entry:
        return Entry(table, {}, f"{table}[{i}]", f"{table}/{i}")

    def due(self, row: Row, column: str) -> dt.date | None:
        """The day of a row, or ``None`` when it lies after the day of the assessment."""
        day = day_of(str(row.get(column) or ""))
        if day is not None and day > self.on:
            self.later += 1
            return None
        return day or self.on

    def named(self, row: Row, prefix: str) -> tuple[str, list[str]]:
        """Words and codes of a row: its concept, else its source value."""
        own = _id(row.get(f"{prefix}_concept_id")) or 0
        codes = [self.vocabulary.codes[own]] if own in self.vocabulary.codes else []
        source = words(str(row.get(f"{prefix}_source_value") or ""))
        return self.vocabulary.names.get(own, "") or source, codes

    def unknown(self, table: str, i: int, row: Row, prefix: str) -> None:
        concept_id = words(str(row.get(f"{prefix}_concept_id")))
        self.draft.say(
            "warning",
            f"{table}[{i}]",
            f"The concept {concept_id} is not known and has no words; it was not used.",
            "Add a concept table (concept.csv) of the vocabulary release.",
        )

    def condition(self, i: int, row: Row) -> None:
        if self.due(row, "condition_start_date") is None:
            return
        term, codes = self.named(row, "condition")
        if not term and not codes:
            self.unknown("condition_occurrence", i, row, "condition")
            return
        item: dict[str, Any] = {"term": term or codes[0]} | ({"code": codes} if codes else {})
        end = day_of(str(row.get("condition_end_date") or ""))
        if end is not None and end < self.on:
            item["past"] = True
        self.draft.put("conditions", item, self.entry("condition_occurrence", i))

    def drug(self, i: int, row: Row) -> None:
        if self.due(row, "drug_exposure_start_date") is None:
            return
        term, codes = self.named(row, "drug")
        if not term and not codes:
            self.unknown("drug_exposure", i, row, "drug")
            return
        bare, strength = plain_name(term)
        item: dict[str, Any] = {"term": bare or codes[0]} | ({"code": codes} if codes else {})
        end = day_of(str(row.get("drug_exposure_end_date") or ""))
        if end is not None and end < self.on:
            item["past"] = True
        if dose := words(str(row.get("sig") or ""))[:120] or strength:
            item["dose"] = dose
        self.draft.put("drugs", item, self.entry("drug_exposure", i))

    def observation(self, i: int, row: Row) -> None:
        if self.due(row, "observation_date") is None:
            return
        term, codes = self.named(row, "observation")
        if term:
            self.draft.put(
                "lifestyle", {"term": term} | ({"code": codes} if codes else {}), self.entry("observation", i)
            )
        else:
            self.unknown("observation", i, row, "observation")

    def measurements(self, rows: list[tuple[int, Row]]) -> None:
        """Of each concept the newest value."""
        newest: dict[str, tuple[dt.date, int, Row]] = {}
        for i, row in rows:
            day = self.due(row, "measurement_date")
            name, codes = self.named(row, "measurement")
            key = codes[0] if codes else name.casefold()
            if day is not None and (key not in newest or newest[key][0] <= day):
                newest[key] = (day, i, row)
        for key, (day, i, row) in newest.items():
            self.measurement(key, day, i, row)

    def measurement(self, key: str, day: dt.date, i: int, row: Row) -> None:
        value = number(row.get("value_as_number"))
        name, codes = self.named(row, "measurement")
        entry = self.entry("measurement", i)
        if value is None or not (name or codes):
            self.draft.say("note", entry.where, f"“{name or key}” has no number and was not used.")
            return
        unit_id, typed = _id(row.get("unit_concept_id")) or 0, words(str(row.get("unit_source_value") or ""))
        unit = self.vocabulary.units.get(unit_id, "") or normalize(typed) or from_ucum(typed) or typed
        role = _MEASURES.get(key.removeprefix("Repletion "))
        if role == "weight_kg" and unit != "kg" and unit:
            self.draft.say("warning", entry.where, f"A body weight in “{unit}” was not used.", "Give it in kg.")
        elif role:
            self.draft.set("person", role, f"{value:.6g}", entry)
        else:
            item: dict[str, Any] = {"test": name or codes[0], "value": f"{value:.12g}", "date": day.isoformat()}
            item |= {"unit": unit} if unit else {}
            item |= {"code": codes} if codes else {}
            low, high = number(row.get("range_low")), number(row.get("range_high"))
            if low is not None and high is not None:
                item["reference_range"] = f"{low:.12g}-{high:.12g}"
            self.draft.put("labs", item, entry)


def _member(
    own: str, person: Row, i: int, rows: Mapping[str, list[tuple[int, Row]]], vocabulary: Vocabulary, on: dt.date,
    knowledge: Knowledge,
) -> Member:  # fmt: skip
    writer = _Writer(vocabulary, on)
    draft, entry = writer.draft, writer.entry("person", i)
    if (sex := _SEXES.get(_id(person.get("gender_concept_id")) or 0)) is not None:
        draft.set("person", "sex", sex, entry)
    year = _id(person.get("year_of_birth"))
    if year is not None:
        month, day = _id(person.get("month_of_birth")) or 7, _id(person.get("day_of_birth")) or 1
        born = day_of(f"{year:04d}-{month:02d}-{day:02d}")
        if born is None or born > on:
            draft.say("warning", entry.where, f"The birth date {year}-{month}-{day} is not possible; age is unknown.",
                      "Check the row.")  # fmt: skip
        else:
            draft.set("person", "age", int((on - born).days / 365.2425), entry)
    for n, row in _once(rows.get("condition_occurrence", ()), "condition"):
        writer.condition(n, row)
    for n, row in _once(rows.get("drug_exposure", ()), "drug"):
        writer.drug(n, row)
    for n, row in _once(rows.get("observation", ()), "observation"):
        writer.observation(n, row)
    writer.measurements(rows.get("measurement", []))
    if writer.later:
        draft.say("note", "person", f"{writer.later} rows after {on} were not used.", "Nothing to do.")
    draft.close()
    return Member(own, draft.back(Case.from_mapping(draft.mapping, knowledge=knowledge, today=on)), draft.mapping)


def _once(rows: Iterable[tuple[int, Row]], prefix: str) -> list[tuple[int, Row]]:
    """Of each concept the last row: a diagnosis is recorded at every visit."""
    kept: dict[tuple[Any, Any], tuple[int, Row]] = {}
    for i, row in rows:
        kept[(row.get(f"{prefix}_concept_id"), row.get(f"{prefix}_source_value"))] = (i, row)
    return list(kept.values())


def result_rows(person_id: str, found: Assessment) -> list[dict[str, Any]]:
    """An answer as rows with the columns :data:`RESULT`: the urgency first, then each explanation in percent."""
    from repletion.report.numbers import frequency, span

    ids = {row.subject: row.concept_id for row in concepts()}
    base = {"person_id": person_id, "observation_date": found.on, "observation_type_concept_id": 0}
    lead = found.triage.reasons[0]
    rows: list[dict[str, Any]] = [
        base | {"observation_concept_id": 0, "value_as_number": "", "value_as_string": found.triage.urgency,
                "unit_source_value": "", "observation_source_value": "urgency", "qualifier_source_value": lead.label}
    ]  # fmt: skip
    rows += [
        base
        | {
            "observation_concept_id": ids.get(e.id, 0),
            "value_as_number": round(100 * e.probability, 2),
            "value_as_string": f"{frequency(e.probability)} ({span(e.low, e.high)})",
            "unit_source_value": "%",
            "observation_source_value": e.id,
            "qualifier_source_value": f"probability; knowledge {found.versions.knowledge}",
        }
        for e in found.explanations
    ]
    return rows


def issue_rows(member: Member, issues: Iterable[Issue]) -> list[dict[str, str]]:
    """Issues as rows: person, level, place, message, remedy."""
    return [
        {"person_id": member.person_id, "level": i.level, "where": i.where, "message": i.message, "remedy": i.remedy}
        for i in issues
    ]

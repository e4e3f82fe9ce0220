"""Codes of record systems: which system an address names, which code names a test, a medicine or an observation."""

from __future__ import annotations

from functools import cache
from typing import Literal

from repletion.knowledge.base import DATA
from repletion.knowledge.models import Record, Rule
from repletion.knowledge.reader import rows

FOLDER = DATA / "records"
Status = Literal["verified", "corroborated"]


class System(Record, frozen=True):
    """A code system: its name here, its FHIR address, and other addresses parted by a bar."""

    name: str
    uri: str
    source: str
    status: Status
    also: tuple[str, ...] = ()


class TestCode(Record, frozen=True):
    """A further LOINC code of a test, with its long common name."""

    test: str
    code: str
    display: str
    source: str
    status: Status


class DrugCode(Record, frozen=True):
    """The RxNorm ingredient of a medicine."""

    drug: str
    code: str
    display: str
    source: str
    status: Status


class ConceptCode(Record, frozen=True):
    """The OMOP standard concept of a test, medicine, state or factor (or of ``weight`` and ``bmi``)."""

    subject: str
    concept_id: int
    display: str
    source: str
    status: Status


class ObservationCode(Record, frozen=True):
    """The LOINC code of a vital sign or of something of social history."""

    role: str
    code: str
    display: str
    source: str
    status: Status


class Answer(Record, frozen=True):
    """What a coded answer to ``role`` means: yes, no or unknown."""

    role: str
    system: str
    code: str
    means: Literal["yes", "no", "unknown"]
    display: str
    source: str
    status: Status


@cache
def systems() -> dict[str, str]:
    """Name of a code system by each of its addresses, without a slash at the end."""
    found = {}
    for row in rows(FOLDER / "systems.csv", System, lists=("also",)):
        for uri in (row.uri, *row.also):
            found[uri.rstrip("/").casefold()] = row.name
    return found


@cache
def addresses() -> dict[str, str]:
    """FHIR address of a code system by its name."""
    return {row.name: row.uri for row in rows(FOLDER / "systems.csv", System, lists=("also",))}


@cache
def test_codes() -> tuple[TestCode, ...]:
    """Further LOINC codes of tests."""
    return tuple(rows(FOLDER / "tests.csv", TestCode))


@cache
def drug_codes() -> tuple[DrugCode, ...]:
    """RxNorm ingredients of medicines."""
    return tuple(rows(FOLDER / "rxnorm.csv", DrugCode))


@cache
def concepts() -> tuple[ConceptCode, ...]:
    """OMOP concepts."""
    return tuple(rows(FOLDER / "omop.csv", ConceptCode))


@cache
def observations() -> dict[str, str]:
    """Role of a vital sign or social-history item by its LOINC code."""
    return {row.code: row.role for row in rows(FOLDER / "observations.csv", ObservationCode)}


@cache
def observation_codes() -> dict[str, ObservationCode]:
    """The code that a role is written with: the first one listed."""
    found: dict[str, ObservationCode] = {}
    for row in rows(FOLDER / "observations.csv", ObservationCode):
        found.setdefault(row.role, row)
    return found


@cache
def answers() -> dict[tuple[str, str, str], str]:
    """Meaning of a coded answer by role, system and code."""
    return {(row.role, row.system, row.code): row.means for row in rows(FOLDER / "answers.csv", Answer)}


@cache
def rule(name: str) -> float:
    """A declared number of reading records."""
    return {row.id: row for row in rows(FOLDER / "rules.csv", Rule)}[name].value

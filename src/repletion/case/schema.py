"""The shape of a case file, as types; ``schema.json`` beside this module is written from them.

The reader takes more than this (free words, other key order, numbers as text); the schema says what is best written.
Write the file anew with ``python -m repletion.case.schema``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

SCHEMA_ID = "repletion.case/1"
FILE = Path(__file__).with_name("schema.json")
Words = Annotated[str, Meta(description="free words, for example: tingling lips for 3 weeks")]

Code = Annotated[
    str, Meta(description="system and code: ATC A02BC01, ICD-10-CM E83.42, LOINC 2601-3; decides when known")
]


class PersonEntry(msgspec.Struct, omit_defaults=True):
    """Who the case is about. What is left out is unknown, never no."""

    age: Annotated[float, Meta(ge=0, le=125, description="years")] | None = None
    sex: Literal["female", "male"] | None = None
    age_group: Words | None = None
    pregnant: bool | None = None
    lactating: bool | None = None
    smoker: bool | None = None
    postmenopausal: bool | None = None
    height_cm: Annotated[float, Meta(ge=30, le=260)] | None = None
    weight_kg: Annotated[float, Meta(ge=0.5, le=500)] | None = None
    ethnicity: str | None = None
    country: Annotated[str, Meta(description="ISO 3166 code or name")] | None = None


class TermEntry(msgspec.Struct, omit_defaults=True):
    """One symptom, sign, condition, medicine or habit with what is known about it."""

    term: Words
    duration: Annotated[str, Meta(description="3 weeks, since age 8, x2/52")] | None = None
    onset: Literal["sudden", "gradual"] | None = None
    present: bool | None = True
    dose: str | None = None
    stopped: bool = False
    certain: Annotated[bool, Meta(description="false for a suspicion")] = True
    code: Code | list[Code] | None = None
    note: Words | None = None


class FindingEntry(msgspec.Struct, omit_defaults=True):
    """One finding by its id."""

    present: bool | None = True
    since: str | None = None
    onset: Literal["sudden", "gradual"] | None = None
    certain: bool = True


class LabEntry(msgspec.Struct, omit_defaults=True):
    """One laboratory result."""

    test: Annotated[str, Meta(description="name or abbreviation: magnesium, Mg, 25-OH vitamin D")]
    value: Annotated[float | str, Meta(description="a number, <0.5, low, normal, high")]
    unit: Annotated[str, Meta(description="mmol/L, mg/dL, mEq/L ...")] | None = None
    date: Annotated[str, Meta(description="YYYY-MM-DD")] | None = None
    reference_range: Annotated[str, Meta(description="the laboratory's own: 0.70-1.00")] | None = None
    code: Code | list[Code] | None = None


class DiaryEntry(msgspec.Struct, omit_defaults=True):
    """One food and its amount."""

    food: str
    amount: str | float | None = None
    unit: str | None = None


Entries = str | list[Words | TermEntry] | None


class CaseDocument(msgspec.Struct, omit_defaults=True):
    """A case for Repletion, as YAML or JSON. Every key may be left out."""

    person: PersonEntry | None = None
    text: str | list[str] | None = None
    symptoms: Entries = None
    signs: Entries = None
    conditions: Entries = None
    drugs: Entries = None
    lifestyle: Entries = None
    diet: Entries = None
    habits: dict[str, float | bool | str] | Entries = None
    findings: dict[str, bool | str | FindingEntry | None] | None = None
    stated_negatives: list[Words] | None = None
    investigations: Entries = None
    labs: list[str | LabEntry] | None = None
    diary: str | list[str | DiaryEntry] | None = None
    title: str | None = None
    on: Annotated[str, Meta(description="day of the assessment, YYYY-MM-DD")] | None = None


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a case file."""
    (found,), components = msgspec.json.schema_components([CaseDocument], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "A case for Repletion",
        **found,
        "$defs": components,
    }


def text() -> str:
    """The schema as it stands in ``schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")

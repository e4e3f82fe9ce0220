"""The answer as JSON, and the JSON Schema of it: ``repletion.assessment/1``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from repletion.assessment.model import Assessment


def to_json(value: Any) -> str:
    """Any typed result as indented JSON: fields in their declared order, free keys sorted, numbers never NaN."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2).decode() + "\n"


def render_json(assessment: Assessment) -> str:
    """The whole answer; the schema's name comes first and says which version it is."""
    return to_json(assessment)


def assessment_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of :func:`render_json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Assessment)}


def case_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a case as typed."""
    found: dict[str, Any] = msgspec.json.decode((Path(__file__).parent / "case.schema.json").read_bytes())
    return found


def schema_text(subject: str) -> str:
    """The schema of a ``case`` or of an ``assessment`` as printed and published."""
    return to_json(case_schema() if subject == "case" else assessment_schema())

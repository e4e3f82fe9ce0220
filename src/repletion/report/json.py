"""The answer as JSON, and the JSON Schema of it: ``repletion.assessment/1``."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from repletion.assessment.model import Assessment, Citation, ClaimView


def to_json(value: Any) -> str:
    """Any typed result as indented JSON: fields in their declared order, free keys sorted, numbers never NaN."""
    return msgspec.json.format(compact(value), indent=2).decode() + "\n"


def compact(value: Any) -> bytes:
    """The same JSON as :func:`to_json` without its spaces and line ends, for programs."""
    if isinstance(value, Assessment):
        claims, citations = ([_printed(one) for one in part] for part in (value.claims, value.citations))
        value = msgspec.structs.replace(value, claims=claims, citations=citations)
    return msgspec.json.encode(value, order="deterministic")


_ready: dict[int, tuple[object, msgspec.Raw]] = {}
_MOST_READY = 1 << 14


def _printed(piece: ClaimView | Citation) -> msgspec.Raw:
    """A piece of the knowledge as JSON, printed once: the same objects stand in answer after answer, and are two fifths
    of each.  Kept with the object, so that its number stays its own."""
    found = _ready.get(id(piece))
    if found is None or found[0] is not piece:
        if len(_ready) > _MOST_READY:
            _ready.clear()
        _ready[id(piece)] = found = piece, msgspec.Raw(msgspec.json.encode(piece, order="deterministic"))
    return found[1]


def render_json(assessment: Assessment) -> str:
    """The whole answer; the schema's name comes first and says which version it is."""
    return to_json(assessment)


def assessment_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of :func:`render_json`."""
    found: dict[str, Any] = plain(msgspec.json.schema(Assessment))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def case_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a case as typed."""
    from repletion.case.schema import schema

    found: dict[str, Any] = plain(schema())
    return found


def plain(found: Any) -> Any:
    """A schema whose descriptions are without the indentation of docstrings, which Pythons keep differently."""
    if isinstance(found, dict):
        return {
            key: inspect.cleandoc(value) if key == "description" and isinstance(value, str) else plain(value)
            for key, value in found.items()
        }
    return [plain(value) for value in found] if isinstance(found, list) else found


def plan_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a food plan as JSON."""
    from repletion.plan.model import Plan

    found: dict[str, Any] = plain(msgspec.json.schema(Plan))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def schema_text(subject: str) -> str:
    """The schema of a ``case``, an ``assessment`` or a ``plan`` as printed and published."""
    makers = {"case": case_schema, "assessment": assessment_schema, "plan": plan_schema}
    return to_json(makers[subject]())

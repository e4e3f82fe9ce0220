"""The OpenAPI description, made from the types that make the answers: each shape is said once."""

from __future__ import annotations

from typing import Any

import msgspec

from repletion.api.problems import MEDIA_TYPE, Problem
from repletion.api.reference import Askables, FoodsFound, Health, Kinds, Records
from repletion.assessment.model import Assessment, Versions
from repletion.case.schema import CaseDocument
from repletion.interview.replay import Answers, Standing
from repletion.knowledge import models
from repletion.plan.model import Plan
from repletion.plan.wishes import Wishes
from repletion.report.intake import IntakeAnswer
from repletion.report.json import plain
from repletion.report.record import RecordView
from repletion.report.tables import FoodPage

ANSWERS = (
    Assessment, IntakeAnswer, Standing, Plan, FoodsFound, FoodPage, Kinds, Records, RecordView, Askables, Health,
    Versions, Problem,
)  # fmt: skip
REQUESTS = (CaseDocument, Answers, Wishes)
RECORDS = (
    models.Claim, models.State, models.Finding, models.Factor, models.Test, models.Drug, models.RedFlag, models.Rule,
    models.Source,
)  # fmt: skip
PREFIX = "#/components/schemas/"


def ref(kind: type[Any]) -> dict[str, str]:
    """A reference to the schema of a type."""
    return {"$ref": f"{PREFIX}{kind.__name__}"}


def components() -> dict[str, Any]:
    """JSON Schema of every type of a request or an answer, by its name."""
    _, found = msgspec.json.schema_components([*ANSWERS, *REQUESTS, *RECORDS], ref_template=f"{PREFIX}{{name}}")
    schemas: dict[str, Any] = plain(found)
    for kind in (Answers, Wishes):
        shape = schemas[kind.__name__]
        shape["properties"] = {"case": ref(CaseDocument), **shape["properties"]}
        shape["additionalProperties"] = False
    schemas[RecordView.__name__]["properties"]["record"] = {"anyOf": [ref(kind) for kind in RECORDS]}
    return schemas


def answer(kind: type[Any], **others: str) -> dict[str, Any]:
    """The description of a good answer; ``others``: further media types with what they hold."""
    content: dict[str, Any] = {"application/json": {"schema": ref(kind)}}
    content |= {media: {"schema": {"type": "string", "description": text}} for media, text in others.items()}
    return {"description": "The answer.", "content": content}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The descriptions of what else may be answered."""
    body = {"description": "Why there is no answer, and what to do.", "content": {MEDIA_TYPE: {"schema": ref(Problem)}}}
    return dict.fromkeys(statuses, body)


def body(kind: type[Any], **examples: Any) -> dict[str, Any]:
    """The description of a request's body, for ``openapi_extra``."""
    shown = {name: {"value": value} for name, value in examples.items()}
    content = {"application/json": {"schema": ref(kind), "examples": shown}}
    return {"requestBody": {"required": True, "content": content}}

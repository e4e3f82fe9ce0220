"""The public model classes as judges of what is written: R4B for R4 and R4B, R5 for R5."""

from __future__ import annotations

import json
from typing import Any


def model(version: str) -> Any:
    """The model classes of a release."""
    if version == "R5":
        from fhir.resources import get_fhir_model_class
    else:
        from fhir.resources.R4B import get_fhir_model_class
    return get_fhir_model_class


def judged(data: dict[str, Any], version: str) -> None:
    """Raise when the bundle or a resource in it is not valid."""
    plain = json.loads(json.dumps(data))
    model(version)("Bundle").model_validate(plain)
    for entry in plain["entry"]:
        model(version)(entry["resource"]["resourceType"]).model_validate(entry["resource"])

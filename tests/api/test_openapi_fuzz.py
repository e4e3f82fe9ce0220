"""Every address attacked from its own description: no fault, no undescribed status, no answer of another shape.

``scripts/fuzz_api.py`` does the same at length.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS

from repletion.api import create_api

URGENT = "one side of my face drooped an hour ago"
schema = schemathesis.openapi.from_asgi("/v1/openapi.json", create_api())
# The reader takes more than the description says, by intention, and what is typed is never refused.
LENIENT = [CHECKS.get_one(name) for name in ("negative_data_rejection", "missing_required_header")]


@schema.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.filterwarnings("ignore")
def test_what_the_description_allows_and_what_it_does_not(case: Any) -> None:
    if case.operation.path == "/v1/plans" and isinstance(case.body, dict):
        case.body["case"] = {"text": URGENT}  # the options are what is tried here; a plan itself takes seconds
    response = case.call(timeout=60)
    case.validate_response(response, excluded_checks=LENIENT)

"""JSON: deterministic, valid by its published schema; the published schemas are current."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from sample import sample

from repletion.assessment.model import Assessment
from repletion.knowledge.reader import parse_yaml
from repletion.report import READERS, render
from repletion.report.json import assessment_schema, case_schema, schema_text

ROOT = Path(__file__).parents[2]


def test_json_is_whole_for_every_reader_and_comes_back() -> None:
    texts = {render(sample(), format="json", reader=reader) for reader in READERS}
    assert len(texts) == 1
    assert msgspec.json.decode(texts.pop(), type=Assessment) == sample()


def test_json_begins_with_its_schema_and_keeps_its_order() -> None:
    text = render(sample(), format="json")
    keys = list(json.loads(text))
    assert keys[0] == "schema" and keys.index("triage") < keys.index("explanations") < keys.index("next")
    foods = sample().food_sources
    turned = sample(food_sources=msgspec.to_builtins({k: foods[k] for k in reversed(foods)}))
    assert render(turned, format="json") == text


def test_json_is_valid_by_its_schema() -> None:
    jsonschema.validate(json.loads(render(sample(), format="json")), assessment_schema())


def test_schema_refuses_what_is_no_assessment() -> None:
    broken = json.loads(render(sample(), format="json"))
    broken["triage"]["urgency"] = "tomorrow"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, assessment_schema())


@pytest.mark.parametrize("subject", ["case", "assessment"])
def test_published_schemas_are_current(subject: str) -> None:
    published = ROOT / "docs" / "schema" / f"{subject}.json"
    assert published.read_text(encoding="utf-8") == schema_text(subject), (
        f"run: repletion schema --of {subject} > docs/schema/{subject}.json"
    )


def test_worked_cases_are_valid_by_the_case_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(case_schema())
    found = [path for path in sorted((ROOT / "cases").glob("*.yaml")) if ".expect" not in path.name]
    assert found
    for path in found:
        jsonschema.validate(parse_yaml(path.read_text(encoding="utf-8")), case_schema())


def test_case_schema_refuses_a_list_of_numbers() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"symptoms": [1, 2]}, case_schema())

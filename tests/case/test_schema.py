"""The published schema is the one that the types give, and the worked cases obey it."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from repletion.case import reader, schema
from repletion.knowledge.reader import parse_yaml

CASES = sorted((Path(__file__).parents[2] / "cases").glob("*.yaml"))


def test_schema_is_current() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), "run python -m repletion.case.schema"


def test_schema_names_every_key_that_is_read() -> None:
    other_names = {"medications", "medicines", "supplements", "date"}
    assert set(schema.schema()["$defs"]["CaseDocument"]["properties"]) == set(reader.KEYS) - other_names


@pytest.mark.parametrize("path", [p for p in CASES if ".expect" not in p.name], ids=lambda p: p.stem)
def test_worked_cases_obey_the_schema(path: Path) -> None:
    jsonschema.validate(parse_yaml(path.read_text(encoding="utf-8")), schema.schema())


def test_schema_refuses_nonsense() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"person": {"age": -4}}, schema.schema())

"""Every hazard has a control and a test that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows() -> list[list[str]]:
    lines = (ROOT / "HAZARDS.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| H\d", line)]


def test_every_hazard_has_severity_control_and_a_test_that_exists() -> None:
    found = rows()
    assert len(found) >= 25
    assert len({row[0] for row in found}) == len(found)
    for number, hazard, severity, control, test in found:
        assert "→" in hazard or len(hazard) > 10, number
        assert severity in {"S1", "S2", "S3", "S4"}, number
        assert len(control) > 15, number
        path, name = re.fullmatch(r"`(.+)::(.+)`", test).groups()  # type: ignore[union-attr]
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, f"{number}: {test}"

"""The plan said as text, JSON and HTML, and the command line around it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from checked_plan import plan_of

import repletion
from repletion.cli import main
from repletion.plan.model import Plan
from repletion.report.json import plan_schema, schema_text
from repletion.report.plan import render_plan
from repletion.report.plan_plot import bars

ROOT = Path(__file__).parents[2]


@cache
def plan() -> Plan:
    return plan_of("woman 35", explain=False, swaps=False)


def run(*arguments: str) -> int:
    """The command line in this process, and the code with which it ends."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_every_change_stands_in_the_text_with_kitchen_words() -> None:
    text = " ".join(render_plan(plan()).split())
    for change in plan().changes:
        assert change.food in text and change.household in text


def test_the_published_schema_is_current() -> None:
    assert (ROOT / "docs" / "schema" / "plan.json").read_text(encoding="utf-8") == schema_text("plan")


def test_the_page_is_one_piece_without_script_or_request() -> None:
    page = render_plan(plan(), form="html")
    assert "<script" not in page and "src=" not in page and 'href="http' not in page
    assert page.count("<svg") == 1 and 'role="img"' in page and "aria-label" in page
    assert "Vitamin D" in page and "hatched" in page


def test_the_bars_do_not_rest_on_color_and_are_the_same_each_time() -> None:
    drawing = bars(plan().nutrients)
    assert "<pattern" in drawing  # the hatching that tells before from after
    assert drawing == bars(plan().nutrients)


def test_json_on_the_command_line_is_json_and_nothing_else(capfd, tmp_path) -> None:
    case = tmp_path / "case.txt"
    case.write_text("woman 35, tired", encoding="utf-8")
    assert run("plan", str(case), "--alternatives", "0", "--format", "json", "--without", "fish") == 0
    answer = json.loads(capfd.readouterr().out)  # also what the solver itself may print
    jsonschema.validate(answer, plan_schema())
    assert answer["schema"] == "repletion.plan/1" and list(answer)[1] == "triage"
    assert not [change for change in answer["changes"] if change["group"] == "fish" and change["kind"] == "new"]


def test_rich_foods_on_the_command_line(capsys) -> None:
    assert run("foods", "rich-in", "magnesium", "--vegan", "--age", "35", "--sex", "female", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["goal"] == pytest.approx(320) and len(found["foods"]) == 15
    amounts = [row["amount"] for row in found["foods"]]
    assert amounts == sorted(amounts, reverse=True)
    for row in found["foods"]:
        if row["servings_needed"] is not None:
            assert row["servings_needed"] * row["amount"] >= found["goal"] - 1e-6
    assert run("foods", "rich-in", "magnesum") == 2 and "magnesium" in capsys.readouterr().err
    assert run("foods", "rich-in", "sodium") == 2


def test_the_package_can_be_called() -> None:
    assert callable(repletion.plan)
    assert repletion.plan(repletion.Case.parse("woman 24, bulimia")).status == "withheld"

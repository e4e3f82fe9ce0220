"""``repletion explain``: a page by any name, in every format; a case keeps its own meaning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from repletion.cli import app

CASE = str(Path(__file__).parents[2] / "cases" / "low_magnesium.yaml")
ON = ("--on", "2026-11-23")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["explain", *words])


@pytest.mark.parametrize("form", ["text", "html", "markdown", "json"])
@pytest.mark.parametrize("reader", ["patient", "clinician", "research"])
def test_a_page_in_every_format(form: str, reader: str) -> None:
    made = run("low magnesium", "--format", form, "--reader", reader)
    assert made.exit_code == 0, made.output
    assert "magnesium" in made.output
    if form == "json":
        assert json.loads(made.output)["id"] == "hypomagnesemia"


def test_the_name_of_the_file_chooses_the_format(tmp_path: Path) -> None:
    target = tmp_path / "page.md"
    assert run("b12", "-o", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8").startswith("# Low vitamin B12")


def test_an_unknown_name_gets_the_nearest_and_a_symptom_gets_its_states() -> None:
    made = run("hypomagn")
    assert made.exit_code != 0 and "hypomagnesemia" in made.output
    made = run("eyelid twitching")
    assert made.exit_code != 0 and "benign_eyelid_myokymia" in made.output and "repletion ask" in made.output
    assert run().exit_code != 0


def test_with_a_case_it_still_shows_what_moved_the_explanation() -> None:
    listed = run(CASE, *ON)
    assert listed.exit_code == 0 and "hypomagnesemia" in listed.output
    shown = run(CASE, "hypomagnesemia", *ON)
    assert shown.exit_code == 0 and "What was weighed" not in listed.output and "log-odds" not in listed.output
    assert run("no_such_file.yaml").exit_code != 0
    refused = run(CASE, "hypomagnesemia", "--format", "html", *ON)
    assert refused.exit_code != 0 and "leave out the case" in refused.output


@pytest.mark.parametrize("shelf", ["--questions", "--popular-claims"])
@pytest.mark.parametrize("form", ["text", "html", "markdown", "json"])
def test_questions_and_popular_claims(shelf: str, form: str) -> None:
    made = run(shelf, "--format", form, "--reader", "clinician")
    assert made.exit_code == 0, made.output
    assert "FIND-006" in made.output and "magnesium" in made.output.lower()
    assert run(shelf, "b12").exit_code != 0

"""``repletion evaluate`` as a person meets it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from repletion.cli import main
from repletion.evaluation.model import CaseResult, Summary, evaluation_schema
from repletion.evaluation.run import evaluate
from repletion.report.json import to_json

FILE = Path(__file__).parent / "invented.jsonl"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]):
    def call(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["evaluate", *args])
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def test_it_writes_cases_summary_and_page(run, tmp_path: Path) -> None:
    code, out, err = run(str(FILE), "--variant", "D", "-o", str(tmp_path), "--on", "2026-11-23")
    assert code == 0 and "4/4" in err and "top-3" in out
    cases = {
        path.stem: msgspec.json.decode(path.read_bytes(), type=CaseResult) for path in (tmp_path / "cases").iterdir()
    }
    assert set(cases) == {"hypomagnesemia-1", "eyelid-1", "iron-1", "unmapped-1"}
    for case in cases.values():
        assert len(case.ranked) > 40 and case.ranked[0].explains >= case.ranked[-1].explains
        assert not {"none_of_these", "severe_hypomagnesemia"} & {state.id for state in case.ranked}
    summary = msgspec.json.decode((tmp_path / "summary.json").read_bytes(), type=Summary)
    assert summary.complete and (summary.meant.cases, summary.every.cases) == (3, 4)
    assert summary.every.scores["all"]["answer"].strict["1"].of == 4
    assert (summary.every.mapped.hits, summary.every.modelled.hits) == (3, 3)
    assert summary.meant.robust["units"]["same_three"].of == 2
    for path in tmp_path.rglob("*.json"):
        jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), evaluation_schema())
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page and "<script" not in page and "http" not in page and "excess_of_black_bile" in page


@pytest.mark.long
def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    on = dt.date(2026, 6, 1)
    for name in ("one", "two"):
        evaluate(FILE, "A", tmp_path / name, on=on)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 6
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)


def test_stopped_it_keeps_what_is_written(tmp_path: Path) -> None:
    def stop(done: int, of: int, name: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    summary, done = evaluate(FILE, "A", tmp_path, on=dt.date(2026, 6, 1), progress=stop)
    assert not summary.complete and summary.records == 4 and len(done) == summary.every.cases
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["complete"] is False
    assert {path.stem for path in (tmp_path / "cases").iterdir()} >= {result.id for result in done}
    assert "stopped" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_ids_that_are_no_file_names_or_alike_are_kept_apart(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    ids = ["../x", "..:x", "<b>"]
    file.write_text(
        "\n".join(json.dumps({"id": i, "symptoms": ["fatigue"], "final_diagnoses": ["iron_deficiency"]}) for i in ids),
        encoding="utf-8",
    )
    evaluate(file, "A", tmp_path / "out", on=dt.date(2026, 6, 1))
    assert len(list((tmp_path / "out" / "cases").iterdir())) == 3
    assert "<td><b>" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_wrong_use_is_one_message_and_exit_2(run, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("", encoding="utf-8")
    for args in (
        ("-o", str(tmp_path)),
        (str(FILE), "--simulate", "3", "-o", str(tmp_path)),
        (str(FILE), "-o", str(file)),
        (str(file), "-o", str(tmp_path / "out")),
        (str(tmp_path / "gone.jsonl"), "-o", str(tmp_path / "out")),
    ):
        code, out, err = run(*args)
        assert code == 2 and out == "" and "Error:" in err and "Traceback" not in err


def test_simulation_from_the_command_line(run, tmp_path: Path) -> None:
    code, out, _ = run("--simulate", "5", "--seed", "3", "-o", str(tmp_path))
    assert code == 0 and "5 simulated people" in out
    assert json.loads((tmp_path / "simulation.json").read_text(encoding="utf-8"))["seed"] == 3


def test_the_published_schema_is_the_one_of_this_version() -> None:
    published = Path(__file__).parents[2] / "docs" / "schema" / "evaluation.json"
    assert published.read_text(encoding="utf-8") == to_json(evaluation_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"schema": "repletion.evaluation/1"}, evaluation_schema())

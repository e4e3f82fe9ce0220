"""The command line as a person meets it: answers, exit codes, one clear message for what cannot be read."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from repletion.cli import main
from repletion.report.json import assessment_schema

ROOT = Path(__file__).parents[2]
CASE = str(ROOT / "cases" / "low_magnesium.yaml")
TWITCH = str(ROOT / "cases" / "eyelid_twitch.yaml")
DIARY = str(ROOT / "cases" / "eyelid_twitch_diary.txt")
ON = ("--on", "2026-11-23")


class Said:
    """Exit code and what was said where."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]):
    def call(*args: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(list(args))
        out, err = capfd.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return call


def process(*args: str, data: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "repletion", *args],
        input=data,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


def test_assess_says_urgency_before_anything_else(run) -> None:
    said = run("assess", CASE, *ON)
    assert said.code == 0 and said.err == ""
    assert said.out.index("TODAY") < said.out.index("What could explain it") < said.out.index("How we know")


def test_json_stands_alone_and_is_valid(run) -> None:
    said = run("assess", TWITCH, "--diary", DIARY, "--format", "json", *ON)
    answer = json.loads(said.out)
    jsonschema.validate(answer, assessment_schema())
    assert said.code == 0 and said.err == ""
    assert answer["explanations"][0]["id"] == "benign_eyelid_myokymia"
    order = [e["explains"] for e in answer["explanations"]]
    assert order[0] == max(order)


def test_every_claim_of_an_answer_is_followable(run) -> None:
    answer = json.loads(run("assess", CASE, "--format", "json", *ON).out)
    claims = {c["id"]: c["source"] for c in answer["claims"]}
    sources = {c["id"] for c in answer["citations"]}
    named = {c for e in answer["explanations"] for b in e["because"] for c in b["claims"]}
    named |= {c for e in answer["explanations"] for c in e["prior_claims"]}
    assert named and named <= set(claims)
    assert set(claims.values()) <= sources
    some = sorted(named)[0]
    shown = run("knowledge", "show", some)
    assert shown.code == 0 and claims[some] in shown.out


def test_output_is_written_whole_and_for_its_owner_only(run, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    said = run("assess", CASE, "--output", str(target), *ON)
    assert said.code == 0 and said.out == ""
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_output_that_cannot_be_written_leaves_nothing(run, tmp_path: Path) -> None:
    for bad in (tmp_path, tmp_path / "no" / "such" / "x.txt"):
        said = run("assess", CASE, "-o", str(bad), *ON)
        assert said.code == 2 and str(bad) in said.err and "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_explain_lists_shows_and_helps_with_names(run) -> None:
    listed = run("explain", CASE, *ON)
    assert "hypomagnesemia" in listed.out and "hypokalemia" in listed.out
    shown = run("explain", CASE, "hypomagnesemia", *ON)
    assert shown.code == 0
    assert re.search(r"×[\d.,]+, [+-]\d", shown.out) and "RISK-001" in shown.out and "https://" in shown.out
    data = json.loads(run("explain", CASE, "hypomagnesemia", "--format", "json", *ON).out)
    assert data["schema"] == "repletion.explanation/1"
    assert {c["source"] for c in data["claims"]} <= {c["id"] for c in data["citations"]}
    wrong = run("explain", CASE, "hypomagnesaemia", *ON)
    assert wrong.code == 2 and "Nearest: hypomagnesemia" in wrong.err and wrong.out == ""


def test_intake_json_has_lines_and_totals(run) -> None:
    said = run("intake", DIARY, "--age", "34", "--sex", "female", "--format", "json")
    answer = json.loads(said.out)
    assert said.code == 0 and said.err == ""
    assert {"line", "text", "status", "food", "grams"} <= set(answer["lines"][0])
    totals = {t["nutrient"]: t for t in answer["totals"]}
    assert {"nutrient", "amount", "unit", "coverage", "reference", "adequacy"} <= set(totals["magnesium"])
    assert totals["magnesium"]["amount"] > 50


def test_intake_text_hides_energy_until_asked(run) -> None:
    person = ("--age", "34", "--sex", "female")
    assert "Energy" not in run("intake", DIARY, *person).out
    assert "Energy" in run("intake", DIARY, *person, "--energy").out


def test_foods_search_and_show(run) -> None:
    hits = json.loads(run("foods", "search", "banana", "--format", "json", "--limit", "3").out)
    assert len(hits) == 3 and set(hits[0]) == {"id", "description", "source", "code", "score"}
    assert "anana" in hits[0]["description"]
    shown = run("foods", "show", hits[0]["id"])
    assert shown.code == 0 and "Magnesium" in shown.out
    wrong = run("foods", "show", "fndds:1")
    assert wrong.code == 2 and "nearest" in wrong.err and "Traceback" not in wrong.err
    nothing = run("foods", "search", "qqqqzzzz", "--format", "json")
    assert nothing.code == 0 and json.loads(nothing.out) == []


def test_knowledge_show_follows_claims_states_and_sources(run) -> None:
    claim = run("knowledge", "show", "RISK-001")
    assert "states/hypomagnesemia" in claim.out and "https://doi.org/" in claim.out
    assert "RISK-001" in run("knowledge", "show", "hypomagnesemia").out
    assert json.loads(run("knowledge", "show", "RISK-001", "--format", "json").out)["kind"] == "claims"
    wrong = run("knowledge", "show", "hypomagnesaemia")
    assert wrong.code == 2 and "hypomagnesemia" in wrong.err


def test_knowledge_check_fails_only_on_errors(run, monkeypatch: pytest.MonkeyPatch) -> None:
    from repletion.knowledge import check

    clean = run("knowledge", "check")
    assert clean.code == 0
    assert "No errors, 0 warnings" in " ".join(clean.out.split())
    assert "words lead to records of several kinds" in " ".join(clean.out.split())
    broken = [check.Problem("error", "claims X", "has no source")]
    monkeypatch.setattr(check, "check", lambda knowledge: broken)
    said = run("knowledge", "check")
    assert said.code == 1 and "claims X: has no source" in said.out
    monkeypatch.setattr(check, "check", lambda knowledge: [check.Problem("warning", "claims X", "odd")])
    assert run("knowledge", "check").code == 0


def bad_files(folder: Path) -> dict[str, Path]:
    """One file of each kind that cannot be read."""
    made = {
        "empty.yaml": b"",
        "blank.yaml": b"\n  \n",
        "binary.yaml": bytes(range(256)) * 8,
        "malformed.yaml": b"person: {age: 3\nsymptoms: [",
        "malformed.json": b'{"person": {"age": 3}',
        "twice.yaml": b"text: a\ntext: b\n",
        "twice.json": b'{"text": "a", "text": "b"}',
        "number.yaml": b"42\n",
        "big.yaml": b"text: " + b"x " * 25_000_000,
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return {**{name: folder / name for name in made}, "missing": folder / "missing.yaml", "folder": folder}


def test_bad_cases_get_one_clear_message(run, tmp_path: Path) -> None:
    for name, path in bad_files(tmp_path).items():
        if name == "number.yaml":
            continue
        began = time.perf_counter()
        said = run("assess", str(path))
        assert said.code == 2, name
        assert said.out == "" and said.err.startswith("Error: ") and "Traceback" not in said.err, (name, said.err)
        assert len(said.err) < 600 and time.perf_counter() - began < 5, name


def test_bad_diaries_get_one_clear_message(run, tmp_path: Path) -> None:
    for name, path in bad_files(tmp_path).items():
        if name in {"empty.yaml", "blank.yaml", "binary.yaml", "big.yaml", "missing", "folder"}:
            for args in (("intake", str(path)), ("assess", CASE, "--diary", str(path))):
                said = run(*args)
                assert said.code == 2 and said.out == "", name
                assert said.err.startswith("Error: ") and "Traceback" not in said.err, (name, said.err)


@pytest.mark.parametrize(
    "args",
    [
        ("assess",),
        ("assess", CASE, "--format", "pdf"),
        ("assess", CASE, "--reader", "nurse"),
        ("assess", CASE, "--on", "23/11/2026"),
        ("assess", "-", "--diary", "-"),
        ("intake", DIARY, "--age", "-1"),
        ("foods", "search"),
        ("nonsense",),
    ],
)
def test_wrong_use_is_said_and_ends_with_2(run, args: tuple[str, ...]) -> None:
    said = run(*args)
    assert said.code == 2 and said.out == "" and "Error: " in said.err and "Traceback" not in said.err


def test_standard_input_in_plain_words_without_a_utf8_locale() -> None:
    done = process("assess", "-", *ON, data="tingling around my mouth, Mg 0.45 mmol/L – woman 66".encode(), LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert "─" in done.stdout.decode("utf-8")
    assert done.stderr == b""


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "repletion", "knowledge", "check", "--all"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None and child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(60) == 141


def test_interrupting_is_quiet(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["repletion.cli.intake"], "read_text", interrupted)
    said = run("intake", DIARY)
    assert said.code == 130 and said.out == "" and said.err.strip() == ""


def test_version_is_the_distribution_s() -> None:
    from importlib.metadata import version

    import repletion

    assert repletion.__version__ == version("repletion")


def test_what_is_not_understood_is_an_issue_and_not_a_failure(run, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(
        "person: {age: -4}\nsymptoms: [flibbertigibbet]\nlabs: [{test: potassium, value: 41, unit: mmol/L}]\n"
    )
    said = run("assess", str(case), "--format", "json", *ON)
    assert said.code == 0
    issues = json.loads(said.out)["issues"]
    assert any("flibbertigibbet" in issue["message"] for issue in issues)
    assert all(issue["remedy"] for issue in issues)


def test_version_and_help_are_quick_and_load_nothing_heavy() -> None:
    heavy = ("numpy", "scipy", "jinja2", "rich", "lark", "pint", "sqlite3", "yaml")
    code = f"import sys, repletion.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert b"repletion 0." in process("--version").stdout
    assert b"Exit codes" in process("--help").stdout


def test_package_names_load_when_used() -> None:
    code = (
        "import sys, repletion; assert not {'numpy','click','yaml'} & set(sys.modules);"
        "assert all(getattr(repletion, name) for name in repletion.__all__);"
        f"a = repletion.assess(repletion.Case.read({CASE!r})); print(a.triage.urgency)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "same_day", done.stderr


def test_words_for_a_file_are_told_where_words_go(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eyelid_twitch.yaml").write_text("text: my eyelid twitches", encoding="utf-8")
    for command in (["assess"], ["plan"], ["explain"], ["keep"], ["knowledge", "lookup-next"]):
        more = ["hypomagnesemia"] if command == ["explain"] else []
        said = run(*command, "my eyelid twitches", *more)
        assert said.code == 2, command
        assert f"no file “my eyelid twitches” (looked in {tmp_path})" in said.err
        assert f"echo 'my eyelid twitches' | repletion {' '.join(command)} -" in said.err
        assert "repletion ask 'my eyelid twitches'" in said.err
    said = run("assess", "eyelid_twich.yaml")
    assert "Nearest there: eyelid_twitch.yaml." in said.err
    said = run("assess", "it twitches " * 200)
    assert said.code == 2 and "repletion ask" in said.err and len(said.err) < 600
    said = run("intake", "two slices of toast")
    assert "(looked in" in said.err and "standard input (-)" in said.err
    for command in (["kept", "import"], ["kept", "restore"], ["foods", "import"], ["evaluate", "--output", "out"]):
        said = run(*command, "nowhere/none.json")
        assert f"no file “nowhere/none.json” (looked in {tmp_path / 'nowhere'})" in said.err, command

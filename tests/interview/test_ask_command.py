"""``repletion ask`` as a person or a program meets it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from repletion.cli import main

LID = "my eyelid is twitching"
ON = ("--on", "2026-11-23")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    def call(*args: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main(["ask", *args])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def test_piped_answers_end_with_the_usual_report(run) -> None:
    code, out, err = run(*LID.split(), *ON, typed="no\nno\n41\nwoman\n3 weeks\nnone\nnone\nyes\n" + "not sure\n" * 20)
    assert code == 0 and "What could explain it" in out and "41 years, female" in out
    assert "Why: " in err and "Why: " not in out
    assert err.index("1. ") < err.index("How old are you") < err.index("Which medicines")


def test_answers_that_run_out_give_the_answer_so_far(run) -> None:
    for typed in ("", "no\n", "no\nno\n41"):
        code, out, err = run(LID, *ON, typed=typed)
        assert code == 0 and "What could explain it" in out and "ended before" in err
    assert "41 years" in out


def test_the_first_line_is_the_complaint_when_none_is_given(run) -> None:
    code, out, err = run(*ON, "--format", "json", typed=f"{LID}\nno\n")
    answer = json.loads(out)
    assert code == 0 and answer["explanations"][0]["id"] == "benign_eyelid_myokymia"
    assert "What is bothering you?" in err


def test_nothing_at_all_is_said_plainly(run) -> None:
    code, out, err = run(typed="")
    assert code == 2 and out == "" and "Nothing was said" in err


def test_an_emergency_stops_the_questions_and_shows_the_advice(run) -> None:
    code, out, err = run("my cheek is twitching", *ON, "--format", "json", typed="yes\nno\nno\n")
    answer = json.loads(out)
    assert code == 0 and answer["triage"]["urgency"] == "emergency" and answer["food_sources"] == {}
    assert "Call the emergency number" in err and "\n2. " not in err


def test_a_script_and_an_output_file(run, tmp_path: Path) -> None:
    script, report = tmp_path / "answers.txt", tmp_path / "report.html"
    script.write_text("no\nno\n41\nfemale\n3 weeks\nnone\nnone\nyes\n", encoding="utf-8")
    code, out, err = run(LID, *ON, "--script", str(script), "--output", str(report), typed="ignored\n")
    assert code == 0 and out == "" and "ignored" not in err
    assert report.read_text(encoding="utf-8").lower().startswith("<!doctype html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.txt", "report.html"]
    missing = run(LID, "--script", str(tmp_path / "none.txt"))
    assert missing[0] == 2 and "Traceback" not in missing[2]


def test_words_that_are_not_understood_are_named_at_once(run) -> None:
    _, out, err = run(LID, *ON, typed="no\nno\nflibbertigibbet\n")
    assert "flibbertigibbet" in err and "flibbertigibbet" in out


def test_a_process_with_a_closed_or_odd_input_neither_hangs_nor_breaks() -> None:
    for data in (b"", b"\xff\xfe\x00no\n\x01\n" + b"no" * 30_000):
        done = subprocess.run(
            [sys.executable, "-m", "repletion", "ask", LID, *ON],
            input=data,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-500:]
        assert b"Traceback" not in done.stderr and "What could explain it" in done.stdout.decode("utf-8")

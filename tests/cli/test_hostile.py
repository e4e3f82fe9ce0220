"""Hostile input: one clear message or an answer with issues; never a traceback, never without bound."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from repletion.assessment import assess
from repletion.case import Case, CaseError
from repletion.case.bounds import MOST_CHARACTERS, MOST_SENTENCES
from repletion.knowledge import load
from repletion.report import render
from repletion.report.json import schema_text

ROOT = Path(__file__).parents[2]
CASE = str(ROOT / "cases" / "eyelid_twitch.yaml")
SCHEMA = jsonschema.Draft202012Validator(json.loads(schema_text("assessment")))
ALIASES = "a: &a [cramps, cramps, cramps]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 6)}]\n" for i in range(7)
)


def shell(command: str, limit: int = 2_000_000_000, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """A command line in a shell, with bounded memory; ``REPLETION`` stands for the program."""
    return subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command.replace("REPLETION", f"{sys.executable} -m repletion")],
        capture_output=True,
        timeout=30,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        check=False,
        **more,
    )


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("REPLETION assess /dev/zero", 2, "Error: "),
        ("REPLETION intake /dev/zero", 2, "Error: "),
        ("REPLETION assess - <&-", 2, "Standard input is closed"),
        ("REPLETION intake - <&-", 2, "Standard input is closed"),
        (f"REPLETION assess {CASE} >&-", 2, "Standard output is closed"),
        (f"REPLETION assess {CASE} >/dev/full", 2, "could not be written"),
        (f"REPLETION assess {CASE} --output {'a' * 300}.txt", 2, "could not be written"),
        (f"REPLETION assess {CASE} --output /dev/full", 2, "could not be written"),
        (f"REPLETION assess {'a' * 5000}", 2, "Error: "),
        (f"REPLETION intake {CASE} --age nan", 2, "not an age"),
        (f"REPLETION intake {CASE} --sex male --pregnant", 2, "contradict"),
        ("REPLETION foods search $'\\xff'", 0, ""),
    ],
)
def test_a_broken_terminal_or_file_gets_one_message(command: str, code: int, says: str) -> None:
    done = shell(command)
    said = done.stderr.decode("utf-8", "replace")
    assert done.returncode == code, said
    assert says in said and "Traceback" not in said


def test_only_the_named_file_is_written(tmp_path: Path) -> None:
    case = tmp_path / "in" / "case.txt"
    case.parent.mkdir()
    case.write_text("cramps; $(touch pwned) `touch pwned`")
    shell(f"cd {tmp_path} && REPLETION assess in/case.txt --output in/../answer.html && REPLETION assess in/case.txt")
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")) == ["answer.html", "in", "in/case.txt"]


def everything() -> dict[str, Any]:
    known = load()
    return {
        "findings": {name: True for name, f in known.findings.items() if f.kind != "lab"},
        "conditions": [f.label for f in known.factors.values()],
    }


LONG = {
    "one word": "a" * 10**6,
    "sentences": "cramps and tingling for 3 weeks, no weakness. " * 40_000,
    "lines": "\n".join(f"x{i}" for i in range(150_000)),
    "slashes": "/" * 10**6,
    "quotes": '"' * 10**6,
    "spaces": "cramps" + " " * 1_900_000,
    "numbers": "1.2 " * 400_000,
    "entries": {"symptoms": [f"glorb{i} zap" for i in range(20_000)]},
    "aliases": ALIASES + "symptoms: *h\n",
    "everything": everything(),
}


@pytest.mark.parametrize("name", LONG)
def test_time_is_bounded_and_what_is_cut_is_said(name: str) -> None:
    given = LONG[name]
    began = time.process_time()
    case = Case.parse(given) if isinstance(given, str) else Case.from_mapping(given)
    answer = assess(case)
    assert time.process_time() - began < 8
    assert SCHEMA.is_valid(json.loads(render(answer, format="json")))
    if name not in {"everything", "spaces"}:
        assert any(issue.level in {"warning", "error"} for issue in case.issues)
    if name == "lines":
        assert any(f"{MOST_SENTENCES:,}" in issue.message for issue in case.issues)
    if name == "sentences":
        assert any(f"{MOST_CHARACTERS:,}" in issue.message for issue in case.issues)


ODD: list[Any] = [
    {"symptoms": 5}, {"text": 5}, {"text": "2026-01-01"}, {"symptoms": True}, {"person": "x"}, {"person": [1]},
    {"labs": 5}, {"labs": {"flurb": {"a": 1}}}, {"labs": [{"test": "potassium", "value": ""}]},
    {"labs": [{"test": "potassium", "value": v, "unit": "mmol/L"} for v in ("1e999", "1/2", "1.4.7", "0x3", ">100")]},
    {"labs": [{"test": "magnesium", "value": 1.8, "unit": "mmol/L"}]},
    {"labs": [{"test": "potassium", "value": v, "unit": "mmol/L"} for v in (3.0, 6.0)]},
    {"labs": [{"test": "potassium", "value": 3.2, "unit": "mmol/L", "reference_range": "5.0-3.5"}]},
    {"labs": [{"test": "potassium", "value": 3.2, "unit": "mmol/L", "date": "1800-01-01"}]},
    {"person": {"age": 30, "sex": "male"}, "conditions": ["pregnancy"]},
    {"person": {"sex": "male", "gender": "female"}},
    {"person": {"age": 30}, "text": "60 year old woman with cramps"}, {"drugs": "omeprazole and flibberol"},
    {"symptoms": [{"term": "cramps", "present": "maybe"}]}, {"symptoms": [{"term": "cramps", "duration": "-3 weeks"}]},
    {"symptoms": [{"term": "cramps", "duration": "999999 years"}]}, {"lifestyle": {"smoker": "maybe"}},
    {"symptoms": [10**5000]}, {"text": "cramps \ud800 \x1b[31m"}, {"on": "nonsense"}, {1: "a", "1": "b"},
]  # fmt: skip


@pytest.mark.parametrize("which", range(len(ODD)))
def test_nothing_odd_passes_in_silence(which: int) -> None:
    case = Case.from_mapping(ODD[which])
    assert case.issues and all(issue.remedy for issue in case.issues)
    assert SCHEMA.is_valid(json.loads(render(assess(case), format="json")))


def test_a_circle_is_cut() -> None:
    ring: list[Any] = ["cramps"]
    ring.append(ring)
    assert any("nested" in issue.message for issue in Case.from_mapping({"symptoms": ring}).issues)


def test_what_is_no_mapping_is_a_case_error() -> None:
    for data in (None, ["cramps"], 5):
        with pytest.raises(CaseError):
            Case.from_mapping(data)  # type: ignore[arg-type]


def test_no_in_words_is_absent() -> None:
    given = [
        {"term": "cramps", "present": "no"},
        {"term": "tingling", "present": "false"},
        {"term": "tired", "present": 0},
    ]
    understood = Case.from_mapping({"symptoms": given}).understood
    assert len(understood) == 3 and not any(u.present for u in understood)


@pytest.mark.parametrize("reader", ["patient", "clinician", "research"])
def test_no_typed_markup_reaches_the_page(reader: Any) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    case = Case.from_mapping(
        {
            "title": evil,
            "text": f"{evil} cramps",
            "symptoms": [evil, f"tingling {evil}"],
            "drugs": [{"name": evil, "dose": evil}],
            "labs": [{"test": evil, "value": evil, "unit": evil}, {"test": "potassium", "value": 3.1, "unit": evil}],
            "person": {"country": evil, "ethnicity": evil, "age": evil, evil: 1},
            "diary": f"{evil}\n2 eggs {evil}",
            evil: evil,
        }
    )
    page = render(assess(case), format="html", reader=reader)
    assert "<script>alert" not in page and "<img src=x" not in page


@pytest.mark.parametrize(
    ("words", "age", "sex"),
    [("60 year old man, cramps", 60, "male"), ("cramps, woman 66", 66, "female"),
     ("woman aged 45, cramps", 45, "female"), ("I am 34. I am a woman. I have cramps.", 34, "female")],
)  # fmt: skip
def test_who_the_person_is_is_no_issue(words: str, age: float, sex: str) -> None:
    case = Case.parse(words)
    assert (case.person.age, case.person.sex, case.issues) == (age, sex, ())


def test_an_allergy_is_read() -> None:
    (issue,) = Case.parse("peanut allergy, cramps").issues
    assert issue.level == "note" and "left out" in issue.message


def test_a_diary_of_days_is_read() -> None:
    case = Case.from_mapping({"diary": {"day 1": ["2 eggs"], "day 2": {"breakfast": ["toast"]}}})
    assert "2 eggs" in case.diary and "toast" in case.diary


def test_future_dates_are_reported_from_the_command_line(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("labs: [{test: potassium, value: 3.2, unit: mmol/L, date: 2199-01-01}]\n")
    done = shell(f"REPLETION assess {case} --format json")
    assert any("future" in issue["message"] for issue in json.loads(done.stdout)["issues"])

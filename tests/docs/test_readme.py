"""What the README shows works as shown."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STAND_INS = {
    "CASE": "cases/low_magnesium.yaml",
    "DIARY": "cases/eyelid_twitch_diary.txt",
    "report.html": "{tmp}/report.html",
    "kept.sqlite": "{tmp}/kept.sqlite",
}


def commands() -> list[str]:
    blocks = re.findall(r"```\n(.*?)```", README, re.S)
    lines = [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line.removesuffix("| jq .triage").strip() for line in lines if "repletion " in line]


def test_there_are_ten_lines_of_use() -> None:
    assert len(commands()) >= 9


@pytest.mark.parametrize("line", commands())
def test_every_command_runs(line: str, tmp_path: Path) -> None:
    words, said = line, None
    if line.startswith("echo"):
        said, words = (part.strip() for part in line.split("|", 1))
        said = shlex.split(said)[1]
    arguments = [STAND_INS.get(word, word).replace("{tmp}", str(tmp_path)) for word in shlex.split(words)[1:]]
    run = subprocess.run(
        [sys.executable, "-m", "repletion", *arguments],
        cwd=ROOT,
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() or (tmp_path / "report.html").exists()


def test_the_python_lines_run() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("routine")


def test_every_link_leads_somewhere() -> None:
    for page in [
        ROOT / "README.md",
        ROOT / "INTENDED_USE.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "LICENSES").glob("*.md"),
    ]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"

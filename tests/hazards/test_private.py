"""Nothing leaves the machine and nothing is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

GUARD = """
import socket, sys, builtins, pathlib, os
def refuse(*a, **k): raise SystemExit('opened a connection')
socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
sys.argv = ['repletion', 'assess', 'cases/eyelid_twitch.yaml', '--diary', 'cases/eyelid_twitch_diary.txt']
from repletion.cli import main
main()
"""


def test_nothing_opens_a_connection(tmp_path: Path) -> None:
    before = {
        p for p in ROOT.rglob("*") if ".venv" not in p.parts and "__pycache__" not in p.parts and ".git" not in p.parts
    }
    run = subprocess.run(
        [sys.executable, "-c", GUARD], cwd=ROOT, capture_output=True, text=True, env={"HOME": str(tmp_path), "PATH": ""}
    )
    assert run.returncode == 0, run.stderr
    assert "opened a connection" not in run.stderr + run.stdout
    assert list(tmp_path.iterdir()) == []
    after = {
        p for p in ROOT.rglob("*") if ".venv" not in p.parts and "__pycache__" not in p.parts and ".git" not in p.parts
    }
    assert {p for p in after - before if p.suffix in {".yaml", ".json", ".txt", ".log", ".db", ".sqlite"}} == set()

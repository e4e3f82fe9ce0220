"""How far long work is, on standard error."""

from __future__ import annotations

import typing

import pytest

from repletion.cli import progress
from repletion.plan.steps import Step, Steps
from repletion.report.wording import say


def test_a_terminal_gets_one_line_that_is_rewritten(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "is_watched", lambda: True)
    for done in (1, 2, 4):
        progress.counted(done, 4, "somebody")
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.split("\r")[1:]  # colours and wiping are for a terminal only
    assert [line.count("█") for line in lines] == [6, 12, 24]
    assert [line.endswith("\n") for line in lines] == [False, False, True]


def test_without_a_terminal_there_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    for done in range(1, 101):
        progress.counted(done, 100, "somebody")
    progress.stepped(0, 3, "day")
    progress.wiped()
    assert capsys.readouterr().err.splitlines() == ["25/100", "50/100", "75/100", "100/100"]


def test_every_step_of_a_plan_has_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "is_watched", lambda: True)
    names = typing.get_args(Step)
    step = Steps(progress.stepped, names)
    for place, name in enumerate(names, start=1):
        step(name)
        assert f"{place}/{len(names)} {say(f'step.{name}')} … (Ctrl-C stops)" in capsys.readouterr().err

"""The written page names every route, setting and command."""

from __future__ import annotations

import re
from pathlib import Path

import click

from repletion.cli import app
from repletion.practice.app import PAGES
from repletion.practice.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "practice.md").read_text(encoding="utf-8")


def test_every_route_has_a_heading_and_every_heading_a_route() -> None:
    routes = {f"{method} {path}" for method, path, _, _ in PAGES} | {"GET /live", "GET /ready"}
    assert set(re.findall(r"^### `([^`]+)`$", PAGE, re.M)) == routes


def test_every_setting_has_a_row() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGE.partition("## Settings")[2].partition("## Signing")[0], re.M)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(Settings.__struct_fields__)


def test_every_command_has_a_row() -> None:
    group = app.commands["practice"]
    assert isinstance(group, click.Group)
    rows = PAGE.partition("## Commands")[2].partition("## Routes")[0]
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            for part in command.commands:
                assert re.search(rf"`(?:practice {name} )?{part}\b", rows), part
        else:
            assert f"`practice {name}" in rows, name
            for option in command.params:
                if isinstance(option, click.Option) and option.name not in {"source", "form"}:
                    assert option.opts[0] in PAGE, option.opts[0]

"""The written page names every route and setting."""

from __future__ import annotations

import re
from pathlib import Path

import click

from repletion.cli.serve import serve
from repletion.web.app import ROUTES

PAGE = (Path(__file__).parents[2] / "docs" / "web.md").read_text(encoding="utf-8")
HEADINGS = set(re.findall(r"^### `([^`]+)`$", PAGE, re.M))


def test_every_route_has_a_heading_and_every_heading_a_route() -> None:
    routes = {f"{method} {route.path}" for route in ROUTES for method in (route.methods or set()) - {"HEAD"}}
    assert {name for name in HEADINGS if name[0] != "-"} == routes


def test_every_setting_of_serve_has_a_heading() -> None:
    options = {option.opts[0] for option in serve.params if isinstance(option, click.Option)}
    assert options == {name for name in HEADINGS if name.startswith("--")}

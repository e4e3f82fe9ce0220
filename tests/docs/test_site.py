"""The site: a page for everything, links that lead somewhere, commands all described, nothing asked of anybody."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from repletion.cli import app
from repletion.cli.reference import commands_page
from repletion.handbook.site import write_site
from repletion.knowledge import load

ROOT = Path(__file__).parents[2]
KNOWN = load()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(KNOWN, ROOT, folder, commands=commands_page(app))
    return folder


def test_everything_has_a_page(site: Path) -> None:
    for name in KNOWN.states:
        assert (site / "states" / f"{name}.md").exists() and (site / "states" / f"{name}_in_detail.md").exists()
    for name in KNOWN.tests:
        assert (site / "tests" / f"{name}.md").exists()
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for place in re.findall(r": (\S+\.md)$", settings, re.M):
        assert (site / place).exists(), place


def test_every_link_and_every_place_on_a_page_leads_somewhere(site: Path) -> None:
    for page in site.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        here = set(re.findall(r'<a id="([^"]+)"', text))
        for target, fragment in re.findall(r"(?<!\\)\]\(([^)#\s]*)(?:#([^)\s]*))?\)", text):
            if target.startswith(("http://", "https://")):
                continue
            assert not target or (page.parent / target).exists(), f"{page.name}: {target}"
            if not target:
                assert fragment in here, f"{page.name}: #{fragment}"


def test_no_page_asks_for_anything(site: Path) -> None:
    for page in site.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(?:script|img|iframe|link|style|video|audio)\b|!\[", text), page.name
        assert not re.findall(r"<(?!a id=|/a>)[a-zA-Z]", re.sub(r"\\<|`[^`]*`|(?s:```.*?```)|\n    .*", "", text)), (
            page.name
        )


def test_the_built_page_carries_its_ban_on_requests_and_asks_for_none(tmp_path: Path) -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert settings["theme"]["font"] is False and settings["plugins"] == ["search"]
    settings |= {"docs_dir": str(tmp_path / "docs"), "site_dir": str(tmp_path / "site")}
    settings["theme"]["custom_dir"] = str(ROOT / settings["theme"]["custom_dir"])
    del settings["nav"]
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A page\n\nWords.\n", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(tmp_path / "mkdocs.yml")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "default-src 'self'" in page
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?https?://", page)
    for style in (tmp_path / "site").rglob("*.css"):
        assert not re.search(r"(?:url\(|@import )[\"']?https?://", style.read_text(encoding="utf-8"))


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    for part, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, f"{name} {part}")


def test_every_command_and_option_has_a_heading(site: Path) -> None:
    text = (site / "commands.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## (repletion[^\n]*)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    for name, command in _commands(app, "repletion"):
        assert name in parts, name
        assert len(parts[name]) > 60
        for option in command.params:
            if isinstance(option, click.Option):
                start = f"### `{option.opts[0]}"
                heading = any(line.startswith(start) for line in parts[name].splitlines())
                assert heading, f"{name} {option.opts}"
                assert option.help, f"{name} {option.opts} says nothing of itself"


def tutorial() -> list[str]:
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, re.S)
    return [line for block in blocks for line in block.splitlines() if "repletion " in line]


@pytest.mark.long
@pytest.mark.parametrize("line", tutorial())
def test_every_step_of_the_tutorial_runs(line: str, tmp_path: Path) -> None:
    words, said = line, None
    if line.startswith("echo"):
        said, words = (part.strip() for part in line.split("|", 1))
        said = shlex.split(said)[1]
    arguments = [str(tmp_path / a) if a == "report.html" else a for a in shlex.split(words)[1:]]
    command = [sys.executable, "-m", "repletion", *arguments]
    run = subprocess.run(command, cwd=ROOT, input=said, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr


def test_each_decision_has_a_number_of_its_own_and_stands_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    names = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert len({name[:4] for name in names}) == len(names)
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for name in names:
        assert f"]({name})" in listed
        first = (folder / name).read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith(f"# {int(name[:4])}."), name

"""The house rules that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TEXT = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "src").rglob("*.yaml"))]
TEXT += sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def test_no_file_is_longer_than_400_lines() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in TEXT}
    assert {path: count for path, count in lines.items() if count > 400} == {}


def test_no_module_is_named_for_what_nobody_wanted_to_name() -> None:
    assert not [p for p in SOURCES if p.stem in {"utils", "util", "helpers", "helper", "manager", "misc", "common"}]


def test_no_two_modules_of_the_tests_share_a_name() -> None:
    """Folders of tests are no packages: of two modules with one name the second would get the first."""
    tests = Path(__file__).parent
    modules = [p for p in tests.rglob("*.py") if p.name != "conftest.py" and not (p.parent / "__init__.py").exists()]
    names = [p.stem for p in modules]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = "import sys, repletion; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"numpy", "scipy", "pint", "lark", "jinja2", "rich", "yaml", "sqlite3", "rapidfuzz", "click"}
    assert not heavy & set(loaded)


def _modules(below: Path) -> dict[str, Path]:
    found = {".".join(path.relative_to(below).with_suffix("").parts): path for path in below.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in found.items()}


def _imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Modules that a file names in any import, also one inside a function or for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else node.module for name in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _circle(below: Path) -> list[str]:
    """Modules that need one another in a circle; empty when there is none."""
    known = _modules(below)
    arrows = {
        name: {other for other in _imported(path, known) if other in known} - {name} for name, path in known.items()
    }
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_no_two_modules_need_one_another() -> None:
    """Layers hold between rooms; this holds inside them, where a late import would hide a circle."""
    assert _circle(ROOT / "src") == []


@pytest.mark.parametrize("late", ["from house.a import A", "def f():\n    from house import a", "import house.a"])
def test_a_circle_is_seen_however_it_is_hidden(tmp_path: Path, late: str) -> None:
    house = tmp_path / "house"
    house.mkdir()
    (house / "__init__.py").write_text("")
    (house / "a.py").write_text("from house.b import B")
    (house / "b.py").write_text(late)
    assert set(_circle(tmp_path)) == {"house.a", "house.b"}


def test_code_prints_nothing_and_reaches_for_nothing_below_the_command_line() -> None:
    wrong = re.compile(
        r"^\s*(?:print\(|import (?:socket|urllib|http|requests|logging)\b|from (?:urllib|http|logging) )", re.M
    )
    below = [p for p in SOURCES if "cli" not in p.parts]
    assert not [str(p) for p in below if wrong.search(p.read_text(encoding="utf-8"))]


def test_one_file_alone_makes_requests_to_record_systems() -> None:
    client = re.compile(r"^\s*(?:import httpx|from httpx )", re.M)
    asking = {p.relative_to(ROOT).as_posix() for p in SOURCES if client.search(p.read_text(encoding="utf-8"))}
    assert {p for p in asking if "/practice/" not in p} == {"src/repletion/smart/net.py"}


def test_nothing_names_a_machine_or_a_registry() -> None:
    words = ["/" + "work/", "/" + "tmp/", "pypi" + ".org", "pythonhosted" + ".org", "/opt/" + "pypi"]
    tracked = [
        *TEXT,
        ROOT / "Makefile",
        ROOT / "requirements.lock",
        ROOT / "pyproject.toml",
        *ROOT.glob("scripts/*.py"),
    ]
    tracked += list((ROOT / "benchmarks").glob("*.py"))
    for path in tracked:
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], path


def test_the_lock_is_hashed_and_complete() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock, re.M)
    assert len(names) > 25
    assert lock.count("--hash=sha256:") >= len(names)
    assert "://" not in lock


def test_the_readme_opens_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.index("make demo") < readme.index("make test") < readme.index("## ")

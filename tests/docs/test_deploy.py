"""What `deploy/` and its page name is there: commands and options, settings, addresses, files, limits."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from repletion.api.app import create_api
from repletion.cli import app
from repletion.fhir.read import LARGEST as RECORD
from repletion.practice.app import PAGES
from repletion.practice.settings import Settings
from repletion.web.app import ROUTES
from repletion.web.guard import LARGEST_BACKUP

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DEPLOY.iterdir())}
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
UNITS = [name for name in FILES if name.endswith(".service")]
SITES = {"nginx.conf": RECORD, "nginx-practice.conf": LARGEST_BACKUP}
"""The largest body that is read behind each."""
SIZES = {"k": 2**10, "m": 2**20}


def parsed(words: list[str]) -> None:
    """Fails for a command or an option that is not there."""
    command: click.Command = app
    context = click.Context(app)
    while isinstance(command, click.Group):
        options, rest = [], list(words)
        while rest and rest[0].startswith("--"):
            options += rest[:2]
            rest = rest[2:]
        command.make_parser(context).parse_args(args=options)
        assert rest and rest[0] in command.commands, words
        command, words = command.commands[rest[0]], rest[1:]
    command.make_parser(click.Context(command)).parse_args(args=words)


def commands() -> list[tuple[str, list[str]]]:
    found = []
    for name in UNITS:
        found += [(name, shlex.split(line)[1:]) for line in re.findall(r"^ExecStart=(.+)$", FILES[name], re.M)]
    lines = re.findall(r"^ENTRYPOINT \[(.+)\]$", FILES["Containerfile"], re.M)
    return found + [("Containerfile", re.findall(r'"([^"]+)"', line)[1:]) for line in lines]


@pytest.mark.parametrize(("name", "words"), commands(), ids=[name for name, _ in commands()])
def test_every_command_that_is_started_is_there(name: str, words: list[str]) -> None:
    parsed(words)


def test_a_command_that_is_not_there_shows() -> None:
    for wrong in (["serf"], ["serve", "--hots", "x"], ["practice", "--settings", "x", "sevre"]):
        with pytest.raises((AssertionError, click.UsageError)):
            parsed(wrong)


def test_every_command_and_option_that_the_page_names_is_there() -> None:
    for line in re.findall(r"`repletion ([a-z][^`]*)`", PAGE):
        parsed(line.split())
    options = {option for command in app.commands.values() for part in command.params for option in part.opts}
    options |= {"--rm", "--read-only", "--cap-drop"}  # of the container engine
    named = set(re.findall(r"(--[a-z-]+)", PAGE))
    assert named <= options, named - options


def test_every_variable_that_is_set_is_read() -> None:
    """Ours by our own code, and those of libraries that are locked."""
    known = {f"REPLETION_PRACTICE_{name.upper()}" for name in Settings.__struct_fields__}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    known |= set(re.findall(r'"(REPLETION_[A-Z_]+)"', code))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, text in {**FILES, "deploy.md": PAGE}.items():
        for variable in re.findall(r"\b([A-Z]+_[A-Z_]+)(?==)", text) + re.findall(r"\bREPLETION_[A-Z_]+\b", text):
            library = variable.partition("_")[0].lower()
            assert variable in known or f"\n{library}==" in lock, (name, variable)
    assert "NUMBA_CACHE_DIR=" in FILES["repletion.service"]


def test_every_address_that_is_asked_is_there() -> None:
    paths = {route.path for route in ROUTES} | {path for _, path, _, _ in PAGES} | {"/live", "/ready"}
    paths |= set(create_api().openapi()["paths"])  # type: ignore[attr-defined]
    paths |= {"/fhir", "/v1", "/cds-services"}
    for asked in re.findall(r"http://127\.0\.0\.1:8000(/[\w/]+)", FILES["Containerfile"]):
        assert asked in paths
    text = PAGE + "".join(FILES[name] for name in SITES)
    named = set(re.findall(r"`(/[a-z]+)`|\bat (/[a-z]+)\b", text))
    for path in {one or other for one, other in named} - {"/etc", "/opt"}:
        assert path in paths, path


@pytest.mark.parametrize("name", SITES)
def test_the_proxy_lets_through_what_is_read_and_no_more(name: str) -> None:
    text = re.sub(r"#.*", "", FILES[name])
    assert text.count("{") == text.count("}") == 1
    lines = [line.strip() for line in text.splitlines() if line.strip() and line.strip()[-1] not in "{}"]
    assert all(line.endswith(";") for line in lines)
    values = dict(re.findall(r"^(\w+) (.+);$", "\n".join(lines), re.M))
    size = re.fullmatch(r"(\d+)([km])", values["client_max_body_size"])
    assert size and 1 <= int(size[1]) * SIZES[size[2]] / SITES[name] < 1.1
    assert values["access_log"] == "off"
    assert values["proxy_pass"] == "http://127.0.0.1:8000"
    assert values["client_body_timeout"] == "30s"
    assert f"{Settings().url}" == values["proxy_pass"]


def test_the_container_file_copies_what_is_there_and_installs_as_make_does() -> None:
    text = FILES["Containerfile"].replace("\\\n", " ")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    for words in ("--require-hashes -r requirements.lock", "--no-deps --no-build-isolation"):
        assert words in text and words in make
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    least = tuple(map(int, re.findall(r"\d+", project["project"]["requires-python"])))
    bases = re.findall(r"^FROM python:(\d+)\.(\d+)-slim", text, re.M)
    assert len(bases) == 2 and len(set(bases)) == 1  # built and run by the same Python
    assert tuple(map(int, bases[0])) >= least
    files = [project["project"]["readme"], *(f for f in project["project"]["license-files"] if "*" not in f)]
    assert all(re.search(rf"^COPY .*\b{re.escape(file)}\b", text, re.M) for file in files)  # the build reads them
    assert re.search(r"^USER (?!root)", text, re.M)


def test_the_container_gets_a_part_of_what_is_locked_for_all() -> None:
    """The same versions and hashes, nothing that only tests need."""

    def pins(text: str) -> dict[str, frozenset[str]]:
        parts = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)
        return {part.split(" ")[0]: frozenset(re.findall(r"sha256:(\w+)", part)) for part in parts if "==" in part}

    served, every = pins(FILES["requirements.lock"]), pins((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert served.items() < every.items()
    names = {pin.partition("==")[0] for pin in served}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needs = project["project"]["dependencies"] + project["build-system"]["requires"]
    needs += [need for extra in ("web", "fast") for need in project["project"]["optional-dependencies"][extra]]
    assert {re.match(r"[\w.-]+", need)[0].lower() for need in needs} <= names  # type: ignore[index]
    assert not {"pytest", "mypy", "ruff", "playwright", "pyagrum"} & names


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_without_rights_and_systemd_reads_it(name: str, tmp_path: Path) -> None:
    text = FILES[name]
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "CapabilityBoundingSet=\n"):
        assert line in text
    assert "MemoryDenyWriteExecute" not in text  # the compiled sweep is machine code made at run time
    documents = re.findall(r"^Documentation=file:///opt/repletion/(.+)$", text, re.M)
    assert documents and all((ROOT / document).exists() for document in documents)
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    unit = tmp_path / name
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.M), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and name not in done.stderr, done.stderr

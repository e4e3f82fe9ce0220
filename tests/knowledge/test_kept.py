"""The kept copy says what the files say, or is not used; and plain YAML is read as the strict constructor reads it."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import msgspec
import pytest
import yaml

from repletion.knowledge import base, reader
from repletion.knowledge.kept import read_or_keep

LONG_AGO = 1_600_000_000_000_000_000  # ns


class Files:
    """A folder of one file, its copy, and how often the file was parsed."""

    def __init__(self, folder: Path) -> None:
        self.data, self.parsed = folder / "data", 0
        self.data.mkdir()
        self.copy = self.data / "__pycache__" / "kept.msgpack"
        self.write("one: 1")

    def write(self, text: str, changed: int = LONG_AGO) -> None:
        file = self.data / "a.yaml"
        file.write_text(text)
        os.utime(file, ns=(changed, changed))

    def parse(self) -> dict[str, int]:
        self.parsed += 1
        found: dict[str, int] = reader.parse_yaml((self.data / "a.yaml").read_text())
        return found

    def read(self) -> dict[str, int]:
        return read_or_keep([self.data], dict[str, int], self.parse, self.copy)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_unchanged_files_are_parsed_once(files: Files) -> None:
    assert [files.read(), files.read(), files.parsed] == [{"one": 1}, {"one": 1}, 1]


def test_same_size_at_another_time_is_parsed_again(files: Files) -> None:
    files.read()
    files.write("one: 2", LONG_AGO + 1)
    assert files.read() == {"one": 2}
    assert files.read() == {"one": 2}
    assert files.parsed == 2


def test_another_file_or_a_missing_one_is_noticed(files: Files) -> None:
    files.read()
    (files.data / "b.yaml").write_text("")
    os.utime(files.data / "b.yaml", ns=(LONG_AGO, LONG_AGO))
    files.read()
    assert files.parsed == 2
    (files.data / "b.yaml").unlink()
    files.read()
    assert files.parsed == 3


def test_another_reader_does_not_trust_the_copy(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.read()
    monkeypatch.setattr(msgspec, "__version__", "another")
    files.read()
    assert files.parsed == 2


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:-1] + b"\x02", lambda b: b"", lambda b: b"x" * 99])
def test_spoiled_copy_is_not_used(files: Files, spoil: object) -> None:
    files.read()
    files.copy.write_bytes(spoil(files.copy.read_bytes()))  # type: ignore[operator]
    assert files.read() == {"one": 1}
    assert files.parsed == 2


def test_file_that_has_just_changed_is_not_kept(files: Files) -> None:
    file = files.data / "a.yaml"
    file.write_text("one: 3")
    assert files.read() == {"one": 3}
    assert not files.copy.exists()


def test_place_that_cannot_be_written_is_left_alone(files: Files) -> None:
    files.copy.parent.write_text("a file where the folder would be")
    assert [files.read(), files.read(), files.parsed] == [{"one": 1}, {"one": 1}, 2]
    assert sorted(p.name for p in files.data.iterdir()) == ["__pycache__", "a.yaml"]


def test_knowledge_from_its_copy_is_the_knowledge_parsed(tmp_path: Path) -> None:
    parsed = base.read()
    folders = [base.DATA]
    copy = tmp_path / "k.msgpack"
    read_or_keep(folders, base.Knowledge, lambda: parsed, copy)
    if copy.exists():  # not where a file of the knowledge was changed this very moment
        found = read_or_keep(folders, base.Knowledge, lambda: pytest.fail("the copy was not used"), copy)
        for name in parsed.__struct_fields__:
            assert repr(getattr(found, name)) == repr(getattr(parsed, name))


def test_every_folder_that_is_read_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: set[Path] = set()
    real = io.open

    def watching(file: Path, *args: object, **more: object) -> object:
        opened.add(Path(file))
        return real(file, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(io, "open", watching)  # what Path.open and Path.read_text call
    base.read()
    watched = {base.DATA, *(base.DATA / name for name in base.FOLDERS)}
    assert {path.parent for path in opened} == watched


AWKWARD = (
    *("", "a: 1\na: 2", "- *x", "&a [1, *a]", "? [1]\n: 2", "{a: {b: 1}}: 3", "!!int '5'", "--- 1\n--- 2", "a: ["),
    *("<<: {a: 1}", "a:\n  - b\n  -\n  - ~\n", "true: 1\n1: 2", "? a\n: b\n? c\n", "'true'", "a: b: c", "\ta: 1"),
    *("- 1e5\n- +3\n- -.5\n- 1_000\n- 0x1f\n- 1:30\n- 2001-01-01\n- 1.\n- .\n- NULL", "- |\n  12\n- ! 12\n- null"),
    *("a: \x00", "%YAML 1.1\n--- 5", "a: 1\n...\n", "...", "---", "'': 1\n~: 2\n", "- 1\n...\n---\n", "NO: off"),
)
PIECES = (
    "a",
    "b: ",
    "- ",
    "\n",
    "  ",
    "1",
    "~",
    ": ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&x ",
    "*x",
    "!t ",
    "'",
    "#",
    "|\n",
)


def _either(read: object, text: str) -> object:
    try:
        return repr(read(text))  # type: ignore[operator]
    except (yaml.YAMLError, ValueError, TypeError) as error:
        return type(error), str(error)


def test_plain_yaml_is_read_as_the_strict_constructor_reads_it() -> None:
    dice = random.Random(11)
    texts = [*AWKWARD, *("".join(dice.choices(PIECES, k=dice.randint(1, 12))) for _ in range(4000))]
    loader = reader._strict_loader()
    for text in texts:
        assert _either(reader.parse_yaml, text) == _either(lambda t: yaml.load(t, Loader=loader), text), repr(text)
    plain = [text for text in texts if reader._plain_tree(text) is not reader._OTHER]
    assert len(plain) > 300

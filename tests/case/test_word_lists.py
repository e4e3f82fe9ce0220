"""The lists of small words are data, whole and strict; code keeps none of its own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from repletion.case import small_words
from repletion.case.small_words import FOLDER, Around, Lists, one_of, read, trees
from repletion.errors import KnowledgeError
from repletion.knowledge.reader import parse_yaml
from repletion.triage import phrases

LOADERS = [
    small_words.around, small_words.binding, small_words.dates, small_words.laboratory, small_words.told_for,
    small_words.amounts, small_words.sizes, small_words.doses, small_words.answers, small_words.denied,
    small_words.stems, small_words.weighs_nothing, small_words.measured,
]  # fmt: skip
SOURCE = Path(small_words.__file__).parents[1]


def _words(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)
    else:
        yield value


@pytest.mark.parametrize("loader", LOADERS, ids=lambda found: found.__name__)
def test_every_list_is_there_and_holds_something(loader: Callable[[], Lists]) -> None:
    lists = loader()
    assert all(getattr(lists, name) for name in lists.__struct_fields__)


def test_each_kind_of_lists_has_its_loader() -> None:
    assert {type(loader()) for loader in LOADERS} == set(Lists.__subclasses__())


def test_no_word_stands_twice_in_a_list() -> None:
    for loader in LOADERS:
        name = loader.__name__
        for role, words in trees()[name].items():
            if isinstance(words, list):
                assert len(words) == len(set(words)), (name, role)


@pytest.mark.parametrize(
    ("text", "said"),
    [("list_joins: [or]\n", "missing"), ("of_nobody: [or]\n", "unknown"), ("list_joins: or\n", "array")],
)
def test_a_file_with_other_lists_is_refused(tmp_path: Path, text: str, said: str) -> None:
    whole = (FOLDER / "around.yaml").read_text(encoding="utf-8")
    lines = [line for line in whole.splitlines(keepends=True) if not line.startswith("list_joins")]
    (tmp_path / "around.yaml").write_text(text if said == "missing" else "".join([*lines, text]), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=rf"around\.yaml: .*{said}"):
        read(Around, "around", tmp_path)


def test_the_kept_lists_are_those_of_the_files() -> None:
    assert trees() == {path.stem: parse_yaml(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml")}


def test_words_are_words_and_not_truth_values() -> None:
    """YAML reads an unquoted ``true`` as a truth value."""
    for loader in LOADERS:
        assert all(
            isinstance(word, str | int) and not isinstance(word, bool) for word in _words(trees()[loader.__name__])
        )


def test_of_words_that_begin_alike_the_longest_fits_first() -> None:
    assert one_of({"day", "day of", "a+"}) == r"day\ of|day|a\+"


def test_single_cues_of_the_red_flags_are_single_words() -> None:
    for role in ("not_dated", "list_joins", "new_subject", "never_ends", "part_joins", "own"):
        assert phrases._single(role)


_NO_LANGUAGE = {"keys.py"}
"""Names of the fields of a case."""
_NAMES = {"drugs", "medications", "medicines", "supplements", "lifestyle", "diet", "investigations"}  # fields as well
_UNITS = {"pH", "ratio", "INR", "index", "ordinal"}


@pytest.mark.parametrize("room", ["case", "triage"])
def test_code_that_reads_words_names_no_list_of_english_words(room: str) -> None:
    """A set of words in code decides what is meant where nobody who knows the language would look for it."""
    found = []
    for path in sorted((SOURCE / room).glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.Assign) or "frozenset" not in ast.unparse(node.value):
                continue
            words = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
            if path.name not in _NO_LANGUAGE and any(word.isalpha() for word in words - _NAMES - _UNITS):
                found.append((path.name, node.lineno))
    assert found == []

"""Strict readers: YAML 1.2 core types without duplicate keys, and CSV with an exact header.

PyYAML's defaults read ``NO`` as false, ``12:30`` as a number and ``2001-01-01`` as a date; a knowledge file
must be read as written.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from repletion.errors import KnowledgeError

if TYPE_CHECKING:
    import yaml

T = TypeVar("T")
_loader: type[yaml.SafeLoader] | None = None
_INTEGER = re.compile(r"^[-+]?[0-9]+$")
_REAL = re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_MAY_BE_TYPED = frozenset(["", *"~ntf-+.0123456789"])
_OTHER: Any = object()  # what _plain_tree leaves to PyYAML's constructor


def _strict_loader() -> type[yaml.SafeLoader]:
    """PyYAML's safe loader, restricted to the core types and refusing duplicate keys."""
    global _loader
    if _loader is not None:
        return _loader
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Strict(base):  # type: ignore[misc]
        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[Any] = set()
            for key_node, _ in node.value:
                key = self.construct_object(key_node, deep=True)
                if isinstance(key, list | dict):
                    raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key_node.start_mark)
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key!r} stands twice", key_node.start_mark
                    )
                seen.add(key)
            return dict(super().construct_mapping(node, deep=deep))

    def resolver(tag: str, pattern: str, first: str) -> None:
        Strict.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))

    resolver("null", r"^(?:~|null|)$", "~n")
    Strict.yaml_implicit_resolvers.setdefault("", []).append(("tag:yaml.org,2002:null", re.compile(r"^$")))
    resolver("bool", r"^(?:true|false)$", "tf")
    resolver("int", _INTEGER.pattern, "-+0123456789")
    resolver("float", _REAL.pattern, "-+.0123456789")

    def integer(loader: Any, node: Any) -> int:
        return int(loader.construct_scalar(node))

    def real(loader: Any, node: Any) -> float:
        return float(loader.construct_scalar(node))

    Strict.add_constructor("tag:yaml.org,2002:int", integer)
    Strict.add_constructor("tag:yaml.org,2002:float", real)
    _loader = Strict
    return Strict


def _scalar(text: str) -> Any:
    """The value of an unquoted scalar by the core types."""
    if text[:1] in _MAY_BE_TYPED:
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.match(text):
            return int(text)
        if _REAL.match(text):
            return float(text)
    return text


def _plain_tree(text: str) -> Any:
    """The value of a document of mappings, lists and scalars alone, from libyaml's events without a tree of nodes.

    Anything else (an anchor, a tag, a second document, a key that is no scalar or stands twice, malformed text) gives
    ``_OTHER``: PyYAML's own constructor reads it or says what is wrong.
    """
    import yaml

    scalar, alias = yaml.ScalarEvent, yaml.AliasEvent
    mapping, sequence = yaml.MappingStartEvent, yaml.SequenceStartEvent
    ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
    found: Any = _OTHER
    above: list[tuple[Any, Any]] = []  # the containers around this one, each with the key it stood at
    here: Any = None
    key: Any = _OTHER
    try:
        next_event: Any = yaml.CSafeLoader(text).get_event
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is scalar:
                if event.anchor is not None or event.tag is not None:
                    return _OTHER
                value = _scalar(event.value) if event.implicit[0] else event.value
            elif kind is mapping or kind is sequence:
                if event.anchor is not None or event.tag is not None or (type(here) is dict and key is _OTHER):
                    return _OTHER
                above.append((here, key))
                here, key = ({} if kind is mapping else []), _OTHER
                continue
            elif kind in ends:
                value = here
                here, key = above.pop()
            elif kind is alias:
                return _OTHER
            else:  # the marks of stream and document
                continue
            if here is None:
                if found is not _OTHER:
                    return _OTHER
                found = value
            elif type(here) is list:
                here.append(value)
            elif key is _OTHER:
                if value in here:
                    return _OTHER
                key = value
            else:
                here[key] = value
                key = _OTHER
    except yaml.YAMLError:
        return _OTHER
    return found


def parse_yaml(text: str) -> Any:
    """Parse YAML text strictly.  Raises :class:`yaml.YAMLError` with line and column."""
    import yaml

    if yaml.__with_libyaml__ and (found := _plain_tree(text)) is not _OTHER:
        return found
    return yaml.load(text, Loader=_strict_loader())  # noqa: S506 - a safe loader, made stricter


def read_yaml(path: Path, kind: type[T]) -> T:
    """Read one YAML file as ``kind``.  The file's stem must be the record's id.

    Raises :class:`KnowledgeError` naming file, field and what was expected.
    """
    import yaml

    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
        record = msgspec.convert(data, kind)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.parent.name}/{path.name}: {error}") from error
    if (name := getattr(record, "id", path.stem)) != path.stem:
        raise KnowledgeError(f"{path.parent.name}/{path.name}: id is {name!r}, the file name says {path.stem!r}")
    return record


def rows(path: Path, kind: type[T], *, lists: tuple[str, ...] = ()) -> Iterator[T]:
    """Rows of a CSV file as ``kind``; empty cells are left out, ``lists`` columns are split at ``|``.

    Raises :class:`KnowledgeError` naming file, line and column.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        for line, row in enumerate(reader, start=2):
            if None in row or None in row.values():
                raise KnowledgeError(f"{path.name} line {line}: the row has not as many cells as the header")
            data: dict[str, Any] = {key: cell for key, cell in row.items() if cell != ""}
            for key in lists:
                if key in data:
                    data[key] = [part.strip() for part in data[key].split("|") if part.strip()]
            try:
                yield msgspec.convert(data, kind, strict=False)
            except msgspec.ValidationError as error:
                raise KnowledgeError(f"{path.name} line {line}: {error}") from error

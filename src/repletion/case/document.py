"""Bytes or text → a plain mapping: YAML or JSON, or free words.  Whole-file faults are refused with their place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

from repletion.errors import RepletionError

LARGEST = 2_000_000
DEEPEST = 24
MOST_ALIASES = 50
Format = Literal["yaml", "json", "text"]


class CaseError(RepletionError):
    """The case as a whole cannot be read: empty, binary, too large, malformed.  Says where and what to do."""


def decode(data: bytes | str) -> str:
    """Text of a case.  Raises :class:`CaseError` when it is empty, binary or too large."""
    if len(data) > LARGEST:
        raise CaseError(
            f"The case is {len(data) / 1e6:.1f} MB; a case may have {LARGEST / 1e6:.0f} MB. "
            "A case describes one person; remove what is not about this person."
        )
    if isinstance(data, str):
        text = data
    else:
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            encoding = "utf-16"
        else:
            encoding = "utf-8-sig"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            try:
                text = data.decode("cp1252") if b"\x00" not in data and _mostly_text(data) else ""
            except UnicodeDecodeError:
                text = ""
            if not text:
                raise CaseError(
                    f"The case is not text (byte {error.start} is not UTF-8). Save it as plain text, YAML or JSON."
                ) from None
    text = text.removeprefix("\ufeff")
    if "\x00" in text or re.search(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]", text):
        raise CaseError(
            "The case holds control characters: it looks like a binary file. Save it as plain text, YAML or JSON."
        )
    if not text.strip():
        raise CaseError("The case is empty. Give at least one line, for example: eyelid twitching for 3 weeks.")
    return text


def _mostly_text(data: bytes) -> bool:
    return sum(byte < 9 or 13 < byte < 32 for byte in data[:4096]) == 0


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise CaseError(f"The key “{key}” stands twice in one JSON object; which one is meant? Keep one.")
        found[key] = value
    return found


def _from_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_pairs)
    except json.JSONDecodeError as error:
        raise CaseError(f"The JSON is malformed at line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except (RecursionError, ValueError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else "it holds a number too long to read"
        raise CaseError(f"The JSON cannot be read: {why}.") from None


def _check_yaml(text: str) -> None:
    """Refuse alias bombs and deep nesting before anything is built."""
    import yaml

    depth = aliases = 0
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
            if aliases > MOST_ALIASES:
                raise CaseError(f"The YAML uses more than {MOST_ALIASES} aliases; write the values out.")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise CaseError(f"The YAML is nested more than {DEEPEST} deep.")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1


def _from_yaml(text: str) -> Any:
    import yaml

    from repletion.knowledge.reader import parse_yaml

    try:
        _check_yaml(text)
        return parse_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise CaseError(f"The YAML is malformed{place}: {problem}.") from None
    except (RecursionError, ValueError) as error:
        raise CaseError(f"The YAML cannot be read: {error}.") from None


_KEYS = (
    "person|text|symptoms|signs|conditions|drugs|medications|lifestyle|diet|diary|labs|stated_negatives|investigations"
    "|findings|habits|title|on|date"
)
_KEY_LINE = re.compile(rf"^[ \t]*(?:- )?[\"']?(?:{_KEYS})[\"']?[ \t]*:", re.MULTILINE)
"""On one line only: blanks that also ran over line ends would take the square of the empty lines to read."""


def looks_like(text: str) -> Format:
    """JSON when a case begins with a brace, YAML when a line begins with a known key, else free words."""
    if text.lstrip()[:1] in {"{", "["}:
        return "json"
    return "yaml" if _KEY_LINE.search(text) else "text"


def parse(data: bytes | str, form: Format | None = None) -> dict[str, Any]:
    """A case as a mapping.  Free words become ``{"text": ...}``.

    Raises :class:`CaseError` for what makes the whole unreadable.
    """
    text = decode(data)
    form = form or looks_like(text)
    if form == "text":
        return {"text": text}
    content = _from_json(text) if form == "json" else _from_yaml(text)
    if isinstance(content, str):
        return {"text": content}
    if isinstance(content, list) and len(content) == 1 and isinstance(content[0], dict):
        content = content[0]
    if isinstance(content, list) and all(isinstance(x, str) for x in content):
        return {"symptoms": content}
    if not isinstance(content, dict):
        raise CaseError(
            f"A case is a mapping of keys such as person, symptoms, labs; this is a {type(content).__name__}."
        )
    return {str(key): value for key, value in content.items()}


def read(path: str | Path) -> dict[str, Any]:
    """The mapping in a file; ``-`` reads standard input.  Raises :class:`CaseError`."""
    if str(path) == "-":
        import sys

        if sys.stdin is None:
            raise CaseError("Standard input is closed. Name a file, or send the case to standard input.")
        return parse(sys.stdin.buffer.read(LARGEST + 1))
    file = Path(path)
    try:
        if file.is_dir():
            raise CaseError(f"{file.name} is a folder; a case is one file.")
        size = file.stat().st_size
        if size > LARGEST:
            raise CaseError(f"The case is {size / 1e6:.1f} MB; a case may have {LARGEST / 1e6:.0f} MB.")
        with file.open("rb") as handle:
            data = handle.read(LARGEST + 1)  # a device has no size and may have no end
    except OSError as error:
        raise CaseError(f"{path}: {error.strerror or error}.") from None
    suffix: Format | None = {".json": "json", ".txt": "text"}.get(file.suffix.lower())  # type: ignore[assignment]
    return parse(data, suffix)

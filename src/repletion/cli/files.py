"""Reading what is named on the command line and writing where it says: whole, or with one clear message."""

from __future__ import annotations

import errno
import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Literal

import click

Meant = Literal["case", "diary", "other"]
"""What a file is read as; words of a case or a diary go to standard input."""

LARGEST = 2_000_000
"""Bytes of a diary that are read at most."""

LONGEST_SHOWN = 80
"""Characters of a name that an error repeats."""
READER_GONE = 141


def fail(key: str, **values: object) -> click.ClickException:
    """An error of the catalogue, to be raised."""
    from repletion.report.wording import say

    return click.ClickException(say(f"cli.{key}", **values))


def say_stdout() -> str:
    """What standard output is called."""
    from repletion.report.wording import say

    return say("cli.stdout")


def is_missing(path: str | Path) -> bool:
    """Whether nothing of that name is there; a sentence too long for a name is none."""
    try:
        Path(path).stat()
    except OSError as error:
        return error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL}
    return False


def no_file(path: str | Path, meant: Meant = "other") -> click.ClickException:
    """That there is no such file: where it was looked for, what is nearest there, and where words go instead."""
    from rapidfuzz import process

    from repletion.report.wording import say

    name, folder = str(path), Path(path).absolute().parent
    try:
        there = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        there = []
    likely = process.extract(Path(path).name, there, limit=3, score_cutoff=80)
    near = say("cli.no_file_near", names=", ".join(found for found, _, _ in likely)) if likely else ""
    words, remedy = shlex.quote(name) if " " in name and len(name) <= LONGEST_SHOWN else '"..."', ""
    if meant != "other":
        command = click.get_current_context().command_path.partition(" ")[2]
        remedy = say(f"cli.no_file_{meant}", words=words, command=command)
    shown = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"
    return fail("no_file", path=shown, folder=folder, near=near, remedy=remedy)


def read_text(path: str, meant: Meant = "diary") -> str:
    """The text of a file, or of standard input for ``-``.  Raises :class:`click.ClickException`."""
    name = path
    if path == "-":
        from repletion.report.wording import say

        if sys.stdin is None:
            raise fail("stdin_closed")
        name, data = say("cli.stdin"), sys.stdin.buffer.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise fail("too_big", path=name, size=f">{LARGEST // 10**6}", limit=LARGEST // 10**6)
    elif is_missing(path):
        raise no_file(path, meant)
    else:
        file = Path(path)
        try:
            if file.is_dir():
                raise fail("is_folder", path=path)
            size = file.stat().st_size
            if size > LARGEST:
                raise fail("too_big", path=path, size=f"{size / 1e6:.1f}", limit=LARGEST // 10**6)
            with file.open("rb") as handle:
                data = handle.read(LARGEST + 1)  # a device has no size and may have no end
            if len(data) > LARGEST:
                raise fail("too_big", path=path, size=f">{LARGEST // 10**6}", limit=LARGEST // 10**6)
        except OSError as error:
            raise fail("not_readable", path=path, why=error.strerror or error) from None
    if b"\x00" in data and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        raise fail("binary", path=name)
    try:
        text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail("not_utf8", path=name, at=error.start) from None
    if not text.strip():
        raise fail("empty", path=name)
    return text


def put(text: str, output: str | None = None) -> None:
    """Write to standard output, or whole to a file that only its owner can read.

    A reader of standard output that goes away ends the program quietly.
    """
    if output is None or output == "-":
        if sys.stdout is None:
            raise fail("stdout_closed")
        try:
            click.echo(text, nl=not text.endswith("\n"))
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(READER_GONE)
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left cannot be written at exit
            raise fail("not_written", path=say_stdout(), why=error.strerror or error) from None
        return
    target = Path(output)
    try:
        if target.is_dir():
            raise fail("is_folder", path=output or "''")
        if target.exists() and not target.is_file():  # a pipe or a device
            target.write_text(text, encoding="utf-8")
            return
        handle, partial = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(partial).replace(target)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise fail("not_written", path=output, why=error.strerror or error) from None

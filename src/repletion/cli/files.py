"""Reading what is named on the command line and writing where it says: whole, or with one clear message."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

LARGEST = 2_000_000
"""Bytes of a diary that are read at most."""

READER_GONE = 141


def fail(key: str, **values: object) -> click.ClickException:
    """An error of the catalogue, to be raised."""
    from repletion.report.wording import say

    return click.ClickException(say(f"cli.{key}", **values))


def say_stdout() -> str:
    """What standard output is called."""
    from repletion.report.wording import say

    return say("cli.stdout")


def read_text(path: str) -> str:
    """The text of a file, or of standard input for ``-``.  Raises :class:`click.ClickException`."""
    name = path
    if path == "-":
        from repletion.report.wording import say

        if sys.stdin is None:
            raise fail("stdin_closed")
        name, data = say("cli.stdin"), sys.stdin.buffer.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise fail("too_big", path=name, size=f">{LARGEST // 10**6}", limit=LARGEST // 10**6)
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
        except FileNotFoundError:
            raise fail("no_file", path=path, folder=file.parent) from None
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

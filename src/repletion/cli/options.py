"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import click

from repletion.cli.files import fail

F = TypeVar("F", bound=Callable[..., Any])

AUTHORITIES = ("NASEM", "EFSA")


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> dt.date | None:
    """A day as typed."""
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(fail("bad_date", value=value).message) from None


def as_format(*formats: str, default: str | None = "text") -> Callable[[F], F]:
    """``--format``; with ``json``, standard output holds JSON and nothing else."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=default,
        show_default=bool(default),
        help="How to answer.",
    )


def to_file(command: F) -> F:
    """``--output``."""
    return click.option("--output", "-o", metavar="FILE", help="Write to FILE instead of the screen.")(command)


def authority(command: F) -> F:
    """``--authority``."""
    return click.option(
        "--authority",
        type=click.Choice(AUTHORITIES, case_sensitive=False),
        default="NASEM",
        show_default=True,
        help="Whose reference intakes: NASEM (United States, Canada) or EFSA (European Union).",
    )(command)


def on_day(command: F) -> F:
    """``--on``."""
    return click.option(
        "--on",
        callback=day,
        metavar="DATE",
        help="Assess as of this day, as 2026-11-23. Default: the case's, or today.",
    )(command)

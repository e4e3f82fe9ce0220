"""How far long work is, on standard error: one line that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys

import click

WIDTH = 24
_WIPE = "\x1b[2K\r"


def is_watched() -> bool:
    """Whether somebody looks at standard error."""
    return sys.stderr is not None and sys.stderr.isatty()


def counted(done: int, of: int, name: str) -> None:
    """``done`` of ``of``, the last of them called ``name``."""
    if is_watched():
        full = round(WIDTH * done / max(of, 1))
        bar = "█" * full + "░" * (WIDTH - full)
        click.echo(f"{_WIPE}{bar} {done}/{of} {name:.40}", err=True, nl=done == of)
    elif done == of or done % max(25, of // 20) == 0:
        click.echo(f"{done}/{of}", err=True)


def stepped(done: int, of: int, name: str) -> None:
    """Step ``name`` of a few begins; said on a terminal only, and wiped away by :func:`wiped`."""
    if is_watched():
        from repletion.report.wording import say

        click.echo(f"{_WIPE}{done + 1}/{of} {say(f'step.{name}')} … (Ctrl-C stops)", err=True, nl=False)


def wiped() -> None:
    """Nothing more of it is shown."""
    if is_watched():
        click.echo(_WIPE, err=True, nl=False)

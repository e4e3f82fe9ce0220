"""The page of the command line, made from the commands themselves: a heading for every command and option."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for part in sorted(command.commands):
            yield from _commands(command.commands[part], f"{name} {part}")


def _option(option: click.Option) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    if option.is_flag or option.count:
        return names
    choices = "|".join(option.type.choices) if isinstance(option.type, click.Choice) else ""
    return f"{names} {option.metavar or choices or option.type.name.upper()}"


def commands_page(app: click.Command, name: str = "repletion") -> str:
    """Markdown with a heading for every command and for every option of it."""
    lines = ["# Commands", ""]
    for path, command in _commands(app, name):
        words = " ".join(
            p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)
        )
        inner = " COMMAND" if isinstance(command, click.Group) else ""
        lines += [f"## {path}", "", "```", f"{path} {words}{inner}".strip(), "```", ""]
        lines += [inspect.cleandoc(command.help or "").replace("\b", ""), ""]
        for option in (p for p in command.params if isinstance(p, click.Option)):
            default = f" Default: `{option.default}`." if option.show_default and option.default else ""
            lines += [f"### `{_option(option)}`", "", f"{option.help or ''}{default}", ""]
    return "\n".join(lines)

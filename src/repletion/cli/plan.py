"""``repletion plan``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from repletion.cli import options
from repletion.cli.assess import SUFFIXES, screen
from repletion.cli.files import fail, put, read_text
from repletion.cli.progress import stepped, wiped

if TYPE_CHECKING:
    from repletion.intake.tables import Authority


F = TypeVar("F", bound=Callable[..., Any])


def parts(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Words given once or several times, each perhaps a list parted by commas."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def listed(name: str, *, metavar: str, text: str) -> Callable[[F], F]:
    """An option whose value is a list parted by commas."""
    return click.option(name, multiple=True, callback=parts, metavar=metavar, help=text)


@click.command(short_help="The smallest change of the day that closes the gaps.")
@click.argument("case")
@click.option("--diary", metavar="FILE", help="A food diary, as text or CSV; replaces the diary in the case.")
@click.option("--days", type=click.IntRange(1, 14), default=None, help="Also a plan for so many days, with shopping.")
@listed("--without", metavar="FOODS", text="Foods or groups not eaten, as fish,peanut.")
@listed("--pattern", metavar="WAYS", text="Ways of eating, as vegan or halal,gluten-free.")
@listed("--keep", metavar="FOODS", text="Foods of the diary that must not become less.")
@listed("--focus", metavar="NUTRIENTS", text="Nutrients that matter most, as magnesium,iron.")
@click.option("--alternatives", type=click.IntRange(0, 5), default=3, show_default=True, help="Other plans beside it.")
@click.option("--swaps/--no-swaps", default=False, help="For each new food, the plan without it.")
@click.option("--new-foods", type=click.IntRange(0, 8), default=None, help="New foods at most. Default: 3.")
@click.option("--change", type=click.FloatRange(0.5, 20), default=None, help="Servings of change at most. Default: 6.")
@click.option(
    "--price", type=click.IntRange(1, 3), default=None, help="Dearest price tier of a new food, 1 (cheap) to 3."
)
@options.as_format("text", "json", "html", default=None)
@options.to_file
@options.on_day
@options.authority
def plan(
    case: str,
    diary: str | None,
    days: int | None,
    without: tuple[str, ...],
    pattern: tuple[str, ...],
    keep: tuple[str, ...],
    focus: tuple[str, ...],
    alternatives: int,
    swaps: bool,
    new_foods: int | None,
    change: float | None,
    price: int | None,
    form: str | None,
    output: str | None,
    on: dt.date | None,
    authority: Authority,
) -> None:
    """Plan small changes of the day for CASE, a YAML, JSON or plain-text file, or - for standard input.

    The plan keeps the amount of food, every upper limit, allergies, medicines and conditions. What it cannot reach is
    named with the reason. A warning sign, or a sign of an eating disorder, takes the place of any plan.
    A terminal shows which step it is at; Ctrl-C stops it, and nothing is written.
    """
    if case == diary == "-":
        raise fail("one_stdin")
    words = None if diary is None else read_text(diary)
    from repletion.cli.records import case_of
    from repletion.plan.data import needs
    from repletion.plan.station import plan_case
    from repletion.report.plan import render_plan

    wrong = [name for name in focus if name not in needs()]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is not one of {', '.join(sorted(needs()))}", param_hint="--focus")
    read, reading = case_of(case, today=on or dt.date.today())
    try:
        found = plan_case(
            read,
            diary=words,
            without=(*without, *(reading.without if reading else ())),
            pattern=pattern,
            keep=keep,
            focus=focus,
            days=days or 0,
            alternatives=alternatives,
            swaps=swaps,
            most_new=new_foods,
            most_change=change,
            price=price,
            authority=authority,
            progress=stepped,
        )
    finally:
        wiped()
    chosen = form or SUFFIXES.get(Path(output or "").suffix.lower(), "text")
    color, width = screen(output)
    put(render_plan(found, form=chosen, color=color, width=width), output)

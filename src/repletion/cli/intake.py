"""``repletion intake``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from repletion.cli import options
from repletion.cli.files import fail, put, read_text

if TYPE_CHECKING:
    from repletion.intake.tables import Authority


@click.command(short_help="A food diary against reference intakes.")
@click.argument("diary")
@click.option("--age", type=click.FloatRange(0, 120), help="Years.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="Whose needs count.")
@click.option("--pregnant", is_flag=True, default=None, help="In pregnancy needs differ.")
@click.option("--lactating", is_flag=True, default=None, help="Breast-feeding.")
@click.option("--smoker", is_flag=True, default=None, help="Smoking raises the need for vitamin C.")
@click.option("--energy", is_flag=True, help="Show energy too.")
@options.authority
@options.as_format("text", "json")
@options.to_file
def intake(
    diary: str,
    age: float | None,
    sex: str | None,
    pregnant: bool | None,
    lactating: bool | None,
    smoker: bool | None,
    energy: bool,
    authority: Authority,
    form: str,
    output: str | None,
) -> None:
    """Hold DIARY, a text or CSV file or - for standard input, against reference intakes.

    One food a line, as "2 cups cooked spinach"; "Day 2" or a date starts a new day. A few days cannot show what is
    usual, and an intake below a reference is not a deficiency.
    """
    if age is not None and age != age:  # "nan" lies in every range
        raise fail("bad_age", value=age)
    if pregnant and sex == "male":
        raise fail("pregnant_man")
    words = read_text(diary)
    from repletion.case.model import Person
    from repletion.report.intake import render_intake

    person = Person(age=age, sex=sex, pregnant=pregnant, lactating=lactating, smoker=smoker)  # type: ignore[arg-type]
    put(render_intake(words, person, authority=authority, form=form, energy=energy), output)

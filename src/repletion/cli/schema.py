"""``repletion schema``."""

from __future__ import annotations

import click

from repletion.cli.files import put


@click.command(short_help="The JSON Schema of a case, or of an answer.")
@click.option(
    "--of",
    "subject",
    type=click.Choice(["case", "assessment", "plan"]),
    default="assessment",
    show_default=True,
    help="Of what.",
)
def schema(subject: str) -> None:
    """Print the JSON Schema of a case as typed, or of an answer."""
    from repletion.report.json import schema_text

    put(schema_text(subject))

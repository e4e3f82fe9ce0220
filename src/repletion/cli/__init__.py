"""The command line: ``repletion ask | assess | explain | intake | plan | foods | knowledge | ...``.

Exit codes: 0 an answer, also with issues in it; 1 ``knowledge check`` found errors; 2 the command or its input cannot
be read; 130 interrupted; 141 the reader of the output went away.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from repletion import __version__
from repletion.cli.ask import ask
from repletion.cli.assess import assess
from repletion.cli.assistant import assistant
from repletion.cli.cohort import cohort
from repletion.cli.evaluate import evaluate
from repletion.cli.explain import explain
from repletion.cli.foods import foods
from repletion.cli.intake import intake
from repletion.cli.keep import keep
from repletion.cli.kept import kept
from repletion.cli.knowledge import knowledge
from repletion.cli.plan import plan
from repletion.cli.practice import practice
from repletion.cli.practice_users import user
from repletion.cli.schema import schema
from repletion.cli.serve import serve

practice.add_command(user)

UNREADABLE = 2
INTERRUPTED = 130


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 an answer (also with issues in it), 1 knowledge check found errors, "
    "2 the command or its input cannot be read.",
)
@click.version_option(__version__, prog_name="repletion", message="%(prog)s %(version)s")
def app() -> None:
    """Find the nutrient shortfall, or the other explanation, behind a symptom.

    Everything runs on this computer; nothing is sent, and nothing is kept unless you ask
    (keep). For education, research and professional
    reference, not for emergencies.
    """


for _command in (
    ask,
    assess,
    explain,
    intake,
    plan,
    foods,
    knowledge,
    schema,
    evaluate,
    assistant,
    serve,
    cohort,
    keep,
    kept,
    practice,
):
    app.add_command(_command)


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    from repletion.errors import RepletionError

    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = app.main(args=args, prog_name="repletion", standalone_mode=False)
    except click.Abort:
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = UNREADABLE
    except RepletionError as error:
        click.echo(f"Error: {error}", err=True)
        code = UNREADABLE
    sys.exit(code if isinstance(code, int) else 0)

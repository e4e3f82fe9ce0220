"""``repletion evaluate``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from repletion.cli import options

if TYPE_CHECKING:
    import datetime as dt

    from repletion.evaluation.model import Calibration, Rate, Simulation, Summary, Variant

INTERRUPTED = 130


def _progress(done: int, of: int, name: str) -> None:
    """One line on standard error, rewritten on a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{of} {name:<30.30}", err=True, nl=done == of)
    elif done == of or done % max(25, of // 20) == 0:
        click.echo(f"{done}/{of}", err=True)


def _rate(rate: Rate) -> str:
    from repletion.evaluation.page import counted

    return counted(rate)


def _say_summary(summary: Summary, output: Path) -> None:
    part = summary.meant
    state = "" if summary.complete else f" (stopped after {part.cases} of {summary.records} records)"
    click.echo(f"Variant {summary.variant}: {part.cases} cases meant for it of {summary.every.cases}{state}")
    for name, score in part.scores["all"].items():
        tops = ", ".join(f"top-{top} {_rate(rate)}" for top, rate in score.strict.items())
        click.echo(f"  {name:<12} {tops}")
    for label, rate in (
        ("diagnosis modelled", part.modelled),
        ("red-flag recall", part.red_flag_recall),
        ("false alarms", part.false_alarms),
        ("decisive test in first 3", part.decisive["3"]),
        ("input understood", part.understood),
    ):
        click.echo(f"  {label}: {_rate(rate)}")
    for issue in summary.issues:
        click.echo(f"{issue.where}: {issue.message}", err=True)
    click.echo(f"Written to {output}: summary.json, report.html, cases/")


def _say_simulation(found: Simulation, output: Path) -> None:
    def line(label: str, c: Calibration) -> None:
        above = "" if c.error_above_tenth is None else f" (above 10 %: {c.error_above_tenth:.4f})"
        click.echo(
            f"  {label}: calibration error {c.error:.4f}{above}, Brier {c.brier:.4f} (prior {c.brier_of_prior:.4f})"
        )

    click.echo(f"{found.people} simulated people, {found.central.predictions} predictions")
    line("central network", found.central)
    line("  deficiencies", found.central_deficiencies)
    line("uncertain parameters", found.uncertain)
    click.echo(f"Written to {output}: simulation.json, simulation.html")


@click.command(short_help="How good the answers are, on published cases or simulated people.")
@click.argument("cases", metavar="[CASES.jsonl]", required=False)
@click.option(
    "--variant",
    type=click.Choice(["A", "B", "C", "D"]),
    default="A",
    show_default=True,
    help="A: before laboratory results. B: and without late history, drugs, diet, lifestyle. "
    "C: routine results. D: all results.",
)
@click.option("--simulate", "people", type=click.IntRange(1, 1_000_000), metavar="N", help="Draw N simulated people.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the simulated people.")
@click.option("--output", "-o", metavar="DIR", required=True, help="Folder to write the results to.")
@options.on_day
def evaluate(
    cases: str | None, variant: Variant, people: int | None, seed: int, output: str, on: dt.date | None
) -> None:
    """Measure the answers on CASES.jsonl (one published case a line), or on simulated people with --simulate.

    Writes a record for each case, summary.json and report.html. The day of --on sets the season; give it to get the
    same figures again. Ctrl-C stops and keeps what is done.
    """
    import datetime

    if (cases is None) == (people is None):
        raise click.UsageError("Give a file of cases, or --simulate N; one of the two.")
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"{output} is a file. Name a folder.")
    if people is not None:
        from repletion.evaluation.simulation import simulate

        found = simulate(people, folder, seed=seed, progress=_progress)
        _say_simulation(found, folder)
        complete = found.complete
    else:
        from repletion.evaluation.run import evaluate as run

        assert cases is not None
        summary, _ = run(Path(cases), variant, folder, on=on or datetime.date.today(), progress=_progress)
        _say_summary(summary, folder)
        complete = summary.complete
    if not complete:
        sys.exit(INTERRUPTED)

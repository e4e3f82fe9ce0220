"""``repletion evaluate``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from repletion.cli import options
from repletion.cli.files import is_missing, no_file
from repletion.cli.progress import counted

if TYPE_CHECKING:
    import datetime as dt

    from repletion.evaluation.model import Calibration, Rate, Simulation, Summary, Variant
    from repletion.evaluation.survey.model import SurveySummary

INTERRUPTED = 130


def _rate(rate: Rate) -> str:
    from repletion.evaluation.page import counted

    return counted(rate)


def _say_summary(summary: Summary, output: Path) -> None:
    part = summary.meant
    state = "" if summary.complete else f" (stopped after {part.cases} of {summary.records} records)"
    click.echo(f"Variant {summary.variant}: {part.cases} cases meant for it of {summary.every.cases}{state}")
    for name, score in part.scores["all"].items():
        tops = ", ".join(f"top-{top} {_rate(rate)}" for top, rate in score.strict.items())
        over_all = "" if score.reciprocal is None else f", mean 1/place {score.reciprocal:.2f}"
        click.echo(f"  {name:<12} {tops}{over_all}")
    for label, rate in (
        ("diagnosis modelled", part.modelled),
        ("red-flag recall", part.red_flag_recall),
        ("false alarms", part.false_alarms),
        ("decisive test in first 3", part.decisive["3"]),
        ("input understood", part.understood),
    ):
        click.echo(f"  {label}: {_rate(rate)}")
    if part.rests:
        shares = ", ".join(f"{100 * share:.0f} % {basis}" for basis, share in part.rests.items())
        click.echo(f"  weight of evidence rests on claims: {shares}")
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


def _say_survey(found: SurveySummary, output: Path) -> None:
    from repletion.evaluation.survey.page import shown

    state = "" if found.complete else f" (stopped after {found.predicted})"
    click.echo(f"{found.people} adults of {', '.join(found.cycles)}{state}")
    for o in found.outcomes:
        click.echo(
            f"  {o.label}: observed {shown(o.observed, percent=True)}, predicted "
            f"{shown(o.network.prevalence, percent=True)}, slope {shown(o.network.slope)}, AUC {shown(o.network.auc)}"
        )
        for b in o.benchmarks:
            mine = o.network if b.ethnicity else o.plain or o.network
            kind = "with" if b.ethnicity else "without"
            click.echo(f"    regression {kind} ethnicity: AUC {shown(b.quality.auc)}, here {shown(mine.auc)}")
        for t in o.targets:
            click.echo(f"    {'met' if t.met else 'MISSED'}: {t.name} ({t.wanted})")
    for skipped in found.skipped:
        click.echo(f"{skipped.id}: {skipped.why}", err=True)
    click.echo(f"Written to {output}: survey.json, survey.html")


@click.command(short_help="How good the answers are, on published cases, simulated people or a survey.")
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
@click.option("--survey", metavar="FOLDER", help="Calibration on people of a survey, from parquet tables in FOLDER.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the simulated people.")
@click.option("--output", "-o", metavar="DIR", required=True, help="Folder to write the results to.")
@options.on_day
def evaluate(
    cases: str | None,
    variant: Variant,
    people: int | None,
    survey: str | None,
    seed: int,
    output: str,
    on: dt.date | None,
) -> None:
    """Measure the answers on CASES.jsonl (one published case a line), simulated people, or people of a survey.

    Writes a record for each case, summary.json and report.html; with --simulate or --survey one JSON file and one
    page. The day of --on sets the season; give it to get the
    same figures again. Ctrl-C stops and keeps what is done.
    """
    import datetime

    if sum(given is not None for given in (cases, people, survey)) != 1:
        raise click.UsageError("Give a file of cases, --simulate N or --survey FOLDER; one of the three.")
    for named in (cases, survey):
        if named is not None and is_missing(named):
            raise no_file(named)
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"{output} is a file. Name a folder.")
    if survey is not None:
        from repletion.evaluation.survey.run import evaluate_survey

        measured = evaluate_survey(Path(survey), folder, progress=counted)
        _say_survey(measured, folder)
        complete = measured.complete
    elif people is not None:
        from repletion.evaluation.simulation import simulate

        found = simulate(people, folder, seed=seed, progress=counted)
        _say_simulation(found, folder)
        complete = found.complete
    else:
        from repletion.evaluation.run import evaluate as run

        assert cases is not None
        summary, _ = run(Path(cases), variant, folder, on=on or datetime.date.today(), progress=counted)
        _say_summary(summary, folder)
        complete = summary.complete
    if not complete:
        sys.exit(INTERRUPTED)

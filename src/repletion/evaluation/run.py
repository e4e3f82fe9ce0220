"""A file of cases, one after another; each is written when it is done, so a stopped run keeps what it has."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from repletion.assessment.dependence import dependence
from repletion.assessment.order import NONE
from repletion.assessment.stations import assess
from repletion.case import Case
from repletion.evaluation import judging
from repletion.evaluation.baselines import baselines, commonest
from repletion.evaluation.disturb import disturbances
from repletion.evaluation.model import CaseResult, Disturbed, EvaluationError, Summary, Variant
from repletion.evaluation.records import Record, not_understood, read_records, told
from repletion.evaluation.scores import section
from repletion.foods import open_table
from repletion.knowledge import Knowledge, load
from repletion.report.json import to_json
from repletion.version import __version__

KEPT = 10
"""First ids of a baseline that are written for each case."""

Progress = Callable[[int, int, str], None]


def evaluate_case(
    record: Record, variant: Variant, knowledge: Knowledge, *, on: dt.date, common: tuple[str, ...] = ()
) -> CaseResult:
    """One case in one variant.  ``common``: the order of the commonest-class baseline."""
    data = told(record, variant)
    case = Case.from_mapping(data)
    answer = assess(case, on=on, knowledge=knowledge)
    states = judging.ranked(answer)
    orders = judging.orders(states)
    simpler = {"commonest": common, **baselines(case, knowledge, on)}
    strict, lenient = judging.accepted(record, knowledge)
    first = orders["answer"]
    disturbed = {}
    for name, (changed, words) in disturbances(data, case, knowledge).items():
        again = judging.orders(judging.ranked(assess(Case.from_mapping(changed), on=on, knowledge=knowledge)))
        order = again["answer"]
        disturbed[name] = Disturbed(
            change=words, same_first=order[:1] == first[:1], same_three=set(order[:3]) == set(first[:3])
        )
    items, missed = not_understood(data, case)
    by_id = {state.id: state for state in states}
    return CaseResult(
        id=record.id,
        variant=variant,
        group=record.group,
        meant=record.meant_for(variant),
        diagnoses=record.diagnoses,
        mapped=judging.is_mapped(record.diagnoses[0], knowledge),
        states=strict,
        listed=tuple(dict.fromkeys(n for slug in record.diagnoses for n in judging.states_of(slug, knowledge))),
        ranked=tuple(by_id[name] for name in first),
        none_of_these=next(e.probability for e in answer.explanations if e.id == NONE),
        orders={name: order[:KEPT] for name, order in simpler.items()},
        ranks={name: judging.ranks(order, strict, lenient) for name, order in (orders | simpler).items()},
        urgency=answer.triage.urgency,
        red_flag=record.red_flag,
        decisive=judging.decisive(record, case, answer),
        items=items,
        items_understood=items - len(missed),
        not_understood=missed,
        disturbed=disturbed,
        exact=answer.method.exact,
        rests=dependence(case, answer, knowledge, on=on).weight,
    )


def _named(record: Record, taken: set[str]) -> str:
    """A file name for a case that no other case has."""
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", record.id)[:80]
    name = safe
    count = 2
    while name.lower() in taken:
        name, count = f"{safe}_{count}", count + 1
    taken.add(name.lower())
    return name


def write(path: Path, text: str) -> None:
    """Write a file of the results whole.  Raises :class:`EvaluationError` when it cannot be written."""
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path} could not be written: {error.strerror or error}.") from None


def _results(
    records: list[Record], variant: Variant, knowledge: Knowledge, on: dt.date, progress: Progress
) -> Iterator[tuple[Record, CaseResult]]:
    common = commonest(records, knowledge)
    for done, record in enumerate(records, start=1):
        yield record, evaluate_case(record, variant, knowledge, on=on, common=common)
        progress(done, len(records), record.id)


def evaluate(
    path: Path,
    variant: Variant,
    output: Path,
    *,
    on: dt.date,
    knowledge: Knowledge | None = None,
    progress: Progress = lambda done, of, name: None,
) -> tuple[Summary, list[CaseResult]]:
    """Evaluate the cases of ``path``; write ``cases/ID.json``, ``summary.json`` and ``report.html`` to ``output``.

    Interrupted (Ctrl-C), it writes the summary of the cases done, marked as not complete, and returns.
    Raises :class:`EvaluationError` when the file cannot be read or the results cannot be written.
    """
    from repletion.evaluation.page import case_page

    knowledge = knowledge or load()
    records, issues, digest = read_records(path)
    done: list[CaseResult] = []
    taken: set[str] = set()
    complete = True
    try:
        for record, result in _results(records, variant, knowledge, on, progress):
            write(output / "cases" / f"{_named(record, taken)}.json", to_json(result))
            done.append(result)
    except KeyboardInterrupt:
        complete = False
    summary = Summary(
        variant=variant,
        on=on.isoformat(),
        file=path.name,
        sha256=digest,
        software=__version__,
        knowledge=knowledge.version,
        foods=open_table().version,
        complete=complete,
        records=len(records),
        meant=section([result for result in done if result.meant]),
        every=section(done),
        issues=tuple(issues),
    )
    write(output / "summary.json", to_json(summary))
    write(output / "report.html", case_page(summary, done))
    return summary, done

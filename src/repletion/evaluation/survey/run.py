"""A survey folder → predictions, their comparison with what was measured, and the files that say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repletion.assessment.reasoning import builder_of
from repletion.assessment.stations import SEED
from repletion.evaluation.model import EvaluationError
from repletion.evaluation.run import write
from repletion.evaluation.survey import measure
from repletion.evaluation.survey.benchmark import cross_validated, design
from repletion.evaluation.survey.model import Fitted, OutcomeResult, Quality, Skipped, SurveySummary
from repletion.evaluation.survey.people import Pharmacy, Told, told
from repletion.evaluation.survey.plan import Group, Outcome, Plan, plan
from repletion.evaluation.survey.predict import predicted, pruned
from repletion.evaluation.survey.table import Array, Survey, Yes, read_survey
from repletion.evaluation.survey.targets import targets_of
from repletion.evidence.labs import fits
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import Limit
from repletion.report.json import to_json
from repletion.version import __version__

Progress = Callable[[int, int, str], None]
_NAMED = 40
"""Names of unread medicines that are written."""


def _quiet(done: int, of: int, name: str) -> None:
    """No progress."""


def _limits(outcome: Outcome, knowledge: Knowledge) -> tuple[Limit, ...] | str:
    """The limits of the outcome's test for its finding, or why there are none."""
    if outcome.finding not in knowledge.findings or outcome.test not in knowledge.tests:
        return f"The network has no {outcome.finding} yet, or no test for it."
    found = tuple(limit for limit in knowledge.tests[outcome.test].limits if limit.finding == outcome.finding)
    return found or f"The test {outcome.test} has no limit for {outcome.finding}."


def _beyond(
    survey: Survey, people: Sequence[Told], outcome: Outcome, limits: Sequence[Limit], knowledge: Knowledge
) -> Yes:
    """(N,) whether the measured value lies beyond the limit meant for the person."""
    units = {unit.unit: unit for unit in knowledge.tests[outcome.test].units}
    if outcome.unit not in units:
        raise EvaluationError(f"The test {outcome.test} is not known in {outcome.unit}.")
    unit = units[outcome.unit]
    values = survey.column(outcome.column) * unit.factor + unit.offset
    edge = np.full(len(survey), np.nan)
    sign = np.ones(len(survey))
    for i, who in enumerate(people):
        for limit in limits:
            if fits(limit.when, who.person):
                edge[i] = knowledge.claims[limit.claim].value or np.nan
                sign[i] = 1.0 if limit.side == "below" else -1.0
                break
    # a value as printed in a converted unit may miss its own limit by a rounding error
    return np.asarray(sign * values < sign * edge - 1e-9 * np.abs(edge))


def _members(survey: Survey, group: Group) -> Yes:
    values = survey.column(group.column)
    if group.values:
        return survey.among(group.column, group.values)
    low = -np.inf if group.low is None else group.low
    high = np.inf if group.high is None else group.high
    return np.asarray((values >= low) & (values < high))


def _without_ethnicity(people: Sequence[Told], rules: Plan) -> list[Told]:
    names = {name for facts in rules.ethnicity.values.values() for name in facts}
    return [
        Told(person=who.person, season=who.season, known={k: v for k, v in who.known.items() if k not in names})
        for who in people
    ]


class Evaluator:
    """One survey against one knowledge base."""

    def __init__(self, survey: Survey, rules: Plan, knowledge: Knowledge, progress: Progress) -> None:
        self.rules, self.knowledge, self.progress = rules, knowledge, progress
        adults = np.flatnonzero(survey.column(rules.person.age) >= rules.youngest)
        if not len(adults):
            raise EvaluationError(f"Nobody in the folder is {rules.youngest:g} years old or older.")
        self.survey = survey.take(adults)
        self.pharmacy = Pharmacy(rules, knowledge)
        self.people = told(self.survey, rules, knowledge, pharmacy=self.pharmacy)
        self.builder = builder_of(knowledge, 0, SEED)
        self.skipped: list[Skipped] = []
        self.limits: dict[str, tuple[Limit, ...]] = {}
        self.outcomes: list[Outcome] = []
        for outcome in rules.outcomes:
            found = _limits(outcome, knowledge)
            read = next((spelled for spelled in outcome.spelled() if self._measured(spelled).any()), None)
            if isinstance(found, str):
                self.skipped.append(Skipped(id=outcome.id, why=found))
            elif read is None:
                names = " or ".join(spelled.column for spelled in outcome.spelled())
                why = f"{names} was not measured in these people, or has no weight {outcome.weight}."
                self.skipped.append(Skipped(id=outcome.id, why=why))
            else:
                self.limits[outcome.id] = found
                self.outcomes.append(read)
        if not self.outcomes:
            raise EvaluationError(
                "None of the laboratory columns is there: "
                + ", ".join(outcome.column for outcome in rules.outcomes)
                + ". See docs/evaluation.md for the form of a survey folder."
            )
        self.findings = list(dict.fromkeys(outcome.finding for outcome in self.outcomes))
        self.done = 0
        self.complete = True
        self.network = np.full((len(self.people), len(self.findings)), np.nan)
        self.plain = np.full_like(self.network, np.nan)

    def _measured(self, outcome: Outcome) -> Yes:
        """(N,) who has the value and a weight for it."""
        return np.isfinite(self.survey.column(outcome.column)) & (self.survey.column(outcome.weight) > 0)

    def _moving(self, finding: str) -> set[str]:
        """Factors that move a finding, itself or through states."""
        own = {link.factor for link in self.knowledge.findings[finding].raised_by}
        return own | pruned(self.builder, [finding]).graph.raising.keys()

    def predict(self) -> None:
        """Fill in the predictions; stopped, those done stay."""
        names = {name for facts in self.rules.ethnicity.values.values() for name in facts}
        moved = [f for f in self.findings if names & self._moving(f)]
        columns = np.array([self.findings.index(name) for name in moved], dtype=np.intp)
        bare = _without_ethnicity(self.people, self.rules)
        second = predicted(self.builder, bare, moved) if moved else None
        try:
            for rows, values in predicted(self.builder, self.people, self.findings):
                if second is not None:
                    _, without = next(second)
                    self.plain[np.ix_(rows, columns)] = without
                self.network[rows] = values
                self.done = int(rows[-1]) + 1
                self.progress(self.done, len(self.people), "people")
        except KeyboardInterrupt:
            self.complete = False
            if not self.done:
                raise

    def _design(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Strata and sampling units; without them everybody is a unit of one stratum."""
        stratum, unit = (self.survey.column(name) for name in (self.rules.design.stratum, self.rules.design.psu))
        if np.isnan(stratum[rows]).any() or np.isnan(unit[rows]).any():
            return np.zeros(len(rows), dtype=np.int64), np.arange(len(rows), dtype=np.int64)
        cycle = self.survey.cycle[rows]
        return measure.numbered(cycle, stratum[rows]), measure.numbered(cycle, stratum[rows], unit[rows])

    def outcome(self, outcome: Outcome) -> OutcomeResult | Skipped:
        """Everything about one laboratory value."""
        rules, survey = self.rules, self.survey
        weights = survey.column(outcome.weight)
        place = self.findings.index(outcome.finding)
        rows = np.flatnonzero(self._measured(outcome) & np.isfinite(self.network[:, place]))
        if not len(rows):
            return Skipped(id=outcome.id, why="Stopped before anybody with this value was done.")
        limits = self.limits[outcome.id]
        true = _beyond(survey, self.people, outcome, limits, self.knowledge)[rows]
        weight = weights[rows]
        replicates = measure.replicate_weights(weight, *self._design(rows), rules.bootstrap, rules.seed)
        guess, bare = self.network[rows, place], self.plain[rows, place]
        observed = measure.share_of(true, weight, replicates)
        quality = measure.quality(guess, true, weight, replicates, rules.bins)
        here = survey.take(rows)
        groups = tuple(
            measure.group_result(group.label, _members(here, group), guess, true, weight, replicates)
            for group in rules.groups
            if _members(here, group).any()
        )
        plain = measure.quality(bare, true, weight, replicates, rules.bins) if np.isfinite(bare).all() else None
        benchmarks = self._benchmarks(here, true, weight, replicates)
        test = self.knowledge.tests[outcome.test]
        edges = dict.fromkeys(f"{self.knowledge.claims[limit.claim].value:g}" for limit in limits)
        return OutcomeResult(
            id=outcome.id,
            finding=outcome.finding,
            label=outcome.label or self.knowledge.findings[outcome.finding].label,
            column=outcome.column,
            limit=f"{limits[0].side} {' or '.join(edges)} {test.unit}",
            weight=outcome.weight,
            people=len(rows),
            cases=int(true.sum()),
            observed=observed,
            network=quality,
            plain=plain,
            brier_of_prevalence=measure.share(weight, np.square(true - (observed.value or 0.0))),
            reliability=measure.reliability(guess, true, weight, replicates, rules.bins),
            groups=groups,
            benchmarks=benchmarks,
            targets=targets_of(rules.targets, observed, quality, plain, groups, benchmarks) if outcome.goal else (),
        )

    def _benchmarks(self, here: Survey, true: Yes, weight: Array, replicates: Array) -> tuple[Fitted, ...]:
        rules = self.rules.benchmark
        if min(int(true.sum()), int((~true).sum())) < rules.least_events:
            return ()
        found = []
        for ethnicity in (True, False):
            predictors, names = design(here, rules, ethnicity=ethnicity)
            guess, strongest = cross_validated(predictors, names, true, weight, rules, self.rules.seed)
            quality: Quality = measure.quality(guess, true, weight, replicates, self.rules.bins)
            found.append(Fitted(ethnicity=ethnicity, quality=quality, strongest=strongest))
        return tuple(found)

    def known_shares(self) -> dict[str, float]:
        """Share of the people about whom each factor is known, by name."""
        counts: dict[str, int] = {}
        for who in self.people:
            for name in who.known:
                counts[name] = counts.get(name, 0) + 1
        return {name: counts[name] / len(self.people) for name in sorted(counts)}


def evaluate_survey(
    folder: Path,
    output: Path,
    *,
    rules: Plan | None = None,
    knowledge: Knowledge | None = None,
    progress: Progress = _quiet,
) -> SurveySummary:
    """Predict the adults of ``folder`` and compare; write ``survey.json`` and ``survey.html`` to ``output``.

    Interrupted (Ctrl-C), it reports the people done.  Raises :class:`EvaluationError` when the folder cannot be used.
    """
    from repletion.evaluation.survey.page import survey_page

    rules, knowledge = rules or plan(), knowledge or load()
    evaluator = Evaluator(read_survey(folder, rules), rules, knowledge, progress)
    evaluator.predict()
    results = []
    for count, outcome in enumerate(evaluator.outcomes, start=1):
        found = evaluator.outcome(outcome)
        if isinstance(found, Skipped):
            evaluator.skipped.append(found)
        else:
            results.append(found)
        progress(count, len(evaluator.outcomes), f"compared: {outcome.id}")
    unread = sorted(evaluator.pharmacy.unread.items(), key=lambda pair: (-pair[1], pair[0]))
    survey = evaluator.survey
    summary = SurveySummary(
        files=survey.files,
        software=__version__,
        knowledge=knowledge.version,
        seed=rules.seed,
        replicates=rules.bootstrap,
        complete=evaluator.complete,
        people=len(survey),
        predicted=evaluator.done,
        cycles=tuple(sorted(set(survey.cycle.tolist()))),
        prescriptions=evaluator.pharmacy.named,
        prescriptions_known=evaluator.pharmacy.named - sum(count for _, count in unread),
        unread=tuple(f"{name} ({count})" for name, count in unread[:_NAMED]),
        factors=evaluator.known_shares(),
        outcomes=tuple(results),
        skipped=tuple(evaluator.skipped),
    )
    write(output / "survey.json", to_json(summary))
    write(output / "survey.html", survey_page(summary))
    return summary

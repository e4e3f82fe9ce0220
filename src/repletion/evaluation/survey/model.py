"""What ``repletion evaluate --survey`` writes."""

from __future__ import annotations

import msgspec

SURVEY_SCHEMA = "repletion.survey/1"


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A weighted number with its 95 % interval from resampled sampling units; ``None`` where there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One group of equal weight of the reliability table, by predicted probability.

    ``low``/``high``: range of the predictions; ``predicted``: their mean; ``observed``: share beyond the limit.
    """

    low: float
    high: float
    people: int
    predicted: float
    observed: Estimate


class GroupResult(msgspec.Struct, frozen=True, kw_only=True):
    """Predicted and observed prevalence among some people.  ``cases``: people beyond the limit, unweighted."""

    label: str
    people: int
    cases: int
    predicted: float | None
    observed: Estimate


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """How probabilities compare with what was measured, weighted.

    ``prevalence``: mean predicted probability.  ``slope``/``intercept``: of a logistic recalibration (1 and 0 are
    right).  ``in_the_large``: what would have to be added to every log-odds to meet the prevalence.
    ``auc``: probability that somebody beyond the limit has the higher prediction.  ``error``: expected calibration
    error over the reliability table.
    """

    prevalence: Estimate
    slope: Estimate
    intercept: Estimate
    in_the_large: Estimate
    auc: Estimate
    brier: float
    error: float


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """The logistic regression fitted to the same people, each fold predicted from the others.

    ``strongest``: columns with the largest standardized coefficients, largest first.
    """

    ethnicity: bool
    quality: Quality
    strongest: tuple[str, ...]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One target of a headline outcome, and, where it is missed, what the figures say about why."""

    name: str
    wanted: str
    found: float | None
    met: bool
    why: tuple[str, ...] = ()


class OutcomeResult(msgspec.Struct, frozen=True, kw_only=True):
    """One laboratory value.

    ``limit`` in ``unit``, as the test has it.  ``observed``: weighted share beyond it.  ``brier_of_prevalence``: Brier
    score of saying that share of everybody.  ``plain``: the same network without being told ethnicity, where it counts.
    """

    id: str
    finding: str
    label: str
    column: str
    limit: str
    weight: str
    people: int
    cases: int
    observed: Estimate
    network: Quality
    plain: Quality | None
    brier_of_prevalence: float
    reliability: tuple[Step, ...]
    groups: tuple[GroupResult, ...]
    benchmarks: tuple[Fitted, ...]
    targets: tuple[Target, ...]


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A laboratory value that was not evaluated, and why."""

    id: str
    why: str


class SurveySummary(msgspec.Struct, frozen=True, kw_only=True):
    """``people``: adults of the folder; ``predicted``: those that were done (fewer when the run was stopped).

    ``prescriptions_known``: medicines named that the vocabulary knows, of ``prescriptions``.
    ``unread``: the most frequent names that it does not know.  ``factors``: share of people whose factor is known.
    """

    schema: str = SURVEY_SCHEMA
    files: dict[str, str]
    software: str
    knowledge: str
    seed: int
    replicates: int
    complete: bool
    people: int
    predicted: int
    cycles: tuple[str, ...]
    prescriptions: int
    prescriptions_known: int
    unread: tuple[str, ...]
    factors: dict[str, float]
    outcomes: tuple[OutcomeResult, ...]
    skipped: tuple[Skipped, ...]

"""What an evaluation writes: one record for each case, one summary; and what its settings look like.

Ranks count from 1; ``None`` is a miss: the state is not modelled, or was not ranked at all.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import msgspec

from repletion.errors import Issue, RepletionError
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Basis, Urgency
from repletion.knowledge.reader import read_yaml

CASE_SCHEMA = "repletion.evaluation.case/1"
SUMMARY_SCHEMA = "repletion.evaluation/1"
SIMULATION_SCHEMA = "repletion.simulation/1"

Variant = Literal["A", "B", "C", "D"]
TOPS = (1, 3, 5)


class EvaluationError(RepletionError):
    """The file of cases as a whole cannot be evaluated.  Says what was wrong, where, and what to do."""


class Diagnoses(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which states stand for a diagnosis slug, and which states count as one group in the lenient count."""

    id: str
    diagnoses: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]


class Choices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Conventions of the evaluation; ``method.yaml`` says what each means."""

    id: str
    alarm: Urgency
    irrelevant_symptom: str
    same_analyte: tuple[tuple[str, ...], ...]
    shortest_misspelt: int
    simulated_ages: tuple[int, int]
    factors_told: int
    findings_told: int
    tests_told: int
    parameter_draws: int
    bins: int


@cache
def diagnoses() -> Diagnoses:
    """The mapping shipped with the knowledge base."""
    return read_yaml(DATA / "evaluation" / "diagnoses.yaml", Diagnoses)


@cache
def choices() -> Choices:
    """The conventions shipped with the knowledge base."""
    return read_yaml(DATA / "evaluation" / "method.yaml", Choices)


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """A state in the answer.  ``explains``: probability that it is at work in a finding, or shown by a result."""

    id: str
    kind: Literal["deficiency", "excess", "other"]
    probability: float
    explains: float


class Ranks(msgspec.Struct, frozen=True, kw_only=True):
    """Rank of the main diagnosis, and of any listed one or one of its group."""

    strict: int | None
    lenient: int | None


class Decisive(msgspec.Struct, frozen=True, kw_only=True):
    """The tests that settled the published case and were not told, against the tests suggested, in order.

    ``unread``: names of tests that are not known here; they are not counted against the suggestions.
    """

    tests: tuple[str, ...]
    unread: tuple[str, ...]
    suggested: tuple[str, ...]
    rank: int | None


class Disturbed(msgspec.Struct, frozen=True, kw_only=True):
    """The same case, written differently: what was changed, and whether the first and the first three stayed."""

    change: str
    same_first: bool
    same_three: bool


class CaseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One case evaluated.

    ``meant``: whether the record is meant for this variant.  ``states``: states of the main diagnosis that are
    modelled.  ``orders``: first ids of each baseline.  ``ranks``: by order or baseline.  ``none_of_these``: probability
    that nothing modelled is at work.  ``rests``: weight of evidence (log-odds) by the basis of the claims behind it.
    """

    schema: str = CASE_SCHEMA
    id: str
    variant: Variant
    group: Literal["nutritional", "control"]
    meant: bool
    diagnoses: tuple[str, ...]
    mapped: bool
    states: tuple[str, ...]
    listed: tuple[str, ...]
    ranked: tuple[Ranked, ...]
    none_of_these: float
    orders: dict[str, tuple[str, ...]]
    ranks: dict[str, Ranks]
    urgency: Urgency
    red_flag: bool | None
    decisive: Decisive | None
    items: int
    items_understood: int
    not_understood: tuple[str, ...]
    disturbed: dict[str, Disturbed]
    exact: bool
    rests: dict[Basis, float] = msgspec.field(default_factory=dict)


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """``hits`` of ``of``, with the 95 % interval of Wilson; ``None`` when there was nothing to count."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Top-1, top-3 and top-5 by one order.  ``macro``: strict, every main diagnosis counting the same.

    ``reciprocal``: mean of one over the place of the main diagnosis (0-1, nought where it is not listed; Voorhees 1999,
    TREC-8), which weighs every place; ``None`` without cases.
    """

    strict: dict[str, Rate]
    lenient: dict[str, Rate]
    macro: dict[str, float]
    reciprocal: float | None


class Deficiency(msgspec.Struct, frozen=True, kw_only=True):
    """Probability given to deficiency states in controls, those listed as diagnoses left out.

    ``mean``: over states and controls; ``highest``: mean of the highest in each control; ``expected``: mean number.
    """

    controls: int
    mean: float | None
    highest: float | None
    expected: float | None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Everything counted over one set of cases.  ``scores``: group → order or baseline → score.

    ``rests``: share (0-1) of the weight of evidence of all answers by the basis of the claims behind it.
    """

    cases: int
    mapped: Rate
    modelled: Rate
    scores: dict[str, dict[str, Score]]
    red_flag_recall: Rate
    false_alarms: Rate
    deficiency_in_controls: Deficiency
    decisive: dict[str, Rate]
    decisive_named: Rate
    understood: Rate
    robust: dict[str, dict[str, Rate]]
    sampled: int
    rests: dict[Basis, float] = msgspec.field(default_factory=dict)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """``meant``: the records meant for the variant, the headline; ``every``: all records of the file.

    ``complete``: false when the run was stopped; the counts are then of the cases done.
    """

    schema: str = SUMMARY_SCHEMA
    variant: Variant
    on: str
    file: str
    sha256: str
    software: str
    knowledge: str
    foods: str
    complete: bool
    records: int
    headline: str = "answer"
    meant: Section
    every: Section
    issues: tuple[Issue, ...] = ()


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Predictions between ``low`` and ``high``: how many, their mean, and the share that came true.

    ``observed_low``/``observed_high``: 95 % interval of the share (Wilson), as if predictions were independent; those
    of one person are not quite, so chance reaches a little further.
    """

    low: float
    high: float
    predictions: int
    predicted: float | None
    observed: float | None
    observed_low: float | None
    observed_high: float | None


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """How probabilities compare with what is so.

    ``brier_of_prior``: the same for the probability before findings and tests, to compare with.
    ``error``: expected calibration error, the mean over predictions of the distance between bin mean and share.
    ``error_above_tenth``: the same over predictions above 0.1; most are below, and hide the others in ``error``.
    """

    predictions: int
    true: int
    brier: float
    brier_of_prior: float
    error: float
    error_above_tenth: float | None
    bins: tuple[Bin, ...]


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """People drawn from the network, inferred by the central network.

    ``central``: drawn from the central network too; inference is right if and only if this is calibrated.
    ``uncertain``: drawn from networks of the parameter uncertainty.
    """

    schema: str = SIMULATION_SCHEMA
    people: int
    asked: int
    complete: bool
    seed: int
    software: str
    knowledge: str
    sampled: int
    central: Calibration
    central_deficiencies: Calibration
    uncertain: Calibration


def evaluation_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of everything that is written; ``$defs`` has one entry for each record."""
    from repletion.evaluation.survey.model import SurveySummary
    from repletion.report.json import plain

    kinds, parts = msgspec.json.schema_components(
        [CaseResult, Summary, Simulation, SurveySummary], ref_template="#/$defs/{name}"
    )
    found: dict[str, Any] = plain({"anyOf": list(kinds), "$defs": parts})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}

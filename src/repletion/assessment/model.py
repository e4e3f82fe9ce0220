"""The answer, as data.  ``msgspec.json.encode(assessment)`` is the versioned JSON ``repletion.assessment/1``.

Every number can be followed in three steps: the output names claims, a claim names its source, ``citations``
hold the source.  Probabilities are 0-1; weights are natural-log odds; ``low``/``high`` span the declared
interval from the uncertainty of the parameters.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from repletion.case.model import Lab, Person, Understood
from repletion.errors import Issue
from repletion.triage import Triage

SCHEMA = "repletion.assessment/1"


class Because(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing known about the person, and how far it moved one explanation.

    ``weight``: change of the log-odds of the explanation when this is taken away, all else kept.
    ``assumed``: whether the weight rests on a declared assumption.
    """

    finding: str
    label: str
    kind: Literal["finding", "lab", "factor", "intake", "state", "list"]
    text: str
    present: bool
    weight: float
    claims: tuple[str, ...]
    assumed: bool


class Severity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A more severe level of the same state, with its own probability."""

    id: str
    label: str
    probability: float
    low: float
    high: float


class Cause(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Another explanation that would bring this one about, with its own probability and its rate before (``prior``)."""

    id: str
    label: str
    lay: str
    probability: float
    low: float
    high: float
    prior: float


class Remark(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A sentence to show, with the source it rests on."""

    text: str
    source: str
    locator: str
    assumed: bool


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """One state that could explain the findings.

    ``prior``: the rate for age, sex and season before anything else in the case.  ``at_work``: probability that
    it is at work in at least one of the findings that were reported, directly or through a state that it causes (a
    state can be present and silent).  ``explains``: probability that it accounts for something reported or shown by
    a result; where nothing was reported or shown, what the case adds to its prior.  Explanations stand in this order,
    with a part of what risk factors and diet add where that is more (rule ``standing_of_added``), below one half lifted
    by each thing told that the state names or that speaks for it (rules ``standing_of_named``, ``standing_of_each``).
    ``causes``: other explanations that would bring this one about and are worth a word here, the likeliest first; each
    also stands in its own place.
    ``sole_cause``: for a reported finding, probability that it would be gone if this state, or its most telling
    level, alone were; what is negligible (rule ``least_sole_cause``) is left out.
    """

    id: str
    label: str
    lay: str
    kind: Literal["deficiency", "excess", "other"]
    probability: float
    low: float
    high: float
    prior: float
    because: tuple[Because, ...] = ()
    severity: tuple[Severity, ...] = ()
    causes: tuple[Cause, ...] = ()
    at_work: float | None = None
    explains: float = 0.0
    sole_cause: dict[str, float] = msgspec.field(default_factory=dict)
    definition: str = ""
    summary: str = ""
    prior_claims: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    treatment: Remark | None = None
    time_course: Remark | None = None
    safety: tuple[Remark, ...] = ()


class Outlined(Explanation, frozen=True, kw_only=True, omit_defaults=True):
    """An explanation by its name and numbers alone; printed without the fields that are left out.

    Severe levels stay: what is hidden is never how likely something is.
    """

    at_work: float | None
    explains: float


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question worth asking next.  ``gain``: expected information in bits, weighted, less its effort."""

    id: str
    kind: Literal["finding", "factor"]
    question: str
    why: str
    gain: float
    separates: tuple[str, ...]


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """Another test that the same sample and order give."""

    id: str
    label: str
    lay: str
    loinc: tuple[str, ...]


class TestSuggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A test worth having next, with what it settles and what can disturb it.

    ``panel``: the order it is usually part of (empty: it stands alone), and ``together`` what else of that order tells
    something here.  ``kind`` investigation: a scan, tracing or study; its ``id`` is among the investigations.
    ``gain``: weighted bits of the whole order, less its price; 0 where it is named because it is customary.
    ``caveats``: of this test alone.
    """

    id: str
    label: str
    lay: str
    loinc: tuple[str, ...]
    why: str
    gain: float
    separates: tuple[str, ...]
    caveats: tuple[Remark, ...] = ()
    kind: Literal["laboratory", "investigation"] = "laboratory"
    panel: str = ""
    panel_lay: str = ""
    panel_loinc: tuple[str, ...] = ()
    together: tuple[Together, ...] = ()

    @property
    def tests(self) -> tuple[str, ...]:
        """Ids of all tests of the order that are worth having, this one first."""
        return (self.id, *(other.id for other in self.together))


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """What would settle it."""

    questions: tuple[Question, ...] = ()
    tests: tuple[TestSuggestion, ...] = ()


class FoodSource(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A household portion of a food and what it holds of a nutrient."""

    food: str
    description: str
    portion: str
    grams: float
    amount: float
    unit: str


class IntakeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One nutrient of the diary against its reference intake.

    ``amount``: mean per day in ``unit``, food and supplements.  ``coverage``: share of the diary whose food has a
    value (0-1).  ``reference``: the daily amount compared with; ``reference_kind``: RDA, AI, PRI.
    ``adequacy``: a careful word, never a verdict.  ``probability``: that usual intake meets the requirement.
    ``low``/``high``: interval of the usual intake.  ``upper_limit``: words on the upper limit, if one applies.
    """

    nutrient: str
    label: str
    amount: float | None
    unit: str
    coverage: float
    reference: float | None
    reference_kind: str | None
    adequacy: str
    probability: float | None = None
    statistic: float | None = None
    low: float | None = None
    high: float | None = None
    upper_limit: str | None = None
    lower_bound_only: bool = False
    notes: tuple[str, ...] = ()
    assumed: bool = False


class Unexplained(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A finding, and the probability that nothing modelled is at work in it."""

    finding: str
    label: str
    probability: float


class ClaimView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A claim as shown: the number, what it measures, in whom, where it was read."""

    id: str
    statement: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    population: str
    definition: str
    basis: str
    source: str
    locator: str


class Citation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A source that this answer rests on."""

    id: str
    citation: str
    link: str | None
    claims: tuple[str, ...]


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """What made this answer."""

    software: str
    knowledge: str
    foods: str


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """How the numbers came about: exact or sampled, draws, the interval's level."""

    exact: bool
    draws: int
    interval: float
    seed: int
    standard_error: float | None = None


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer, in the order in which it should be read.

    ``about``: what everybody who reports one of these findings should know, with its source.
    ``leading``: there where not everything was asked for: ids of the explanations that are told whole.  The others keep
    their place, name, chance, range, rate before and severe levels, without reasons and sources.
    """

    schema: str = SCHEMA
    title: str | None = None
    on: str
    person: Person
    triage: Triage
    about: tuple[Remark, ...] = ()
    explanations: tuple[Explanation, ...]
    unexplained: tuple[Unexplained, ...] = ()
    next: Next
    intake: tuple[IntakeRow, ...] = ()
    intake_days: int = 0
    food_sources: dict[str, tuple[FoodSource, ...]] = msgspec.field(default_factory=dict)
    understood: tuple[Understood, ...] = ()
    labs: tuple[Lab, ...] = ()
    issues: tuple[Issue, ...] = ()
    not_considered: tuple[str, ...] = ()
    claims: tuple[ClaimView, ...] = ()
    citations: tuple[Citation, ...] = ()
    method: Method
    versions: Versions
    fingerprint: str
    leading: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET

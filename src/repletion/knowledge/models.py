"""The shapes of what is known.

A :class:`Claim` is the atom: one number read in one place.  States, findings, factors, tests and red flags
never hold a clinical number of their own; they name claims.  Everything is frozen once loaded.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Basis = Literal["read", "quoted", "computed", "bridged", "assumed"]
BASES: tuple[Basis, ...] = ("read", "computed", "quoted", "bridged", "assumed")  # the firmest first
Season = Literal["winter", "spring", "summer", "autumn"]
Urgency = Literal["emergency", "same_day", "same_week", "routine", "self_care"]
URGENCIES: tuple[Urgency, ...] = ("emergency", "same_day", "same_week", "routine", "self_care")
Measure = Literal[
    "prevalence",  # share of a population that has the subject
    "prevalence_given_factor",  # share of people with the factor (predictor) who have the subject
    "incidence",
    "odds_ratio",
    "adjusted_odds_ratio",  # of a group of people, adjusted for what else is told of a person
    "risk_ratio",
    "frequency_in_state",  # share of people with the subject who have the finding (predictor)
    "background_rate",  # share of people at large who have the finding (subject)
    "sensitivity",
    "specificity",
    "likelihood_ratio_positive",
    "likelihood_ratio_negative",
    "direction",  # known to raise (1), lower (-1) or not change (0); no size
    "threshold",
    "mean",
    "difference",
    "dose",
    "duration",
    "other",
]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A frozen record that refuses unknown fields; none can hold itself, so that the collector need not look."""


class Source(Record, frozen=True):
    """A publication, or a declared working assumption.  ``url`` only where there is no DOI or PMID."""

    id: str
    citation: str
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    url: str | None = None


class Claim(Record, frozen=True):
    """One number, or one direction without a number, as one source gives it.

    ``value``, ``low``, ``high`` in ``unit``; ``low``/``high`` are ``None`` when no interval was reported.
    ``unit``: ``percent``, ``per_100000``, ``proportion``, ``ratio``, a UCUM unit, or words.
    ``definition``: the threshold or case definition the source used.
    ``basis``: *read* in the source, *quoted* by another page, *computed* from read numbers, *bridged* by judgment
    between read numbers of which none is it (mostly a floor and a ceiling, which are then its interval), *assumed*.
    """

    id: str
    subject: str
    predictor: str
    measure: Measure
    unit: str
    population: str
    definition: str
    source: str
    locator: str
    basis: Basis
    value: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def assumed(self) -> bool:
        """Whether the number is a declared assumption."""
        return self.basis == "assumed"


class Rule(Record, frozen=True):
    """A declared number of the method itself (shrinkage, caps, default widths), with its reason."""

    id: str
    value: float
    unit: str
    why: str
    basis: Basis
    source: str
    locator: str
    low: float | None = None
    high: float | None = None


class Codes(Record, frozen=True):
    """Codes of other systems; ``status`` says how each was checked."""

    hpo: str | None = None
    icd10cm: str | None = None
    snomed: str | None = None
    atc: str | None = None
    status: str = "unchecked"


class When(Record, frozen=True):
    """The people a claim is chosen for.  Ages in years, half open ``[low, high)``; countries by name or ISO code."""

    sex: Literal["female", "male"] | None = None
    age: tuple[float, float] | None = None
    season: tuple[Season, ...] | None = None
    pregnant: bool | None = None
    country: tuple[str, ...] | None = None


class Rate(Record, frozen=True):
    """A claim chosen for some people; ``also`` keeps the claims that were not chosen."""

    claim: str
    when: When = When()
    also: tuple[str, ...] = ()
    why: str = ""


class Link(Record, frozen=True, kw_only=True):
    """The claim behind an edge of the network; ``also`` keeps the claims not chosen, ``why`` says why."""

    claim: str
    also: tuple[str, ...] = ()
    why: str = ""


class FactorLink(Link, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A factor, and the claim that says how much it raises (or lowers) a state."""

    factor: str


class StateLink(Link, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another state that causes this one (noisy-OR)."""

    state: str


class FindingLink(Link, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding of this state; ``told_by``: factors that are it; ``restates``: it is the state by definition."""

    finding: str
    told_by: tuple[str, ...] = ()
    restates: bool = False


class Text(Record, frozen=True):
    """A statement with where it comes from; an answer says it only where a thing that it is ``about`` was told."""

    text: str
    source: str
    locator: str
    basis: Basis = "read"
    about: tuple[str, ...] = ()


class Course(Record, frozen=True):
    """How it is treated, how long it takes, and what is not safe.  Wording for the report."""

    food: str = ""
    treatment: Text | None = None
    time: Text | None = None
    safety: tuple[Text, ...] = ()


class Review(Record, frozen=True):
    """Who read this file."""

    status: Literal["draft", "reviewed", "superseded"] = "draft"
    reviewer: str | None = None
    date: str | None = None


class State(Record, frozen=True):
    """A deficiency, an excess, another explanation, or a latent node of the network.

    ``requires``: the state of which this one is a more severe level.
    ``weight``: how much it matters to find it (severity times treatability), for choosing questions; names a rule.
    ``duration``: how long its complaints have lasted when people come with them; a claim in days, its value the median
    and its interval the middle 95 % of people.  ``investigations``: what settles it beside or instead of laboratory
    tests, the decisive one first.  ``mechanism``: how it brings its findings about, in plain words.
    """

    id: str
    label: str
    lay: str
    kind: Literal["deficiency", "excess", "other", "latent"]
    definition: str
    summary: str
    prior: tuple[Rate, ...]
    nutrient: str | None = None
    requires: str | None = None
    weight: str = "weight_ordinary"
    codes: Codes = Codes()
    words: tuple[str, ...] = ()
    raised_by: tuple[FactorLink, ...] = ()
    caused_by: tuple[StateLink, ...] = ()
    duration: Link | None = None
    findings: tuple[FindingLink, ...] = ()
    tests: tuple[str, ...] = ()
    investigations: tuple[str, ...] = ()
    mechanism: Text | None = None
    course: Course | None = None
    remarks: tuple[Text, ...] = ()
    review: Review = Review()


class Finding(Record, frozen=True):
    """A symptom, a sign, or the true position of a laboratory value.

    ``background``: how often people at large have it, whatever the cause; for a limit of a test its share beyond the
    limit, which the file does not repeat.  ``is_a``: wider findings that it implies; ``named_only``: by its definition
    only states that name it bring it.  ``defines``: the state that it is by definition, taken from the limit.
    ``raised_by``: factors that move how often people without a modelled cause have it; for values of the laboratory.
    ``not_this``: phrases that mean another (``None``: none).  ``effort``: rule of the price.  ``remarks``: told to all.
    """

    id: str
    label: str
    kind: Literal["symptom", "sign", "lab"]
    background: tuple[Rate, ...] = ()
    defines: str = ""
    raised_by: tuple[FactorLink, ...] = ()
    lay: str = ""
    codes: Codes = Codes()
    words: tuple[str, ...] = ()
    clinical_words: tuple[str, ...] = ()
    not_this: dict[str, str | None] = msgspec.field(default_factory=dict)
    is_a: tuple[str, ...] = ()
    named_only: bool = False
    question: str = ""
    effort: str = "effort_question"
    remarks: tuple[Text, ...] = ()


class Factor(Record, frozen=True):
    """Something that a person has, takes or does, and that raises or lowers states.

    ``drug_classes``: classes of ``drugs.csv`` that switch it on; ``drugs``: single drugs that do.  ``from_days``: a
    medicine of a wider factor (``is_a``) does so when taken for so many days.  ``prevalence``: how common it is when
    nobody asked; ``goes_with``: with others; ``taken_for``: what a medicine tells of, by shares of those who take it.
    ``shared``: kept as a common cause while unknown.  ``people``: a group; of those named so a person has one at most.
    """

    id: str
    label: str
    kind: Literal["condition", "medicine", "supplement", "habit", "diet", "life_stage", "history"]
    prevalence: tuple[Rate, ...]
    lay: str = ""
    codes: Codes = Codes()
    words: tuple[str, ...] = ()
    clinical_words: tuple[str, ...] = ()
    not_this: dict[str, str | None] = msgspec.field(default_factory=dict)
    is_a: tuple[str, ...] = ()
    drug_classes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    question: str = ""
    effort: str = "effort_question"
    shared: bool = False
    people: str = ""
    goes_with: tuple[FactorLink, ...] = ()
    taken_for: tuple[FactorLink, ...] = ()
    from_days: float = 0.0


class Limit(Record, frozen=True):
    """A limit of a test: beyond it the finding holds.  ``claim`` gives the threshold in the test's unit.

    ``share``: claim of the share of people at large beyond it.  ``defines``: instead, the state it is by definition.
    """

    finding: str
    side: Literal["below", "above"]
    claim: str
    share: str = ""
    defines: str = ""
    when: When = When()


class Span(Record, frozen=True):
    """A range in the test's unit with where it comes from."""

    low: float | None
    high: float | None
    source: str
    locator: str
    basis: Basis
    when: When = When()


class Unit(Record, frozen=True):
    """An accepted unit: ``value * factor + offset`` gives the test's unit.  ``why``: how the factor follows.
    ``usual``: false when hardly any laboratory reports in it; it is then read when written, never thought of."""

    unit: str
    factor: float
    why: str
    offset: float = 0.0
    usual: bool = True


class Loinc(Record, frozen=True):
    """A LOINC code and the unit it is reported in."""

    code: str
    unit: str = ""
    status: str = "unchecked"


class Test(Record, frozen=True):
    """A laboratory test: units, limits, errors of measurement, and what it settles.

    ``variation``: claims giving analytical and within-person coefficients of variation (percent).
    ``plausible``: outside this range a value is taken for a slip and not reasoned on.  ``after``: the first-line
    test whose result decides whether this one is wanted."""

    id: str
    label: str
    lay: str
    unit: str
    units: tuple[Unit, ...]
    plausible: Span
    reference: tuple[Span, ...]
    limits: tuple[Limit, ...] = ()
    critical: Span | None = None
    variation: tuple[str, ...] = ()
    loinc: tuple[Loinc, ...] = ()
    words: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()
    caveats: tuple[Text, ...] = ()
    effort: str = "effort_blood_test"
    after: str | None = None


class Drug(Record, frozen=True):
    """A medicine, supplement or recreational substance by its generic name."""

    id: str
    label: str
    kind: Literal["drug", "supplement", "recreational"]
    drug_class: str
    atc: str | None = None
    words: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()


class Condition(Record, frozen=True):
    """One clause of a red-flag rule.  Exactly one of the fields is set (``below``/``above`` go with ``test``).

    ``finding``/``factor``/``state``: stated as present.  ``days_over``/``days_under`` narrow a finding by its duration.
    ``words``: phrases looked for in the text as typed.  ``critical``: any result at its test's ``critical`` limits."""

    critical: bool = False
    finding: str | None = None
    days_over: float | None = None
    days_under: float | None = None
    sudden: bool | None = None
    factor: str | None = None
    state: str | None = None
    test: str | None = None
    below: str | None = None
    above: str | None = None
    words: tuple[str, ...] = ()
    age_over: float | None = None
    age_under: float | None = None
    pregnant: bool | None = None
    bmi_under: float | None = None
    any_of: tuple[Condition, ...] = ()
    all_of: tuple[Condition, ...] = ()
    none_of: tuple[Condition, ...] = ()


class RedFlag(Record, frozen=True):
    """A plain rule over the case.  It is read before, and without, any probability.

    ``below``/``above`` in ``when`` name claims, limits in the unit of the test; ``message``: what to do and why."""

    id: str
    label: str
    urgency: Urgency
    when: Condition
    message: str
    source: str
    locator: str
    basis: Basis
    clinician: str = ""
    question: str = ""
    stops_plan: bool = False

"""The declared reading of a survey's columns (``knowledge/data/evaluation/survey.yaml``)."""

from __future__ import annotations

from functools import cache

import msgspec

from repletion.knowledge.base import DATA
from repletion.knowledge.models import Season
from repletion.knowledge.reader import read_yaml


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen part of the plan that refuses unknown fields."""


class TableNames(_Part, frozen=True):
    """File name patterns inside the folder."""

    people: str
    prescriptions: str


class PersonColumns(_Part, frozen=True):
    """Who somebody is: names of columns, and the values that mean male and female."""

    id: str
    cycle: str
    age: str
    sex: str
    male: float
    female: float
    pregnant: str
    height: str
    weight: str


class Design(_Part, frozen=True):
    """Columns of stratum and primary sampling unit."""

    stratum: str
    psu: str


class SeasonColumn(_Part, frozen=True):
    """The season by value of a column."""

    column: str
    values: dict[int, Season]


class Smoker(_Part, frozen=True):
    """Smoking: values of ``now`` that mean yes and no; who never smoked (``ever`` 0) does not."""

    now: str
    ever: str
    yes: tuple[float, ...]
    no: tuple[float, ...]


class ColumnFactor(_Part, frozen=True):
    """A factor from one column: ``yes``/``no`` values, or present when ``above`` and absent otherwise."""

    factor: str
    column: str
    yes: tuple[float, ...] = ()
    no: tuple[float, ...] = ()
    above: float | None = None


class Multivitamin(_Part, frozen=True):
    """Present when at least ``least`` of the columns hold an amount."""

    factor: str
    least: int
    of: tuple[str, ...]


class Supplements(_Part, frozen=True):
    """Supplements: the question whether any is taken, products of their own, and the multivitamin."""

    asked: str
    some: tuple[float, ...]
    none: tuple[float, ...]
    products: tuple[ColumnFactor, ...]
    multivitamin: Multivitamin


class LongUse(_Part, frozen=True):
    """A factor for taking what switches on ``of`` for at least ``days`` days."""

    factor: str
    of: str
    days: float


class Prescriptions(_Part, frozen=True):
    """The table of medicines; see the comments of the file."""

    id: str
    name: str
    days: str
    separator: str
    asked: str
    answered: tuple[float, ...]
    local: tuple[str, ...]
    also_sold: tuple[str, ...]
    long: tuple[LongUse, ...]


class NutrientColumns(_Part, frozen=True):
    """Amounts of one nutrient on the recall days, and the mean daily amount from supplements."""

    nutrient: str
    days: tuple[str, ...]
    supplement: str | None = None


class Recall(_Part, frozen=True):
    """The recall days: columns of their status, the values that mean complete, and the nutrients."""

    status: tuple[str, ...]
    complete: tuple[float, ...]
    nutrients: tuple[NutrientColumns, ...]


class Ethnicity(_Part, frozen=True):
    """What each recorded group says about factors; factors that are not named stay unknown."""

    column: str
    values: dict[int, dict[str, bool]]


class Spelling(_Part, frozen=True):
    """Another name that folders give a column, and the unit that it then has."""

    column: str
    unit: str


class Outcome(_Part, frozen=True):
    """A laboratory value: the finding predicted, the test whose limit counts, its column, unit and survey weight.

    ``also``: other spellings of the column; the first that holds a value is read.  ``label``: what the column is, where
    the finding's own name says more than it holds.
    """

    id: str
    finding: str
    test: str
    column: str
    unit: str
    weight: str
    goal: bool = False
    label: str = ""
    also: tuple[Spelling, ...] = ()

    def spelled(self) -> tuple[Outcome, ...]:
        """The outcome once for each spelling of its column, as declared."""
        others = (msgspec.structs.replace(self, column=other.column, unit=other.unit) for other in self.also)
        return (self, *others)


class Group(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"low": "from", "high": "to"}
):
    """People shown apart: by values of a column, or by a range ``[low, high)``."""

    label: str
    column: str
    values: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None


class Benchmark(_Part, frozen=True):
    """Columns and settings of the logistic regression."""

    folds: int
    strength: float
    least_events: int
    numbers: tuple[str, ...]
    squares: tuple[str, ...]
    logarithms: tuple[str, ...]
    categories: tuple[str, ...]
    prefixes: tuple[str, ...]
    ethnicity: tuple[str, ...]


class Targets(_Part, frozen=True):
    """What the headline outcomes should reach.

    ``prevalence``: distance of predicted from observed as a share of observed.  ``slope``: calibration slope.
    ``auc_gap``: how far the AUC may lie below the benchmark's.
    """

    prevalence: float
    slope: tuple[float, float]
    auc_gap: float


class Plan(_Part, frozen=True):
    """Everything the command needs to know about a survey folder."""

    id: str
    tables: TableNames
    country: str
    youngest: float
    person: PersonColumns
    design: Design
    season: SeasonColumn
    smoker: Smoker
    factors: tuple[ColumnFactor, ...]
    supplements: Supplements
    prescriptions: Prescriptions
    recall: Recall
    ethnicity: Ethnicity
    outcomes: tuple[Outcome, ...]
    groups: tuple[Group, ...]
    benchmark: Benchmark
    targets: Targets
    bootstrap: int
    seed: int
    bins: int


@cache
def plan() -> Plan:
    """The plan shipped with the knowledge base."""
    return read_yaml(DATA / "evaluation" / "survey.yaml", Plan)

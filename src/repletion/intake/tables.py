"""The tables of reference intakes and of their spread, read strictly and once."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from repletion.errors import KnowledgeError, UnknownName
from repletion.knowledge import reader

Authority = Literal["NASEM", "EFSA"]
DATA = Path(reader.__file__).parent / "data" / "intakes"
NASEM_FILES = ("nasem_vitamins.csv", "nasem_minerals.csv", "nasem_macronutrients.csv")
FILES: dict[str, tuple[str, ...]] = {"NASEM": NASEM_FILES, "EFSA": ("efsa.csv",)}
T = TypeVar("T")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One value of one authority for one life stage; ``age_low <= age < age_high`` in years."""

    nutrient: str
    unit: str
    life_stage: str
    sex: Literal["female", "male", "any"]
    age_low: float
    age_high: float
    state: Literal["none", "pregnant", "lactating"]
    measure: Literal["EAR", "RDA", "AI", "UL", "CDRR", "AMDR_low", "AMDR_high", "AR", "PRI", "SAFE_LEVEL"]
    status: Literal["set", "not_determined"]
    applies_to: str
    year: int
    source: str
    value: float | None = None
    note: str = ""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How requirements spread among healthy people."""

    nutrient: str
    distribution: Literal["normal", "lognormal", "percentile_table"]
    reason: str
    source: str
    cv_percent: float | None = None


class IronPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One percentile of the iron requirement, as intake in mg/d."""

    authority: str
    population: str
    diet: str
    absorption_percent: float
    percentile: float
    intake_mg: float
    doubtful: bool
    source: str


class DayToDay(msgspec.Struct, frozen=True, kw_only=True):
    """How one nutrient varies from day to day and between people, food only, in ``unit`` per day."""

    group: str
    nutrient: str
    unit: str
    persons: int
    mean: float
    sd_within: float
    cv_within_percent: float
    percent_any_zero: float
    source: str
    sd_between: float | None = None
    boxcox_lambda: float | None = None
    var_within: float | None = None
    var_between: float | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A number of the method, with its reason."""

    id: str
    value: float
    unit: str
    why: str
    basis: Literal["read", "assumed"]
    source: str


class UnitRelation(msgspec.Struct, frozen=True, kw_only=True):
    """How an amount in the food table's unit stands to a reference's unit: ``amount * factor``."""

    nutrient: str
    amount_unit: str
    reference_unit: str
    factor: float
    relation: Literal["exact", "lower_bound", "upper_bound"]
    note: str = ""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What an upper limit counts: the ledgers, and the chemical ``part`` if not all of it."""

    applies_to: str
    ledgers: list[str]
    words: str
    part: str | None = None


class Caution(msgspec.Struct, frozen=True, kw_only=True):
    """A condition or medicine under which a reference must not be shown as a goal."""

    caution: str
    nutrient: str
    measure: str
    words: str
    source: str


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Where a table comes from."""

    id: str
    citation: str
    doi: str = ""


def _read(name: str, kind: type[T], *, lists: tuple[str, ...] = ()) -> list[T]:
    return list(reader.rows(DATA / name, kind, lists=lists))


def check(rows: list[Row], where: str) -> None:
    """Refuse rows whose natural key stands twice, whose status contradicts the value, or whose ages overlap or gap.

    Raises :class:`KnowledgeError`.
    """
    keys: set[tuple[object, ...]] = set()
    bands: dict[tuple[str, ...], list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        key = (row.nutrient, row.life_stage, row.measure, row.unit, row.applies_to)
        if key in keys:
            raise KnowledgeError(f"{where}: {' '.join(map(str, key))} stands twice")
        keys.add(key)
        if (row.value is None) != (row.status == "not_determined"):
            raise KnowledgeError(f"{where}: {' '.join(map(str, key))}: status {row.status!r} with value {row.value!r}")
        if not row.age_low < row.age_high:
            raise KnowledgeError(f"{where}: {' '.join(map(str, key))}: the ages are the wrong way round")
        for sex in ("female", "male") if row.sex == "any" else (row.sex,):
            bands[row.nutrient, row.unit, row.measure, row.applies_to, sex, row.state].append(
                (row.age_low, row.age_high)
            )
    for name, spans in bands.items():
        spans.sort()
        for (_, end), (start, _) in pairwise(spans):
            if end != start:
                raise KnowledgeError(f"{where}: {' '.join(name)}: ages {end:g} to {start:g} overlap or leave a gap")


@cache
def rows_by_nutrient(authority: str) -> dict[str, tuple[Row, ...]]:
    """Every row of an authority by nutrient.  Raises :class:`UnknownName` for an authority that is not there."""
    if authority not in FILES:
        raise UnknownName(f"No reference intakes of {authority!r}. There are: {', '.join(FILES)}.")
    found: dict[str, list[Row]] = defaultdict(list)
    for name in FILES[authority]:
        rows = _read(name, Row)
        check(rows, name)
        for row in rows:
            found[row.nutrient].append(row)
    return {nutrient: tuple(rows) for nutrient, rows in found.items()}


@cache
def spreads() -> dict[str, Spread]:
    """Spread of requirements by nutrient."""
    return {row.nutrient: row for row in _read("requirement_spread.csv", Spread)}


@cache
def iron_points(authority: str, population: str, absorption_percent: float) -> tuple[IronPoint, ...]:
    """The iron requirement's percentiles, ascending.  Raises :class:`UnknownName` with what there is."""
    rows = _read("iron_requirements.csv", IronPoint)
    wanted = (authority, population, absorption_percent)
    points = sorted(
        (r for r in rows if (r.authority, r.population, r.absorption_percent) == wanted), key=lambda r: r.percentile
    )
    if not points:
        there = sorted({f"{r.authority} {r.population} {r.absorption_percent:g} %" for r in rows})
        raise UnknownName(f"No iron requirements for {wanted}. There are: {'; '.join(there)}.")
    return tuple(points)


@cache
def day_to_day() -> dict[tuple[str, str], DayToDay]:
    """Day-to-day variation by group and nutrient."""
    return {(row.group, row.nutrient): row for row in _read("day_to_day.csv", DayToDay)}


@cache
def rules() -> dict[str, Rule]:
    """The declared numbers of the method."""
    return {row.id: row for row in _read("rules.csv", Rule)}


def rule(name: str) -> float:
    """Value of one declared number."""
    return rules()[name].value


@cache
def unit_relations() -> dict[tuple[str, str], UnitRelation]:
    """How diary amounts stand to reference units, by nutrient and reference unit."""
    return {(row.nutrient, row.reference_unit): row for row in _read("units.csv", UnitRelation)}


@cache
def scopes() -> dict[str, Scope]:
    """What upper limits count, by ``applies_to``."""
    return {row.applies_to: row for row in _read("upper_limit_scopes.csv", Scope, lists=("ledgers",))}


@cache
def cautions() -> tuple[Caution, ...]:
    """Conditions and medicines that suppress a goal."""
    return tuple(_read("cautions.csv", Caution))


@cache
def sources() -> dict[str, SourceRow]:
    """Citations by id."""
    return {row.id: row for row in _read("sources.csv", SourceRow)}


def cite(ids: str) -> str:
    """Citations of blank-separated source ids, with DOI."""
    return "; ".join(
        f"{s.citation}, doi:{s.doi}" if s.doi else s.citation
        for s in (sources()[i] for i in dict.fromkeys(ids.split()))
    )

"""The plan's own knowledge: rules, groups, goals, safety, exclusions, typical days, remedies, words."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, TypeVar

import msgspec

from repletion.knowledge.base import DATA
from repletion.knowledge.models import Basis, Record, Rule
from repletion.knowledge.reader import parse_yaml, rows

FOLDER = DATA / "plan"
T = TypeVar("T")


class GroupRule(Record, frozen=True):
    """A food group in a plan: whether it is suggested, servings a day at most, what a serving less of it costs.

    ``new``: servings a day by which one food may grow, or of a new
    one, at most.  ``in_place_of``: a group for which it stands in; only those who eat nothing of that are offered it.
    """

    group: str
    add: Literal["yes", "no"]
    most: float
    new: float
    cut: float
    in_place_of: str = ""
    why: str = ""


class CodeGroup(Record, frozen=True):
    """The food group of codes that begin with ``prefix``, for foods of a diary that are no serving."""

    prefix: str
    group: str


class Need(Record, frozen=True):
    """A nutrient that a plan aims at, and how much a shortfall of it weighs next to 1."""

    nutrient: str
    floor: Literal["yes", "no"]
    weight: float
    why: str = ""


class Absorption(Record, frozen=True):
    """``share`` (0-1) of a nutrient counted towards a goal in foods whose name holds one of ``words``."""

    words: tuple[str, ...]
    nutrient: str
    share: float
    source: str
    locator: str
    basis: Basis


class Never(Record, frozen=True):
    """What is suggested to nobody, and what is counted with less than its weight.

    ``one_sort``: kinds of which nobody is told to take a second sort beside the one that is eaten.
    """

    tags: tuple[str, ...]
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    why: str
    one_sort: tuple[str, ...]
    absorption: tuple[Absorption, ...]


class SafetyRule(Record, frozen=True):
    """What a condition, medicine, life stage or result means for a plan.

    It holds when any of ``factors``, ``states``, ``findings``, ``drug_classes``, ``drugs``, ``said`` (words as typed),
    ``high`` or ``low`` (tests beyond the laboratory's range) or a bound on the person does; without an age stated also
    when any of ``said_without_age`` does.  ``withhold``: care words
    that replace the plan.  ``no_goal``: nutrients that are no goal.  ``cap``: nutrient to the most that the plan may
    hold, as a multiple of the starting day.  ``band``: nutrient to the share by which it may move either way.
    ``avoid_*``: foods never suggested; ``avoid_trace``: substance to the most of it in a portion, as far as
    figures go. ``most``: servings a day by group. ``no_supplement``: nutrients never named as a supplement.
    ``note``: said with the plan.
    """

    id: str
    label: str
    source: str
    locator: str
    basis: Basis
    factors: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    drug_classes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    said_without_age: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    age_under: float | None = None
    bmi_under: float | None = None
    pregnant: bool = False
    lactating: bool = False
    everyone: bool = False
    withhold: str = ""
    no_goal: tuple[str, ...] = ()
    cap: dict[str, float] = msgspec.field(default_factory=dict)
    band: dict[str, float] = msgspec.field(default_factory=dict)
    avoid_tags: tuple[str, ...] = ()
    avoid_groups: tuple[str, ...] = ()
    avoid_kinds: tuple[str, ...] = ()
    avoid_words: tuple[str, ...] = ()
    avoid_trace: dict[str, float] = msgspec.field(default_factory=dict)
    most: dict[str, float] = msgspec.field(default_factory=dict)
    no_supplement: tuple[str, ...] = ()
    note: str = ""


class Words(Record, frozen=True):
    """What people say they do not eat: words to allergens, ways of eating, groups and kinds of food."""

    ways: dict[str, tuple[str, ...]]
    nothing: tuple[str, ...]
    allergens: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    together: dict[str, tuple[str, ...]]
    from_case: dict[str, tuple[str, ...]]
    diary_words: dict[str, tuple[str, ...]]
    diary_but_not: dict[str, tuple[str, ...]]
    way_means: dict[str, tuple[str, ...]]


class TypicalFood(Record, frozen=True):
    """A food of the typical day: its ``share`` (0-1) of a ``group``; the first of ``codes`` that suits.

    ``of``: the survey's mean (*servings*) or the low end of its range (*low*), as ``typical_patterns.csv`` states them.
    """

    group: str
    share: float
    of: Literal["servings", "low"]
    codes: tuple[str, ...]
    why: str = ""


class EnergyNeed(Record, frozen=True):
    """Estimated energy of a moderately active person, kcal a day; ``age_low <= age < age_high``."""

    sex: Literal["female", "male"]
    age_low: float
    age_high: float
    kcal: float
    source: str
    locator: str
    basis: Basis


class Remedy(Record, frozen=True):
    """What is left when no realistic choice of food reaches a goal: fortified food first, a supplement last.

    ``supplement`` is empty where none may be named to a lay reader.  ``interactions``: factor or drug class to a
    sentence.  ``season``: seasons in which ``why`` holds.  ``added``: the food table's column of what
    a maker adds of it, or *fortified* for all that a fortified food holds; it is never claimed, since labels differ.
    """

    nutrient: str
    source: str
    locator: str
    basis: Basis
    why: str = ""
    fortified: str = ""
    supplement: str = ""
    first: str = ""
    interactions: dict[str, str] = msgspec.field(default_factory=dict)
    season: tuple[str, ...] = ()
    added: str = ""
    states: tuple[str, ...] = ()


def _yaml(name: str, kind: type[T]) -> T:
    return msgspec.convert(parse_yaml((FOLDER / name).read_text(encoding="utf-8")), kind)


@cache
def rules() -> dict[str, Rule]:
    """Declared numbers of the plan by id."""
    return {row.id: row for row in rows(FOLDER / "rules.csv", Rule)}


def rule(name: str) -> float:
    """Value of one declared number."""
    return rules()[name].value


@cache
def groups() -> dict[str, GroupRule]:
    """Food groups by name."""
    return {row.group: row for row in rows(FOLDER / "groups.csv", GroupRule)}


@cache
def code_groups() -> tuple[CodeGroup, ...]:
    """Groups by the first digits of a code, longest first."""
    return tuple(sorted(rows(FOLDER / "code_groups.csv", CodeGroup), key=lambda row: (-len(row.prefix), row.prefix)))


@cache
def needs() -> dict[str, Need]:
    """Nutrients that a plan aims at."""
    return {row.nutrient: row for row in rows(FOLDER / "nutrients.csv", Need)}


@cache
def never() -> Never:
    """What is suggested to nobody."""
    return _yaml("never.yaml", Never)


@cache
def safety() -> tuple[SafetyRule, ...]:
    """Every safety rule, by file and place."""
    found: list[SafetyRule] = []
    for path in sorted(FOLDER.glob("safety_*.yaml")):
        found += _yaml(path.name, list[SafetyRule])
    return tuple(found)


@cache
def exclusion_words() -> Words:
    """Words for what is not eaten."""
    return _yaml("exclusions.yaml", Words)


@cache
def typical() -> tuple[TypicalFood, ...]:
    """The foods that stand for each group in a typical day."""
    return tuple(rows(FOLDER / "typical_day.csv", TypicalFood, lists=("codes",)))


@cache
def energy_needs() -> tuple[EnergyNeed, ...]:
    """Estimated energy needs by sex and age."""
    return tuple(rows(FOLDER / "energy.csv", EnergyNeed))


@cache
def remedies() -> dict[str, Remedy]:
    """What is left when food does not reach, by nutrient."""
    return {row.nutrient: row for row in _yaml("remedies.yaml", list[Remedy])}


@cache
def _catalogue() -> dict[str, str]:
    found: dict[str, str] = _yaml("wording.yaml", dict[str, str])
    return found


def say(key: str, **values: Any) -> str:
    """The sentence ``key`` with its placeholders filled.  Raises :class:`KeyError` for an unknown key."""
    return _catalogue()[key].format(**values)

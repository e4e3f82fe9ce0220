"""Small words that decide what is meant: lists of single words by subject, each in a file of knowledge.

What each list is for stands beside it in ``knowledge/data/words/reading``.  A file with a list too many, too few or of
another kind is refused when it is first read.  Each file is read when a text first needs it, and once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from repletion.errors import KnowledgeError
from repletion.knowledge.base import DATA
from repletion.knowledge.kept import read_or_keep
from repletion.knowledge.reader import parse_yaml

FOLDER = DATA / "words" / "reading"
Set = frozenset[str]
T = TypeVar("T", bound="Lists")


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lists of one file."""


class Around(Lists, frozen=True):
    """Words around what is named: which denial goes on, what is asked, eased, somebody else's."""

    list_joins: Set
    complaints_join: Set
    never_ends: Set
    new_clause: Set
    turns_joined: Set
    taken_already: Set
    eases: Set
    signs: Set
    signs_together: Set
    sign_joins: Set
    behind_joins: Set
    answers: Set
    holds: Set
    holds_left: Set
    own: Set
    own_negation: tuple[str, ...]
    sudden_on_waking: Set


class Binding(Lists, frozen=True):
    """Words between a complaint and the part of the body that it belongs to."""

    binds: Set
    joins: Set
    bridges: Set
    sides: Set
    parts_phrases: Set
    prefixes: tuple[str, ...]


class Dates(Lists, frozen=True):
    """Words that name a day or a year, or stand beside one.  ``near_days``: days back."""

    near_days: dict[str, int]
    beside_result: Set
    month_first: Set
    since: Set
    before_year: Set
    parts_of_year: Set
    age_goes_on: Set
    no_year: Set
    last_past_year: int
    long_past_year: int


class Laboratory(Lists, frozen=True):
    """Words in and around results of the laboratory."""

    name_fillers: Set
    other_specimens: Set
    between: Set
    compared: Set
    amounts: Set
    counted: Set
    band_goes_on: Set
    no_band_before: Set
    no_band_alone: Set
    no_band_of: Set
    relatives: Set
    adjusted: Set
    adjusted_words: Set
    doubtful_sample: Set
    before_name: Set
    other_tests: Set
    earlier: Set
    between_values: Set
    latest: Set
    named_results: dict[str, tuple[str, str]]
    flags: Set


class ToldFor(Lists, frozen=True):
    """Words by which a text speaks of a relative as the person of the case, or only mentions them."""

    oneself: Set
    spoken_of: Set
    only_mentioned: Set
    once: Set
    long_ago: Set
    still: Set
    has_it: Set
    pronouns: dict[str, Set]
    any_pronoun: Set
    goes_on: Set
    reporters: Set
    kinds: Set
    helpers: Set
    frames: Set
    illnesses: Set
    may_be_pregnant: Set
    lately: Set


class Amounts(Lists, frozen=True):
    """Words around a number that makes a finding."""

    between: Set
    joins: Set
    other_units: Set
    less: Set
    more: Set
    seldom: Set
    each: Set
    long: Set
    daily: Set
    occasion_before: Set
    occasion: Set
    now: Set
    no_number: Set
    times: Set
    volumes: Set


class Measured(Lists, frozen=True):
    """Words beside a pulse or a temperature that say it is of effort, or of a place.  ``below``: degrees Celsius."""

    pulse: Set
    effort: Set
    unless: Set
    well: Set
    warmth: Set
    place_before: Set
    place_behind: Set
    place_joins: Set
    below: float


class Sizes(Lists, frozen=True):
    """Words beside a height or a weight that say whose it is, or that it is none."""

    not_after: Set
    no_weight_behind: Set
    changed: Set
    changed_beginnings: Set
    others: Set
    says_nothing: Set


class Doses(Lists, frozen=True):
    """Words by which something is taken, and the parts of a dose."""

    taken: Set
    amounts: Set
    often: Set
    next_subject: Set


class Answers(Lists, frozen=True):
    """What people type where true or false, a sex or a time is asked."""

    yes: Set
    no: Set
    no_finding: Set
    unknown: Set
    yes_of_person: Set
    no_of_person: Set
    unknown_of_person: Set
    unknown_of_habit: Set
    times_of_no_length: Set
    sexes: dict[str, Set]


class Denied(Lists, frozen=True):
    """Words of what is denied as a whole."""

    none: Set
    normal: Set
    joins: Set
    no: Set
    abnormal: Set
    shows_nothing: Set


class Stems(Lists, frozen=True):
    """Words that are not folded."""

    keep: Set


class WeighsNothing(Lists, frozen=True):
    """What is known and moves nothing, by kind; ``beside``: words that may stand beside it and say nothing
    further; ``alarming``: words with which nothing is ever called so; ``limiting``: with which no food is."""

    complaints: Set
    conditions: Set
    state_of_the_whole: Set
    examinations: Set
    treatments: Set
    habits: Set
    diets: Set
    foods: Set
    course: Set
    denied: Set
    beside: Set
    alarming: Set
    limiting: Set


@cache
def trees(folder: Path = FOLDER) -> dict[str, Any]:
    """Every list of words that reading rests on, by the name of its file; what ships with the package from a copy."""

    def parse() -> dict[str, Any]:
        return {path.stem: parse_yaml(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))}

    if folder != FOLDER:
        return parse()
    return read_or_keep([folder], dict[str, Any], parse, folder / "__pycache__" / "words.msgpack")


def read(kind: type[T], name: str, folder: Path = FOLDER) -> T:
    """The lists of the file ``name``.  Raises :class:`KnowledgeError` where they are not those of ``kind``."""
    try:
        return msgspec.convert(trees(folder)[name], kind)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"words/reading/{name}.yaml: {error}") from error


@cache
def around() -> Around:
    """See :class:`Around`."""
    return read(Around, "around")


@cache
def binding() -> Binding:
    """See :class:`Binding`."""
    return read(Binding, "binding")


@cache
def dates() -> Dates:
    """See :class:`Dates`."""
    return read(Dates, "dates")


@cache
def laboratory() -> Laboratory:
    """See :class:`Laboratory`."""
    return read(Laboratory, "laboratory")


@cache
def told_for() -> ToldFor:
    """See :class:`ToldFor`."""
    return read(ToldFor, "told_for")


@cache
def amounts() -> Amounts:
    """See :class:`Amounts`."""
    return read(Amounts, "amounts")


@cache
def measured() -> Measured:
    """See :class:`Measured`."""
    return read(Measured, "measured")


@cache
def sizes() -> Sizes:
    """See :class:`Sizes`."""
    return read(Sizes, "sizes")


@cache
def doses() -> Doses:
    """See :class:`Doses`."""
    return read(Doses, "doses")


@cache
def answers() -> Answers:
    """See :class:`Answers`."""
    return read(Answers, "answers")


@cache
def denied() -> Denied:
    """See :class:`Denied`."""
    return read(Denied, "denied")


@cache
def stems() -> Stems:
    """See :class:`Stems`."""
    return read(Stems, "stems")


@cache
def weighs_nothing() -> WeighsNothing:
    """See :class:`WeighsNothing`."""
    return read(WeighsNothing, "weighs_nothing")


def one_of(words: Iterable[str]) -> str:
    """The part of a pattern that any of ``words`` fits, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))

"""The case: who the person is and what they eat, take, have, feel and were measured.

Findings and factors are three-valued. What nobody mentioned is unknown, and unknown is not no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from repletion.errors import Issue

Sex = Literal["female", "male"]
Kind = Literal["finding", "factor", "drug", "state", "test", "person", "list"]
Band = Literal["very_low", "low", "normal", "high", "very_high", "positive", "negative"]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who the case is about.  ``None`` means not stated, never "no".

    ``age`` in years (fractions allowed), ``height_cm``, ``weight_kg``; ``pregnant``, ``lactating``,
    ``smoker`` and ``postmenopausal`` are three-valued.
    """

    age: float | None = None
    sex: Sex | None = None
    pregnant: bool | None = None
    lactating: bool | None = None
    smoker: bool | None = None
    postmenopausal: bool | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    ethnicity: str | None = None
    country: str | None = None

    @property
    def bmi(self) -> float | None:
        """Body mass index in kg/m², when height and weight are known."""
        if not self.height_cm or not self.weight_kg:
            return None
        return self.weight_kg / (self.height_cm / 100) ** 2


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the person said, and what it was taken to mean.

    ``text``: the words as typed.  ``where``: the place in the input.  ``kind`` and ``id``: the subject in the
    knowledge base; of kind *list*, "no other medicines" and the like.  ``code``: its code, as ``HPO HP:0030826``.
    ``present``: stated as present, or stated as absent ("no weakness").  ``certain``: false for "maybe", "possible".
    ``duration_days``: how long, when said.  ``dose``: as typed, for drugs.  ``score``: 0-100, how sure the words match.
    """

    text: str
    where: str
    kind: Kind
    id: str
    label: str
    code: str | None = None
    present: bool = True
    certain: bool = True
    duration_days: float | None = None
    onset: Literal["sudden", "gradual"] | None = None
    dose: str | None = None
    past: bool = False
    score: float = 100.0


class Lab(msgspec.Struct, frozen=True, kw_only=True):
    """One laboratory result in the test's own unit.

    ``test``: id in the knowledge base.  ``value`` in ``unit`` (the test's preferred unit; converted), or
    ``band`` alone when only words were given ("low", "normal").  ``typed``: value and unit as typed.
    ``reference``: the laboratory's own range in ``unit``, when given.  ``usable``: false when the value is not
    possible; it is then reported and not reasoned on.
    """

    test: str
    label: str
    text: str
    where: str
    value: float | None = None
    unit: str | None = None
    comparator: Literal["<", ">"] | None = None
    band: Band | None = None
    typed: str | None = None
    code: str | None = None
    date: dt.date | None = None
    reference: tuple[float | None, float | None] | None = None
    usable: bool = True


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as read: the person, what was understood, what was not, and the diary as typed.

    ``on``: the day of the assessment when the case states it.  ``diary``: diary text as typed, one line each.
    ``said``: free words as typed (text, symptoms, signs; not what was given as negative), for rules that read words.
    ``eating``: the text and what stands under ``diet``, as typed, in which meals may be named.
    """

    person: Person = Person()
    understood: tuple[Understood, ...] = ()
    labs: tuple[Lab, ...] = ()
    diary: str = ""
    issues: tuple[Issue, ...] = ()
    on: dt.date | None = None
    title: str | None = None
    said: tuple[str, ...] = ()
    eating: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: str | Path, *, today: dt.date | None = None) -> Case:
        """The case in a YAML, JSON or text file; ``-`` reads standard input.

        ``today``: dates after it are reported.  Raises :class:`repletion.case.CaseError` when the file as a whole
        cannot be read; what is not understood inside it is in ``issues``.
        """
        from repletion.case import reader

        return reader.read(path, today=today)

    @classmethod
    def parse(
        cls, data: bytes | str, format: Literal["yaml", "json", "text"] | None = None, *, today: dt.date | None = None
    ) -> Case:
        """A case from YAML, JSON or free words.  Raises :class:`repletion.case.CaseError` like :meth:`read`."""
        from repletion.case import reader

        return reader.parse(data, format, today=today)

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any], *, today: dt.date | None = None) -> Case:
        """A case from a mapping with the keys of the case schema.  Never raises for what it holds."""
        from repletion.case import reader

        return reader.from_mapping(data, today=today)

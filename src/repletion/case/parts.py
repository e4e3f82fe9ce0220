"""What a case is made of: the person, one thing understood, one laboratory result.

Findings and factors are three-valued. What nobody mentioned is unknown, and unknown is not no.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

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

"""The case: who the person is and what they eat, take, have, feel and were measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from repletion.case.parts import Band, Kind, Lab, Person, Sex, Understood
from repletion.errors import Issue

if TYPE_CHECKING:
    from repletion.knowledge import Knowledge


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as read: the person, what was understood, what was not, and the diary as typed.

    ``on``: the day of the assessment when the case states it.  ``diary``: diary text as typed, one line each.
    ``said``: free words as typed (text, symptoms, signs; not what was given as negative), for rules that read words.
    ``eating``: the text and what stands under ``diet``, as typed, in which meals may be named.
    ``theirs``: what a relative has or takes who may be the one with the complaints; for urgency alone.
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
    theirs: tuple[Understood, ...] = ()

    @classmethod
    def read(cls, path: str | Path, *, knowledge: Knowledge | None = None, today: dt.date | None = None) -> Case:
        """The case in a YAML, JSON or text file; ``-`` reads standard input.

        ``today``: dates after it are reported; the case's own ``on`` goes before it.  Raises
        :class:`repletion.case.CaseError` when the file as a whole cannot be read; what is not understood inside it is
        in ``issues``.
        """
        from repletion.case import reader

        return cls(**reader.read(path, knowledge=knowledge, today=today))

    @classmethod
    def parse(
        cls,
        data: bytes | str,
        format: Literal["yaml", "json", "text"] | None = None,
        *,
        knowledge: Knowledge | None = None,
        today: dt.date | None = None,
    ) -> Case:
        """A case from YAML, JSON or free words.  Raises :class:`repletion.case.CaseError` like :meth:`read`."""
        from repletion.case import reader

        return cls(**reader.parse(data, format, knowledge=knowledge, today=today))

    @classmethod
    def from_mapping(
        cls, data: Mapping[str, Any], *, knowledge: Knowledge | None = None, today: dt.date | None = None
    ) -> Case:
        """A case from a mapping with the keys of the case schema.  Never raises for what it holds."""
        from repletion.case import reader

        return cls(**reader.from_mapping(data, knowledge=knowledge, today=today))


__all__ = ["Band", "Case", "Kind", "Lab", "Person", "Sex", "Understood"]

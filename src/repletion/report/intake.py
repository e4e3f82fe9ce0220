"""A diary alone, held against reference intakes."""

from __future__ import annotations

from repletion.case.model import Person


def render_intake(diary: str, person: Person, *, authority: str, form: str) -> str:
    """Lines, totals and issues of a diary."""
    raise NotImplementedError

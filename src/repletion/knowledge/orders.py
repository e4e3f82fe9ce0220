"""What is ordered together, and what no laboratory settles."""

from __future__ import annotations

from repletion.knowledge.models import Basis, Loinc, Record, Text


class Panel(Record, frozen=True):
    """Tests that are ordered as one and done on one sample, so that the second costs nothing beside the first."""

    id: str
    label: str
    lay: str
    tests: tuple[str, ...]
    source: str
    locator: str
    basis: Basis
    loinc: tuple[Loinc, ...] = ()


class Investigation(Record, frozen=True):
    """What settles an explanation that no laboratory value settles: a scan, a tracing, a nerve study."""

    id: str
    label: str
    lay: str
    shows: Text

"""Record systems: a FHIR bundle or patient summary → a case; an answer → a bundle of proposals.

>>> from repletion.fhir import read_bundle
>>> read_bundle({"resourceType": "Patient", "gender": "female"}).case.person.sex  # doctest: +SKIP
'female'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repletion.fhir.bundle import RecordError, is_record
    from repletion.fhir.read import Reading, read_bundle, read_text
    from repletion.fhir.write import write_bundle

_HOMES = {
    "RecordError": "bundle",
    "is_record": "bundle",
    "Reading": "read",
    "read_bundle": "read",
    "read_text": "read",
    "write_bundle": "write",
}

__all__ = ["Reading", "RecordError", "is_record", "read_bundle", "read_text", "write_bundle"]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

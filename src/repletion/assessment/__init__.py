"""The stations in order, nothing else: ``assess(case) -> Assessment``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repletion.assessment.model import Assessment
    from repletion.assessment.stations import assess

__all__ = ["Assessment", "assess"]


def __getattr__(name: str) -> Any:
    """Load the stations when they are asked for."""
    if name == "assess":
        from repletion.assessment.stations import assess

        return assess
    if name == "Assessment":
        from repletion.assessment.model import Assessment

        return Assessment
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

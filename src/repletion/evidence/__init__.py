"""Which nodes of the network are observed, how firmly, and from which words or numbers."""

from __future__ import annotations

from repletion.evidence.model import Evidence, Observation
from repletion.evidence.observe import observe

__all__ = ["Evidence", "Observation", "observe"]

"""Which foods are rich in what runs short, and what must not be suggested."""

from __future__ import annotations

from repletion.plan.limits import EVERYTHING, must_avoid, withheld
from repletion.plan.sources import RichSource, rich_sources

__all__ = ["EVERYTHING", "RichSource", "must_avoid", "rich_sources", "withheld"]

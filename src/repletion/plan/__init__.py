"""Which foods are rich in what runs short."""

from __future__ import annotations

from repletion.plan.sources import RichSource, rich_sources

__all__ = ["RichSource", "rich_sources"]

"""What is known, apart from the code: claims, sources, states, findings, factors, tests, drugs, red flags.

``load()`` reads everything once, strictly, and returns a frozen :class:`Knowledge`.
"""

from __future__ import annotations

from repletion.knowledge.base import Knowledge, load

__all__ = ["Knowledge", "load"]

"""What to eat: the food plan, foods rich in a nutrient, and what must not be suggested.

The package can be called: ``repletion.plan(case)`` is :func:`repletion.plan.station.plan_case`.  A package and a
function share the name, so the package takes the call (``docs/decisions``).
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from repletion.plan.limits import EVERYTHING, must_avoid, withheld
from repletion.plan.sources import RichSource, rich_sources

if TYPE_CHECKING:
    from repletion.plan.model import Plan

__all__ = ["EVERYTHING", "RichSource", "must_avoid", "rich_sources", "withheld"]


class _Station(ModuleType):
    """The package, callable."""

    def __call__(self, *args: Any, **options: Any) -> Plan:
        """:func:`repletion.plan.station.plan_case`."""
        from repletion.plan.station import plan_case

        return plan_case(*args, **options)


sys.modules[__name__].__class__ = _Station

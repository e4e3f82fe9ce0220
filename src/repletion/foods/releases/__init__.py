"""Releases of food data that a person has on disk, taken into a table of their own; nothing is fetched.

``take(path, into)`` reads a FoodData Central release or an Open Food Facts dump, a record at a time.
"""

from __future__ import annotations

from repletion.foods.releases.model import Progress, ReleaseError, Taken
from repletion.foods.releases.take import take

__all__ = ["Progress", "ReleaseError", "Taken", "take"]

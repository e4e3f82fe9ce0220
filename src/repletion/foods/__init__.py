"""What is in food: composition and portions of 15,872 foods, and the search for them.

``search("jacket potato")`` finds foods; ``open_table()`` gives amounts per 100 g and household portions.
Nothing is opened, and no heavy library loaded, before the first call.
"""

from __future__ import annotations

from repletion.foods.search import Hit, search
from repletion.foods.table import Food, FoodTable, Nutrient, Portion, open_table

__all__ = ["Food", "FoodTable", "Hit", "Nutrient", "Portion", "open_table", "search"]

"""No test reads what the person who runs it has taken into a food table of their own."""

from __future__ import annotations

import os

os.environ["REPLETION_FOODS"] = ""

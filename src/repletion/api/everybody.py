"""Imported once, in place of :mod:`repletion.api.warmed`, where a server answers at an even pace from the start."""

from __future__ import annotations

import datetime as dt
import gc

from repletion.api import warmed
from repletion.assessment.beforehand import work_out
from repletion.knowledge import load

WORK = warmed.WORK

work_out(load(), dt.date.today())  # noqa: DTZ011 - only the season counts
gc.collect()
gc.freeze()  # stays for good, and shared with the copies as long as no round of the collector writes to it

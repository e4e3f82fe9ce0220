"""Imported once by the process from which long work is started, so that each piece of it finds everything read."""

from __future__ import annotations

from repletion.api.reference import warm
from repletion.web import answering, asking, doctor, food_pages, planning, saving

VIEWS = (answering, asking, doctor, food_pages, planning, saving)

warm()

"""Imported once by the process of which those that answer are copies, so that each finds everything read."""

from __future__ import annotations

from repletion.api import work
from repletion.api.reference import warm
from repletion.fhir import operation
from repletion.hooks import services

WORK = (work, operation, services)

warm()

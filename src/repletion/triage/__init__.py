"""Urgency by plain rules over the case: before, and without, any probability."""

from repletion.triage.urgency import Reason, Triage, triage

__all__ = ["Reason", "Triage", "triage"]

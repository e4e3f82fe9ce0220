"""Claims in words: the number, its range and its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repletion.report.numbers import amount
from repletion.report.wording import catalogue, say

if TYPE_CHECKING:
    from repletion.assessment.model import ClaimView
    from repletion.knowledge.models import Claim


def unit_words(unit: str) -> str:
    """A unit as shown; units that the catalogue does not name are shown as they are."""
    return catalogue().get(f"units.{unit}", unit)


def claim_value(claim: ClaimView | Claim) -> str:
    """The number of a claim with its interval, in words."""
    unit = unit_words(claim.unit)
    if claim.value is None:
        return say("know.no_value")
    value = amount(claim.value)
    if claim.low is None or claim.high is None:
        return say("know.value", value=value, unit=unit).strip()
    return say("know.range", value=value, low=amount(claim.low), high=amount(claim.high), unit=unit).strip()

"""A rate meant for a country is chosen for people who say they live there, and for nobody else."""

from __future__ import annotations

import pytest

from repletion.case import Person
from repletion.evidence.labs import choose, fits
from repletion.knowledge import load
from repletion.knowledge.models import When


@pytest.mark.parametrize(
    ("told", "fit"), [("United States", True), ("us", True), (" USA ", True), ("Poland", False), (None, False)]
)
def test_a_country_is_told_by_name_or_code(told: str | None, fit: bool) -> None:
    when = When(country=("United States", "US", "USA"))
    assert fits(when, Person(country=told)) is fit


def test_priors_differ_by_country_and_season() -> None:
    prior = load().states["vitamin_d_deficiency"].prior
    here = {place: choose(prior, Person(age=40, country=place), "winter").claim for place in ("US", "PL", None)}
    assert here["PL"] == here[None] != here["US"]
    assert choose(prior, Person(age=40, country="US"), "summer").claim != here["US"]
    assert choose(prior, Person(age=40, country="US"), None).claim not in here.values()

"""What the services know beside the knowledge base: which test belongs to which medicine, when a card is worth it."""

from __future__ import annotations

from functools import cache

from repletion.knowledge.base import DATA
from repletion.knowledge.models import Basis, Record, Rule
from repletion.knowledge.reader import rows

FOLDER = DATA / "hooks"


class Monitoring(Record, frozen=True):
    """A test that a class of medicines asks for once in so many ``months``; ``beside``: only with this other class."""

    drug_class: str
    test: str
    months: float
    why: str
    source: str
    locator: str
    basis: Basis
    beside: str = ""


class Supplement(Record, frozen=True):
    """The nutrient that a class of supplements brings, and the test that shows it."""

    drug_class: str
    nutrient: str
    test: str = ""


@cache
def monitoring() -> tuple[Monitoring, ...]:
    """Tests by medicine."""
    return tuple(rows(FOLDER / "monitoring.csv", Monitoring))


@cache
def supplements() -> dict[str, Supplement]:
    """Nutrients by class of supplement."""
    return {row.drug_class: row for row in rows(FOLDER / "supplements.csv", Supplement)}


@cache
def rule(name: str) -> float:
    """A declared number of the services."""
    return {row.id: row for row in rows(FOLDER / "rules.csv", Rule)}[name].value

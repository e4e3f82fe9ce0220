"""Knowledge: no number without its source and its people."""

from __future__ import annotations

from repletion.knowledge import load
from repletion.knowledge.check import check


def test_the_knowledge_is_clean() -> None:
    assert [p for p in check(load()) if p.level == "error"] == []


def test_every_claim_names_its_population() -> None:
    for claim in load().claims.values():
        assert claim.population and claim.definition and claim.source and claim.locator, claim.id
        assert claim.source in load().sources, claim.id

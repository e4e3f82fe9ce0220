"""A kind has its own causes, and an absent factor takes only what it would have brought."""

from __future__ import annotations

import pytest
from prevalence import chance

from repletion.network.build import Builder


def causes(builder: Builder, finding: str) -> set[str]:
    graph = builder.graph
    return {graph.order[i] for i, _ in graph.edges(finding)}


def test_only_named_causes_bring_weakness_in_attacks(builder: Builder) -> None:
    assert "hypothyroidism" in causes(builder, "muscle_weakness")
    assert "hypothyroidism" not in causes(builder, "episodic_weakness")
    assert "thyrotoxic_periodic_paralysis" in causes(builder, "episodic_weakness")


def test_what_is_several_findings_at_once_comes_from_states_that_bring_each(builder: Builder) -> None:
    assert "iron_deficiency_anemia" in causes(builder, "anemia")
    assert "iron_deficiency_anemia" not in causes(builder, "pancytopenia")
    assert "infantile_vitamin_b12_deficiency" in causes(builder, "pancytopenia")


def test_an_absent_factor_takes_nothing_from_what_a_medicine_brings(builder: Builder) -> None:
    medicine = chance(builder, "drug_induced_fasciculation", topiramate=1.0)
    nobody = chance(builder, "drug_induced_fasciculation", high_caffeine_intake=0.0)
    both = chance(builder, "drug_induced_fasciculation", topiramate=1.0, high_caffeine_intake=0.0)
    assert nobody < 0.5 * chance(builder, "drug_induced_fasciculation")
    assert both == pytest.approx(medicine, rel=0.05)

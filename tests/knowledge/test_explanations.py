"""The other explanations: complete, sourced, one-symptom ones narrow, dreaded ones rare."""

from __future__ import annotations

import pytest

from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import State

KNOWLEDGE = load()
OTHER = sorted(name for name, state in KNOWLEDGE.states.items() if state.kind == "other")
DREADED = {
    "amyotrophic_lateral_sclerosis",
    "brainstem_lesion",
    "guillain_barre_syndrome",
    "stroke_tia",
    "peripheral_nerve_hyperexcitability",
}
PER = {"percent": 100, "per_100000": 100_000, "proportion": 1}


@pytest.fixture
def knowledge() -> Knowledge:
    return KNOWLEDGE


def share(knowledge: Knowledge, claim: str) -> float:
    record = knowledge.claims[claim]
    assert record.value is not None, claim
    return record.value / PER[record.unit]


def claims_of(state: State) -> set[str]:
    found = {claim for rate in state.prior for claim in (rate.claim, *rate.also)}
    for link in (*state.raised_by, *state.caused_by, *state.findings):
        found |= {link.claim, *link.also}
    return found


def test_enough_explanations_are_described() -> None:
    assert len(OTHER) >= 30
    assert set(OTHER) >= DREADED | {
        "benign_eyelid_myokymia",
        "hyperventilation_syndrome",
        "hypoglycemia",
        "facial_synkinesis",
    }


@pytest.mark.parametrize("name", OTHER)
def test_every_name_and_number_of_an_explanation_exists(name: str, knowledge: Knowledge) -> None:
    state = knowledge.states[name]
    assert claims_of(state) <= set(knowledge.claims)
    assert {link.finding for link in state.findings} <= set(knowledge.findings)
    assert {link.factor for link in state.raised_by} <= set(knowledge.factors)
    assert {link.state for link in state.caused_by} <= set(knowledge.states)
    assert set(state.tests) <= set(knowledge.tests)
    assert {text.source for text in state.remarks} <= set(knowledge.sources)
    assert state.definition
    assert len(state.summary) > 60
    assert state.words


@pytest.mark.parametrize("name", OTHER)
def test_priors_are_rates_and_the_last_is_for_everybody(name: str, knowledge: Knowledge) -> None:
    prior = knowledge.states[name].prior
    assert all(0 < share(knowledge, rate.claim) < 0.5 for rate in prior)
    last = prior[-1].when
    assert (last.sex, last.age, last.season, last.pregnant) == (None, None, None, None)


@pytest.mark.parametrize("name", OTHER)
def test_no_finding_is_linked_at_background_level(name: str, knowledge: Knowledge) -> None:
    for link in knowledge.states[name].findings:
        if knowledge.claims[link.claim].measure == "likelihood_ratio_positive":
            continue  # says by itself that this kind of a wider finding tells little
        background = share(knowledge, knowledge.findings[link.finding].background[-1].claim)
        assert share(knowledge, link.claim) > 1.1 * background, link.finding


@pytest.mark.parametrize("name", OTHER)
def test_a_class_of_frequency_is_never_used_as_a_measurement(name: str, knowledge: Knowledge) -> None:
    for link in knowledge.states[name].findings:
        claim = knowledge.claims[link.claim]
        assert "orphanet" not in claim.source
        assert "frequency class" not in claim.note
        assert claim.measure in {"frequency_in_state", "sensitivity", "likelihood_ratio_positive"}


@pytest.mark.parametrize("name", OTHER)
def test_risk_ratios_come_as_measures_the_network_reads(name: str, knowledge: Knowledge) -> None:
    for link in knowledge.states[name].raised_by:
        claim = knowledge.claims[link.claim]
        assert claim.measure in {"odds_ratio", "risk_ratio", "prevalence_given_factor", "direction"}, link.claim
        if claim.measure == "prevalence_given_factor":
            assert share(knowledge, link.claim) > 0


def test_the_harmless_twitch_claims_only_the_lid(knowledge: Knowledge) -> None:
    findings = {link.finding for link in knowledge.states["benign_eyelid_myokymia"].findings}
    assert findings == {"eyelid_twitching", "eyelid_myokymia"}


def test_droop_belongs_to_palsy_and_stroke_and_not_to_twitches(knowledge: Knowledge) -> None:
    holders = {n for n in OTHER if "facial_palsy" in {link.finding for link in knowledge.states[n].findings}}
    assert holders >= {"stroke_tia", "bells_palsy"}
    assert not holders & {
        "benign_eyelid_myokymia",
        "hemifacial_spasm",
        "tic_disorder",
        "benign_essential_blepharospasm",
    }
    for name in ("stroke_tia", "bells_palsy"):
        found = {link.finding for link in knowledge.states[name].findings}
        assert not found & {"eyelid_twitching", "facial_twitching", "fasciculations"}


@pytest.mark.parametrize("name", sorted(DREADED))
def test_dreaded_diseases_are_rare(name: str, knowledge: Knowledge) -> None:
    assert all(share(knowledge, rate.claim) <= 30e-5 for rate in knowledge.states[name].prior)
    assert "eyelid_twitching" not in {link.finding for link in knowledge.states[name].findings}


def test_the_common_ones_are_common(knowledge: Knowledge) -> None:
    for name in (
        "benign_eyelid_myokymia",
        "dry_eye_disease",
        "depression",
        "generalized_anxiety",
        "idiopathic_leg_cramps",
    ):
        assert max(share(knowledge, rate.claim) for rate in knowledge.states[name].prior) >= 0.03, name


def test_intervals_hold_their_values() -> None:
    for claim in KNOWLEDGE.claims.values():
        if claim.id.startswith("OC") or claim.source == "working-assumption":
            low, value, high = claim.low, claim.value, claim.high
            assert value is None or low is None or low <= value, claim.id
            assert value is None or high is None or value <= high, claim.id

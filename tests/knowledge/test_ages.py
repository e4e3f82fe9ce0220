"""Illnesses of grown people in children, and the other way round."""

from __future__ import annotations

import pytest

import repletion
from repletion.case.model import Person
from repletion.knowledge import load
from repletion.network.build import Builder
from repletion.network.coherence import ANY_STATE

AGES = (0.5, 2, 8, 15, 25, 40, 60, 75)


@pytest.fixture(scope="module")
def builder() -> Builder:
    return Builder(load())


def test_no_stand_in_is_commoner_than_the_illness_where_it_is_met_with(builder: Builder) -> None:
    """The stand-in of ages at which a state is not met with is no more than the rate of some other age."""
    strata = [builder.stratum(Person(age=age, sex=sex), None) for age in AGES for sex in ("female", "male")]
    for i, state in enumerate(builder.states):
        claims = {stratum.priors[i] for stratum in strata}
        rates = {name: float(builder.scale.probability(name)[0]) for name in claims}
        own = [rate for name, rate in rates.items() if builder.knowledge.claims[name].subject != ANY_STATE]
        for name, rate in rates.items():
            if builder.knowledge.claims[name].subject == ANY_STATE:
                assert rate <= max(own), (state.id, name)


@pytest.mark.parametrize(
    ("sign", "state", "usual", "seldom"),
    [
        ("bone pain", "multiple_myeloma", 70, 2),
        ("muscle twitching", "amyotrophic_lateral_sclerosis", 65, 2),
        ("one side of the face twitches", "hemifacial_spasm", 60, 2),
        ("chewing movements of the mouth", "tardive_dyskinesia", 40, 2),
        ("tremor at rest", "parkinson_disease", 70, 2),
        ("unsteady walking", "copper_deficiency", 50, 2),
        ("carpopedal spasm", "hyperventilation_syndrome", 40, 2),
        ("leg cramps", "idiopathic_leg_cramps", 60, 2),
        ("facial droop", "stroke_tia", 70, 2),
        ("goiter", "iodine_deficiency", 40, 2),
        ("bowed legs", "nutritional_rickets", 1, 40),
        ("seizure", "infantile_vitamin_b12_deficiency", 0.5, 40),
    ],
)
def test_a_sign_means_the_illness_of_its_age(sign: str, state: str, usual: float, seldom: float) -> None:
    """The same sign makes it at least three times as probable at the age at which it is met with."""

    def probability(age: float) -> float:
        answer = repletion.assess(repletion.Case.from_mapping({"person": {"age": age}, "symptoms": [sign]}))
        found = {e.id: e.probability for e in answer.explanations}
        found |= {level.id: level.probability for e in answer.explanations for level in e.severity}
        return found.get(state, 0.0)

    at_home = probability(usual)
    assert at_home > 0, "the sign does not bring the state to the answer"
    assert at_home >= 3 * probability(seldom)

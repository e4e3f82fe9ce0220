"""Lay words, labels and slips of the pen lead to the state that is meant."""

from __future__ import annotations

import pytest

from repletion.handbook.naming import find_state, states_with
from repletion.knowledge import load

KNOWN = load()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("low magnesium", "hypomagnesemia"),
        ("magnesum", "hypomagnesemia"),
        ("hypomagnesaemia", "hypomagnesemia"),
        ("Low serum potassium", "hypokalemia"),
        ("high potassium", "hyperkalemia"),
        ("b12", "vitamin_b12_deficiency"),
        ("Vitamin B-12 deficiency", "vitamin_b12_deficiency"),
        ("too much b6", "vitamin_b6_excess"),
        ("vitamin d", "vitamin_d_deficiency"),
        ("ALS", "amyotrophic_lateral_sclerosis"),
        ("carpal tunnel", "carpal_tunnel_syndrome"),
        ("severe_hypocalcemia", "severe_hypocalcemia"),
    ],
)
def test_words_lead_to_the_state(words: str, name: str) -> None:
    assert find_state(KNOWN, words)[0] == name


def test_every_id_label_and_lay_name_leads_to_its_state() -> None:
    for state in KNOWN.states.values():
        if state.kind == "latent":
            continue
        for words in (state.id, state.label):
            assert find_state(KNOWN, words)[0] == state.id, words


def test_what_is_unknown_gets_neighbors_and_no_answer() -> None:
    name, near = find_state(KNOWN, "hypomagn")
    assert name is None and near[0] == "hypomagnesemia"
    assert find_state(KNOWN, "qqqqqq") == (None, ())
    assert find_state(KNOWN, "")[0] is None


def test_a_symptom_leads_to_the_states_that_it_speaks_for() -> None:
    assert states_with(KNOWN, "eyelid twitching")[0] == "benign_eyelid_myokymia"
    assert "hypomagnesemia" not in states_with(KNOWN, "eyelid twitching")
    assert states_with(KNOWN, "qqqqqq") == ()

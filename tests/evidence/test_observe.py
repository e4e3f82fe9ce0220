"""What becomes an observation, and what does not."""

from __future__ import annotations

from repletion.case import Case
from repletion.evidence import Evidence, observe
from repletion.knowledge import load


def seen(words: str) -> Evidence:
    return observe(Case.parse(words), load())


def present(evidence: Evidence) -> set[str]:
    return {o.id for o in evidence.observations if o.present}


def test_a_narrower_finding_stands_alone() -> None:
    evidence = seen("tingling around the mouth and tingling")
    assert "perioral_paresthesia" in present(evidence) and "paresthesia" not in present(evidence)
    assert "paresthesia" in evidence.settled  # nobody asks for it again


def test_habits_and_medicines_of_the_past_do_not_count_but_operations_do() -> None:
    assert "thyroidectomy_history" in present(seen("thyroidectomy 20 years ago"))
    assert "nicotine_dependence" not in present(seen("stopped smoking 10 years ago"))


def test_a_medicine_switches_its_class_on() -> None:
    assert {"proton_pump_inhibitors", "biguanides"} <= present(seen("takes omeprazole and metformin"))


def test_denying_one_medicine_does_not_deny_its_class() -> None:
    evidence = seen("not on omeprazole")
    assert not [o for o in evidence.observations if o.id == "proton_pump_inhibitors"]


def test_the_newest_result_counts() -> None:
    evidence = seen(
        "labs:\n- {test: potassium, value: 2.9, unit: mmol/L, date: 2026-01-02}\n"
        "- {test: potassium, value: 4.2, unit: mmol/L, date: 2026-05-02}\n"
    )
    (lab,) = [o for o in evidence.observations if o.kind == "lab"]
    assert not lab.present and "4.2" in lab.text


def test_an_impossible_value_is_no_evidence() -> None:
    assert not [o for o in seen("potassium 41 mmol/L").observations if o.kind == "lab"]


def test_a_symptom_of_the_past_is_said_and_not_used() -> None:
    evidence = seen("had leg cramps years ago")
    assert "muscle_cramps" not in present(evidence)
    assert evidence.issues and all(issue.remedy for issue in evidence.issues)


def test_a_worded_result_speaks_for_its_side_only() -> None:
    low, normal, high = (seen(f"labs:\n- {{test: PTH, value: {band}}}\n") for band in ("low", "normal", "high"))

    def ratio(evidence: Evidence, node: str) -> float:
        (lab,) = [o for o in evidence.observations if o.kind == "lab"]
        off, on = lab.nodes[node]
        return on / off

    assert ratio(low, "low_parathyroid_hormone") > 5 and ratio(high, "high_parathyroid_hormone") > 5
    for evidence, node in ((normal, "low"), (normal, "high"), (high, "low"), (low, "high")):
        assert ratio(evidence, f"{node}_parathyroid_hormone") < 0.5


def test_a_state_of_the_past_raises_it_a_little() -> None:
    now = seen("I have low magnesium").observations
    before = seen("previous low magnesium").observations
    assert [(o.kind, o.id) for o in now] == [(o.kind, o.id) for o in before] == [("state", "hypomagnesemia")]
    off_now, off_before = (o[0].state[0] for o in (now, before) if o[0].state)
    assert off_now < off_before < 1


def test_a_medicine_taken_for_years_is_the_narrower_factor() -> None:
    assert "long_term_proton_pump_inhibitors" in present(seen("on omeprazole for six years"))
    for short in ("on omeprazole for three weeks", "on omeprazole", "on metformin for six years"):
        assert "long_term_proton_pump_inhibitors" not in present(seen(short))

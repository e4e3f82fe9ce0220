"""Counting: intervals, ranks, macro average, urgency, and the simpler rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from repletion.assessment.calendar import season_of
from repletion.assessment.reasoning import builder_of, seen
from repletion.case import Case
from repletion.evaluation.baselines import baselines, commonest
from repletion.evaluation.judging import orders, rank
from repletion.evaluation.model import CaseResult, Decisive, Ranked, Ranks
from repletion.evaluation.records import read_records, told
from repletion.evaluation.run import evaluate_case
from repletion.evaluation.scores import rate, score, section
from repletion.inference import infer
from repletion.knowledge import load

FILE = Path(__file__).parent / "invented.jsonl"
ON = dt.date(2026, 11, 23)


def result(name: str = "x", **more: object) -> CaseResult:
    plain = CaseResult(
        id=name, variant="A", group="nutritional", meant=True, diagnoses=("iron_deficiency",), mapped=True,
        states=("iron_deficiency",), listed=("iron_deficiency",), ranked=(), none_of_these=0.0, orders={},
        ranks={"probability": Ranks(strict=1, lenient=1)}, urgency="routine", red_flag=None, decisive=None,
        items=2, items_understood=1, not_understood=("y",), disturbed={}, exact=True,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


def placed(diagnosis: str, strict: int | None, lenient: int | None) -> CaseResult:
    return result(diagnoses=(diagnosis,), ranks={"probability": Ranks(strict=strict, lenient=lenient)})


def test_interval_of_wilson() -> None:
    # 8 of 10: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) by hand
    found = rate(8, 10)
    assert (found.share, found.low, found.high) == pytest.approx((0.8, 0.490162, 0.943318), abs=1e-5)
    assert rate(0, 0).share is None


def test_tops_and_macro_average() -> None:
    cases = [placed("a", 1, 1), placed("a", 3, 2), placed("a", None, 4), placed("b", 6, 1)]
    found = score(cases, "probability")
    assert [found.strict[top].hits for top in ("1", "3", "5")] == [1, 2, 2]
    assert [found.lenient[top].hits for top in ("1", "3", "5")] == [2, 3, 4]
    assert found.macro["3"] == pytest.approx((2 / 3 + 0) / 2)
    assert found.reciprocal == pytest.approx((1 + 1 / 3 + 0 + 1 / 6) / 4)
    assert score([], "probability").reciprocal is None


def test_section_counts_red_flags_controls_tests_and_reading() -> None:
    low = Ranked(id="hypokalemia", kind="deficiency", probability=0.2, explains=0)
    listed = Ranked(id="hyponatremia", kind="deficiency", probability=0.9, explains=0)
    other = Ranked(id="stroke_tia", kind="other", probability=0.7, explains=0)
    test = Decisive(tests=("ferritin",), unread=(), suggested=("a", "ferritin"), rank=2)
    found = section(
        [
            result(red_flag=True, urgency="same_day", decisive=test),
            result(red_flag=True, urgency="routine", decisive=msgspec.structs.replace(test, tests=(), rank=None)),
            result(red_flag=False, urgency="same_week", exact=False),
            result(red_flag=False, urgency="self_care"),
            result(group="control", ranked=(low, listed, other), listed=("hyponatremia",)),
        ]
    )
    assert (found.red_flag_recall.hits, found.red_flag_recall.of) == (1, 2)
    assert (found.false_alarms.hits, found.false_alarms.of) == (1, 2)
    assert found.deficiency_in_controls.mean == found.deficiency_in_controls.expected == 0.2
    assert (found.decisive["1"].hits, found.decisive["3"].hits, found.decisive["3"].of) == (0, 1, 1)
    assert (found.decisive_named.hits, found.decisive_named.of) == (1, 2)
    assert (found.understood.hits, found.understood.of, found.sampled) == (5, 10, 1)


def test_both_orders() -> None:
    silent = Ranked(id="b", kind="other", probability=0.5, explains=0.0)
    busy = Ranked(id="a", kind="deficiency", probability=0.3, explains=0.3)
    assert orders([busy, silent]) == {"answer": ("a", "b"), "probability": ("b", "a")}  # as they come
    assert rank(("b", "a"), ["a", "z"]) == 2 and rank(("b",), ["a"]) is None


def test_the_answer_against_simpler_rules() -> None:
    records, _, _ = read_records(FILE)
    knowledge = load()
    rich = evaluate_case(records[0], "A", knowledge, on=ON, common=commonest(records, knowledge))
    assert rich.ranks["answer"].strict == 1 and rich.ranks["probability"].strict == 1
    assert {"commonest", "keywords", "labs_only", "naive_bayes"} < set(rich.ranks)
    assert rich.decisive is not None and rich.decisive.tests == ("serum_magnesium",)
    assert rich.decisive.unread == ("phrenology",)
    measured = evaluate_case(records[0], "D", knowledge, on=ON)
    assert measured.ranks["labs_only"].strict == 1
    shown = {state.id: state for state in measured.ranked}["hypomagnesemia"]
    assert shown.explains > 0.9
    missing = evaluate_case(records[3], "A", knowledge, on=ON)
    assert missing.ranks["answer"] == Ranks(strict=None, lenient=None) and not missing.mapped


def test_naive_bayes_with_one_finding_is_bayes_for_each_state_alone() -> None:
    """One finding: the ratio of two states' odds follows from shares and rate by hand."""
    knowledge = load()
    case = Case.from_mapping({"person": {"age": 40, "sex": "male"}, "symptoms": ["eyelid twitching"]})
    found = baselines(case, knowledge, ON)["naive_bayes"]
    builder = builder_of(knowledge, 0, 1)
    network = builder.build(
        case.person, season=season_of(ON, country=None), known={}, findings=["eyelid_twitching"]
    ).network.central()
    prior = infer(network, seen(network, ())).probability[0]
    rate_at_large = 1 - (1 - network.leak[0, 0])
    for i, q in enumerate(network.link[0, 0]):
        rate_at_large = 1 - (1 - rate_at_large) * (1 - q * prior[i])
    odds = {
        name: prior[i] / (1 - prior[i]) * (1 - (1 - rate_at_large) * (1 - network.link[0, 0, i])) / rate_at_large
        for i, name in enumerate(network.states)
        if knowledge.states[name].kind != "latent" and knowledge.states[name].requires is None
    }
    levels = {name for name in network.states if knowledge.states[name].requires is not None}
    wanted = sorted(odds, key=lambda name: (-odds[name], name))
    assert levels.isdisjoint(found) and found[:5] == tuple(wanted[:5])


def test_the_commonest_class_sees_the_file() -> None:
    records, _, _ = read_records(FILE)
    order = commonest([records[2], records[2], *records], load())
    assert order[0] == "iron_deficiency" and set(order) == {
        "iron_deficiency",
        "hypomagnesemia",
        "benign_eyelid_myokymia",
    }
    assert "labs" not in told(records[0], "A")

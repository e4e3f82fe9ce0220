"""The worked cases under ``cases/``: expected order and urgency, as a clinician would read them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import repletion
from repletion.assessment import Assessment
from repletion.knowledge.models import URGENCIES
from repletion.knowledge.reader import parse_yaml

CASES = Path(__file__).parents[2] / "cases"
EXPECTED = sorted(CASES.glob("*.expect.yaml"))
KNOWN = {
    "urgency",
    "urgency_at_least",
    "why",
    "first",
    "near_prior",
    "raised",
    "among_first_two",
    "among_first_three",
    "tests_lead_with",
    "tests_among_first_two",
    "understood",
}


def answer(path: Path) -> tuple[dict[str, Any], Assessment]:
    expect: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"))
    case = repletion.Case.read(CASES / path.name.replace(".expect.yaml", ".yaml"))
    return expect, repletion.assess(case, on=dt.date(2026, 11, 23))


@pytest.mark.parametrize("path", EXPECTED, ids=lambda p: p.name.removesuffix(".expect.yaml"))
def test_worked_case(path: Path) -> None:
    expect, found = answer(path)
    assert set(expect) <= KNOWN
    order = [e.id for e in found.explanations]
    by_id = {e.id: e for e in found.explanations}
    if "urgency" in expect:
        assert found.triage.urgency == expect["urgency"]
    if "urgency_at_least" in expect:
        assert URGENCIES.index(found.triage.urgency) <= URGENCIES.index(expect["urgency_at_least"])
    if "first" in expect:
        assert order[0] in expect["first"]
    for key, most in (("among_first_two", 2), ("among_first_three", 3)):
        if key in expect:
            assert set(order[:most]) & set(expect[key])
    if "near_prior" in expect:
        for name in expect["near_prior"]["states"]:
            ratio = by_id[name].probability / by_id[name].prior
            assert 1 / expect["near_prior"]["within"] <= ratio <= expect["near_prior"]["within"], name
    if "raised" in expect:
        for name in expect["raised"]["states"]:
            assert by_id[name].probability >= expect["raised"]["by_at_least"] * by_id[name].prior, name
    if "tests_lead_with" in expect:
        assert found.next.tests[0].id in expect["tests_lead_with"]
    if "tests_among_first_two" in expect:
        assert {test.id for test in found.next.tests[:2]} & set(expect["tests_among_first_two"])
    for name in expect.get("understood", ()):
        assert any(u.id == name and u.present for u in found.understood), name


def test_there_are_five_cases_and_each_says_why() -> None:
    assert len(EXPECTED) >= 5
    assert all(len(parse_yaml(p.read_text(encoding="utf-8"))["why"]) > 60 for p in EXPECTED)


def test_an_answer_can_be_followed_to_its_sources_in_three_steps() -> None:
    _, found = answer(CASES / "low_magnesium.expect.yaml")
    claims = {claim.id: claim for claim in found.claims}
    sources = {citation.id for citation in found.citations}
    steps = 0
    for explanation in found.explanations:
        for reason in explanation.because:
            for name in reason.claims:
                assert claims[name].source in sources
                steps += 1
    assert steps > 20


def test_the_same_case_gives_the_same_answer() -> None:
    first, again = (answer(CASES / "b12_normal_count.expect.yaml")[1] for _ in range(2))
    assert first == again and first.fingerprint == again.fingerprint

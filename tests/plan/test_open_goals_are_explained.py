"""A goal that stays open has a reason that holds and a next step, in the data and in the text."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from people import people

import repletion.plan.session as sessions
from repletion.case import Case
from repletion.plan.data import say
from repletion.plan.explain import beside
from repletion.plan.kernel import held
from repletion.plan.program import Freedom, write
from repletion.plan.solver import solve
from repletion.plan.station import prepare, told
from repletion.report.json import to_json
from repletion.report.open_goals import open_points
from repletion.report.plan import render_plan

# Somebody for whom the relaxation finds no conflict among all goals at once, and one with a real conflict (138).
NUMBERS = (14, 138)


@pytest.fixture(scope="module")
def requests():
    everyone = people(200)
    found = {}
    for number in NUMBERS:
        one = everyone[number]
        request = prepare(Case.parse(one.text), pattern=one.pattern, without=one.without, diary=one.diary or None)
        found[number] = (request, told(request))
    return found


@pytest.mark.parametrize("number", NUMBERS)
def test_no_goal_stays_open_without_a_reason_and_a_next_step(number, requests) -> None:
    _, plan = requests[number]
    data = json.loads(to_json(plan))["unmet"]
    page = re.sub(r"\s+", " ", render_plan(plan))
    assert data
    for gap in data:
        assert gap["reason"] and gap["text"] and gap["steps"] and all(gap["steps"])
        if sum(other["reason"] == gap["reason"] for other in data) == 1:
            assert all(re.sub(r"\s+", " ", words) in page for words in (gap["text"], *gap["steps"]))
        if gap["reason"] == "collides":
            assert gap["in_the_way"] and gap["after"] <= gap["beside"] * 1.001 < gap["bound"] * 1.001
        if gap["reason"] == "whole portions":
            assert gap["beside"] >= gap["bound"] > gap["after"]
        assert not any(limit in step for step in gap["steps"] for limit in ("safety rule)", "not too much", "not much"))


def test_goals_that_stay_open_for_one_reason_are_said_together_and_none_is_lost(requests) -> None:
    for _, plan in requests.values():
        points = open_points(plan.unmet)
        assert len(points) <= len(plan.unmet)
        for gap in plan.unmet:
            text, steps = next(point for point in points if gap.label.lower() in point[0].partition(". ")[0].lower())
            if gap.eased:
                assert any(step.startswith(say(f"relax_{gap.eased}")) for step in steps), text
                assert min(gap.eased_to, gap.bound) > gap.after
    texts = [text for _, plan in requests.values() for text, _ in open_points(plan.unmet)]
    assert any(text.startswith("Open for want of room: ") and " and " in text for text in texts)


def test_a_safety_rule_in_the_way_is_named_and_never_asked_to_give(requests) -> None:
    gaps = [gap for gap in requests[138][1].unmet if "(a safety rule)" in gap.text]
    assert gaps
    for gap in gaps:
        assert any("Of the wishes" in step or "does not give way" in step for step in gap.steps)


def test_the_needs_said_to_be_in_the_way_alone_hold_the_goal_where_it_is(requests) -> None:
    request, plan = requests[138]
    session = request.session
    found = session.solve().found
    within = session.within(Freedom())
    gaps = [gap for gap in plan.unmet if gap.reason == "collides"]
    assert gaps
    for gap in gaps:
        row = next(row for row in session.instance.rows if row.key == f"goal:{gap.nutrient}")
        answer = beside(session.relaxation(), within, row, found)
        asked = replace(within, miss=held(session.instance, found.misses), miss_cost=0.0, aim=row.key)
        written = write(session.instance, range(len(session.instance.items)), asked, relaxed=True)
        kept = np.array([name in {*answer.rows, row.key} for name in written.names])
        assert kept.sum() < len(kept)
        bare = replace(
            written.program,
            row_low=np.where(kept, written.program.row_low, -np.inf),
            row_high=np.where(kept, written.program.row_high, np.inf),
        )
        assert -solve(bare, relaxed=True).objective * row.scale == pytest.approx(answer.most, rel=1e-4)
        assert answer.most < row.low


def test_a_plan_made_larger_by_what_was_taken_out_says_so(requests) -> None:
    for number, (request, plan) in requests.items():
        servings = sum(abs(c.servings_to - c.servings_from) for c in plan.changes if c.kind != "out")
        new = sum(change.kind == "new" for change in plan.changes)
        said = [note for note in plan.notes if note.startswith("What was taken out has to be put back")]
        assert bool(said) == (servings > 6.01 or new > 3), number
        if said:
            assert f"{servings:.3g} servings" in said[0] and f"{new} new foods" in said[0]
            assert any(food.forbidden for food in request.start.foods)
    assert "vitamin B12" in next(n for n in requests[138][1].notes if n.startswith("What was taken out has to"))


def test_a_swap_that_eight_foods_cannot_make_is_found_among_a_few_more(requests, monkeypatch) -> None:
    session = requests[14][0].session
    plan = session.solve()
    near = sessions.again

    def too_few(relaxation, found, freedom, *, size=None):
        return near(relaxation, found, freedom, size=size) if size else None

    def whole_search(*_args, **_kwargs):
        raise AssertionError("the whole search is too slow for a swap")

    monkeypatch.setattr(sessions, "again", too_few)
    monkeypatch.setattr(sessions, "search", whole_search)
    place = min(session.new_foods(plan))
    other = session.not_this([session.instance.items[place].code], plan)
    assert other is not None and session.instance.items[place].code not in other.halves

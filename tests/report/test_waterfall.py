"""The steps of an explanation: they join and add up, what is left is a step of its own, each leads to a claim."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample import sample

from repletion.assessment.model import Because
from repletion.report import READERS, render
from repletion.report.items import bearing, item_of
from repletion.report.view import view_of
from repletion.report.waterfall import LEAST, waterfall
from repletion.report.wording import say

shares = st.floats(1e-7, 1 - 1e-7)
weights = st.floats(-12, 12)


def logit(p: float) -> float:
    return math.log(p / (1 - p))


@settings(max_examples=200, deadline=None)
@given(prior=shares, now=shares, shown=st.lists(weights, max_size=9), smaller=weights)
def test_steps_join_and_lead_from_the_first_chance_to_the_last(
    prior: float, now: float, shown: list[float], smaller: float
) -> None:
    fall = waterfall(prior, now, shown, smaller)
    assert fall is not None
    path = [fall.start, *(step.end for step in fall.steps)]
    assert [step.start for step in fall.steps] == pytest.approx(path[:-1])
    assert path[-1] == pytest.approx(fall.end, abs=0.5)  # what is left out is below the rounding of a weight
    told = sum(step.weight for step in fall.steps)
    assert told == pytest.approx(logit(now) - logit(prior), abs=2 * LEAST)
    assert [step.weight for step in fall.steps if step.kind == "reason"] == shown
    assert all(0 <= place <= 100 for place in path)
    for step in fall.steps:
        assert (step.end - step.start) * step.weight >= 0
        assert step.left == min(step.start, step.end)
    ticks = [at for at, _ in fall.ticks]
    assert ticks == sorted(ticks) and len(ticks) <= 8
    assert all(after - before > 9 for before, after in pairwise(ticks))  # labels do not meet on a phone


def test_a_scale_is_true_to_its_labels() -> None:
    fall = waterfall(0.1, 0.5, [logit(0.5) - logit(0.1)], 0.0)
    assert fall is not None and len(fall.steps) == 1  # nothing is left, so nothing is shared
    places = {label: at for at, label in fall.ticks}
    assert places["10"] == pytest.approx(fall.start)
    assert places["50"] == pytest.approx(fall.end)


@pytest.mark.parametrize(("prior", "now"), [(0.0, 0.5), (0.5, 1.0), (1.0, 1.0)])
def test_what_is_certain_has_no_scale(prior: float, now: float) -> None:
    assert waterfall(prior, now, [1.0], 0.0) is None


def test_what_reasons_share_is_said_and_not_hidden() -> None:
    """Two signs that say the same: each alone hardly counts beside the other."""
    found = sample()
    first = next(e for e in view_of(found, "patient").shown if e.waterfall and e.reasons)
    steps = first.waterfall.steps if first.waterfall else ()
    left = first.moved - sum(because.weight for because in first.source.because)
    assert abs(left) > math.log(1.1)
    assert [step.weight for step in steps if step.kind == "shared"] == [pytest.approx(left)]
    for form in ("text", "html"):
        name = "shared_more" if left > 0 else "shared_less"
        assert say(f"explanation.{name}") in render(found, format=form)


@pytest.mark.parametrize("reader", READERS)
def test_each_step_of_a_page_leads_to_its_claim_at_once(reader: str) -> None:
    page = re.sub(r"<tfoot>.*?</tfoot>", "", whole := render(sample(), format="html", reader=reader), flags=re.S)
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, flags=re.S)
    steps = [row for row in rows if 'class="bar"' in row]
    assert len(steps) > 3
    notes = [say(f"explanation.{key}") for key in ("shared_more", "shared_less", "told_itself", "told_other")]
    linked = 0
    for row in steps:
        found = re.findall(r'<a href="#(claim-[^"]+)">', row)
        assert found or any(note in row for note in notes), row
        assert all(f'<dt id="{name}">' in page for name in found)
        for bar in re.findall(r'<a class="step-link" href="#([^"]+)"[^>]*>', row):
            assert bar == found[0]  # the pointer and the keyboard are led to the same place
            linked += 1
    assert linked > 2
    for end in ('<tr class="from">', "<tfoot>"):  # both ends are natural frequencies
        assert len(re.findall(rf"{end}.*?<b>[^<]* in 100</b>", whole, flags=re.S)) == whole.count(end) > 0


def test_a_thing_that_bears_by_way_of_another_names_that_other_and_its_claim() -> None:
    found = sample()
    bears = bearing(found.explanations)
    finding, (other, claims) = next(iter(bears.items()))
    one = next(e for e in found.explanations if e.id not in (other, finding))
    thing = Because(
        finding=finding, label="X", kind="factor", text="x", present=True, weight=-1.0, claims=(), assumed=False
    )
    changed = msgspec.structs.replace(one, because=(thing,))
    reason = item_of(changed, "patient", frozenset(), bears=bears, names={other: "low iron"}).lowered[0]
    assert reason.by_way and reason.through == "low iron"
    assert reason.claims == claims[:1]
    spared = item_of(changed, "patient", frozenset(), bears=bears).lowered[0]
    assert spared.by_way and spared.through == ""  # a name that this reader is spared

"""Nutrients that a case itself points to, and how long their refilling takes."""

from __future__ import annotations

from collections.abc import Iterable

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.plan.data import needs, remedies, say
from repletion.plan.safety import beyond


def focus_of(case: Case, knowledge: Knowledge) -> frozenset[str]:
    """Nutrients whose shortage is stated, or shown by a result below its range."""
    found: set[str] = set()
    present = {u.id for u in case.understood if u.present and not u.past}
    low_tests = {lab.test for lab in case.labs if beyond(lab, knowledge, above=False)}
    for state in knowledge.states.values():
        if state.kind != "deficiency" or state.nutrient not in needs():
            continue
        settled = any(state.id in knowledge.tests[test].settles for test in low_tests if test in knowledge.tests)
        if state.nutrient is not None and (state.id in present or settled):
            found.add(state.nutrient)
    return frozenset(found)


def times_of(focus: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    """How long until refilling should help, from the knowledge, for the nutrients in focus."""
    found = []
    for nutrient in sorted(focus):
        remedy = remedies().get(nutrient)
        for name in remedy.states if remedy else ():
            state = knowledge.states.get(name)
            if state is not None and state.course is not None and state.course.time is not None:
                found.append(say("time", state=state.lay, text=state.course.time.text))
                break
    return tuple(found)

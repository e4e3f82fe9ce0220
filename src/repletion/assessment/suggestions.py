"""Tests as a person orders them: with what else the same sample gives, and with what no laboratory settles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from repletion.assessment.explanations import remark
from repletion.assessment.model import Explanation, TestSuggestion, Together
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Test
from repletion.knowledge.orders import Panel


def order_of(
    knowledge: Knowledge, tests: Sequence[str], *, why: str, gain: float, separates: tuple[str, ...]
) -> TestSuggestion:
    """The suggestion of one order: the first of ``tests`` leads, the others come with it."""
    first, *rest = (knowledge.tests[name] for name in tests)
    panel = knowledge.panel_of.get(first.id)
    return TestSuggestion(
        id=first.id,
        label=first.label,
        lay=first.lay,
        loinc=_codes(first),
        why=why,
        gain=gain,
        separates=separates,
        caveats=tuple(remark(text) for text in first.caveats),
        panel=panel.label if panel else "",
        panel_lay=panel.lay if panel else "",
        panel_loinc=_codes(panel) if panel else (),
        together=tuple(Together(id=test.id, label=test.label, lay=test.lay, loinc=_codes(test)) for test in rest),
    )


def _codes(record: Test | Panel) -> tuple[str, ...]:
    return tuple(loinc.code for loinc in record.loinc)


def _investigation(knowledge: Knowledge, name: str, why: str, state: str) -> TestSuggestion:
    found = knowledge.investigations[name]
    return TestSuggestion(
        id=name,
        label=found.label,
        lay=found.lay,
        loinc=(),
        why=why,
        gain=0.0,
        separates=(state,),
        caveats=(remark(found.shows),),
        kind="investigation",
    )


def with_customary(
    knowledge: Knowledge,
    found: Sequence[TestSuggestion],
    leading: Sequence[Explanation],
    told: Collection[str],
    words: str,
) -> list[TestSuggestion]:
    """The suggestions, and for each leading explanation what customarily settles it and nobody has done.

    That is its first investigation where it has one and is likely enough for the trouble of it, else its first test.
    Some tests that settle a state bear on no finding that is modelled; they are named for the state itself.  What
    confirms an explanation that all but accounts for the report comes first; of the others, behind what tells most.
    """
    tests = list(found)
    place = int(knowledge.rule("customary_test_place")) - 1
    likely, sure = knowledge.rule("investigation_least_explains"), knowledge.rule("confirm_first_explains")
    first = 0
    for explanation in leading:
        state = knowledge.states[explanation.id]
        at = first if explanation.explains >= sure else place
        why = words.format(a=explanation.label)
        wanted = [name for name in state.tests if name not in told]
        if state.investigations and explanation.explains >= likely:
            one = _investigation(knowledge, state.investigations[0], why, state.id)
        elif wanted and not any(wanted[0] in test.tests for test in tests[: at + 1]):
            standing = next((test for test in tests if wanted[0] in test.tests), None)
            one = standing or order_of(knowledge, wanted[:1], why=why, gain=0.0, separates=(state.id,))
        else:
            continue
        tests = [test for test in tests if test.id != one.id]
        tests.insert(min(at, len(tests)), one)
        first += at == first
        place += 1
    return tests


def customary(
    knowledge: Knowledge, leading: Sequence[Explanation], told: Collection[str], most: int, words: str
) -> tuple[TestSuggestion, ...]:
    """Where nothing can be weighed, what is customarily tested first for each leading explanation."""
    wanted: dict[str, Explanation] = {}
    for place in range(2):
        for explanation in leading:
            left = [name for name in knowledge.states[explanation.id].tests if name not in told]
            if len(left) > place:
                wanted.setdefault(left[place], explanation)
    return tuple(
        order_of(knowledge, [name], why=words.format(a=e.label), gain=0.0, separates=(e.id,))
        for name, e in list(wanted.items())[:most]
    )

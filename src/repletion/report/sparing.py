"""What one reader is told in plain words, and what is left out because it says nothing to this person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from repletion.assessment.model import Assessment, Question, Remark, TestSuggestion
from repletion.knowledge import load
from repletion.knowledge.base import with_wider
from repletion.report import Reader
from repletion.report.wording import display
from repletion.triage import Reason as TriageReason


def finding_name(name: str, label: str, reader: Reader) -> str:
    """The label of a finding, for a patient in lay words where there are any.  A result keeps the name of its test."""
    if reader != "patient":
        return label
    record = load().findings.get(name)
    return record.lay if record is not None and record.lay and record.label == label else label


def reported(assessment: Assessment) -> frozenset[str]:
    """Findings and factors that were told as present, and the wider ones that each is a kind of."""
    knowledge = load()
    told = [(thing.kind, thing.id) for thing in assessment.understood if thing.present]
    findings = [w for kind, name in told if kind == "finding" for w in with_wider(name, knowledge.findings)]
    return frozenset(findings).union(
        w for kind, name in told if kind == "factor" for w in with_wider(name, knowledge.factors)
    )


@lru_cache(maxsize=1024)
def _about(state: str, text: str) -> tuple[str, ...]:
    record = load().states.get(state)
    return next((remark.about for remark in record.remarks if remark.text == text), ()) if record else ()


def telling(state: str, remarks: Iterable[Remark], told: frozenset[str] | None) -> tuple[Remark, ...]:
    """The remarks on a state that bear on what was told, each once; ``told`` of ``None``: whatever was told."""
    found = {remark.text: remark for remark in remarks}
    return tuple(
        remark
        for remark in found.values()
        if told is None or not (about := _about(state, remark.text)) or not told.isdisjoint(about)
    )


def pointed(reasons: Sequence[TriageReason]) -> tuple[TriageReason, ...]:
    """The reasons for an urgency without those of a general kind, where another says more."""
    named = tuple(reason for reason in reasons if reason.id not in display().general_advice)
    return named or tuple(reasons)


def worth_asking(assessment: Assessment, reader: Reader) -> tuple[Question, ...]:
    """Questions whose answer tells something.

    None to a patient in an emergency, nor of a child too young to answer: what remains is for whoever sees them.
    """
    found = assessment.next.questions
    if reader == "research":
        return found
    age = assessment.person.age
    if reader == "patient" and waits(assessment):
        return ()
    if age is not None and age < display().asked_from_age:
        return ()
    return tuple(question for question in found if question.gain >= display().least_question_gain)


def waits(assessment: Assessment) -> bool:
    """Whether questions wait for help that comes first."""
    return assessment.triage.urgency == "emergency"


def worth_testing(assessment: Assessment, reader: Reader) -> tuple[TestSuggestion, ...]:
    """Tests that tell something, and those that are customary (they carry no gain)."""
    found = assessment.next.tests
    if reader == "research":
        return found
    return tuple(test for test in found if test.gain == 0 or test.gain >= display().least_test_gain)

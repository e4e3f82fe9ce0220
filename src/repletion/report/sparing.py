"""What one reader is told in plain words, and what is left out because it says nothing to this person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from repletion.assessment.model import Assessment, Question, Remark, TestSuggestion
from repletion.case.model import Lab
from repletion.knowledge import load
from repletion.knowledge.base import with_wider
from repletion.report.readers import Reader
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
    """The reasons, worst first, without the general ones where another is more urgent or says more of the same."""
    general = display().general_advice
    covered = {words for reason in reasons if reason.id not in general for words in reason.evidence}
    return tuple(
        r for r in reasons
        if r.id not in general or (r.urgency == reasons[0].urgency and not covered.issuperset(r.evidence or ("",)))
    )  # fmt: skip


def outdone(reasons: Sequence[TriageReason]) -> tuple[TriageReason, ...]:
    """Reasons that rest on nothing but what more urgent ones rest on: beside those they say "later" of the same thing.

    In an emergency and on the same day only; what waits a week may be seen to in its own time.
    """
    found: list[TriageReason] = []
    for number, reason in enumerate(reasons):
        worse = [r for r in reasons[:number] if r.urgency != reason.urgency and r.urgency in display().later_when]
        if reason.evidence and {words for r in worse for words in r.evidence}.issuperset(reason.evidence):
            found.append(reason)
    return tuple(found)


def worth_asking(assessment: Assessment, reader: Reader) -> tuple[Question, ...]:
    """Questions whose answer tells something.

    None to somebody at home in an emergency, nor of a child too young to answer: they are for whoever sees them.
    Who sees such a child is asked for signs and for what happened, not for what it feels.
    """
    found = assessment.next.questions
    if reader == "research":
        return found
    if reader == "patient" and (waits(assessment) or too_young(assessment)):
        return ()
    if too_young(assessment):
        findings = load().findings
        found = tuple(q for q in found if q.id not in findings or findings[q.id].kind == "sign")
    return tuple(question for question in found if question.gain >= display().least_question_gain)


def waits(assessment: Assessment) -> bool:
    """Whether questions wait for help that comes first."""
    return assessment.triage.urgency == "emergency"


def too_young(assessment: Assessment) -> bool:
    """Whether it is a child that cannot say what it feels."""
    age = assessment.person.age
    return age is not None and age < display().asked_from_age


def worth_testing(assessment: Assessment, reader: Reader) -> tuple[TestSuggestion, ...]:
    """Tests that tell something, and those that are customary (they carry no gain)."""
    found = assessment.next.tests
    if reader == "research":
        return found
    return tuple(test for test in found if test.gain == 0 or test.gain >= display().least_test_gain)


def _beyond(lab: Lab) -> frozenset[str]:
    """Findings that a result stands for: the limits beyond which it lies."""
    knowledge = load()
    value, test = lab.value, knowledge.tests.get(lab.test)
    if value is None or test is None or not lab.usable:
        return frozenset()
    limits = [(limit, knowledge.claims[limit.claim].value) for limit in test.limits]
    return frozenset(
        limit.finding
        for limit, at in limits
        if at is not None and (value < at if limit.side == "below" else value > at)
    )


def misleading(assessment: Assessment) -> tuple[tuple[str, Remark], ...]:
    """What may have falsified a result that was given, by something told: the name of the test, and the caution."""
    tests = load().tests
    told = reported(assessment) | {u.id for u in assessment.understood if u.kind == "drug" and u.present and not u.past}
    told = told.union(*(_beyond(lab) for lab in assessment.labs))
    found: dict[tuple[str, str], Remark] = {}
    for lab in assessment.labs:
        for text in tests[lab.test].caveats if lab.test in tests else ():
            if not told.isdisjoint(text.about):
                caution = Remark(
                    text=text.text, source=text.source, locator=text.locator, assumed=text.basis == "assumed"
                )
                found.setdefault((lab.label, text.text), caution)
    return tuple((label, caution) for (label, _), caution in found.items())

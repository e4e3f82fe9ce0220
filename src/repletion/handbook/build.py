"""One state → its page as data."""

from __future__ import annotations

from repletion.assessment.cite import cite, named
from repletion.assessment.explanations import remark
from repletion.handbook import care, facts
from repletion.handbook.model import StatePage
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Course


def state_page(knowledge: Knowledge, name: str) -> StatePage:
    """The page of the state ``name``.  Raises :class:`~repletion.errors.UnknownName`."""
    state = knowledge.get("states", name)
    course = state.course or Course()
    common, risks, signs = facts.common(knowledge, state), facts.risks(knowledge, state), facts.signs(knowledge, state)
    causes, help_ = facts.causes(knowledge, state), care.help_for(knowledge, state)
    tests = tuple(care.test_page(knowledge, knowledge.tests[test]) for test in state.tests)
    duration = facts.figure(knowledge, state.duration.claim) if state.duration else None
    texts = [t for t in (state.mechanism, course.treatment, course.time, *course.safety, *state.remarks) if t]
    claims = {entry.figure.claim for group in (common, risks, causes, signs) for entry in group}
    claims |= {sign.background.claim for sign in signs} | {bound.figure.claim for t in tests for bound in t.limits}
    claims |= {other for group in (common, risks, signs) for entry in group for other in entry.also}
    claims |= {duration.claim} if duration else set()
    claims |= named(knowledge, [text.locator for text in texts])
    sources = {text.source for text in texts} | {entry.source for entry in help_}
    sources |= {caveat.source for test in tests for caveat in test.caveats}
    sources |= {span.source for test in tests for span in (*test.reference, *test.critical)}
    shown, citations = cite(knowledge, claims & knowledge.claims.keys(), sources)
    return StatePage(
        id=state.id,
        label=state.label,
        lay=state.lay,
        kind=state.kind,
        definition=state.definition,
        summary=state.summary,
        requires=state.requires,
        levels=tuple(other.id for other in knowledge.states.values() if other.requires == state.id),
        mechanism=remark(state.mechanism) if state.mechanism else None,
        common=common,
        risks=risks,
        causes=causes,
        signs=signs,
        duration=duration,
        confusions=facts.confusions(knowledge, state),
        tests=tests,
        food=course.food,
        foods=care.foods(state),
        treatment=remark(course.treatment) if course.treatment else None,
        time=remark(course.time) if course.time else None,
        safety=tuple(remark(text) for text in course.safety),
        upper_limits=care.upper_limits(state.nutrient),
        help=help_,
        remarks=tuple(remark(text) for text in state.remarks),
        review=state.review.status,
        claims=shown,
        citations=citations,
    )

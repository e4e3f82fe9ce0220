"""The questions worth asking next, and whether any answer to them would still change something.

The ranking is that of the assessment (:func:`repletion.assessment.next_steps.next_steps`); this looks one answer ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

import msgspec
import numpy as np

from repletion.assessment.model import Question
from repletion.assessment.next_steps import next_steps
from repletion.assessment.reasoning import Reasoning, builder_of, reason, seen
from repletion.case.model import Case
from repletion.errors import InferenceError
from repletion.evidence import Evidence, observe
from repletion.evidence.labs import choose
from repletion.inference import Factor as FactorAnswer
from repletion.inference import Question as Candidate
from repletion.inference import QuestionValues, question_values
from repletion.interview.wording import wording
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Season, Urgency

EVERY = 10**6
"""More questions than there are: the whole ranking is wanted."""
MOST_COMPLAINTS = 6
"""Complaints weighed when questions are ranked; each more doubles the work.  A limit of time, not of medicine."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Questions, best first, and the reasoning behind their order."""

    reasoning: Reasoning
    questions: tuple[Question, ...]


@cache
def _unnamed(knowledge: Knowledge) -> frozenset[str]:
    """Symptoms that have a question and that no state names."""
    linked = {link.finding for state in knowledge.states.values() for link in state.findings}
    return frozenset(f.id for f in knowledge.findings.values() if f.kind == "symptom" and f.question) - linked


def _telling(evidence: Evidence, case: Case, knowledge: Knowledge, season: Season | None, seed: int) -> Evidence:
    """The evidence with no more complaints than can be weighed while somebody waits: the rarest among people at large.

    The others stay settled, are not asked again, and count in the assessment.
    """
    complaints = [o for o in evidence.observations if o.kind == "finding" and o.present]
    if len(complaints) <= MOST_COMPLAINTS:
        return evidence
    scale = builder_of(knowledge, 0, seed).scale
    rates = {
        o.id: float(scale.probability(choose(knowledge.findings[o.id].background, case.person, season).claim)[0])
        for o in complaints
    }
    common = set(sorted(rates, key=lambda name: rates[name])[MOST_COMPLAINTS:])
    kept = tuple(o for o in evidence.observations if not (o.kind == "finding" and o.id in common))
    return msgspec.structs.replace(evidence, observations=kept)


def rank(
    case: Case, knowledge: Knowledge, *, season: Season | None, seed: int, spared: Collection[str] = ()
) -> Weighed:
    """Every question that could tell something, best first.

    ``spared``: subjects that are not asked (answered already, or nothing to ask this person).  Raises
    :class:`InferenceError` when so much was said that questions cannot be ranked.
    """
    reasoning = reason(
        knowledge,
        _telling(observe(case, knowledge), case, knowledge, season, seed),
        case.person,
        season=season,
        draws=0,
        seed=seed,
        level=knowledge.rule("interval_level") / 100,
        why=False,
    )
    if not reasoning.posterior.exact:
        raise InferenceError("too much was said to rank questions exactly")
    spared = _unnamed(knowledge).union(spared)
    found = next_steps(
        knowledge, reasoning, case.person, season=season, seed=seed, most=EVERY, tests=False, spared=spared
    )
    return Weighed(reasoning, tuple(q for q in found.questions if q.id not in spared))


def weigh(
    case: Case, knowledge: Knowledge, *, season: Season | None, seed: int, spared: Collection[str] = ()
) -> Weighed:
    """The questions of :func:`rank` that are worth a person's time: they tell enough, and most about a state that may
    be behind what was reported."""
    ranked = rank(case, knowledge, season=season, seed=seed, spared=spared)
    least = knowledge.rule("interview_least_gain")
    involved = _involved(ranked.reasoning, knowledge)
    return replace(
        ranked,
        questions=tuple(q for q in ranked.questions if q.gain >= least and not involved.isdisjoint(q.separates[:1])),
    )


def _involved(reasoning: Reasoning, knowledge: Knowledge) -> frozenset[str]:
    """States that may be at work in what was reported; without a complaint, those that the case has raised."""
    if reasoning.unexplained:
        wanted = reasoning.at_work >= knowledge.rule("interview_least_at_work")
    else:
        wanted = reasoning.posterior.probability[0] >= reasoning.prior * knowledge.rule("interview_least_rise")
    names = [name for name, is_wanted in zip(reasoning.network.states, wanted, strict=True) if is_wanted]
    return frozenset(knowledge.states[name].requires or name for name in names)


def _values(
    weighed: Weighed, questions: Sequence[Question], case: Case, knowledge: Knowledge, season: Season | None, seed: int
) -> QuestionValues:
    """Chances of the answers to ``questions``, and every state after each."""
    network = weighed.reasoning.network
    moves = builder_of(knowledge, 0, seed).moves(case.person, season)
    risks = [network.risks.index(q.id) for q in questions if q.id in network.risks]
    factors = []
    for q in questions:
        if q.kind == "factor" and q.id not in network.risks:
            no, yes = moves.shifts(moves.place[q.id], len(network.states))
            p = float(moves.probability[moves.place[q.id]])
            factors.append(FactorAnswer(name=q.id, probability=p, shift_no=no, shift_yes=yes))
    return question_values(
        network,
        seen(network, weighed.reasoning.evidence.observations),
        [Candidate.yes_no(network, q.id) for q in questions if q.kind == "finding"],
        factors=factors,
        risks=risks,
        problem=weighed.reasoning.problem,
    )


def settled(
    weighed: Weighed,
    case: Case,
    knowledge: Knowledge,
    *,
    season: Season | None,
    seed: int,
    urgency: Urgency,
    urgency_after: Callable[[Question, bool], Urgency],
) -> bool:
    """Whether no likely enough answer to any question worth asking changes the leading explanation or the urgency.

    ``urgency_after``: the urgency were a question answered no (``False``) or yes.
    """
    if not weighed.questions:
        return True
    values = _values(weighed, weighed.questions, case, knowledge, season, seed)
    states = weighed.reasoning.network.states
    shown = [
        i
        for i, name in enumerate(states)
        if (state := knowledge.states[name]).kind != "latent" and state.requires is None
    ]
    leading = int(np.argmax(weighed.reasoning.posterior.probability[0, shown]))
    least = knowledge.rule("interview_least_chance")
    rows = {name: c for c, name in enumerate(values.names)}
    for question in weighed.questions:
        c = rows[question.id]
        for yes in (False, True):
            if not values.outcome_probability[c, int(yes)] >= least:
                continue
            if int(np.argmax(values.outcome_posterior[c, int(yes), shown])) != leading:
                return False
            if urgency_after(question, yes) != urgency:
                return False
    return True


def worded(question: Question) -> str:
    """The question in its yes/no form."""
    return wording().questions.get(question.id, question.question)

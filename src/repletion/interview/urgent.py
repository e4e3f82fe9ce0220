"""Which red flags to ask for, and the urgency with those that were answered yes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import msgspec

from repletion.case.model import Case
from repletion.interview.model import FlagQuestion
from repletion.interview.wording import wording
from repletion.knowledge import Knowledge
from repletion.knowledge.models import URGENCIES, Condition
from repletion.triage import Reason, Triage, triage


def _wider(name: str, knowledge: Knowledge) -> set[str]:
    """``name`` and everything that it implies."""
    found, queue = {name}, [name]
    while queue:
        current = queue.pop()
        record = knowledge.findings.get(current) or knowledge.factors.get(current)
        for wider in record.is_a if record is not None else ():
            if wider not in found:
                found.add(wider)
                queue.append(wider)
    return found


def present(case: Case, knowledge: Knowledge) -> dict[str, set[str]]:
    """Every finding and factor stated as present, each with all that it implies."""
    found: dict[str, set[str]] = {}
    for u in case.understood:
        if u.present and not (u.past and u.kind == "finding"):
            names = knowledge.factors_of_drug.get(u.id, ()) if u.kind == "drug" else (u.id,)
            for name in names:
                found[name] = _wider(name, knowledge)
    return found


def implied(case: Case, knowledge: Knowledge) -> set[str]:
    """Everything stated as present, and all that it implies."""
    return set().union(*present(case, knowledge).values(), ())


def complaints(case: Case) -> list[str]:
    """Findings stated as present now, in the order said."""
    return [u.id for u in case.understood if u.kind == "finding" and u.present and not u.past]


def _answered(flag: FlagQuestion, told: set[str]) -> bool:
    """Whether what the question asks for was told."""
    subjects = {name for name in (flag.finding, flag.factor, *flag.denies) if name}
    return bool(subjects) and subjects <= told


def fitting(case: Case, knowledge: Knowledge, urgency: Triage) -> list[str]:
    """Red flags worth asking for, best first: those that concern most of what was said; none that already fired."""
    words = wording()
    here = present(case, knowledge)
    told = implied(case, knowledge) | {u.id for u in case.understood if not u.past}
    fired = {reason.id for reason in urgency.reasons}
    places = {name: n for n, name in enumerate(words.red_flags)}
    matches = {
        flag: sum(1 for wider in here.values() if wider & set(question.concerns))
        for flag, question in words.red_flags.items()
        if flag in knowledge.red_flags
    }
    if not complaints(case):
        matches.update((flag, max(matches.get(flag, 0), 1)) for flag in words.red_flags_for_anybody)
    wanted = [f for f, n in matches.items() if n and f not in fired and not _answered(words.red_flags[f], told)]
    return sorted(wanted, key=lambda flag: (-matches[flag], places[flag]))


def concerns_a_factor(flag: str, case: Case, knowledge: Knowledge) -> bool:
    """Whether a medicine, illness or habit that was stated makes the red flag worth asking for."""
    asks = set(wording().red_flags[flag].concerns) & knowledge.factors.keys()
    return not asks.isdisjoint(implied(case, knowledge))


def _conditions(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in (*condition.any_of, *condition.all_of, *condition.none_of):
        yield from _conditions(part)


def timed(knowledge: Knowledge) -> frozenset[str]:
    """Findings for which a red flag asks how long they have lasted."""
    return frozenset(
        part.finding
        for flag in knowledge.red_flags.values()
        for part in _conditions(flag.when)
        if part.finding is not None and (part.days_over is not None or part.days_under is not None)
    )


@cache
def _named_by_rules(knowledge: Knowledge) -> frozenset[str]:
    """Findings, factors and states that a red flag asks for."""
    names = (
        name
        for flag in knowledge.red_flags.values()
        for part in _conditions(flag.when)
        for name in (part.finding, part.factor, part.state)
    )
    return frozenset(name for name in names if name is not None)


def may_move(kind: str, name: str, knowledge: Knowledge) -> bool:
    """Whether an answer about a finding or factor could change the urgency at all."""
    if name in knowledge.states or (kind == "finding" and knowledge.findings[name].kind == "sign"):
        return True  # a stated disease or a sign is by itself a reason for an appointment
    return not _named_by_rules(knowledge).isdisjoint(_wider(name, knowledge))


def without_duration(case: Case, knowledge: Knowledge) -> str | None:
    """The first complaint whose duration matters to a rule and was not said."""
    wanted = timed(knowledge)
    for u in case.understood:
        if u.kind == "finding" and u.present and not u.past:
            if u.duration_days is not None:
                return None  # one length of time stands for the complaint
            if _wider(u.id, knowledge) & wanted:
                return u.id
    return None


def urgency_of(case: Case, knowledge: Knowledge, raised: Mapping[str, str]) -> Triage:
    """Triage of the case, with red flags that a yes has raised by itself.

    ``raised``: for each such flag the question with its answer, which becomes the evidence.
    """
    plain = triage(case, knowledge)
    known = {reason.id for reason in plain.reasons}
    more = [knowledge.red_flags[name] for name in raised if name not in known]
    if not more:
        return plain
    reasons = [reason for reason in plain.reasons if reason.id in knowledge.red_flags]
    reasons += [
        Reason(
            id=flag.id,
            urgency=flag.urgency,
            label=flag.label,
            message=flag.message,
            clinician=flag.clinician,
            evidence=(raised[flag.id],),
            source=flag.source,
            locator=flag.locator,
            basis=flag.basis,
        )
        for flag in more
    ]
    reasons.sort(key=lambda reason: (URGENCIES.index(reason.urgency), reason.id))
    first = reasons[0].urgency
    stops = plain.suppresses_plan or any(flag.stops_plan for flag in more) or first in {"emergency", "same_day"}
    return msgspec.structs.replace(plain, urgency=first, reasons=tuple(reasons), suppresses_plan=stops)

"""``triage``: every red flag read over the case, the most urgent leading."""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from typing import Any

import msgspec

from repletion.case.model import Case
from repletion.knowledge import Knowledge
from repletion.knowledge.base import DATA
from repletion.knowledge.models import URGENCIES, Basis, RedFlag, Urgency
from repletion.knowledge.reader import parse_yaml
from repletion.triage.conditions import Need, Reading, needed


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that fired.

    ``message``: what to do and why, in plain words.  ``clinician``: the same for a clinician.
    ``evidence``: the person's own words, or the result as typed, on which it fired.  ``source`` and ``locator``: where
    the rule comes from; ``basis`` *assumed* when no source was read.
    """

    id: str
    urgency: Urgency
    label: str
    message: str
    clinician: str = ""
    evidence: tuple[str, ...] = ()
    source: str
    locator: str
    basis: Basis


class Triage(msgspec.Struct, frozen=True, kw_only=True):
    """How soon to see a doctor, and why; never empty of a reason.

    ``suppresses_plan``: food advice must not lead, or stand beside, this answer.
    ``not_assessed``: what these rules do not cover for this person.
    """

    urgency: Urgency
    reasons: tuple[Reason, ...]
    suppresses_plan: bool = False
    not_assessed: tuple[str, ...] = ()


@cache
def _wording() -> dict[str, Any]:
    words: dict[str, Any] = parse_yaml((DATA / "wording" / "urgency.yaml").read_text(encoding="utf-8"))
    return words


def _default(reading: Reading, knowledge: Knowledge) -> Reason:
    """No rule fired.  A sign found by somebody, or a named disease, is worth an appointment; else care at home.

    Words of which nothing was recognized, or only what is denied, and results that could not be used, reassure nobody.
    """
    present = {u.id for u in reading.case.understood if u.kind == "finding" and u.present and not u.past}
    signs = {name for name in present if name in knowledge.findings and knowledge.findings[name].kind == "sign"}
    unread = reading.case.said and not reading.case.understood and not reading.case.labs
    partly = reading.case.said and any("was not understood" in issue.message for issue in reading.case.issues)
    nothing = "unread" if unread else "partly" if partly else "nothing"
    which = "sign" if signs or reading.states else "mild" if present else nothing
    if which in {"mild", "nothing", "partly"} and any(not lab.usable for lab in reading.case.labs):
        which = "result"
    words = _wording()["default"][which]
    return Reason(id=f"no_red_flag_{which}", source="working-assumption", basis="assumed", **words)


@lru_cache(maxsize=8)
def _flags(knowledge: Knowledge) -> tuple[tuple[RedFlag, frozenset[Need] | None], ...]:
    """Every red flag, and of what a case must hold something for it to fire: most flags need not be read."""
    return tuple((flag, needed(flag.when)) for flag in knowledge.red_flags.values())


def triage(case: Case, knowledge: Knowledge, on: dt.date | None = None) -> Triage:
    """Urgency of one case by the red flags of the knowledge base.

    ``on``: the day of the assessment, by which old results are told from new ones (default: the case's own).

    Total: any case gives an answer, whatever it holds.  Reasons are sorted by urgency, then by id.
    """
    reading = Reading(case, knowledge, on)
    fired: list[Reason] = []
    stops = False
    there = reading.there()
    for flag, needs in _flags(knowledge):
        if needs is not None and needs.isdisjoint(there):
            continue
        held = reading.holds(flag.when)
        if held is None:
            continue
        stops = stops or flag.stops_plan
        fired.append(
            Reason(
                id=flag.id,
                urgency=flag.urgency,
                label=flag.label,
                message=flag.message,
                clinician=flag.clinician,
                evidence=held,
                source=flag.source,
                locator=flag.locator,
                basis=flag.basis,
            )
        )
    if not fired:
        fired.append(_default(reading, knowledge))
    fired.sort(key=lambda reason: (URGENCIES.index(reason.urgency), reason.id))
    return Triage(
        urgency=fired[0].urgency,
        reasons=tuple(fired),
        suppresses_plan=stops or fired[0].urgency in {"emergency", "same_day"},
        not_assessed=_not_assessed(case, knowledge, pregnant="pregnancy" in reading.factors),
    )


def _not_assessed(case: Case, knowledge: Knowledge, *, pregnant: bool) -> tuple[str, ...]:
    notes: dict[str, str] = _wording()["not_assessed"]
    adult = knowledge.rules["adult_age"].value if "adult_age" in knowledge.rules else None
    found = []
    if case.person.age is not None and adult is not None and case.person.age < adult:
        found.append(notes["child"])
    if pregnant:
        found.append(notes["pregnant"])
    if case.person.age is None:
        found.append(notes["age_unknown"])
    return (*found, notes["always"])

"""Case and intake → observations of the network.

A finding that implies a wider one (tingling round the mouth implies tingling) is used alone, so that nothing counts
twice.  What nobody mentioned makes no observation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import msgspec

from repletion.case.consistency import plain_total
from repletion.case.model import Case, Lab, Person, Understood
from repletion.errors import Issue
from repletion.evidence.labs import observe_lab
from repletion.evidence.model import Evidence, Observation, Pair
from repletion.knowledge import Knowledge
from repletion.knowledge.base import PASSING, with_wider
from repletion.knowledge.models import Season
from repletion.knowledge.problems import SHARES


@cache
def _above(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """For each finding every wider one that it implies."""
    return {name: frozenset(with_wider(name, knowledge.findings)[1:]) for name in knowledge.findings}


def _pair(statement: Understood, knowledge: Knowledge) -> Pair:
    """Likelihood pair of a statement: firm, or soft when the person said "maybe"."""
    sure = 1.0 if statement.certain else knowledge.rule("maybe_certainty")
    return (1 - sure, sure) if statement.present else (sure, 1 - sure)


def _findings(case: Case, knowledge: Knowledge) -> tuple[list[Observation], set[str], list[Issue]]:
    stated: dict[str, Understood] = {}
    issues = []
    for u in case.understood:
        if u.kind != "finding" or u.id not in knowledge.findings:
            continue
        if u.past:
            issues.append(
                Issue(
                    level="note",
                    where=u.where,
                    message=f"“{u.text}” was read as something of the past and not used as a symptom of now.",
                    remedy="If it is still there, say so: for example “still have " + u.label.lower() + "”.",
                )
            )
            continue
        stated.setdefault(u.id, u)
    present = {name for name, u in stated.items() if u.present}
    above = _above(knowledge)
    implied = set().union(*(above[name] for name in present))
    absent = {name for name, u in stated.items() if not u.present}
    settled = set(stated) | implied
    if absent:
        settled.update(name for name, wider in above.items() if not absent.isdisjoint(wider))
    observations = [
        Observation(
            id=name,
            kind="finding",
            label=u.label,
            text=u.text,
            present=u.present,
            nodes={name: _pair(u, knowledge)},
            days=_days(u, knowledge) if u.present else None,
        )
        for name, u in stated.items()
        if name not in implied
    ]
    return observations, settled, issues


def _days(item: Understood, knowledge: Knowledge) -> float | None:
    """How long a complaint has lasted; what is called sudden and has no time came in the last days."""
    if item.duration_days is None and item.onset == "sudden":
        return knowledge.rule("duration_sudden")
    return item.duration_days


def person_factors(person: Person, knowledge: Knowledge) -> dict[str, tuple[bool, str]]:
    """Factors that follow from who the person is, with the words that say so."""
    found: dict[str, tuple[bool, str]] = {}
    if person.age is not None:
        found["older_age"] = (person.age >= knowledge.rule("age_older"), f"age {person.age:g}")
    if person.bmi is not None:
        words = f"body mass index {person.bmi:.1f} kg/m²"
        found["obesity"] = (person.bmi >= knowledge.rule("bmi_obesity"), words)
        found["underweight"] = (person.bmi < knowledge.rule("bmi_underweight"), words)
    for name, value in (
        ("pregnancy", person.pregnant),
        ("lactation", person.lactating),
        ("nicotine_dependence", person.smoker),
        ("menopause", person.postmenopausal),
    ):
        if value is not None:
            found[name] = (value, f"{'' if value else 'not '}{name.replace('_', ' ')}")
    return {name: pair for name, pair in found.items() if name in knowledge.factors}


def _factors(case: Case, knowledge: Knowledge) -> list[Observation]:
    known = {name: (value, text) for name, (value, text) in person_factors(case.person, knowledge).items()}
    for u in case.understood:
        if u.kind == "factor" and u.id in knowledge.factors:
            if u.past and knowledge.factors[u.id].kind in PASSING:
                continue
            names: Iterable[str] = (u.id,)
        elif u.kind == "drug" and not u.past:
            names = knowledge.factors_of_medicine(u.id, u.duration_days)
        else:
            continue
        for name in names:
            if u.present or u.kind == "factor":  # "not on omeprazole" does not deny the whole class
                known.setdefault(name, (u.present, u.text))
    return [
        Observation(
            id=name,
            kind="factor",
            label=knowledge.factors[name].label,
            text=text,
            present=value,
            share=float(value),
        )
        for name, (value, text) in known.items()
    ]


def _tells_of(
    told: Sequence[Observation], person: Person, knowledge: Knowledge
) -> tuple[list[Observation], list[Issue]]:
    """The condition that nobody named and that a medicine is mostly taken for, by the share of those who take it.

    Whoever names what it may be for has said it; of what is denied the share falls to the others.  The young take
    some medicines for other reasons than most do: below an age (rule ``taken_for_from_age``) none tells of anything.
    """
    if person.age is not None and person.age < knowledge.rule("taken_for_from_age"):
        return [], []
    named = {name for o in told if o.present for name in with_wider(o.id, knowledge.factors)}
    denied = {o.id for o in told if not o.present}
    found: list[Observation] = []
    issues = []
    for o in told:
        links = knowledge.factors[o.id].taken_for if o.present else ()
        kinds = {link: with_wider(link.factor, knowledge.factors) for link in links}
        claims = {link: knowledge.claims[link.claim] for link in links}
        shares = {link: (claim.value or 0.0) / SHARES[claim.unit] for link, claim in claims.items()}
        if not links or any(not named.isdisjoint(wider) for wider in kinds.values()):
            continue
        likeliest = max(links, key=shares.__getitem__)
        if not denied.isdisjoint(kinds[likeliest]):
            continue
        claim, factor = claims[likeliest], knowledge.factors[likeliest.factor]
        left = sum(shares[link] for link in links if denied.isdisjoint(kinds[link]))
        share = shares[likeliest] * sum(shares.values()) / left
        found.append(
            Observation(
                id=factor.id,
                kind="factor",
                label=factor.label,
                text=o.text,
                present=True,
                share=share,
                claims=(claim.id,),
                assumed=claim.basis == "assumed",
            )
        )
        issues.append(
            Issue(
                level="note",
                where="drugs",
                message=f"“{o.text}” is taken for {factor.label.lower()} by {100 * share:.0f} in 100; "
                "that was reckoned with.",
                remedy=f"Say what you take it for, or that you do not have {factor.label.lower()}.",
            )
        )
    return found, issues


def _lists(case: Case, knowledge: Knowledge) -> list[Observation]:
    """Lists that the person denies as a whole, or gives: what is not on them is rarer than among people at large."""
    found = {u.id: u for u in case.understood if u.kind == "list" and u.id in knowledge.lists and not u.present}
    return [
        Observation(
            id=name,
            kind="list",
            label=u.label,
            text=u.text,
            present=False,
            share=0.0,
            claims=(knowledge.lists[name].omitted,),
        )
        for name, u in found.items()
    ]


def _states(case: Case, knowledge: Knowledge) -> list[Observation]:
    """A diagnosis that the person states: believed in part, by a declared rule."""
    found: dict[str, Observation] = {}
    for u in case.understood:
        if u.kind != "state" or u.id not in knowledge.states or (u.past and not u.present):
            continue
        state = knowledge.states[u.id]
        odds = knowledge.rule("stated_state_odds" if state.kind == "deficiency" else "stated_diagnosis_odds")
        if u.past:
            odds = knowledge.rule("past_state_odds")
        pair = (1 / odds, 1.0) if u.present else (1.0, 1 / odds)
        found.setdefault(
            u.id,
            Observation(
                id=u.id, kind="state", label=state.label, text=u.text, present=u.present, state=pair, assumed=True
            ),
        )
    return list(found.values())


def latest(labs: Iterable[Lab]) -> list[Lab]:
    """The newest usable result of each test (undated results count as newest, the last typed wins)."""
    chosen: dict[str, Lab] = {}
    for lab in labs:
        if not lab.usable:
            continue
        other = chosen.get(lab.test)
        if other is None or lab.date is None or other.date is None or lab.date >= other.date:
            chosen[lab.test] = lab
    return list(chosen.values())


def _outdated(lab: Lab, knowledge: Knowledge, on: dt.date) -> Issue | None:
    """A note on a result so old that it counts less than half."""
    if lab.date is None or (on - lab.date).days < knowledge.rule("lab_half_life"):
        return None
    return Issue(
        level="note",
        where=lab.where,
        message=f"{lab.label} of {lab.date.isoformat()} is an old result; it counts less than a new one.",
        remedy="A new test would tell more.",
    )


def observe(
    case: Case,
    knowledge: Knowledge,
    *,
    low_intake: Mapping[str, float] | None = None,
    on: dt.date | None = None,
    season: Season | None = None,
) -> Evidence:
    """Everything the case says, as observations.

    ``on``: the day of the assessment, from which the age of results is counted (default: the case's own); ``season``:
    where the person lives, then.

    ``low_intake``: for factors such as ``low_magnesium_intake``, the probability (0-1) that usual intake lies below
    the requirement; a soft risk, never a deficiency.
    """
    observations, settled, issues = _findings(case, knowledge)
    factors = _factors(case, knowledge)
    implied, remarks = _tells_of(factors, case.person, knowledge)
    observations += [*factors, *implied]
    issues += remarks
    observations += _lists(case, knowledge)
    observations += _states(case, knowledge)
    taken = {o.id for o in observations if o.kind == "factor"}
    for name, share in (low_intake or {}).items():
        if name in knowledge.factors and name not in taken:
            label = knowledge.factors[name].label
            observations.append(
                Observation(id=name, kind="intake", label=label, text="diary", present=share > 0.5, share=share)
            )
    day = on or case.on
    results = latest(case.labs)
    plain = plain_total(results, knowledge)
    for lab in results:
        if lab.test not in knowledge.tests:
            continue
        meant = None
        if plain is not None and plain[0] is lab:
            meant = msgspec.structs.replace(lab, value=plain[1]), knowledge.rule("plain_calcium_share")
        seen = observe_lab(lab, case.person, knowledge, day=day, season=season, otherwise=meant)
        if seen is not None:
            if day is not None and (note := _outdated(lab, knowledge, day)) is not None:
                issues.append(note)
            observations.append(seen)
            settled |= set(seen.nodes)
    return Evidence(observations=tuple(observations), settled=frozenset(settled), issues=tuple(issues))

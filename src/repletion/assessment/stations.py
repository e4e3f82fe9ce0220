"""``assess``: the stations in order, nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache

import msgspec

from repletion.assessment.calendar import season_of
from repletion.assessment.cite import cite, named
from repletion.assessment.diet import Diet, read_diet, sources_for
from repletion.assessment.explanations import Leading, claims_of, explanations, remarks_on, sources_of, unexplained
from repletion.assessment.model import Assessment, Method, Outlined, Versions
from repletion.assessment.next_steps import next_steps
from repletion.assessment.reasoning import builder_of, reason
from repletion.assessment.scope import not_considered
from repletion.case.model import Case
from repletion.evidence import observe
from repletion.foods import open_table
from repletion.intake.tables import Authority
from repletion.knowledge import Knowledge, load
from repletion.knowledge.base import DATA
from repletion.knowledge.reader import parse_yaml
from repletion.triage import triage
from repletion.version import __version__

SEED = 20_240_601
"""Seed of the parameter draws; the same case gives the same answer everywhere."""


@cache
def _none_words() -> dict[str, str]:
    words: dict[str, str] = parse_yaml((DATA / "wording" / "none_of_these.yaml").read_text(encoding="utf-8"))
    return words


def fingerprint(case: Case, versions: Versions, on: dt.date, authority: str) -> str:
    """A digest of the case as read and of everything that made the answer: equal inputs, equal fingerprint."""
    body = msgspec.json.encode((case, versions, on, authority), order="deterministic")
    return hashlib.sha256(body).hexdigest()[:16]


def assess(
    case: Case,
    *,
    diary: str | None = None,
    on: dt.date | None = None,
    authority: Authority = "NASEM",
    knowledge: Knowledge | None = None,
    seed: int = SEED,
    leading: Leading | None = None,
) -> Assessment:
    """Assess one case.

    ``diary``: diary text that replaces the case's own.  ``on``: the day of the assessment (default: the case's own,
    else today); it sets the season and the age of results.  ``authority``: reference intakes, ``NASEM`` or ``EFSA``.
    ``leading``: names, of all explanations, those to be told whole, with the claims and sources behind them; the others
    are outlined.  ``None``: all are told whole.
    """
    knowledge = knowledge or load()
    day = on or case.on or dt.date.today()  # noqa: DTZ011 - the person's own calendar day
    if diary is not None:
        case = msgspec.structs.replace(case, diary=diary)
    urgency = triage(case, knowledge, day)
    diet: Diet = read_diet(case, knowledge, authority=authority)
    season = season_of(day, country=case.person.country)
    evidence = observe(case, knowledge, low_intake=diet.low_intake, on=day, season=season)
    draws, level = int(knowledge.rule("draws")), knowledge.rule("interval_level") / 100
    reasoning = reason(
        knowledge,
        evidence,
        case.person,
        season=season,
        draws=draws,
        seed=seed,
        level=level,
    )
    builder = builder_of(knowledge, 0, seed)
    found = explanations(knowledge, builder, reasoning, _none_words(), leading)
    about = remarks_on(knowledge, evidence)
    following = next_steps(knowledge, reasoning, case.person, season=season, seed=seed, found=found)
    foods, withheld = sources_for(found, diet, case, knowledge, evidence)
    told = [e for e in found if not isinstance(e, Outlined)]
    caveats = [caveat for test in following.tests for caveat in test.caveats]
    locators = [remark.locator for remark in about] + [reason.locator for reason in urgency.reasons]
    claims, citations = cite(
        knowledge,
        claims_of(told) | named(knowledge, locators),
        sources_of(knowledge, told, [*about, *caveats]) | {r.source for r in urgency.reasons} | diet.sources,
    )
    versions = Versions(software=__version__, knowledge=knowledge.version, foods=open_table().version)
    return Assessment(
        title=case.title,
        on=day.isoformat(),
        person=case.person,
        triage=urgency,
        about=about,
        explanations=found,
        unexplained=unexplained(knowledge, reasoning),
        next=following,
        intake=diet.rows,
        intake_days=diet.days,
        food_sources={} if urgency.suppresses_plan else foods,
        understood=case.understood,
        labs=case.labs,
        issues=(*case.issues, *evidence.issues, *diet.issues),
        not_considered=(*withheld, *not_considered(case, adult_age=knowledge.rule("adult_age"))),
        claims=claims,
        citations=citations,
        method=Method(
            exact=reasoning.posterior.exact,
            draws=reasoning.draws,
            interval=level,
            seed=seed,
            standard_error=None if reasoning.posterior.exact else float(reasoning.posterior.standard_error.max()),
        ),
        versions=versions,
        fingerprint=fingerprint(case, versions, day, authority),
        leading=msgspec.UNSET if leading is None else tuple([e.id for e in told]),
    )
